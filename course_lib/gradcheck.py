"""Compare a gradient written by hand with one measured by moving the input a little."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

_STEP = 1e-5
_FLOOR = 1e-8
_BANDS = (
    (1e-7, "right"),
    (1e-4, "look again: too large for double precision, unless the function has a kink here"),
    (1e-2, "probably wrong"),
    (math.inf, "wrong"),
)


def gradcheck(
    f: Callable[[Tensor], Tensor], x: Tensor, dy: Tensor, dx: Tensor | None, name: str = "dx"
) -> float:
    """The largest relative error of `dx` against centred differences; printed with its meaning.

    With L(x) = sum(f(x) * dy), each entry i of x is moved by h = 1e-5 to both sides:

        n[i] = (L(x + h e_i) - L(x - h e_i)) / 2h,    error[i] = |a - n| / max(1e-8, |a| + |n|)

    where a = dx[i]. Below 1e-7 the gradient is right; up to 1e-4 look again; up to 1e-2 it is
    probably wrong; above, it is wrong. Two calls of f for every entry of x: keep x small.

    Args:
        f: the forward function of one tensor, with everything else held fixed.
        x: float64, any shape: where the gradient is taken. Not modified.
        dy: float64, the shape of f(x): the upstream gradient. Take it at random; with ones, some
            mistakes cancel.
        dx: float64, the shape of x: the gradient under test; None if it is not written yet.
        name: how the printed line calls the gradient.

    Returns:
        The largest relative error over the entries of x, infinite where dx or the measured gradient
        is NaN or infinite; nan if dx is None.

    Raises:
        TypeError: if x, dy or dx is no tensor of float64 (single precision drowns the difference),
            or f(x) is no tensor.
        ValueError: if dy has another shape than f(x), dx another shape than x, or x is empty.

    Source: relative error and bands as in the CS231n notes, "Gradient checks".

    >>> x = torch.tensor([1.0, 2.0], dtype=torch.float64)
    >>> error = gradcheck(lambda x: x**2, x, torch.ones_like(x), 2 * x)
    dx: largest relative error below 1e-7: right
    >>> error = gradcheck(lambda x: x**2, x, torch.ones_like(x), x + x * x)
    dx: largest relative error 2e-01: wrong
        at [1] yours is 6, measured is 4
    """
    if dx is None:
        print(f"{name}: nothing to check yet, it is None")
        return math.nan
    for argument, tensor in (("x", x), ("dy", dy), (name, dx)):
        if not isinstance(tensor, Tensor):
            raise TypeError(f"{argument} is of type {type(tensor).__name__}; it must be a tensor")
        if tensor.dtype != torch.float64:
            raise TypeError(f"{argument} is {tensor.dtype}; gradcheck needs torch.float64")
    if dx.shape != x.shape:
        raise ValueError(f"{name} has shape {tuple(dx.shape)}; x has shape {tuple(x.shape)}")
    if not x.numel():
        raise ValueError(f"x has shape {tuple(x.shape)}; it must hold at least one number")
    x, dy, dx = x.detach(), dy.detach(), dx.detach()
    measured = _measure(f, x, dy)
    error = (dx - measured).abs() / (dx.abs() + measured.abs()).clamp(min=_FLOOR)
    error = error.nan_to_num(nan=math.inf)  # a gradient that is NaN or infinite is wrong
    largest = float(error.max())
    band = next(words for limit, words in _BANDS if largest < limit or limit == math.inf)
    size = "below 1e-7" if largest < _BANDS[0][0] else f"{largest:.0e}"
    print(f"{name}: largest relative error {size}: {band}")
    if largest >= _BANDS[0][0]:
        worst = tuple(int(i) for i in torch.unravel_index(error.argmax(), error.shape))
        print(f"    at {list(worst)} yours is {dx[worst]:g}, measured is {measured[worst]:g}")
    return largest


def _measure(f: Callable[[Tensor], Tensor], x: Tensor, dy: Tensor) -> Tensor:
    """The centred differences, entry by entry."""
    y = f(x)
    if not isinstance(y, Tensor):
        raise TypeError(f"f(x) is of type {type(y).__name__}; it must be a tensor")
    if y.shape != dy.shape:
        raise ValueError(f"dy has shape {tuple(dy.shape)}; f(x) has shape {tuple(y.shape)}")
    measured = torch.empty_like(x)
    for index in np.ndindex(*x.shape):
        move = torch.zeros_like(x)
        move[index] = _STEP
        # Subtract before summing: outputs that x[index] does not touch cancel exactly.
        measured[index] = ((f(x + move) - f(x - move)).detach() * dy).sum() / (2 * _STEP)
    return measured
