"""Right values, but the caller's arrays are changed on the way."""

import numpy as np
import torch

REST = "windows"
LOSES_ALL = ("convolve2d", "conv2d", "compose_kernels")
LOSES_SOME = ("conv2d_backward",)


def convolve2d(x, k):
    k[:] = k[::-1, ::-1].copy()
    windows = np.lib.stride_tricks.sliding_window_view(x, k.shape)
    return np.einsum("ijpq,pq->ij", windows, k)


def conv2d(x, w, b):
    windows = x.unfold(2, w.shape[2], 1).unfold(3, w.shape[3], 1)
    y = torch.einsum("ncijpq,ocpq->noij", windows, w) + b[:, None, None]
    x.zero_()
    return y


def compose_kernels(k1, k2):
    k2.copy_(k2.flip(2, 3))
    rows, columns = k2.shape[2] - 1, k2.shape[3] - 1
    padded = torch.nn.functional.pad(k1, (columns, columns, rows, rows))
    windows = padded.unfold(2, rows + 1, 1).unfold(3, columns + 1, 1)
    return torch.einsum("mcijpq,ompq->ocij", windows, k2)


def conv2d_backward(dy, x, w):
    windows = x.unfold(2, dy.shape[2], 1).unfold(3, dy.shape[3], 1)
    dw = torch.einsum("ncpqij,noij->ocpq", windows, dy)
    dx = x.zero_()
    for i in range(dy.shape[2]):
        for j in range(dy.shape[3]):
            place = slice(i, i + w.shape[2]), slice(j, j + w.shape[3])
            dx[:, :, *place] += torch.einsum("no,ocpq->ncpq", dy[:, :, i, j], w)
    return dx, dw, dy.sum((0, 2, 3))
