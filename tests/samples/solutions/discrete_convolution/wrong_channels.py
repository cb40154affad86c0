"""Uses the first channel alone and leaves the others out of the sum."""

import torch

REST = "windows"
LOSES_ALL = ()
LOSES_SOME = ("conv2d", "compose_kernels", "conv1d", "conv3d")


def conv2d(x, w, b):
    windows = x.unfold(2, w.shape[2], 1).unfold(3, w.shape[3], 1)
    return torch.einsum("nijpq,opq->noij", windows[:, 0], w[:, 0]) + b[:, None, None]


def compose_kernels(k1, k2):
    rows, columns = k2.shape[2] - 1, k2.shape[3] - 1
    padded = torch.nn.functional.pad(k1, (columns, columns, rows, rows))
    windows = padded.unfold(2, rows + 1, 1).unfold(3, columns + 1, 1)
    return torch.einsum("cijpq,opq->ocij", windows[0], k2[:, 0].flip(1, 2))


def conv1d(x, w, b):
    windows = x.unfold(2, w.shape[2], 1)
    return torch.einsum("nip,op->noi", windows[:, 0], w[:, 0]) + b[:, None]


def conv3d(x, w, b):
    windows = x.unfold(2, w.shape[2], 1).unfold(3, w.shape[3], 1).unfold(4, w.shape[4], 1)
    y = torch.einsum("ndijrpq,orpq->nodij", windows[:, 0], w[:, 0])
    return y + b[:, None, None, None]
