"""One axis: where the windows of a layer lie, and which inputs a number behind several layers sees.

Integers only; a size that does not come out even is rounded as torch does, down unless a pooling
has `ceil_mode`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from course_lib import arrays
from course_lib.arguments import stops_along

AXES = {1: ("columns",), 2: ("rows", "columns"), 3: ("planes", "rows", "columns")}


def output_size(
    size: int, kernel: int, stride: int = 1, padding: int | tuple[int, int] = 0, dilation: int = 1
) -> int:
    """How many windows fit along one axis.

    (size + before + after - dilation*(kernel - 1) - 1) // stride + 1

    Args:
        size: inputs along the axis, at least 1.
        kernel: taps of the window, at least 1.
        stride: step from one window to the next, at least 1.
        padding: zeros at each end, or (before, after).
        dilation: step from one tap to the next; 1 means no gaps.

    Returns:
        The number of outputs, at least 1.

    Raises:
        TypeError: if an argument is not an int.
        ValueError: if one is too small, or if the window is larger than the padded input.

    Source: slide "Strided Convolution"; it leaves out that // rounds down.

    >>> output_size(32, kernel=5, padding=2)
    32
    >>> output_size(224, kernel=3, stride=2, padding=1)  # 112.5 without rounding
    112
    """
    ends = padding if isinstance(padding, tuple) else (padding, padding)
    if len(ends) != 2:
        raise ValueError(f"padding is {padding!r}; it must be an integer or a pair (before, after)")
    window = Window(
        arrays.at_least("kernel", kernel, 1),
        arrays.at_least("stride", stride, 1),
        arrays.at_least("padding", ends[0], 0),
        arrays.at_least("padding", ends[1], 0),
        arrays.at_least("dilation", dilation, 1),
    )
    return window.outputs(arrays.at_least("size", size, 1))


def receptive_field(layers: Sequence[tuple[int, int]]) -> int:
    """How many inputs along one axis one output behind all these layers sees.

    field = 1 + sum over layers of (kernel - 1) * (product of the strides of the layers before)

    Args:
        layers: (kernel, stride) of each layer, first layer first.

    Returns:
        The size of the field in the input, not in the previous layer; 1 without layers.

    Raises:
        TypeError, ValueError: if a layer is not two ints of at least 1.

    Source: slides "Receptive Fields": L layers of stride 1 see 1 + L * (K - 1).

    >>> receptive_field([(3, 1)] * 3)
    7
    >>> receptive_field([(3, 2)] * 3)
    15
    """
    if not isinstance(layers, Sequence):
        raise TypeError(f"layers is {layers!r}; it must be a list of pairs (kernel, stride)")
    field = Field()
    for position, layer in enumerate(layers):
        if not isinstance(layer, (tuple, list)) or len(layer) != 2:
            raise ValueError(f"layers[{position}] is {layer!r}; it must be (kernel, stride)")
        kernel, stride = layer
        field = field.behind(
            Window(
                arrays.at_least(f"the kernel of layers[{position}]", kernel, 1),
                arrays.at_least(f"the stride of layers[{position}]", stride, 1),
            )
        )
    return field.size


@dataclass(frozen=True)
class Window:
    """How a layer slides along one axis; `before` and `after` are the padding of its two ends. With
    `ceil_mode` a last window may overhang the end, if it begins inside the input (torch's rule)."""

    kernel: int
    stride: int = 1
    before: int = 0
    after: int = 0
    dilation: int = 1
    ceil_mode: bool = False

    @property
    def span(self) -> int:
        """From the first tap to the last, both counted."""
        return self.dilation * (self.kernel - 1) + 1

    def outputs(self, size: int) -> int:
        """How many windows fit into `size` inputs. Raises ValueError if none does."""
        room = size + self.before + self.after - self.span
        if room < 0:
            span = f", spans {self.span} with dilation {self.dilation}" * (self.dilation > 1)
            raise ValueError(
                f"kernel is {self.kernel}{span}; expected at most {room + self.span}, "
                "the size of the padded input"
            )
        return stops_along(size, (self.before, self.after), self.span, self.stride, self.ceil_mode)

    def why_outputs(self, size: int) -> str:
        """The sum for `outputs` in words and digits."""
        padding = f" + {self.before} + {self.after}" if self.before or self.after else ""
        if self.before == self.after != 0:
            padding = f" + 2*{self.before}"
        span = f"({self.dilation}*({self.kernel} - 1) + 1)" if self.dilation > 1 else self.kernel
        room = size + self.before + self.after - self.span
        outputs, exact = self.outputs(size), room / self.stride + 1
        up, rounded = "", f" (rounded down from {exact:g})" * (outputs < exact)
        if outputs > exact:
            up, rounded = f" + {self.stride} - 1", f" (rounded up from {exact:g})"
        elif self.ceil_mode and rounded:
            rounded += ": one more would begin in the padding"
        return f"({size}{padding} - {span}{up}) // {self.stride} + 1 = {outputs}{rounded}"


@dataclass(frozen=True)
class Field:
    """The inputs along one axis that outputs see: the first output sees `size` of them from index
    `start` on, and each further output those that lie `jump` further. A start below 0 lies in the
    padding. In the input itself each number sees itself.

    >>> Field().behind(Window(kernel=5, before=2, after=2)).behind(Window(kernel=2, stride=2))
    Field(start=-2, size=6, jump=2)
    """

    start: int = 0
    size: int = 1
    jump: int = 1

    def behind(self, window: Window) -> Field:
        """What the outputs of a layer with this window see, if its inputs see this field."""
        return Field(
            self.start - window.before * self.jump,
            self.size + (window.span - 1) * self.jump,
            self.jump * window.stride,
        )

    def why_behind(self, window: Window) -> str:
        """The sums for `behind` in digits."""
        new = self.behind(window)
        return (
            f"{self.size} + ({window.span} - 1)*{self.jump} = {new.size}, "
            f"jump {self.jump}*{window.stride} = {new.jump}, "
            f"start {self.start} - {window.before}*{self.jump} = {new.start}"
        )

    def joined(self, other: Field) -> Field:
        """What the sum of two numbers sees, one with each field. Raises ValueError if their jumps
        differ: the two then belong to different places of the input."""
        if self.jump != other.jump:
            raise ValueError(
                f"an addition joins numbers {self.jump} and {other.jump} pixels apart in the input"
                "; expected the same strides on both ways"
            )
        start = min(self.start, other.start)
        end = max(self.start + self.size, other.start + other.size)
        return Field(start, end - start, self.jump)


def per_axis(sums: Sequence[str], before: str = "") -> tuple[str, ...]:
    """One line that names all spatial axes if their sums are the same, else a line for each."""
    if not sums:
        return ()
    axes = AXES[len(sums)]
    if len(set(sums)) == 1:
        return (f"{before}{' and '.join(axes)}: {sums[0]}",)
    return tuple(f"{before}{axis}: {each}" for axis, each in zip(axes, sums, strict=True))
