"""Whether arrays are what an operation takes: type, dtype, device and shape, or a plain error."""

from collections.abc import Sequence
from math import inf, prod
from numbers import Integral, Real
from typing import Any, NoReturn, Protocol


class Array(Protocol):
    """What a numpy array and a torch tensor have in common."""

    @property
    def shape(self) -> tuple[int, ...]: ...
    @property
    def dtype(self) -> Any: ...
    @property
    def device(self) -> Any: ...


def same(kind: type, **given: Array) -> None:
    """All are of type `kind` and not empty; float32 or float64 (from torch the half precisions
    too) and on one device, as the first."""
    first, model = next(iter(given.items()))
    half = ("float16", "bfloat16") if kind.__module__ == "torch" else ()
    for name, array in given.items():
        if not isinstance(array, kind):
            found = type(array).__name__
            raise TypeError(f"{name} is of type {found}; it must be of type {kind.__name__}")
        dtype, expected = (str(a.dtype).removeprefix("torch.") for a in (array, model))
        if dtype not in ("float32", "float64", *half):
            raise TypeError(f"{name} has dtype {dtype}; it must be float32 or float64")
        if dtype != expected:
            raise TypeError(f"{name} has dtype {dtype}; it must be {expected}, as {first}")
        if array.device != model.device:
            raise ValueError(
                f"{name} is on {array.device}; it must be on {model.device}, as {first}"
            )
        if 0 in array.shape:
            raise ValueError(f"{name} has shape {size_of(array)}; no axis may be empty")


def composition(k1: Array, k2: Array) -> None:
    """k2 can follow k1."""
    axes("k1", k1, "(M, C, *kernel) with one to three sizes", 3, 5)
    axes("k2", k2, f"(O, M, *kernel) with {len(k1.shape)} axes, as k1", len(k1.shape))
    if k2.shape[1] != k1.shape[0]:
        raise ValueError(
            f"k2 has {k2.shape[1]} channels; it must have {k1.shape[0]}, as many as k1 has filters"
        )


def matrices(x: Array, k: Array) -> None:
    """k fits into x."""
    axes("x", x, "(H, W)", 2)
    axes("k", k, "(KH, KW)", 2)
    if k.shape[0] > x.shape[0] or k.shape[1] > x.shape[1]:
        raise ValueError(f"k has shape {size_of(k)}; it must fit into x, {size_of(x)}")


def batch_norm(
    x: Array, gamma: Array, training: bool, momentum: float, eps: float, **others: Array
) -> None:
    """x can be normalised for each channel, and the other arrays are as gamma."""
    axes("x", x, "(N, C) or (N, C, *size)", 2, 9)
    vectors("channel of x", x.shape[1], gamma=gamma, **others)
    flag("training", training)
    if training:
        several("x", x, prod(size_of(x)) // x.shape[1], "in each channel for training")
    number("momentum", momentum, 1)
    number("eps", eps)


def layer_norm(x: Array, gamma: Array, eps: float, **others: Array) -> None:
    """x can be normalised over its last axes, those of gamma, and the other arrays are as gamma."""
    axes("x", x, "(N, D) or (N, ..., *shape)", 2, 9)
    axes("gamma", gamma, "the last sizes of x", 1, len(x.shape) - 1)
    shape("gamma", gamma, x.shape[-len(gamma.shape) :], "the last sizes of x")
    for name, array in others.items():
        shape(name, array, gamma.shape, "as gamma")
    number("eps", eps)


def instance_norm(x: Array, gamma: Array, eps: float, **others: Array) -> None:
    """x can be normalised for each image and channel, and the other arrays are as gamma."""
    axes("x", x, "(N, C, *size)", 3, 9)
    vectors("channel of x", x.shape[1], gamma=gamma, **others)
    several("x", x, prod(x.shape[2:]), "in each channel of an image")
    number("eps", eps)


def group_norm(x: Array, gamma: Array, groups: int, eps: float, **others: Array) -> None:
    """x can be normalised for each image and group, and the other arrays are as gamma."""
    axes("x", x, "(N, C, *size)", 2, 9)
    vectors("channel of x", x.shape[1], gamma=gamma, **others)
    divisor(groups, channels_of_x=x.shape[1])
    several("x", x, prod(x.shape[1:]) // groups, f"in each group of an image, with groups={groups}")
    number("eps", eps)


def fusion(w: Array, eps: float, **given: Array) -> None:
    """Each array has one number for each filter of w."""
    axes("w", w, "(C_out, C / groups, *kernel) with one to three sizes", 3, 5)
    vectors("filter of w", w.shape[0], **given)
    number("eps", eps)


def divisor(groups: int, **counts: int) -> None:
    """`groups` divides each count; `channels_of_x=6` reads "the 6 channels of x"."""
    at_least("groups", groups, 1)
    for name, count in counts.items():
        if count % groups:
            what = name.replace("_", " ")
            raise ValueError(f"groups is {groups}; it must divide the {count} {what}")


def at_least(name: str, value: Any, least: int) -> int:
    """`value` as an int, which is not below `least`."""
    if not whole(value) or value < least:
        refuse(whole(value), f"{name} is {value!r}; it must be an integer of at least {least}")
    return int(value)


def number(name: str, value: float, most: float = inf) -> None:
    """A number of at least 0, and at most `most`."""
    real = isinstance(value, Real) and not isinstance(value, bool)
    if not real or not 0 <= value <= most:
        limits = "of at least 0" if most == inf else f"from 0 to {most}"
        refuse(real, f"{name} is {value!r}; it must be a number {limits}")


def flag(name: str, value: bool) -> None:
    """True or False."""
    if not isinstance(value, bool):
        raise TypeError(f"{name} is {value!r}; it must be True or False")


def shape(name: str, array: Array, expected: Sequence[int], meaning: str) -> None:
    """The array has the shape that the error then explains."""
    if size_of(array) != tuple(expected):
        raise ValueError(
            f"{name} has shape {size_of(array)}; it must be {tuple(expected)}, {meaning}"
        )


def vectors(of: str, size: int, **given: Array) -> None:
    """Each array has one number for each channel or filter `of` another."""
    for name, array in given.items():
        shape(name, array, (size,), f"one number for each {of}")


def axes(name: str, array: Array, layout: str, least: int, most: int | None = None) -> None:
    """The array has from `least` to `most` axes, without `most` exactly `least`."""
    if not least <= len(array.shape) <= (most or least):
        raise ValueError(f"{name} has shape {size_of(array)}; it must be {layout}")


def several(name: str, array: Array, count: int, where: str) -> None:
    """A mean is taken over more than one number."""
    if count < 2:
        raise ValueError(
            f"{name} has shape {size_of(array)}; it must have more than one number {where}"
        )


def size_of(array: Array) -> tuple[int, ...]:
    """The shape as a plain tuple."""
    return tuple(array.shape)


def refuse(right_type: bool, message: str) -> NoReturn:
    """Raises ValueError, or TypeError where the type itself is wrong."""
    raise (ValueError if right_type else TypeError)(message)


def whole(value: object) -> bool:
    """An integer, numpy's included, and no bool."""
    return isinstance(value, Integral) and not isinstance(value, bool)
