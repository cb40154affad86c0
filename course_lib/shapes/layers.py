"""What a layer makes of a shape, and the layers that have no windows.

Shapes are those of one image: (C, *space), or (D,) after Flatten.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from course_lib import arrays
from course_lib.shapes.windows import Window

Shape = tuple[int, ...]


@dataclass(frozen=True)
class Step:
    """One layer at work on one shape.

    Attributes:
        name: the kind of layer and its numbers.
        shape: what comes out.
        reasons: a line for each number that needs one.
        weight_shape: of the weights, Linear's as (in, out); None if the layer learns nothing.
        biases: how many numbers it learns besides.
        multiply_adds: for one image, biases aside.
        windows: one for each spatial axis; None if each output sees the whole input, empty if it
            sees only its own place.
    """

    name: str
    shape: Shape
    reasons: tuple[str, ...] = ()
    weight_shape: Shape | None = None
    biases: int = 0
    multiply_adds: int = 0
    windows: tuple[Window, ...] | None = ()

    @property
    def weights(self) -> int:
        return math.prod(self.weight_shape) if self.weight_shape else 0

    @property
    def parameters(self) -> int:
        return self.weights + self.biases


class Layer(Protocol):
    """A layer says what it does to a shape; it raises ValueError where it cannot take it."""

    def step(self, shape: Shape) -> Step: ...


@dataclass(frozen=True)
class Linear:
    """A fully connected layer."""

    out: int
    bias: bool = True

    def step(self, shape: Shape) -> Step:
        if len(shape) != 1:
            raise ValueError(f"Linear got {by(shape)}; expected a flat shape: Flatten comes before")
        [size], out = shape, arrays.at_least("out", self.out, 1)
        biases = f" + {out} biases" * self.bias
        reasons = (
            f"parameters: {size}*{out} weights{biases} = {size * out + out * self.bias:,}",
            f"multiply-adds: {out} outputs, each with {size:,}: {size * out:,}",
        )
        return Step(
            f"Linear {size} -> {out}",
            (out,),
            reasons,
            weight_shape=(size, out),
            biases=out * self.bias,
            multiply_adds=size * out,
            windows=None,
        )


@dataclass(frozen=True)
class Flatten:
    """All numbers of an image in one row."""

    def step(self, shape: Shape) -> Step:
        size = math.prod(shape)
        reasons = (f"size: {'*'.join(map(str, shape))} = {size}",) if len(shape) > 1 else ()
        return Step("Flatten", (size,), reasons)


@dataclass(frozen=True)
class Pointwise:
    """A function of each number alone, and nothing to learn."""

    name: str

    def step(self, shape: Shape) -> Step:
        return Step(self.name, shape)


@dataclass(frozen=True)
class ReLU(Pointwise):
    """max(0, x)."""

    name: str = "ReLU"


@dataclass(frozen=True)
class Norm:
    """Batch, layer, instance or group norm that learns `affine` scales and, unless `bias` is False,
    as many shifts; None stands for one a channel. That its statistics see more than their own place
    is left aside."""

    name: str = "BatchNorm"
    affine: int | None = None
    bias: bool = True

    def step(self, shape: Shape) -> Step:
        count = shape[0] if self.affine is None else arrays.at_least("affine", self.affine, 0)
        if not count:
            return Step(self.name, shape)
        reason = f"parameters: {count} scales: {count:,}"
        if self.bias:
            reason = f"parameters: {count} scales and {count} shifts: 2*{count} = {2 * count:,}"
        return Step(self.name, shape, (reason,), (count,), count * self.bias)


@dataclass(frozen=True)
class Add:
    """The sum of two numbers at each place, as where a residual block ends."""

    def step(self, shape: Shape) -> Step:
        return Step("Add", shape)


def by(shape: Sequence[int]) -> str:
    return " x ".join(map(str, shape))


def positive_shape(argument: str, shape: Sequence[int]) -> Shape:
    """`shape` as a tuple of ints. Raises TypeError or ValueError, naming the argument."""
    if not isinstance(shape, Sequence) or isinstance(shape, str) or not shape:
        raise TypeError(f"{argument} is {shape!r}; expected the shape of one image, as (3, 32, 32)")
    return tuple(arrays.at_least(f"a size in {argument}", size, 1) for size in shape)
