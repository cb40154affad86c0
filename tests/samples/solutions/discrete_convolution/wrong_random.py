"""Random numbers of the right shape and dtype."""

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
    return np.random.randn(*size).astype(x.dtype)


def convolve2d(x, k):
    size = x.shape[0] - k.shape[0] + 1, x.shape[1] - k.shape[1] + 1
    return np.random.randn(*size).astype(x.dtype)


def conv2d(x, w, b):
    size = x.shape[2] - w.shape[2] + 1, x.shape[3] - w.shape[3] + 1
    return torch.randn((len(x), len(w), *size), dtype=x.dtype)


def compose_kernels(k1, k2):
    size = k1.shape[2] + k2.shape[2] - 1, k1.shape[3] + k2.shape[3] - 1
    return torch.randn((len(k2), k1.shape[1], *size), dtype=k1.dtype)


def conv1d(x, w, b):
    return torch.randn((len(x), len(w), x.shape[2] - w.shape[2] + 1), dtype=x.dtype)


def conv3d(x, w, b):
    size = (whole - k + 1 for whole, k in zip(x.shape[2:], w.shape[2:], strict=True))
    return torch.randn((len(x), len(w), *size), dtype=x.dtype)


def conv2d_backward(dy, x, w):
    return torch.randn_like(x), torch.randn_like(w), torch.randn(len(w), dtype=x.dtype)
