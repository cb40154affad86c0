"""Faulty convolutions. Each is right on some inputs: that is what makes it hard to notice."""

from typing import Any

import torch
from torch.nn.functional import conv2d

from autograders.checks.breaks import BreakTask

Tensor = torch.Tensor
LARGEST = 100_000  # numbers in one argument


def _flipped(x: Tensor, w: Tensor, b: Tensor) -> Tensor:
    return conv2d(x, w.flip(2, 3), b)


def _one_channel(x: Tensor, w: Tensor, b: Tensor) -> Tensor:
    return conv2d(x[:, :1], w[:, :1], b)


def _bias_by_row(x: Tensor, w: Tensor, b: Tensor) -> Tensor:
    y = conv2d(x, w)
    rows = torch.arange(y.shape[2]) % len(b)
    return y + b[rows][:, None]


def _axes_swapped(x: Tensor, w: Tensor, b: Tensor) -> Tensor:
    return conv2d(x, w.transpose(2, 3), b)


def _first_image(x: Tensor, w: Tensor, b: Tensor) -> Tensor:
    return conv2d(x[:1], w, b).expand(len(x), -1, -1, -1)


def _invalid(given: Any) -> str | None:
    """What keeps `given` from being (x, w, b) of a valid convolution, in words."""
    if not isinstance(given, (tuple, list)) or len(given) != 3:
        return "it must be a tuple (x, w, b)"
    x, w, b = given
    if not all(isinstance(t, torch.Tensor) and t.is_floating_point() for t in given):
        return "x, w and b must be torch tensors of floats"
    if x.ndim != 4 or w.ndim != 4 or b.ndim != 1:
        return f"x and w need 4 axes and b one; they have {x.ndim}, {w.ndim} and {b.ndim}"
    if not x.dtype == w.dtype == b.dtype or x.dtype not in (torch.float32, torch.float64):
        return "x, w and b must be all float32 or all float64"
    if w.shape[1] != x.shape[1] or b.shape[0] != w.shape[0]:
        return f"shapes {tuple(x.shape)}, {tuple(w.shape)}, {tuple(b.shape)} do not fit together"
    if w.shape[2] > x.shape[2] or w.shape[3] > x.shape[3]:
        return "the kernel is larger than the image"
    if not all(0 < t.numel() <= LARGEST for t in given):
        return f"no argument may be empty or have more than {LARGEST} numbers"
    if not all(bool(t.isfinite().all()) and float(t.abs().max()) <= 1e6 for t in given):
        return "the numbers must be finite and at most a million"
    return None


TASKS = {
    "breaks-conv2d": BreakTask(
        right=conv2d,
        faulty={
            "the bias follows the row of the output, not the filter": _bias_by_row,
            "only the first input channel is used": _one_channel,
            "the kernel is flipped": _flipped,
            "every image of the batch gets the result of the first": _first_image,
            "height and width of the kernel are swapped": _axes_swapped,
        },
        invalid=_invalid,
    )
}
