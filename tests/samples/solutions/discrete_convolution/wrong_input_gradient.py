"""Correlates the upstream gradient with the kernel as it is, not flipped, for dx."""

import torch

REST = "windows"
LOSES_ALL = ()
LOSES_SOME = ("conv2d_backward", "debug-input-gradient")


def conv2d_backward(dy, x, w):
    rows, columns = w.shape[2] - 1, w.shape[3] - 1
    padded = torch.nn.functional.pad(dy, (columns, columns, rows, rows))
    windows = padded.unfold(2, rows + 1, 1).unfold(3, columns + 1, 1)
    dx = torch.einsum("noijpq,ocpq->ncij", windows, w)
    windows = x.unfold(2, dy.shape[2], 1).unfold(3, dy.shape[3], 1)
    dw = torch.einsum("ncpqij,noij->ocpq", windows, dy)
    return dx, dw, dy.sum((0, 2, 3))


def input_gradient(dy, w):
    rows, columns = w.shape[2] - 1, w.shape[3] - 1
    padded = torch.nn.functional.pad(dy, (columns, columns, rows, rows))
    windows = padded.unfold(2, rows + 1, 1).unfold(3, columns + 1, 1)
    return torch.einsum("noijpq,ocpq->ncij", windows, w)
