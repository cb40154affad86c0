"""Computes the first image of a batch only."""

import torch

REST = "windows"
LOSES_ALL = ()
LOSES_SOME = ("conv2d", "conv1d", "conv3d", "conv2d_backward")


def conv2d(x, w, b):
    windows = x[0].unfold(1, w.shape[2], 1).unfold(2, w.shape[3], 1)
    first = torch.einsum("cijpq,ocpq->oij", windows, w) + b[:, None, None]
    y = first.new_zeros((len(x), *first.shape))
    y[0] = first
    return y


def conv1d(x, w, b):
    first = torch.einsum("cip,ocp->oi", x[0].unfold(1, w.shape[2], 1), w) + b[:, None]
    y = first.new_zeros((len(x), *first.shape))
    y[0] = first
    return y


def conv3d(x, w, b):
    windows = x[0].unfold(1, w.shape[2], 1).unfold(2, w.shape[3], 1).unfold(3, w.shape[4], 1)
    first = torch.einsum("cdijrpq,ocrpq->odij", windows, w) + b[:, None, None, None]
    y = first.new_zeros((len(x), *first.shape))
    y[0] = first
    return y


def conv2d_backward(dy, x, w):
    dx, dw = torch.zeros_like(x), torch.zeros_like(w)
    for i in range(dy.shape[2]):
        for j in range(dy.shape[3]):
            place = slice(i, i + w.shape[2]), slice(j, j + w.shape[3])
            for o in range(len(w)):
                dx[0, :, *place] += dy[0, o, i, j] * w[o]
                dw[o] += dy[0, o, i, j] * x[0, :, *place]
    return dx, dw, dy[0].sum((1, 2))
