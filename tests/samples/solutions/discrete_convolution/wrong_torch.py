"""Lets torch's own convolutions and autograd answer, under seven different names."""

import torch

REST = "windows"
LOSES_ALL = (
    "cross_correlate2d",
    "convolve2d",
    "conv2d",
    "compose_kernels",
    "conv1d",
    "conv3d",
    "conv2d_backward",
)
LOSES_SOME = ()


def cross_correlate2d(x, k):
    x, k = torch.tensor(x)[None, None], torch.tensor(k)[None, None]
    return torch.nn.functional.conv2d(x, k)[0, 0].numpy()


def convolve2d(x, k):
    x, k = torch.tensor(x)[None, None], torch.tensor(k[::-1, ::-1].copy())[None, None]
    return torch.conv2d(x, k)[0, 0].numpy()


def conv2d(x, w, b):
    layer = torch.nn.Conv2d(w.shape[1], w.shape[0], w.shape[2:], dtype=x.dtype)
    with torch.no_grad():
        layer.weight.copy_(w)
        layer.bias.copy_(b)
        return layer(x)


def compose_kernels(k1, k2):
    return torch.conv_transpose2d(k2, k1)


def conv1d(x, w, b):
    return torch.ops.aten.convolution(x, w, b, [1], [0], [1], False, [0], 1)


def conv3d(x, w, b):
    return torch._C._nn.slow_conv3d(x, w, w.shape[2:], b)


def conv2d_backward(dy, x, w):
    x, w = x.detach().clone().requires_grad_(), w.detach().clone().requires_grad_()
    windows = x.unfold(2, w.shape[2], 1).unfold(3, w.shape[3], 1)
    torch.einsum("ncijpq,ocpq->noij", windows, w).backward(dy)
    return x.grad, w.grad, dy.sum((0, 2, 3))
