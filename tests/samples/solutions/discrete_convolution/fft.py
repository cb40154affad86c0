"""A full answer of assignment 01 by the convolution theorem, in double precision inside.

A correlation is a product with the conjugate spectrum; of the circular result only the outputs
whose window does not wrap around are kept.
"""

import numpy as np
import torch


def cross_correlate2d(x, k):
    spectrum = np.fft.rfft2(x.astype(np.float64))
    spectrum = spectrum * np.fft.rfft2(k.astype(np.float64), s=x.shape).conj()
    y = np.fft.irfft2(spectrum, s=x.shape)
    return y[: x.shape[0] - k.shape[0] + 1, : x.shape[1] - k.shape[1] + 1].astype(x.dtype)


def convolve2d(x, k):
    spectrum = np.fft.rfft2(x.astype(np.float64))
    spectrum = spectrum * np.fft.rfft2(k.astype(np.float64), s=x.shape)
    y = np.fft.irfft2(spectrum, s=x.shape)
    return y[k.shape[0] - 1 :, k.shape[1] - 1 :].astype(x.dtype)


def conv2d(x, w, b):
    size, axes = x.shape[2:], (2, 3)
    filters = torch.fft.rfftn(w.double(), s=size, dim=axes).conj()
    spectrum = torch.einsum("ncij,ocij->noij", torch.fft.rfftn(x.double(), dim=axes), filters)
    y = torch.fft.irfftn(spectrum, s=size, dim=axes)
    y = y[:, :, : size[0] - w.shape[2] + 1, : size[1] - w.shape[3] + 1]
    return (y + b.double()[:, None, None]).to(x.dtype)


def compose_kernels(k1, k2):
    size = k1.shape[2] + k2.shape[2] - 1, k1.shape[3] + k2.shape[3] - 1
    first = torch.fft.rfftn(k1.double(), s=size, dim=(2, 3))
    second = torch.fft.rfftn(k2.double(), s=size, dim=(2, 3))
    spectrum = torch.einsum("mcij,omij->ocij", first, second)
    return torch.fft.irfftn(spectrum, s=size, dim=(2, 3)).to(k1.dtype)


def conv1d(x, w, b):
    filters = torch.fft.rfft(w.double(), n=x.shape[2]).conj()
    spectrum = torch.einsum("nci,oci->noi", torch.fft.rfft(x.double()), filters)
    y = torch.fft.irfft(spectrum, n=x.shape[2])[:, :, : x.shape[2] - w.shape[2] + 1]
    return (y + b.double()[:, None]).to(x.dtype)


def conv3d(x, w, b):
    size, axes = x.shape[2:], (2, 3, 4)
    filters = torch.fft.rfftn(w.double(), s=size, dim=axes).conj()
    spectrum = torch.einsum("ncdij,ocdij->nodij", torch.fft.rfftn(x.double(), dim=axes), filters)
    y = torch.fft.irfftn(spectrum, s=size, dim=axes)
    depth, height, width = (whole - k + 1 for whole, k in zip(size, w.shape[2:], strict=True))
    return (y[:, :, :depth, :height, :width] + b.double()[:, None, None, None]).to(x.dtype)


def conv2d_backward(dy, x, w):
    size, axes = x.shape[2:], (2, 3)
    upstream = torch.fft.rfftn(dy.double(), s=size, dim=axes)
    image = torch.fft.rfftn(x.double(), dim=axes)
    filters = torch.fft.rfftn(w.double(), s=size, dim=axes)
    dx = torch.fft.irfftn(torch.einsum("noij,ocij->ncij", upstream, filters), s=size, dim=axes)
    spectrum = torch.einsum("ncij,noij->ocij", image, upstream.conj())
    dw = torch.fft.irfftn(spectrum, s=size, dim=axes)[:, :, : w.shape[2], : w.shape[3]]
    return dx.to(x.dtype), dw.to(w.dtype), dy.sum((0, 2, 3))


slide_sums = (45.0, 110.0, 40.0, 40.0)
dot_length = 75
output_shape = [6, 28, 28]
parameters = [14_450_688, 456]
self_flip = "ACF"

inputs = [
    (
        torch.sin(torch.arange(126.0)).reshape(3, 2, 3, 7),
        torch.cos(torch.arange(20.0)).reshape(5, 2, 2, 1),
        torch.tensor([0.5, -1.0, 2.0, 3.0, -4.0]),
    ),
    (
        torch.sin(torch.arange(150.0)).reshape(2, 3, 5, 5),
        torch.cos(torch.arange(54.0)).reshape(2, 3, 3, 3),
        torch.tensor([1.0, -2.0]),
    ),
]


def input_gradient(dy, w):
    size = dy.shape[2] + w.shape[2] - 1, dy.shape[3] + w.shape[3] - 1
    upstream = torch.fft.rfftn(dy.double(), s=size, dim=(2, 3))
    filters = torch.fft.rfftn(w.double(), s=size, dim=(2, 3))
    spectrum = torch.einsum("noij,ocij->ncij", upstream, filters)
    return torch.fft.irfftn(spectrum, s=size, dim=(2, 3)).to(dy.dtype)


fault_kind = "c"

manual_index_slip = """\
$\\sum_{p,q} x_{i+p,j+q} k_{r-p,r-q}$ is a convolution for r = K - 1 and p, q from 0. Its partner
must be $\\sum_{p,q} x_{i+p,j+q} k_{p,q}$: the printed $k_{r+p,r+q}$ asks for entries beyond the
kernel. The slide's own numbers, 70, 30, 10, 40, come out only with $k_{p,q}$.
"""
