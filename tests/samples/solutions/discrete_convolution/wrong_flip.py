"""Flips the kernel where the exercise does not, and does not where it does."""

import numpy as np
import torch

REST = "windows"
LOSES_ALL = ()
LOSES_SOME = ("cross_correlate2d", "convolve2d", "conv2d", "compose_kernels", "conv1d", "conv3d")


def cross_correlate2d(x, k):
    windows = np.lib.stride_tricks.sliding_window_view(x, k.shape)
    return np.einsum("ijpq,pq->ij", windows, k[::-1, ::-1])


def convolve2d(x, k):
    windows = np.lib.stride_tricks.sliding_window_view(x, k.shape)
    return np.einsum("ijpq,pq->ij", windows, k)


def conv2d(x, w, b):
    windows = x.unfold(2, w.shape[2], 1).unfold(3, w.shape[3], 1)
    return torch.einsum("ncijpq,ocpq->noij", windows, w.flip(2, 3)) + b[:, None, None]


def compose_kernels(k1, k2):
    rows, columns = k2.shape[2] - 1, k2.shape[3] - 1
    padded = torch.nn.functional.pad(k1, (columns, columns, rows, rows))
    windows = padded.unfold(2, rows + 1, 1).unfold(3, columns + 1, 1)
    return torch.einsum("mcijpq,ompq->ocij", windows, k2)


def conv1d(x, w, b):
    return torch.einsum("ncip,ocp->noi", x.unfold(2, w.shape[2], 1), w.flip(2)) + b[:, None]


def conv3d(x, w, b):
    windows = x.unfold(2, w.shape[2], 1).unfold(3, w.shape[3], 1).unfold(4, w.shape[4], 1)
    y = torch.einsum("ncdijrpq,ocrpq->nodij", windows, w.flip(2, 3, 4))
    return y + b[:, None, None, None]
