"""Forgets the bias, and its gradient."""

import torch

REST = "windows"
LOSES_ALL = ()
LOSES_SOME = ("conv2d", "conv1d", "conv3d", "conv2d_backward")


def conv2d(x, w, b):
    windows = x.unfold(2, w.shape[2], 1).unfold(3, w.shape[3], 1)
    return torch.einsum("ncijpq,ocpq->noij", windows, w)


def conv1d(x, w, b):
    return torch.einsum("ncip,ocp->noi", x.unfold(2, w.shape[2], 1), w)


def conv3d(x, w, b):
    windows = x.unfold(2, w.shape[2], 1).unfold(3, w.shape[3], 1).unfold(4, w.shape[4], 1)
    return torch.einsum("ncdijrpq,ocrpq->nodij", windows, w)


def conv2d_backward(dy, x, w):
    rows, columns = w.shape[2] - 1, w.shape[3] - 1
    padded = torch.nn.functional.pad(dy, (columns, columns, rows, rows))
    windows = padded.unfold(2, rows + 1, 1).unfold(3, columns + 1, 1)
    dx = torch.einsum("noijpq,ocpq->ncij", windows, w.flip(2, 3))
    windows = x.unfold(2, dy.shape[2], 1).unfold(3, dy.shape[3], 1)
    dw = torch.einsum("ncpqij,noij->ocpq", windows, dy)
    return dx, dw, torch.zeros_like(dw[:, 0, 0, 0])
