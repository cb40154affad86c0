"""Numbers that are read from tensors while a record is made, and know where they come from.

Without this a loop over `x.tolist()`, or with `.item()`, would be a record of constants.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any
from unittest import mock

import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode

if TYPE_CHECKING:
    from autograders.grading.sandboxed.replay.record import Recorder

ARITHMETIC: dict[str, Callable[..., Any]] = {
    name: getattr(operator, name)
    for name in ("add", "sub", "mul", "truediv", "pow", "mod", "floordiv", "neg", "abs")
}
MATHS: dict[str, Callable[[float], float]] = {
    name: getattr(math, name) for name in ("sqrt", "exp", "log", "fabs")
}
COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    name: getattr(operator, name) for name in ("lt", "le", "gt", "ge", "eq", "ne")
}
_MAKERS = ("tensor", "as_tensor", "asarray", "new_tensor")


class TracedFloat(float):
    """Value `number` of a record."""

    number: int
    recorder: Recorder
    __hash__ = float.__hash__

    @classmethod
    def made(cls, value: float, number: int, recorder: Recorder) -> TracedFloat:
        """The value with its number."""
        traced = cls(value)
        traced.number, traced.recorder = number, recorder
        return traced


def _plain(value: Any) -> Any:
    return float.__pos__(value) if type(value) is TracedFloat else value


def _arithmetic(name: str, swapped: bool = False) -> Callable[..., Any]:
    def done(self: TracedFloat, *other: Any) -> Any:
        if other and not isinstance(other[0], (int, float)):
            return NotImplemented
        operands = (*other, self) if swapped else (self, *other)
        value = ARITHMETIC[name](*map(_plain, operands))
        if not isinstance(value, float):
            return value
        return self.recorder.calculated(name, operands, value)

    return done


def _comparison(name: str) -> Callable[..., Any]:
    def done(self: TracedFloat, other: Any) -> Any:
        if not isinstance(other, (int, float)):
            return NotImplemented
        outcome = COMPARISONS[name](_plain(self), _plain(other))
        return self.recorder.compared(name, (self, other), outcome)

    return done


for _name in ARITHMETIC:
    setattr(TracedFloat, f"__{_name}__", _arithmetic(_name))
    if _name not in ("neg", "abs"):
        setattr(TracedFloat, f"__r{_name}__", _arithmetic(_name, swapped=True))
for _name in COMPARISONS:
    setattr(TracedFloat, f"__{_name}__", _comparison(_name))


class _FloatType(type):
    """The type of what stands for `float` in the student's cells while a record is made."""

    def __instancecheck__(cls, value: Any) -> bool:
        return isinstance(value, float)

    def __call__(cls, value: Any = 0.0) -> Any:
        if isinstance(value, Tensor) and value.is_floating_point() and value.numel() == 1:
            return value.item()
        return value if type(value) is TracedFloat else float(value)


class _Float(metaclass=_FloatType):
    pass


@contextmanager
def traced_floats(recorder: Recorder, names: dict[str, Any]) -> Iterator[None]:
    """While it is on, numbers that are read from tensors are traced.

    Args:
        recorder: the record's.
        names: the global names of the student's cells, in which `float` is ours meanwhile.
    """
    with ExitStack() as stack:
        for name, function in MATHS.items():
            stack.enter_context(mock.patch.object(math, name, _traced_maths(name, function)))
        if "float" not in names:
            stack.enter_context(mock.patch.dict(names, {"float": _Float}))
        stack.enter_context(_TracedNumbers(recorder))
        yield


def _traced_maths(name: str, function: Callable[[float], float]) -> Callable[[Any], float]:
    def done(value: Any) -> float:
        value = value.item() if isinstance(value, Tensor) else value
        if type(value) is not TracedFloat:
            return function(value)
        return value.recorder.calculated(name, (value,), function(_plain(value)))

    return done


class _TracedNumbers(TorchFunctionMode):
    """What torch's functions make of numbers, and numbers of tensors, without dispatching it."""

    def __init__(self, recorder: Recorder) -> None:
        super().__init__()
        self._recorder = recorder

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        kwargs = kwargs or {}
        name = getattr(func, "__name__", "")
        if name == "item" and args[0].is_floating_point():
            (number,) = self._recorder.read(args[0])
            return number
        if name == "tolist":
            tensor = args[0]
            flat = self._recorder.read(tensor) if tensor.is_floating_point() else _items(tensor)
            return _nested(iter(flat), tensor.shape)
        if name in _MAKERS and not isinstance(data := args[name == "new_tensor"], Tensor):
            made = self._made(args, kwargs, data)
            if made is not None:
                return made
        found = list(_leaves((args, kwargs)))
        if any(type(leaf) is TracedFloat for leaf in found):
            # as 0-d tensors, in the dtype in which a plain number would be taken
            dtype = next(
                (t.dtype for t in found if isinstance(t, Tensor) and t.is_floating_point()),
                torch.get_default_dtype(),
            )
            args, kwargs = self._as_tensors((args, kwargs), dtype)
        return func(*args, **kwargs)

    def _made(self, args: Any, kwargs: Any, data: Any) -> Tensor | None:
        """The tensor of nested lists with traced numbers or tensors in them."""
        leaves = list(_leaves(data))
        if not any(type(leaf) is TracedFloat or isinstance(leaf, Tensor) for leaf in leaves):
            return None
        shape, like = _shape(data), args[0] if args[0] is not data else None
        dtype = kwargs.get("dtype") or (torch.get_default_dtype() if like is None else like.dtype)
        if all(isinstance(leaf, Tensor) for leaf in leaves):
            dtype = kwargs.get("dtype") or leaves[0].dtype
            return torch.stack([leaf.reshape(()) for leaf in leaves]).reshape(shape).to(dtype)
        flat = [leaf.item() if isinstance(leaf, Tensor) else leaf for leaf in leaves]
        return self._recorder.of_floats(flat, shape, dtype)

    def _as_tensors(self, value: Any, dtype: torch.dtype) -> Any:
        if type(value) is TracedFloat:
            return self._recorder.of_floats([value], [], dtype)
        if type(value) in (list, tuple):
            return type(value)(self._as_tensors(item, dtype) for item in value)
        if type(value) is dict:
            return {key: self._as_tensors(item, dtype) for key, item in value.items()}
        return value


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, (list, tuple)):
        for item in value:
            yield from _leaves(item)
    elif type(value) is dict:
        yield from _leaves(list(value.values()))
    else:
        yield value


def _items(tensor: Tensor) -> list[Any]:
    """The numbers of a tensor one by one, each of which is dispatched."""
    return [item.item() for item in tensor.reshape(-1).unbind()]


def _nested(numbers: Iterator[Any], shape: Any) -> Any:
    return [_nested(numbers, shape[1:]) for _ in range(shape[0])] if shape else next(numbers)


def _shape(data: Any) -> list[int]:
    nested = isinstance(data, (list, tuple))
    return [len(data), *(_shape(data[0]) if data else [])] if nested else []
