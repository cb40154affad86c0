"""Tensors without numbers: what a student's function gets when its operations are to be seen.

The numbers lie in another process. Every operation of torch's is asked for there by its name, so
whatever the function does to hide one, there is nothing in its own process to compute with.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode

from autograders.grading.wire import DEEPEST

Ask = Callable[[dict[str, Any]], Any]


class CannotBeServed(Exception):
    """Something that has no meaning at a distance; the message names it."""


class RemoteTensor(torch.Tensor):
    """Shape, stride and dtype of tensor `number` of the executor."""

    number: int

    @staticmethod
    def __new__(cls, described: dict[str, Any]) -> RemoteTensor:
        """A tensor as `describe` describes it."""
        tensor: RemoteTensor = torch.Tensor._make_wrapper_subclass(
            cls,
            described["shape"],
            strides=described["stride"],
            dtype=getattr(torch, described["dtype"]),
            device=torch.device("cpu"),
        )
        tensor.number = described["number"]
        return tensor

    @classmethod
    def __torch_dispatch__(  # type: ignore[override]
        cls, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        """Outside the mode there is nobody to ask."""
        raise CannotBeServed(f"{func} in another thread or without modes")

    def __repr__(self, *, tensor_contents: Any = None) -> str:  # type: ignore[override]
        return f"tensor(..., size={tuple(self.shape)}, dtype={self.dtype})"


class AskedElsewhere(TorchDispatchMode):
    """While it is on, `ask` does every operation."""

    def __init__(self, ask: Ask) -> None:
        super().__init__()
        self._ask = ask

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        name, overload = func.overloadpacket._qualified_op_name, func._overloadname
        given = {t.number: t for t in _remote((args, kwargs))}
        packed = {"args": packed_value(list(args)), "kwargs": packed_value(kwargs or {})}
        reply = self._ask({"operation": name, "overload": overload, **packed})
        return _tensors(reply, given)


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


def _tensors(reply: Any, given: dict[int, RemoteTensor]) -> Any:
    """The reply with a tensor for each description: an argument that was changed is itself."""
    if isinstance(reply, dict):
        number = reply["number"]
        return given[number] if number in given else RemoteTensor(reply)
    if isinstance(reply, list):
        return [_tensors(item, given) for item in reply]
    return reply
