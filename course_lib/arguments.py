"""Stride, padding, dilation and the like, in each form they may have, turned into tuples.

`ops` (numpy) and `reference` (torch) both begin here and in `arrays`, which alone raise for what
they are given: their errors read the same, name the argument, what it was and what it must be.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from course_lib.arrays import Array, axes, divisor, flag, refuse, size_of, whole

Numbers = int | Sequence[int]
Padding = int | Sequence[int | Sequence[int]]

_LAYOUT = "(N, C, *size) with one to three sizes"


@dataclass(frozen=True)
class Slide:
    """How a window slides over an input; each tuple has one entry for each spatial axis.

    `out` is the number of places where the window stops, `span` how far it reaches with its
    dilation, `padded` the input with its padding and with what an overhanging last window needs.
    """

    size: tuple[int, ...]
    kernel: tuple[int, ...]
    stride: tuple[int, ...]
    padding: tuple[tuple[int, int], ...]
    dilation: tuple[int, ...]
    out: tuple[int, ...]

    @property
    def span(self) -> tuple[int, ...]:
        return tuple((k - 1) * d + 1 for k, d in zip(self.kernel, self.dilation, strict=True))

    @property
    def padded(self) -> tuple[int, ...]:
        read = [(o - 1) * s + n for o, s, n in zip(self.out, self.stride, self.span, strict=True)]
        given = [n + sum(pair) for n, pair in zip(self.size, self.padding, strict=True)]
        return tuple(map(max, read, given))


def convolution(
    x: Array,
    w: Array,
    stride: Numbers,
    padding: Padding,
    dilation: Numbers,
    groups: int,
    padding_mode: str,
) -> Slide:
    """How the kernels of w slide over x, both of them arrays."""
    axes("x", x, _LAYOUT, 3, 5)
    axes("w", w, f"(C_out, C / groups, *kernel) with {len(x.shape)} axes, as x", len(x.shape))
    divisor(groups, channels_of_x=x.shape[1], filters_of_w=w.shape[0])
    if x.shape[1] != groups * w.shape[1]:
        raise ValueError(
            f"x has {x.shape[1]} channels; with groups={groups} and w of shape {size_of(w)} "
            f"it must have {groups * w.shape[1]}"
        )
    slide = _slide("w has a kernel of", x, tuple(w.shape[2:]), stride, padding, dilation)
    most = {
        "zeros": slide.padded,
        "reflect": tuple(n - 1 for n in slide.size),
        "replicate": slide.padded,
        "circular": slide.size,
    }
    if not isinstance(padding_mode, str) or padding_mode not in most:
        raise ValueError(f"padding_mode is {padding_mode!r}; it must be one of {', '.join(most)}")
    if any(max(p) > n for p, n in zip(slide.padding, most[padding_mode], strict=True)):
        raise ValueError(
            f"padding is {padding}; with padding_mode={padding_mode!r} and an input of "
            f"{slide.size} it must be at most {most[padding_mode]}"
        )
    return slide


def pooling(
    x: Array,
    kernel: Numbers,
    stride: Numbers | None,
    padding: Padding,
    dilation: Numbers,
    ceil_mode: bool,
) -> Slide:
    """How the window of a pooling layer slides over the array x."""
    axes("x", x, _LAYOUT, 3, 5)
    flag("ceil_mode", ceil_mode)
    size = one_for_each("kernel", kernel, len(x.shape) - 2)
    stride = kernel if stride is None else stride
    slide = _slide("kernel is", x, size, stride, padding, dilation, ceil_mode)
    if any(max(pair) >= n for pair, n in zip(slide.padding, slide.span, strict=True)):
        raise ValueError(
            f"padding is {padding}; it must be smaller than what the kernel spans, {slide.span}"
        )
    return slide


def _slide(
    what: str,
    x: Array,
    kernel: tuple[int, ...],
    stride: Numbers,
    padding: Padding,
    dilation: Numbers,
    ceil_mode: bool = False,
) -> Slide:
    size = tuple(x.shape[2:])
    stops = (1,) * len(size)
    strides, dilations = (
        one_for_each(name, value, len(size))
        for name, value in (("stride", stride), ("dilation", dilation))
    )
    slide = Slide(size, kernel, strides, pair_for_each(padding, len(size)), dilations, stops)
    padded = tuple(n + sum(pair) for n, pair in zip(size, slide.padding, strict=True))
    if slide.padded != padded:
        raise ValueError(
            f"{what} {kernel}, which spans {slide.span} with dilation {slide.dilation}; "
            f"it must fit into the padded input, {padded}"
        )
    each_axis = zip(size, slide.padding, slide.span, strides, strict=True)
    return replace(slide, out=tuple(stops_along(*axis, ceil_mode) for axis in each_axis))


def stops_along(
    size: int, ends: tuple[int, int], span: int, stride: int, ceil_mode: bool = False
) -> int:
    """At how many places a window stops along one axis, if it fits there."""
    last, left_over = divmod(size + sum(ends) - span, stride)
    # As torch: one window more for what is left over, if it begins before the input ends.
    begins_inside = (last + 1) * stride < ends[0] + size
    return last + 1 + (ceil_mode and left_over > 0 and begins_inside)


def one_for_each(name: str, value: Numbers, count: int) -> tuple[int, ...]:
    """One integer for each axis, from one for all or from one for each."""
    entries: tuple[Any, ...] = tuple(value) if isinstance(value, tuple | list) else (value,) * count
    if len(entries) != count or not all(whole(n) and n >= 1 for n in entries):
        refuse(
            all(map(whole, entries)),
            f"{name} is {value!r}; it must be an integer of at least 1, or {count} of them",
        )
    return tuple(int(n) for n in entries)


def pair_for_each(padding: Padding, count: int) -> tuple[tuple[int, int], ...]:
    """(before, after) for each axis, from one integer for all or an integer or a pair for each."""
    entries: tuple[Any, ...] = (
        tuple(padding) if isinstance(padding, tuple | list) else (padding,) * count
    )
    pairs = [tuple(e) if isinstance(e, tuple | list) else (e, e) for e in entries]
    numbers = [n for pair in pairs for n in pair]
    integers = all(map(whole, numbers))
    if (
        not integers
        or {len(pair) for pair in pairs} != {2}
        or len(pairs) != count
        or min(numbers) < 0
    ):
        refuse(
            integers,
            f"padding is {padding!r}; it must be an integer of at least 0, or {count} of them, "
            "or a pair (before, after) in place of each",
        )
    return tuple((int(before), int(after)) for before, after in pairs)
