"""A full answer of assignment 01 with window views and one contraction each."""

import numpy as np
import torch


def cross_correlate2d(x, k):
    windows = np.lib.stride_tricks.sliding_window_view(x, k.shape)
    return np.einsum("ijpq,pq->ij", windows, k)


def convolve2d(x, k):
    windows = np.lib.stride_tricks.sliding_window_view(x, k.shape)
    return np.einsum("ijpq,pq->ij", windows, k[::-1, ::-1])


def conv2d(x, w, b):
    windows = x.unfold(2, w.shape[2], 1).unfold(3, w.shape[3], 1)
    return torch.einsum("ncijpq,ocpq->noij", windows, w) + b[:, None, None]


def compose_kernels(k1, k2):
    rows, columns = k2.shape[2] - 1, k2.shape[3] - 1
    padded = torch.nn.functional.pad(k1, (columns, columns, rows, rows))
    windows = padded.unfold(2, rows + 1, 1).unfold(3, columns + 1, 1)
    return torch.einsum("mcijpq,ompq->ocij", windows, k2.flip(2, 3))


def conv1d(x, w, b):
    return torch.einsum("ncip,ocp->noi", x.unfold(2, w.shape[2], 1), w) + b[:, None]


def conv3d(x, w, b):
    windows = x.unfold(2, w.shape[2], 1).unfold(3, w.shape[3], 1).unfold(4, w.shape[4], 1)
    return torch.einsum("ncdijrpq,ocrpq->nodij", windows, w) + b[:, None, None, None]


def conv2d_backward(dy, x, w):
    rows, columns = w.shape[2] - 1, w.shape[3] - 1
    padded = torch.nn.functional.pad(dy, (columns, columns, rows, rows))
    windows = padded.unfold(2, rows + 1, 1).unfold(3, columns + 1, 1)
    dx = torch.einsum("noijpq,ocpq->ncij", windows, w.flip(2, 3))
    windows = x.unfold(2, dy.shape[2], 1).unfold(3, dy.shape[3], 1)
    dw = torch.einsum("ncpqij,noij->ocpq", windows, dy)
    return dx, dw, dy.sum((0, 2, 3))


slide_sums = [45, 110, 40, 40]
dot_length = 3 * 5 * 5
output_shape = (6, 28, 28)
parameters = (3 * 32 * 32 * 6 * 28 * 28, 6 * 3 * 5 * 5 + 6)
self_flip = "ACF"

inputs = [
    (
        torch.arange(180.0).reshape(2, 3, 6, 5).sin(),
        torch.arange(72.0).reshape(4, 3, 2, 3).cos(),
        torch.arange(1.0, 5.0),
    )
]


def input_gradient(dy, w):
    rows, columns = w.shape[2] - 1, w.shape[3] - 1
    padded = torch.nn.functional.pad(dy, (columns, columns, rows, rows))
    windows = padded.unfold(2, rows + 1, 1).unfold(3, columns + 1, 1)
    return torch.einsum("noijpq,ocpq->ncij", windows, w.flip(2, 3))


fault_kind = "c"

manual_index_slip = """\
Both sums run over p, q = 0, ..., K - 1, so r can only be K - 1 in the convolution. The
cross-correlation would then need $k_{K-1+p}$, an entry that does not exist; the slide means
$k_{p,q}$. (Counting p and q from -r to r would save both sums, but only for odd K, and the
example's kernel is 2 x 2.)
"""
