"""Notebook 03: what it asks for, the visible cases, the known mistakes and the predictions.

Long, since each exercise brings its cases and its known mistakes; no function in it is.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from autograders.authoring.build import Altered, KnownMistake, Specification
from autograders.authoring.cases import Draw, draw, given
from autograders.checks.exercise import Recipe
from autograders.checks.predictions import letters, numbers
from course_lib.reference import pool

Tensor = torch.Tensor
Pair = int | tuple[int, int]
LARGEST = "Take the largest"
MEAN = "Take the mean"
TO_THE_LARGEST = "Backward: to the largest"
TO_ALL = "Backward: a share for everyone"
SHIFT = "What a small shift does"

LECTURE_X = np.array([[1, 4, 1, 4], [5, 6, 7, 8], [3, 2, 1, 0], [1, 2, 3, 4]])[None, None]


def _distinct(*shape: int) -> np.ndarray:
    """Whole numbers, all different, half of them below zero: a case to follow by hand."""
    count = int(np.prod(shape))
    order = np.random.default_rng(count).permutation(count)
    return order.reshape(shape) - count // 2


def _pair(value: Pair) -> tuple[int, int]:
    return (value, value) if isinstance(value, int) else value


def _turned(value: Pair) -> tuple[int, int]:
    rows, columns = _pair(value)
    return columns, rows


def max_pool2d(x: Tensor, kernel: Pair, stride: Pair) -> Tensor:
    return pool.max_pool_nd(x, kernel, stride)


def avg_pool2d(x: Tensor, kernel: Pair, stride: Pair) -> Tensor:
    return pool.avg_pool_nd(x, kernel, stride)


def max_pool2d_backward(dy: Tensor, x: Tensor, kernel: Pair, stride: Pair) -> Tensor:
    return pool.max_pool_nd_backward(dy, x, kernel, stride)


def avg_pool2d_backward(dy: Tensor, x: Tensor, kernel: Pair, stride: Pair) -> Tensor:
    return pool.avg_pool_nd_backward(dy, x, kernel, stride)


def _forward(x: np.ndarray | tuple[int, ...], kernel: Pair, stride: Pair, **how: Any) -> Draw:
    return draw(x=x, kernel=given(kernel), stride=given(stride), **how)


_FORWARD_GROUPS = {
    "the lecture's outputs": (
        _forward(LECTURE_X, 2, 2),
        _forward(_distinct(1, 1, 4, 6), 2, 2),
    ),
    "channels and a batch": (
        _forward((2, 3, 4, 6), 2, 2),
        _forward((3, 2, 3, 6), 3, 3),
    ),
    "numbers below zero": (
        _forward(_distinct(1, 2, 4, 2) - 20, 2, 2),
        _forward(_distinct(2, 1, 3, 6) - 40, 3, 3),
    ),
    "windows that overlap": (
        _forward(_distinct(1, 1, 5, 7), 3, 2),
        _forward((2, 3, 4, 5), 3, 1),
    ),
    "rows and columns left over": (
        _forward(_distinct(1, 1, 5, 4), 2, 2),
        _forward((2, 2, 6, 8), 3, 2),
    ),
    "kernels and strides that are not square": (
        _forward((2, 3, 7, 6), (3, 2), (2, 3)),
        _forward((1, 2, 5, 8), (2, 4), (1, 2)),
        _forward((1, 3, 5, 6), 2, (1, 2)),
    ),
}


def _sliding_mistakes(
    pool2d: Callable[[Tensor, Pair, Pair], Tensor],
    overhanging: Callable[[Tensor, Pair, Pair], Tensor],
    section: str,
) -> dict[str, KnownMistake]:
    """What can go wrong with the windows, whatever is made of each."""

    def altered(change: Callable[[Tensor, Pair, Pair], tuple[Any, ...]]) -> Altered:
        return Altered(pool2d, lambda x, kernel, stride: (change(x, kernel, stride), {}))

    return {
        "stride is kernel": KnownMistake(
            altered(lambda x, kernel, stride: (x, kernel, kernel)),
            "the windows lie side by side whatever the stride: they move on by the stride, "
            "and overlap where it is smaller than the kernel",
            section,
        ),
        "stride 1": KnownMistake(
            altered(lambda x, kernel, stride: (x, kernel, 1)),
            "the windows move on by one, whatever the stride",
            section,
        ),
        "exchanged": KnownMistake(
            altered(lambda x, kernel, stride: (x, stride, kernel)),
            "kernel and stride are exchanged: the kernel is the size of the window, the stride "
            "its step",
            section,
        ),
        "overhanging": KnownMistake(
            overhanging,
            "rows and columns left over get a smaller window of their own; they are not read",
            section,
        ),
        "kernel turned": KnownMistake(
            altered(lambda x, kernel, stride: (x, _turned(kernel), stride)),
            "height and width of the kernel are exchanged",
            section,
        ),
        "stride turned": KnownMistake(
            altered(lambda x, kernel, stride: (x, kernel, _turned(stride))),
            "the strides of rows and columns are exchanged",
            section,
        ),
        "first channel": KnownMistake(
            altered(lambda x, kernel, stride: (x[:, :1].expand_as(x), kernel, stride)),
            "every channel gets the result of the first; each is pooled by itself",
            section,
        ),
        "first image": KnownMistake(
            altered(lambda x, kernel, stride: (x[:1].expand_as(x), kernel, stride)),
            "every image of the batch gets the result of the first",
            section,
        ),
    }


def _largest_magnitude(x: Tensor, kernel: Pair, stride: Pair) -> Tensor:
    high, low = max_pool2d(x, kernel, stride), -max_pool2d(-x, kernel, stride)
    return torch.where(high.abs() >= low.abs(), high, low)


MAX_POOL2D = Specification(
    name="max_pool2d",
    points=14,
    library="torch",
    outputs=("y",),
    reference=max_pool2d,
    forbidden=("pooling",),
    groups=_FORWARD_GROUPS,
    mistakes={
        "starts at zero": KnownMistake(
            lambda x, kernel, stride: max_pool2d(x, kernel, stride).clamp_min(0),
            "the search for the largest number begins at zero, so no window below zero is seen: "
            "begin at minus infinity, or at the first number of the window",
            LARGEST,
        ),
        "smallest": KnownMistake(
            lambda x, kernel, stride: -max_pool2d(-x, kernel, stride),
            "the smallest number of each window is taken",
            LARGEST,
        ),
        "largest magnitude": KnownMistake(
            _largest_magnitude,
            "the numbers are compared without their signs: 3 is larger than -5",
            LARGEST,
        ),
        "absolute": KnownMistake(
            lambda x, kernel, stride: max_pool2d(x.abs(), kernel, stride),
            "absolute values are taken: numbers below zero lose their sign",
            LARGEST,
        ),
        "mean": KnownMistake(
            avg_pool2d,
            "the mean of each window is taken: that is the next exercise",
            LARGEST,
        ),
        **_sliding_mistakes(
            max_pool2d,
            lambda x, kernel, stride: pool.max_pool_nd(x, kernel, stride, ceil_mode=True),
            LARGEST,
        ),
    },
    together=(
        ("starts at zero", "stride is kernel"),
        ("starts at zero", "stride turned"),
        ("mean", "stride is kernel"),
    ),
)


def _numbers_in(kernel: Pair) -> int:
    rows, columns = _pair(kernel)
    return rows * columns


AVG_POOL2D = Specification(
    name="avg_pool2d",
    points=9,
    library="torch",
    outputs=("y",),
    reference=avg_pool2d,
    forbidden=("pooling",),
    groups=_FORWARD_GROUPS,
    mistakes={
        "sum": KnownMistake(
            lambda x, kernel, stride: avg_pool2d(x, kernel, stride) * _numbers_in(kernel),
            "the numbers of a window are summed and not divided by how many they are",
            MEAN,
        ),
        "divided by the height": KnownMistake(
            lambda x, kernel, stride: avg_pool2d(x, kernel, stride) * _pair(kernel)[1],
            "the sum is divided by the height of the kernel; it holds height times width numbers",
            MEAN,
        ),
        "divided by a square": KnownMistake(
            lambda x, kernel, stride: (
                avg_pool2d(x, kernel, stride) * _pair(kernel)[1] / _pair(kernel)[0]
            ),
            "the sum is divided by the square of the height; a window holds height times width "
            "numbers",
            MEAN,
        ),
        "largest": KnownMistake(
            max_pool2d,
            "the largest number of each window is taken: that was the exercise before",
            MEAN,
        ),
        "channels too": KnownMistake(
            lambda x, kernel, stride: avg_pool2d(
                x.mean(1, keepdim=True).expand_as(x), kernel, stride
            ),
            "the channels are averaged as well; each is pooled by itself",
            MEAN,
        ),
        **_sliding_mistakes(
            avg_pool2d,
            lambda x, kernel, stride: pool.avg_pool_nd(x, kernel, stride, ceil_mode=True),
            MEAN,
        ),
    },
    together=(
        ("sum", "stride is kernel"),
        ("sum", "stride turned"),
        ("largest", "stride is kernel"),
    ),
)


def _windows(dy: Tensor, kernel: Pair, stride: Pair) -> list[tuple[int, int, slice, slice]]:
    """Each place of the window: its row and column in dy, its rows and columns in x."""
    (height, width), (down, right) = _pair(kernel), _pair(stride)
    return [
        (i, j, slice(i * down, i * down + height), slice(j * right, j * right + width))
        for i in range(dy.shape[2])
        for j in range(dy.shape[3])
    ]


def _winners(window: Tensor) -> Tensor:
    """1 where the (first) largest number of each image and channel lies, else 0."""
    flat = window.flatten(2)
    first = flat.argmax(2, keepdim=True)
    return torch.zeros_like(flat).scatter(2, first, 1.0).reshape(window.shape)


def _corner(window: Tensor) -> Tensor:
    weights = torch.zeros_like(window)
    weights[:, :, 0, 0] = 1
    return weights


def _routed(
    weights: Callable[[Tensor], Tensor], keep: Callable[[Tensor, Tensor], Tensor] = torch.add
) -> Callable[[Tensor, Tensor, Pair, Pair], Tensor]:
    """A backward pass that hands each window its dy times `weights` of it; `keep` makes one of
    what is there and what arrives."""

    def backward(dy: Tensor, x: Tensor, kernel: Pair, stride: Pair) -> Tensor:
        dx = torch.zeros_like(x)
        for i, j, rows, columns in _windows(dy, kernel, stride):
            arriving = weights(x[:, :, rows, columns]) * dy[:, :, i, j, None, None]
            dx[:, :, rows, columns] = keep(dx[:, :, rows, columns], arriving)
        return dx

    return backward


def _last_wins(there: Tensor, arriving: Tensor) -> Tensor:
    return torch.where(arriving != 0, arriving, there)


def _every_maximum(window: Tensor) -> Tensor:
    return (window == window.amax((2, 3), keepdim=True)).to(window.dtype)


def _shares(window: Tensor) -> Tensor:
    return torch.full_like(window, 1 / window[0, 0].numel())


def _over_readers(dx: Tensor, dy: Tensor, kernel: Pair, stride: Pair) -> Tensor:
    """dx divided by how many windows read each number."""
    readers = _routed(torch.ones_like)(torch.ones_like(dy), dx, kernel, stride)
    return dx / readers.clamp_min(1)


def _backward(*x: int, kernel: Pair, stride: Pair, **how: Any) -> Draw:
    (height, width), (down, right) = _pair(kernel), _pair(stride)
    dy = (*x[:2], (x[2] - height) // down + 1, (x[3] - width) // right + 1)
    return draw(dy=dy, x=x, kernel=given(kernel), stride=given(stride), **how)


def _split(*how: tuple[float, ...]) -> np.ndarray:
    """A batch of images of one channel whose windows of 2 x 2 hold the given numbers."""
    return np.array(how).reshape(len(how), 1, 2, 2)


MAX_POOL2D_BACKWARD = Specification(
    name="max_pool2d_backward",
    points=20,
    library="torch",
    outputs=("dx",),
    reference=max_pool2d_backward,
    forbidden=("pooling", "autograd"),
    groups={
        "one window": (
            _backward(1, 1, 2, 2, kernel=2, stride=2),
            _backward(1, 1, 3, 3, kernel=3, stride=1),
        ),
        "windows side by side": (
            _backward(1, 1, 4, 6, kernel=2, stride=2),
            _backward(1, 1, 6, 3, kernel=3, stride=3),
        ),
        "channels and a batch": (
            _backward(2, 3, 4, 2, kernel=2, stride=2),
            _backward(3, 2, 3, 6, kernel=3, stride=3),
        ),
        "windows that overlap": (
            _backward(1, 1, 7, 9, kernel=3, stride=2),
            _backward(2, 3, 6, 5, kernel=3, stride=1),
        ),
        "rows and columns left over": (
            _backward(1, 1, 5, 6, kernel=3, stride=2),
            _backward(2, 2, 5, 8, kernel=2, stride=3),
        ),
        "kernels and strides that are not square": (
            _backward(2, 3, 7, 6, kernel=(3, 2), stride=(2, 1)),
            _backward(1, 2, 5, 8, kernel=(2, 4), stride=(1, 2)),
        ),
        "equal maxima, shared as you like": (
            draw(
                dy=(2, 1, 1, 1),
                x=_split((5, 1, 5, 5), (2, 2, 2, 2)),
                kernel=given(2),
                stride=given(2),
                rule="tied-maxima",
            ),
            draw(
                dy=(1, 2, 1, 2),
                x=np.array([[[3, 0, 1, 7], [3, 3, 7, 2]], [[-1, -1, 0, 0], [-4, -2, 0, 0]]])[None],
                kernel=given(2),
                stride=given(2),
                rule="tied-maxima",
            ),
        ),
    },
    mistakes={
        "overwritten": KnownMistake(
            _routed(_winners, _last_wins),
            "a number that is the largest of several windows keeps only what the last of them "
            "sends: gradients that meet are added",
            TO_THE_LARGEST,
        ),
        "window overwritten": KnownMistake(
            _routed(_winners, lambda there, arriving: arriving),
            "each window overwrites what earlier windows have put there, with zeros too: "
            "gradients that meet are added",
            TO_THE_LARGEST,
        ),
        "every maximum": KnownMistake(
            _routed(_every_maximum),
            "where several numbers are the largest, each gets the whole gradient; "
            "together they may get it once",
            TO_THE_LARGEST,
        ),
        "shared by all": KnownMistake(
            avg_pool2d_backward,
            "each gradient is shared by its whole window: that is the backward pass of the mean",
            TO_THE_LARGEST,
        ),
        "to all": KnownMistake(
            _routed(torch.ones_like),
            "every number of a window gets the whole gradient; only the largest moved the output",
            TO_THE_LARGEST,
        ),
        "to the corner": KnownMistake(
            _routed(_corner),
            "the gradient goes to the upper left corner of each window, "
            "wherever the largest number lies",
            TO_THE_LARGEST,
        ),
        "to the smallest": KnownMistake(
            _routed(lambda window: _winners(-window)),
            "the gradient goes to the smallest number of each window",
            TO_THE_LARGEST,
        ),
        "no upstream": KnownMistake(
            lambda dy, x, kernel, stride: _routed(_winners)(torch.ones_like(dy), x, kernel, stride),
            "dx marks where the largest numbers lie, and dy does not come in",
            TO_THE_LARGEST,
        ),
        "times x": KnownMistake(
            lambda dy, x, kernel, stride: max_pool2d_backward(dy, x, kernel, stride) * x,
            "dy is multiplied by the largest number; the local gradient of a maximum is 1",
            TO_THE_LARGEST,
        ),
        "over the readers": KnownMistake(
            lambda dy, x, kernel, stride: _over_readers(
                max_pool2d_backward(dy, x, kernel, stride), dy, kernel, stride
            ),
            "where windows overlap, the gradients that meet are averaged; they are to be added",
            TO_THE_LARGEST,
        ),
        "stride is kernel": KnownMistake(
            lambda dy, x, kernel, stride: _routed(_winners)(dy, x, kernel, kernel),
            "the windows are taken side by side whatever the stride",
            TO_THE_LARGEST,
        ),
    },
)

AVG_POOL2D_BACKWARD = Specification(
    name="avg_pool2d_backward",
    points=9,
    library="torch",
    outputs=("dx",),
    reference=avg_pool2d_backward,
    forbidden=("pooling", "autograd"),
    groups={
        "windows side by side": (
            _backward(1, 1, 4, 6, kernel=2, stride=2, whole=True),
            _backward(1, 1, 6, 3, kernel=3, stride=3),
        ),
        "channels and a batch": (
            _backward(2, 3, 4, 2, kernel=2, stride=2),
            _backward(3, 2, 3, 6, kernel=3, stride=3),
        ),
        "windows that overlap": (
            _backward(1, 1, 5, 7, kernel=3, stride=2),
            _backward(2, 3, 4, 5, kernel=3, stride=1),
        ),
        "rows and columns left over": (
            _backward(1, 1, 4, 6, kernel=3, stride=2),
            _backward(2, 2, 5, 8, kernel=2, stride=2),
        ),
        "kernels and strides that are not square": (
            _backward(2, 3, 7, 6, kernel=(3, 2), stride=(2, 1)),
            _backward(1, 2, 5, 8, kernel=(2, 4), stride=(1, 2)),
        ),
    },
    mistakes={
        "whole": KnownMistake(
            _routed(torch.ones_like),
            "every number of a window gets the whole gradient; each moved the mean by its share",
            TO_ALL,
        ),
        "divided by the height": KnownMistake(
            lambda dy, x, kernel, stride: (
                avg_pool2d_backward(dy, x, kernel, stride) * _pair(kernel)[1]
            ),
            "the share is 1 / height; a window holds height times width numbers",
            TO_ALL,
        ),
        "overwritten": KnownMistake(
            _routed(_shares, lambda there, arriving: arriving),
            "where windows overlap, only what the last of them sends is kept: "
            "gradients that meet are added",
            TO_ALL,
        ),
        "over the readers": KnownMistake(
            lambda dy, x, kernel, stride: _over_readers(
                avg_pool2d_backward(dy, x, kernel, stride), dy, kernel, stride
            ),
            "where windows overlap, the gradients that meet are averaged; they are to be added",
            TO_ALL,
        ),
        "to the largest": KnownMistake(
            max_pool2d_backward,
            "each gradient goes to the largest number of its window: that was the exercise before",
            TO_ALL,
        ),
        "to the corner": KnownMistake(
            _routed(_corner),
            "the gradient goes to the upper left corner of each window only",
            TO_ALL,
        ),
        "divided by a square": KnownMistake(
            lambda dy, x, kernel, stride: (
                avg_pool2d_backward(dy, x, kernel, stride) * _pair(kernel)[1] / _pair(kernel)[0]
            ),
            "the share is 1 / height^2; a window holds height times width numbers",
            TO_ALL,
        ),
        "divided by the stride": KnownMistake(
            lambda dy, x, kernel, stride: (
                avg_pool2d_backward(dy, x, kernel, stride)
                * _numbers_in(kernel)
                / _numbers_in(stride)
            ),
            "the share is one over the numbers in a step; it is one over those in the window",
            TO_ALL,
        ),
        "kernel turned": KnownMistake(
            lambda dy, x, kernel, stride: _routed(_shares)(dy, x, _turned(kernel), stride),
            "height and width of the kernel are exchanged",
            TO_ALL,
        ),
        "stride is kernel": KnownMistake(
            lambda dy, x, kernel, stride: _routed(_shares)(dy, x, kernel, kernel),
            "the windows are taken side by side whatever the stride",
            TO_ALL,
        ),
    },
)


Function = Callable[[Tensor], Tensor]


def _rolled(x: Tensor, shift: Pair) -> Tensor:
    return torch.roll(x, _pair(shift), (2, 3))


def shift_sensitivity(f: Function, x: Tensor, shift: Pair) -> float:
    y = f(x)
    return float((f(_rolled(x, shift)) - y).norm() / y.norm())


def _rounding(f: Function, x: Tensor, shift: Pair) -> float:
    """Both results are rounded before they are subtracted."""
    return 1 + float(f(_rolled(x, shift)).norm() / f(x).norm())


def _filled_with_zeros(f: Function, x: Tensor, shift: Pair) -> float:
    moved = _rolled(x, shift)
    for axis, places in zip((2, 3), _pair(shift), strict=True):
        new = torch.arange(x.shape[axis])
        new = new < places if places >= 0 else new >= x.shape[axis] + places
        moved = moved.masked_fill(new[:, None] if axis == 2 else new, 0)
    return float((f(moved) - f(x)).norm() / f(x).norm())


def _image_by_image(f: Function, x: Tensor, shift: Pair) -> float:
    change, y = f(_rolled(x, shift)) - f(x), f(x)
    return float((change.flatten(1).norm(dim=1) / y.flatten(1).norm(dim=1)).mean())


def _sensitivity(name: str, *x: int, shift: Pair, **how: Any) -> Draw:
    return draw(f=given(Recipe(name)), x=x, shift=given(shift), **how)


SHIFT_SENSITIVITY = Specification(
    name="shift_sensitivity",
    points=11,
    library="number",
    outputs=("sensitivity",),
    reference=shift_sensitivity,
    bound=_rounding,
    groups={
        "the image itself, one axis": (
            _sensitivity("identity", 1, 1, 4, 5, shift=(0, 1)),
            _sensitivity("identity", 1, 1, 5, 3, shift=(2, 0)),
        ),
        "the image itself, both axes": (
            _sensitivity("identity", 1, 1, 5, 6, shift=(1, -2)),
            _sensitivity("identity", 1, 1, 4, 7, shift=2),
        ),
        "channels and a batch": (
            _sensitivity("identity", 2, 3, 4, 5, shift=(1, 2)),
            _sensitivity("identity", 3, 2, 6, 4, shift=1),
        ),
        "functions that shrink the image": (
            _sensitivity("every_second_pixel", 2, 3, 6, 8, shift=(0, 1)),
            _sensitivity("sums_of_rows", 3, 2, 5, 4, shift=-1),
        ),
        "functions that know where they look": (
            _sensitivity("brighter_to_the_right", 2, 1, 5, 7, shift=(1, 2)),
            _sensitivity("upper_left_quarter", 2, 3, 6, 4, shift=(-1, 1)),
        ),
        "results that are no images": (
            _sensitivity("largest_of_all", 2, 3, 5, 4, shift=(1, 2)),
            _sensitivity("corner", 3, 4, 4, 5, shift=1),
        ),
    },
    mistakes={
        "not relative": KnownMistake(
            lambda f, x, shift: float((f(_rolled(x, shift)) - f(x)).norm()),
            "the change is not divided by the norm of f(x)",
            SHIFT,
        ),
        "over x": KnownMistake(
            lambda f, x, shift: float((f(_rolled(x, shift)) - f(x)).norm() / x.norm()),
            "the change is divided by the norm of x; it is measured against f(x)",
            SHIFT,
        ),
        "squared": KnownMistake(
            lambda f, x, shift: shift_sensitivity(f, x, shift) ** 2,
            "the squares are summed and the root is not taken",
            SHIFT,
        ),
        "absolute": KnownMistake(
            lambda f, x, shift: float((f(_rolled(x, shift)) - f(x)).abs().sum() / f(x).abs().sum()),
            "absolute values are summed; the Frobenius norm is the root of the sum of squares",
            SHIFT,
        ),
        "image by image": KnownMistake(
            _image_by_image,
            "each image gets a ratio and the ratios are averaged; "
            "one norm runs over the whole batch",
            SHIFT,
        ),
        "zeros": KnownMistake(
            _filled_with_zeros,
            "zeros come in at the border; what leaves on one side must come back on the other",
            SHIFT,
        ),
        "backwards": KnownMistake(
            lambda f, x, shift: shift_sensitivity(f, x, (-_pair(shift)[0], -_pair(shift)[1])),
            "the image moves up and left; a positive shift is down and right",
            SHIFT,
        ),
        "axes exchanged": KnownMistake(
            lambda f, x, shift: shift_sensitivity(f, x, _turned(shift)),
            "the shift of rows and the shift of columns are exchanged",
            SHIFT,
        ),
        "result moved": KnownMistake(
            lambda f, x, shift: float((_rolled(f(x), shift) - f(x)).norm() / f(x).norm()),
            "the result of f is moved; asked is what f makes of a moved image",
            SHIFT,
        ),
        "rows only": KnownMistake(
            lambda f, x, shift: shift_sensitivity(f, x, (_pair(shift)[0], 0)),
            "only the rows are moved",
            SHIFT,
        ),
    },
)

DEBUG_ROUTE_GRADIENT = Specification(
    name="debug-route-gradient",
    points=4,
    library="torch",
    outputs=("dx",),
    reference=max_pool2d_backward,
    forbidden=("pooling", "autograd"),
    groups={
        "windows that overlap": (
            _backward(1, 1, 7, 9, kernel=3, stride=2),
            _backward(1, 1, 6, 5, kernel=3, stride=1),
        ),
        "channels and a batch": (
            _backward(2, 3, 5, 6, kernel=3, stride=1),
            _backward(3, 2, 7, 5, kernel=3, stride=2),
        ),
    },
    mistakes={
        "overwritten": KnownMistake(
            _routed(_winners, _last_wins),
            "the fault is still there: compare it with the case that you worked by hand",
            TO_THE_LARGEST,
        ),
    },
)

EXERCISES = (
    MAX_POOL2D,
    AVG_POOL2D,
    MAX_POOL2D_BACKWARD,
    AVG_POOL2D_BACKWARD,
    SHIFT_SENSITIVITY,
    DEBUG_ROUTE_GRADIENT,
)

PREDICTIONS = (
    numbers("recall-parameters", 1, 1792),
    numbers("recall-output-size", 1, 112),
    numbers("recall-receptive-field", 1, 7),
    numbers("recall-work", 1, 768_000),
    letters("recall-many-outputs", 1, "abcd", "c"),
    numbers("predict-output-sizes", 2, 27, 27, 3),
    numbers("predict-parameters", 1, 0, 36_928),
    numbers("predict-average-weights", 2, 16_384, 256),
    numbers("predict-relus", 1, 3, 8),
    letters("predict-ties", 2, "ABCDE", "ABD"),
    letters("predict-gradient-sums", 2, "ABCDE", "ABCDE"),
    numbers("predict-exact-shifts", 2, 2, 32),
    letters("debug-fault-kind", 1, "abcd", "b"),
)

BREAK_POINTS = {"breaks-max_pool2d": 5.0}
