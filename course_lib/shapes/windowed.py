"""Layers that slide a window over their input: convolution, pooling, and padding on its own."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from course_lib import arrays
from course_lib.arguments import Numbers, Padding, one_for_each, pair_for_each
from course_lib.shapes.layers import Shape, Step, by, positive_shape
from course_lib.shapes.windows import AXES, Window, per_axis


def conv_cost(
    in_shape: Shape, c_out: int, kernel: Numbers, stride: Numbers = 1, padding: Padding = 0
) -> tuple[int, int]:
    """What a convolution layer learns and what it computes for one image.

    parameters = c_out * (C * KH * KW + 1),    multiply-adds = c_out * H' * W' * C * KH * KW

    Args:
        in_shape: (C, H, W).
        c_out: filters.
        kernel, stride: an int or a pair, rows first.
        padding: an int, a pair, or ((top, bottom), (left, right)).

    Returns:
        Parameters with biases, multiply-adds without them.

    Raises:
        TypeError, ValueError: naming the argument that is no int, too small or too large.

    Source: slides "Convolution Example".

    >>> conv_cost((3, 32, 32), 10, kernel=5, padding=2)
    (760, 768000)
    """
    step = Conv(c_out, kernel, stride, padding).step(positive_shape("in_shape", in_shape))
    return step.parameters, step.multiply_adds


@dataclass(frozen=True)
class Conv:
    """A convolution layer with `filters` output channels, in as many dimensions as its input."""

    filters: int
    kernel: Numbers
    stride: Numbers = 1
    padding: Padding = 0
    dilation: Numbers = 1
    groups: int = 1
    bias: bool = True

    def step(self, shape: Shape) -> Step:
        channels, space = _image(shape)
        filters = arrays.at_least("filters", self.filters, 1)
        arrays.divisor(self.groups, channels=channels, filters=filters)
        groups = int(self.groups)
        windows = _windows(len(space), self.kernel, self.stride, self.padding, self.dilation)
        out = (filters, *(w.outputs(n) for w, n in zip(windows, space, strict=True)))
        weights = (filters, channels // groups, *(window.kernel for window in windows))
        one, outputs = math.prod(weights[1:]), math.prod(out)
        each = "*".join(map(str, weights[1:]))
        biased = " and 1 bias" if self.bias else ""
        total = f"({one} + 1)" if self.bias else f"{one}"
        reasons = (
            *_why_sizes(windows, space),
            f"channels: {filters}, one for each filter",
            f"parameters: a filter has {each} weights{biased}, {filters} filters: "
            f"{filters}*{total} = {filters * (one + self.bias):,}",
            f"multiply-adds: {'*'.join(map(str, out))} = {outputs:,} outputs, "
            f"each with {each} = {one:,}: {outputs * one:,}",
        )
        grouped = f", {groups} groups" * (groups > 1)
        name = f"Conv {_by(windows)}, {channels} -> {filters}{_unusual(windows)}{grouped}"
        return Step(name, out, reasons, weights, filters * self.bias, outputs * one, windows)


@dataclass(frozen=True)
class MaxPool:
    """The largest number of each window; `stride` None means windows side by side."""

    kernel: Numbers
    stride: Numbers | None = None
    padding: Padding = 0
    dilation: Numbers = 1
    ceil_mode: bool = False

    def step(self, shape: Shape) -> Step:
        return _pool("MaxPool", self, shape)


@dataclass(frozen=True)
class AvgPool:
    """The mean of each window; `stride` None means windows side by side."""

    kernel: Numbers
    stride: Numbers | None = None
    padding: Padding = 0
    dilation: Numbers = 1
    ceil_mode: bool = False

    def step(self, shape: Shape) -> Step:
        return _pool("AvgPool", self, shape)


@dataclass(frozen=True)
class Pad:
    """The input with more around it, of whatever kind."""

    padding: Padding

    def step(self, shape: Shape) -> Step:
        _, space = _image(shape)
        return _slide("Pad", _windows(len(space), 1, 1, self.padding, 1), shape)


def _pool(name: str, pool: MaxPool | AvgPool, shape: Shape) -> Step:
    _, space = _image(shape)
    stride = pool.kernel if pool.stride is None else pool.stride
    arrays.flag("ceil_mode", pool.ceil_mode)
    windows = tuple(
        replace(window, ceil_mode=pool.ceil_mode)
        for window in _windows(len(space), pool.kernel, stride, pool.padding, pool.dilation)
    )
    return _slide(f"{name} {_by(windows)}", windows, shape)


def _slide(name: str, windows: tuple[Window, ...], shape: Shape) -> Step:
    """A layer that has windows, keeps its channels apart and learns nothing."""
    channels, space = _image(shape)
    out = (channels, *(w.outputs(n) for w, n in zip(windows, space, strict=True)))
    reasons = _why_sizes(windows, space)
    return Step(f"{name}{_unusual(windows)}", out, reasons, windows=windows)


def _image(shape: Shape) -> tuple[int, Shape]:
    if len(shape) - 1 not in AXES:
        raise ValueError(f"the input is {by(shape)}; expected channels and 1 to 3 spatial axes")
    return shape[0], shape[1:]


def _windows(
    axes: int, kernel: Numbers, stride: Numbers, padding: Padding, dilation: Numbers
) -> tuple[Window, ...]:
    columns = zip(
        one_for_each("kernel", kernel, axes),
        one_for_each("stride", stride, axes),
        pair_for_each(padding, axes),
        one_for_each("dilation", dilation, axes),
        strict=True,
    )
    return tuple(Window(k, s, before, after, d) for k, s, (before, after), d in columns)


def _why_sizes(windows: Sequence[Window], space: Shape) -> tuple[str, ...]:
    return per_axis([w.why_outputs(size) for w, size in zip(windows, space, strict=True)])


def _by(windows: Sequence[Window]) -> str:
    return "x".join(str(window.kernel) for window in windows)


def _unusual(windows: Sequence[Window]) -> str:
    """Stride and dilation where they are not 1, padding where there is some, and ceil_mode."""
    values: dict[str, list[object]] = {
        "stride": [window.stride for window in windows],
        "padding": [w.before if w.before == w.after else (w.before, w.after) for w in windows],
        "dilation": [window.dilation for window in windows],
    }
    parts = []
    for word, each in values.items():
        if any(value != (0 if word == "padding" else 1) for value in each):
            parts.append(f", {word} {each[0] if len(set(each)) == 1 else tuple(each)}")
    return "".join(parts) + ", ceil_mode" * any(window.ceil_mode for window in windows)
