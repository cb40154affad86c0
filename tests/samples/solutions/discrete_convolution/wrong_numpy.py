"""Answers with numpy arrays where torch tensors went in."""

import numpy as np

REST = "loops"
LOSES_ALL = ("conv2d", "conv1d")
LOSES_SOME = ()


def conv2d(x, w, b):
    windows = np.lib.stride_tricks.sliding_window_view(x.numpy(), w.shape[2:], (2, 3))
    return np.einsum("ncijpq,ocpq->noij", windows, w.numpy()) + b.numpy()[:, None, None]


def conv1d(x, w, b):
    windows = np.lib.stride_tricks.sliding_window_view(x.numpy(), w.shape[2], 2)
    return np.einsum("ncip,ocp->noi", windows, w.numpy()) + b.numpy()[:, None]
