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
        self._tensors: dict[int, torch.Tensor] = {}

    def take(self, tensors: list[torch.Tensor]) -> list[dict[str, Any]]:
        """Forgets all that it held, and describes the new `tensors`."""
        self._tensors = {}
        for number, tensor in enumerate(tensors):
            self._hold(number, tensor)
        return [describe(number, tensor) for number, tensor in self._tensors.items()]

    def operate(self, operations: list[dict[str, Any]]) -> Any:
        """Does operations on what it holds, one after the other, and holds what they give: under
        the numbers `results` of an operation; where there are none, under the next ones, and then
        it is described. Tells that of the last operation; a number or a truth value as it is."""
        told = None
        for each in operations:
            try:
                result = self._done(each)
                if "results" in each:
                    given = [result] if isinstance(result, torch.Tensor) else result
                    for number, tensor in zip(each["results"], given, strict=True):
                        self._hold(number, tensor)
                else:
                    told = self._told(result)
            except Exception as error:
                kind = type(error).__name__
                raise RuntimeError(f"{each['operation']} failed: {kind}: {error}") from error
        return told

    def give(self, numbers: list[int]) -> list[torch.Tensor]:
        """The tensors of these numbers."""
        return [self._tensors[number] for number in numbers]

    def _done(self, asked: dict[str, Any]) -> Any:
        namespace, _, name = asked["operation"].partition("::")
        packet = getattr(getattr(torch.ops, namespace), name)
        args = self._given(asked["args"])
        if name == "index" and any(t is not None and t.dtype == torch.bool for t in args[1]):
            raise ValueError("a mask's number of ones would be seen in the result's shape")
        with torch.no_grad():
            result = getattr(packet, asked["overload"] or "default")(
                *args, **self._given(asked["kwargs"])
            )
            if "empty" in name:  # memory as it was left by whatever was there before
                result.zero_()
        return result

    def _hold(self, number: int, tensor: torch.Tensor) -> None:
        if tensor.numel() > LARGEST or len(self._tensors) >= MOST:
            raise ValueError("too many numbers, or too many tensors")
        self._tensors[number] = tensor

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
        if isinstance(result, (list, tuple)):
            return [self._told(item) for item in result]
        if not isinstance(result, torch.Tensor):
            return result
        for number, tensor in self._tensors.items():
            if tensor is result:
                return describe(number, tensor)
        number = len(self._tensors)
        self._hold(number, result)
        return describe(number, result)
