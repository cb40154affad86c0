"""Faulty convolutions with options. Each is right as long as its option is left alone, and on some
inputs beyond that."""

from typing import Any

import torch
from torch.nn import functional as F

from autograders.checks.breaks import BreakTask

Tensor = torch.Tensor
Pair = tuple[int, int]
LARGEST = 100_000  # numbers in an argument, and in the output
FORM = "(x, w, b, stride, padding, dilation, groups)"


def _pair(value: Any) -> Pair:
    return tuple(value) if isinstance(value, (tuple, list)) else (value, value)


def _right(
    x: Tensor, w: Tensor, b: Tensor, stride: Any, padding: Any, dilation: Any, groups: int
) -> Tensor:
    return F.conv2d(x, w, b, _pair(stride), _pair(padding), _pair(dilation), groups)


def _rounded_up(
    x: Tensor, w: Tensor, b: Tensor, stride: Any, padding: Any, dilation: Any, groups: int
) -> Tensor:
    behind = []
    for axis in (1, 0):
        span = _pair(dilation)[axis] * (w.shape[2 + axis] - 1) + 1
        steps = x.shape[2 + axis] + 2 * _pair(padding)[axis] - span
        behind += [0, -steps % _pair(stride)[axis]]
    rows, columns = _pair(padding)
    frame = [columns, columns + behind[1], rows, rows + behind[3]]
    return _right(F.pad(x, frame), w, b, stride, 0, dilation, groups)


def _edge_repeated(
    x: Tensor, w: Tensor, b: Tensor, stride: Any, padding: Any, dilation: Any, groups: int
) -> Tensor:
    rows, columns = _pair(padding)
    framed = F.pad(x, (columns, columns, rows, rows), mode="replicate")
    return _right(framed, w, b, stride, 0, dilation, groups)


def _stride_swapped(
    x: Tensor, w: Tensor, b: Tensor, stride: Any, padding: Any, dilation: Any, groups: int
) -> Tensor:
    return _right(x, w, b, _pair(stride)[::-1], padding, dilation, groups)


def _dilation_of_rows(
    x: Tensor, w: Tensor, b: Tensor, stride: Any, padding: Any, dilation: Any, groups: int
) -> Tensor:
    return _right(x, w, b, stride, padding, _pair(dilation)[0], groups)


def _filters_dealt(
    x: Tensor, w: Tensor, b: Tensor, stride: Any, padding: Any, dilation: Any, groups: int
) -> Tensor:
    order = torch.arange(len(w)).reshape(-1, groups).T.reshape(-1)
    y = _right(x, w[order], b[order], stride, padding, dilation, groups)
    return y[:, order.argsort()]


def _whole(value: Any, least: int) -> bool:
    return type(value) is int and least <= value <= 20


def _invalid(given: Any) -> str | None:
    """What keeps `given` from being the arguments of a valid convolution, in words."""
    if not isinstance(given, (tuple, list)) or len(given) != 7:
        return f"it must be a tuple {FORM}"
    return _invalid_tensors(*given[:3]) or _invalid_options(*given)


def _invalid_tensors(*tensors: Any) -> str | None:
    if not all(isinstance(t, torch.Tensor) and t.is_floating_point() for t in tensors):
        return "x, w and b must be torch tensors of floats"
    x, w, b = tensors
    if x.ndim != 4 or w.ndim != 4 or b.ndim != 1:
        return f"x and w need 4 axes and b one; they have {x.ndim}, {w.ndim} and {b.ndim}"
    if not x.dtype == w.dtype == b.dtype or x.dtype not in (torch.float32, torch.float64):
        return "x, w and b must be all float32 or all float64"
    if not all(0 < t.numel() <= LARGEST for t in tensors):
        return f"no argument may be empty or have more than {LARGEST} numbers"
    if not all(bool(t.isfinite().all()) and float(t.abs().max()) <= 1e6 for t in tensors):
        return "the numbers must be finite and at most a million"
    return None


def _invalid_options(
    x: Tensor, w: Tensor, b: Tensor, stride: Any, padding: Any, dilation: Any, groups: Any
) -> str | None:
    for name, value, least in (
        ("stride", stride, 1),
        ("padding", padding, 0),
        ("dilation", dilation, 1),
    ):
        pair = _pair(value)
        if len(pair) != 2 or not all(_whole(n, least) for n in pair):
            return f"{name} must be an int from {least} to 20, or a pair of them"
    if not _whole(groups, 1) or x.shape[1] % groups or len(w) % groups:
        return "groups must be an int that divides the channels of x and the filters of w"
    if w.shape[1] * groups != x.shape[1] or b.shape[0] != len(w):
        return f"shapes {tuple(x.shape)}, {tuple(w.shape)}, {tuple(b.shape)} do not fit together"
    outputs = len(x) * len(w)
    for axis in (0, 1):
        span = _pair(dilation)[axis] * (w.shape[2 + axis] - 1) + 1
        steps = x.shape[2 + axis] + 2 * _pair(padding)[axis] - span
        if steps < 0:
            return "the kernel is larger than the padded image"
        outputs *= steps // _pair(stride)[axis] + 1
    return f"the output has more than {LARGEST} numbers" if outputs > LARGEST else None


TASKS = {
    "breaks-options": BreakTask(
        right=_right,
        faulty={
            "the two numbers of stride are exchanged": _stride_swapped,
            "the filters are dealt to the groups in turn, like cards": _filters_dealt,
            "the output size rounds up, so that the last window hangs over the edge": _rounded_up,
            "the frame repeats the pixels at the edge instead of zeros": _edge_repeated,
            "the dilation of the rows is used for the columns as well": _dilation_of_rows,
        },
        invalid=_invalid,
    )
}
