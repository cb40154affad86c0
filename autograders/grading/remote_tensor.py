"""Tensors without numbers: what a student's function gets when its operations are to be seen.

The numbers lie in another process. Every operation of torch's is asked for there by its name, so
whatever the function does to hide one, there is nothing in its own process to compute with.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_map_only

from autograders.grading.wire import DEEPEST

Ask = Callable[[list[dict[str, Any]]], Any]
MOST_AT_ONCE = 64  # operations


class CannotBeServed(Exception):
    """Something that has no meaning at a distance; the message names it."""


class RemoteTensor(torch.Tensor):
    """Tensor `number` of the executor, of which only the `form` is here: a tensor on the device
    `meta`, which has shape, stride and dtype but no numbers."""

    number: int
    form: torch.Tensor

    @staticmethod
    def __new__(cls, number: int, form: torch.Tensor) -> RemoteTensor:
        tensor: RemoteTensor = torch.Tensor._make_wrapper_subclass(
            cls, form.shape, strides=form.stride(), dtype=form.dtype, device=torch.device("cpu")
        )
        tensor.number, tensor.form = number, form
        return tensor

    @classmethod
    def described(cls, description: Mapping[str, Any]) -> RemoteTensor:
        """A tensor as `describe` describes it."""
        dtype = getattr(torch, description["dtype"])
        shape, stride = description["shape"], description["stride"]
        form = torch.empty_strided(shape, stride, dtype=dtype, device="meta")
        return cls(description["number"], form)

    @classmethod
    def __torch_dispatch__(  # type: ignore[override]
        cls, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        """Outside the mode there is nobody to ask."""
        raise CannotBeServed(f"{func} in another thread or without modes")

    def __repr__(self, *, tensor_contents: Any = None) -> str:  # type: ignore[override]
        return f"tensor(..., size={tuple(self.shape)}, dtype={self.dtype})"


class AskedElsewhere(TorchDispatchMode):
    """While it is on, every operation is done elsewhere: many at a time, as long as the form of
    what they give does not depend on numbers.

    Args:
        ask: has operations done, one after the other, and tells what the last one gave.
        held: how many tensors the executor holds already.
    """

    def __init__(self, ask: Ask, held: int) -> None:
        super().__init__()
        self._ask = ask
        self._waiting: list[dict[str, Any]] = []
        self._held = held

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        kwargs = kwargs or {}
        operation = {
            "operation": func.overloadpacket._qualified_op_name,
            "overload": func._overloadname,
            "args": packed_value(list(args)),
            "kwargs": packed_value(kwargs),
        }
        self._waiting.append(operation)
        given = _remote((args, kwargs))
        forms = _forms(func, args, kwargs)
        if forms is None:
            return self._tensors(self.settle(), {t.number: t for t in given})
        same = {id(t.form): t for t in given}  # an argument that was changed is itself
        results = [same[id(f)] if id(f) in same else self._new(f) for f in forms]
        operation["results"] = [tensor.number for tensor in results]
        if len(self._waiting) == MOST_AT_ONCE:
            self.settle()
        return results[0] if isinstance(forms, tuple) else results

    def settle(self) -> Any:
        """Has done whatever waits, and gives what the last operation told."""
        waiting, self._waiting = self._waiting, []
        return self._ask(waiting) if waiting else None

    def _new(self, form: torch.Tensor) -> RemoteTensor:
        self._held += 1
        return RemoteTensor(self._held - 1, form)

    def _tensors(self, told: Any, given: Mapping[int, RemoteTensor]) -> Any:
        """What was told, with a tensor for each description."""
        if isinstance(told, dict):
            if told["number"] in given:
                return given[told["number"]]
            self._held = max(self._held, told["number"] + 1)
            return RemoteTensor.described(told)
        return [self._tensors(item, given) for item in told] if isinstance(told, list) else told


def _forms(func: Any, args: Any, kwargs: Any) -> tuple[torch.Tensor] | list[torch.Tensor] | None:
    """Of an operation that gives one tensor, or a list of them, the forms; None of one that gives
    something else, or of whose results only the numbers tell the form."""
    args, kwargs = tree_map_only(torch.Tensor, _form, (args, kwargs))
    if "device" in kwargs:
        kwargs = {**kwargs, "device": torch.device("meta")}
    try:
        result = func(*args, **kwargs)
    except Exception:  # wrong arguments as well: then it is the executor that refuses them
        return None
    if isinstance(result, torch.Tensor):
        return (_form(result),)
    if isinstance(result, (list, tuple)) and all(isinstance(r, torch.Tensor) for r in result):
        return [_form(each) for each in result]
    return None


def _form(tensor: torch.Tensor) -> torch.Tensor:
    if isinstance(tensor, RemoteTensor):
        return tensor.form
    if tensor.device.type == "meta":
        return tensor
    return torch.empty_strided(tensor.shape, tensor.stride(), dtype=tensor.dtype, device="meta")


def describe(number: int, tensor: torch.Tensor) -> dict[str, Any]:
    """What a RemoteTensor is made of."""
    return {
        "number": number,
        "shape": list(tensor.shape),
        "stride": list(tensor.stride()),
        "dtype": str(tensor.dtype).removeprefix("torch."),
    }


def packed_value(value: Any, depth: int = 0) -> Any:
    """An argument of an operation as data: a remote tensor as its number, torch's own words as
    their names. Raises CannotBeServed."""
    if isinstance(value, RemoteTensor):
        return {"remote": value.number}
    if isinstance(value, (torch.dtype, torch.layout, torch.memory_format)):
        return {"torch": str(value).removeprefix("torch.")}
    if isinstance(value, torch.device):
        return None  # there is only one
    if value is None or isinstance(value, (bool, int, float, str, torch.Tensor)):
        return value
    if depth < DEEPEST and isinstance(value, (list, tuple)):
        return [packed_value(item, depth + 1) for item in value]
    if depth < DEEPEST and isinstance(value, dict):
        return {str(key): packed_value(item, depth + 1) for key, item in value.items()}
    raise CannotBeServed(f"an argument of type {type(value).__name__}")


def _remote(value: Any) -> list[RemoteTensor]:
    if isinstance(value, RemoteTensor):
        return [value]
    items = value.values() if isinstance(value, dict) else value
    nested = isinstance(value, (list, tuple, dict))
    return [tensor for item in items for tensor in _remote(item)] if nested else []
