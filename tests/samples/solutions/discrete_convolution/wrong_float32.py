"""Computes and answers in single precision whatever the arguments are."""

import numpy as np
import torch

REST = "windows"
LOSES_ALL = ()
LOSES_SOME = (
    "cross_correlate2d",
    "convolve2d",
    "conv2d",
    "compose_kernels",
    "conv1d",
    "conv3d",
    "conv2d_backward",
)


def cross_correlate2d(x, k):
    x, k = x.astype(np.float32), k.astype(np.float32)
    windows = np.lib.stride_tricks.sliding_window_view(x, k.shape)
    return np.einsum("ijpq,pq->ij", windows, k)


def convolve2d(x, k):
    x, k = x.astype(np.float32), k.astype(np.float32)
    windows = np.lib.stride_tricks.sliding_window_view(x, k.shape)
    return np.einsum("ijpq,pq->ij", windows, k[::-1, ::-1])


def conv2d(x, w, b):
    windows = x.float().unfold(2, w.shape[2], 1).unfold(3, w.shape[3], 1)
    return torch.einsum("ncijpq,ocpq->noij", windows, w.float()) + b.float()[:, None, None]


def compose_kernels(k1, k2):
    k1, k2 = k1.float(), k2.float()
    rows, columns = k2.shape[2] - 1, k2.shape[3] - 1
    padded = torch.nn.functional.pad(k1, (columns, columns, rows, rows))
    windows = padded.unfold(2, rows + 1, 1).unfold(3, columns + 1, 1)
    return torch.einsum("mcijpq,ompq->ocij", windows, k2.flip(2, 3))


def conv1d(x, w, b):
    windows = x.float().unfold(2, w.shape[2], 1)
    return torch.einsum("ncip,ocp->noi", windows, w.float()) + b.float()[:, None]


def conv3d(x, w, b):
    x, w, b = x.float(), w.float(), b.float()
    windows = x.unfold(2, w.shape[2], 1).unfold(3, w.shape[3], 1).unfold(4, w.shape[4], 1)
    return torch.einsum("ncdijrpq,ocrpq->nodij", windows, w) + b[:, None, None, None]


def conv2d_backward(dy, x, w):
    dy, x, w = dy.float(), x.float(), w.float()
    rows, columns = w.shape[2] - 1, w.shape[3] - 1
    padded = torch.nn.functional.pad(dy, (columns, columns, rows, rows))
    windows = padded.unfold(2, rows + 1, 1).unfold(3, columns + 1, 1)
    dx = torch.einsum("noijpq,ocpq->ncij", windows, w.flip(2, 3))
    windows = x.unfold(2, dy.shape[2], 1).unfold(3, dy.shape[3], 1)
    dw = torch.einsum("ncpqij,noij->ocpq", windows, dy)
    return dx, dw, dy.sum((0, 2, 3))
