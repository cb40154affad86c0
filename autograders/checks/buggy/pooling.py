"""Faulty max poolings. Each is right on some inputs: that is what makes it hard to notice."""

from typing import Any

import torch
from torch.nn.functional import max_pool2d

from autograders.checks.breaks import BreakTask

Tensor = torch.Tensor
Pair = int | tuple[int, int]
LARGEST = 100_000  # numbers in x


def _not_below_zero(x: Tensor, kernel: Pair, stride: Pair) -> Tensor:
    return max_pool2d(x, kernel, stride).clamp_min(0)


def _overhanging(x: Tensor, kernel: Pair, stride: Pair) -> Tensor:
    return max_pool2d(x, kernel, stride, ceil_mode=True)


def _first_channel(x: Tensor, kernel: Pair, stride: Pair) -> Tensor:
    return max_pool2d(x[:, :1], kernel, stride).expand(-1, x.shape[1], -1, -1)


def _side_by_side(x: Tensor, kernel: Pair, stride: Pair) -> Tensor:
    return max_pool2d(x, kernel)


def _one_stride(x: Tensor, kernel: Pair, stride: Pair) -> Tensor:
    return max_pool2d(x, kernel, stride if isinstance(stride, int) else stride[0])


def _invalid(given: Any) -> str | None:
    """What keeps `given` from being (x, kernel, stride) of a pooling, in words."""
    if not isinstance(given, (tuple, list)) or len(given) != 3:
        return "it must be a tuple (x, kernel, stride)"
    x, kernel, stride = given
    if not isinstance(x, torch.Tensor) or x.dtype not in (torch.float32, torch.float64):
        return "x must be a torch tensor of float32 or float64"
    if x.ndim != 4:
        return f"x needs 4 axes; it has {x.ndim}"
    if not 0 < x.numel() <= LARGEST:
        return f"x may not be empty or have more than {LARGEST} numbers"
    if not bool(x.isfinite().all()) or float(x.abs().max()) > 1e6:
        return "the numbers must be finite and at most a million"
    for name, value in (("kernel", kernel), ("stride", stride)):
        pair = [value, value] if type(value) is int else value
        pair = pair if isinstance(pair, (tuple, list)) else []
        if [type(n) for n in pair] != [int, int] or min(pair) < 1:
            return f"{name} must be a positive int or a pair (rows, columns) of them"
    rows, columns = (kernel, kernel) if isinstance(kernel, int) else kernel
    if rows > x.shape[2] or columns > x.shape[3]:
        return "the kernel is larger than the image"
    return None


TASKS = {
    "breaks-max_pool2d": BreakTask(
        right=max_pool2d,
        faulty={
            "rows and columns left over get a smaller window of their own": _overhanging,
            "every channel gets the result of the first": _first_channel,
            "numbers below zero count as zero": _not_below_zero,
            "the stride of the rows is used for the columns too": _one_stride,
            "the windows lie side by side, whatever the stride": _side_by_side,
        },
        invalid=_invalid,
    )
}
