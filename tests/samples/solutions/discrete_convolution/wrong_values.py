"""Answers that are no answer: not finite, not an array, too large to be a number."""

import numpy as np
import torch

REST = "windows"
LOSES_ALL = (
    "cross_correlate2d",
    "convolve2d",
    "conv2d",
    "compose_kernels",
    "conv1d",
    "conv3d",
    "conv2d_backward",
)
LOSES_SOME = ()


def cross_correlate2d(x, k):
    size = x.shape[0] - k.shape[0] + 1, x.shape[1] - k.shape[1] + 1
    return np.full(size, np.nan, x.dtype)


def convolve2d(x, k):
    return True


def conv2d(x, w, b):
    size = x.shape[2] - w.shape[2] + 1, x.shape[3] - w.shape[3] + 1
    return torch.full((len(x), len(w), *size), torch.inf, dtype=x.dtype)


def compose_kernels(k1, k2):
    return 10**400


def conv1d(x, w, b):
    return "18.0"


def conv3d(x, w, b):
    class AlwaysEqual:
        shape, dtype, device = (1,), x.dtype, x.device

        def __eq__(self, other):
            return True

        def __hash__(self):
            return 0

    return AlwaysEqual()


def conv2d_backward(dy, x, w):
    return x, w
