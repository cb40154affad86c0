"""Right as far as it goes: the first three exercises and two predictions."""

import numpy as np
import torch

REST = ""
LOSES_ALL = (
    "compose_kernels",
    "conv1d",
    "conv3d",
    "conv2d_backward",
    "predict-output-shape",
    "predict-parameters",
    "predict-self-flip",
    "breaks-conv2d",
    "debug-input-gradient",
    "debug-fault-kind",
)
LOSES_SOME = ()


def cross_correlate2d(x, k):
    windows = np.lib.stride_tricks.sliding_window_view(x, k.shape)
    return np.einsum("ijpq,pq->ij", windows, k)


def convolve2d(x, k):
    windows = np.lib.stride_tricks.sliding_window_view(x, k.shape)
    return np.einsum("ijpq,pq->ij", windows, k[::-1, ::-1])


def conv2d(x, w, b):
    windows = x.unfold(2, w.shape[2], 1).unfold(3, w.shape[3], 1)
    return torch.einsum("ncijpq,ocpq->noij", windows, w) + b[:, None, None]


slide_sums = [45, 110, 40, 40]
dot_length = 75
