"""Where the operations of a function that is being proved are done, one by one.

It is a process like a student's, since a student's function chooses what it does: confined, and
without anything but the arguments of the one case.
"""

from __future__ import annotations

from typing import Any

import torch

from autograders.grading.remote_tensor import describe

LARGEST = 1_000_000  # numbers in one tensor
MOST = 20_000  # tensors


class Executor:
    """Holds tensors by number and does operations on them."""

    def __init__(self) -> None:
        self._tensors: list[torch.Tensor] = []

    def take(self, tensors: list[torch.Tensor]) -> list[dict[str, Any]]:
        """Forgets all that it held, and describes the new `tensors`."""
        self._tensors = []
        return [self._held(tensor) for tensor in tensors]

    def operate(self, operation: str, overload: str, args: Any, kwargs: Any) -> Any:
        """Does `operation` on what it holds and describes the results; a number or a truth value
        is told as it is."""
        namespace, _, name = operation.partition("::")
        function = getattr(getattr(getattr(torch.ops, namespace), name), overload or "default")
        given = self._given(args)
        if name == "index" and any(t is not None and t.dtype == torch.bool for t in given[1]):
            raise ValueError("a mask's number of ones would be seen in the result's shape")
        with torch.no_grad():
            result = function(*given, **self._given(kwargs))
            if "empty" in name:  # memory as it was left by whatever was there before
                result.zero_()
        return self._told(result)

    def give(self, numbers: list[int]) -> list[torch.Tensor]:
        """The tensors of these numbers."""
        return [self._tensors[number] for number in numbers]

    def _held(self, tensor: torch.Tensor) -> dict[str, Any]:
        if tensor.numel() > LARGEST or len(self._tensors) >= MOST:
            raise ValueError("too many numbers, or too many tensors")
        self._tensors.append(tensor)
        return describe(len(self._tensors) - 1, tensor)

    def _given(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._given(item) for item in value]
        if isinstance(value, dict) and set(value) == {"remote"}:
            return self._tensors[value["remote"]]
        if isinstance(value, dict) and set(value) == {"torch"}:
            return getattr(torch, value["torch"])
        if isinstance(value, dict):
            return {key: self._given(item) for key, item in value.items()}
        return value

    def _told(self, result: Any) -> Any:
        if isinstance(result, torch.Tensor):
            for number, tensor in enumerate(self._tensors):
                if tensor is result:
                    return describe(number, tensor)
            return self._held(result)
        if isinstance(result, (list, tuple)):
            return [self._told(item) for item in result]
        return result
