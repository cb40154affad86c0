"""A student's value as plain data: what is judged in a kernel, and what a sandboxed process sends.

Subclasses and cousins count as what they are: a namedtuple or `torch.Size` as a tuple, numpy's
numbers and words as Python's, a parameter as a tensor. No method of a student's class is called
where its base class's will do, and none is left to be called later.
"""

import enum
import math
import numbers
import os
import reprlib
from collections.abc import Iterable, Iterator, Sequence, Set, ValuesView
from decimal import Decimal
from itertools import islice
from typing import Any

import numpy as np
import torch

DEEPEST = 20
MOST_PARTS = 100_000
MOST_SHOWN = 1000  # numbers of an array that are looked at to show it
_AS_THEY_ARE = (bool, int, float, str, torch.Tensor, type(None))
_BYTES = (bytes, bytearray, memoryview)
_short = reprlib.Repr()
_short.maxlist = _short.maxtuple = _short.maxset = _short.maxfrozenset = _short.maxdict = 60
_short.maxstring = _short.maxlong = _short.maxother = 100


class NotAsAsked(ValueError):
    """An answer in which no numbers can be found; the message says what was asked."""


def plain(value: Any) -> Any:
    """`value` with each part of it as Python's own number, word, list or tuple, as `np.ndarray` or
    as `torch.Tensor`. What is none of them, a set, a dict or an iterator too, stays what it is.

    Raises:
        NotAsAsked: where it is nested more than DEEPEST deep or has more than MOST_PARTS parts.
    """
    return _Plainer().of(value, 0)


def unrolled(value: Any) -> Any:
    """As `plain`, for the value of a variable, which no type was asked of: the items of an
    iterator, a set of words, or an array of words or objects come as a list.

    Raises:
        NotAsAsked: as `plain`.
    """
    if isinstance(value, Set):
        items = [plain(item) for item in value]
        return sorted(items) if all(type(item) is str for item in items) else value
    if isinstance(value, (Iterator, ValuesView)):
        value = list(islice(value, MOST_PARTS + 1))
    elif hasattr(type(value), "__array__") and not isinstance(value, torch.Tensor):
        value = np.asarray(plain(value))
        few = value.size <= MOST_PARTS
        value = value.tolist() if few and value.dtype.kind in "OU" else value
    return plain(value)


def whole(value: Any) -> int | None:
    """The whole number that a plain value is: an int, a float without a fraction, or an array or
    tensor of no axes that holds one. None where it is none."""
    if isinstance(value, (np.ndarray, torch.Tensor)) and value.ndim == 0:
        value = value.item()
    if type(value) is int or (type(value) is float and value.is_integer()):
        return int(value)
    return None


def brief(value: Any) -> str:
    """The value as it is shown in a sentence, in at most 60 characters."""
    try:
        shape = tuple(value.shape) if isinstance(value, (np.ndarray, torch.Tensor)) else ()
        many = math.prod(shape) > MOST_SHOWN
        text = f"an array of shape {shape}" if many else _short.repr(value)
    except Exception:  # a class of the student's own, or an int of thousands of digits
        text = f"of type {type(value).__name__}"
    return text if len(text) <= 60 else text[:57] + "..."


class _Plainer:
    def __init__(self) -> None:
        self._left = MOST_PARTS

    def of(self, value: Any, depth: int) -> Any:
        kind = type(value)
        if kind in _AS_THEY_ARE:
            return value
        if issubclass(kind, str):
            return str.__str__(value)
        if issubclass(kind, int):
            return int.__index__(value)
        if issubclass(kind, float):
            return float.__float__(value)
        if issubclass(kind, np.generic):
            return _scalar(value)
        if issubclass(kind, np.ndarray):
            array = _array(value)
            return array if array.ndim or array.dtype.kind != "O" else self.of(array.item(), depth)
        if issubclass(kind, torch.Tensor):
            return _tensor(value)
        if issubclass(kind, (list, tuple)):
            base = tuple if issubclass(kind, tuple) else list
            return base(self._items(base.__iter__(value), depth))
        if issubclass(kind, Sequence) and not issubclass(kind, _BYTES):
            return self._items(value, depth)
        if issubclass(kind, os.PathLike):
            return self.of(os.fspath(value), depth)
        if issubclass(kind, enum.Enum):
            return self.of(value.value, depth)
        return _number(value)

    def _items(self, values: Iterable[Any], depth: int) -> list[Any]:
        items = list(islice(values, self._left + 1))
        self._left -= len(items)
        if self._left < 0 or (items and depth == DEEPEST):
            raise NotAsAsked("it has far too many parts, or lists in lists in lists")
        return [self.of(item, depth + 1) for item in items]


def _scalar(value: np.generic) -> Any:
    array = np.generic.__array__(value)
    if array.dtype.kind in "biu":
        return array.item()
    return float(array) if array.dtype.kind == "f" else value


def _array(value: np.ndarray) -> np.ndarray:
    array = np.ndarray.view(value, np.ndarray)
    if isinstance(value, np.ma.MaskedArray) and array.dtype.kind == "f":
        return np.where(np.ma.getmaskarray(value), np.array(math.nan, array.dtype), array)
    return array


def _tensor(value: torch.Tensor) -> torch.Tensor:
    """But for one that does its operations itself, and may have no numbers here."""
    if type(value).__torch_dispatch__ is not torch.Tensor.__torch_dispatch__:
        return value
    with torch._C.DisableTorchFunctionSubclass():
        return torch.Tensor.as_subclass(value, torch.Tensor)


def _number(value: Any) -> Any:
    """A fraction, a decimal number or a number of another package's as Python's own."""
    try:
        if isinstance(value, numbers.Integral):
            return int(value)
        if isinstance(value, (numbers.Real, Decimal)):
            return float(value)
    except (ArithmeticError, TypeError, ValueError):
        pass  # too large, or no number after all
    return value
