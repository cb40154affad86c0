"""Doing again what a record holds, with other numbers.

It runs in a process like a student's, confined and without anything but the numbers of one case,
since whoever wrote the record chose what is done. That may end the process or take too long, and
then nothing is proved.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from autograders.grading.sandboxed.replay.operations import (
    LARGEST,
    OPERATIONS,
    NotAllowed,
    perform,
    tensors_of,
    word,
)
from autograders.grading.sandboxed.replay.record import MOST_BYTES, MOST_STEPS
from autograders.grading.sandboxed.replay.traced_float import ARITHMETIC, COMPARISONS, MATHS

MOST_NUMBERS = 20_000_000  # in all tensors together
MOST_CONSTANTS = 100_000  # numbers that are written in the record
DEEPEST = 8
_FLOATS = {f"float.{name}": function for name, function in (ARITHMETIC | MATHS).items()}
# What a step of somebody's own making may raise.
FAULTS = (
    *(ArithmeticError, AttributeError, IndexError, KeyError, MemoryError, NotImplementedError),
    *(RecursionError, RuntimeError, TypeError, ValueError),
)


class OtherBranch(Exception):
    """It branches on numbers, and with these it would go another way."""


def replay(record: np.ndarray, inputs: list[Tensor], seconds: float) -> dict[str, Any]:
    """What became of a record on `inputs`: the `results`; or the names of the operations that
    are `unknown` here; or what it `failed` with, a word.

    Args:
        record: the bytes of a record.
        seconds: how long it may take.
    """
    try:
        data = parsed(record, len(inputs))
        if unknown := unknown_names(data["steps"]):
            return {"unknown": unknown}
        results = Replay(inputs, time.monotonic() + seconds).run(data)
    except FAULTS as error:
        return {"failed": type(error).__name__}
    except OtherBranch:
        return {"failed": "OtherBranch"}
    return {"results": results}


def parsed(record: np.ndarray, inputs: int) -> dict[str, Any]:
    """A record for so many inputs as data of the right form. Raises ValueError."""
    if record.dtype != np.uint8 or record.size > MOST_BYTES:
        raise ValueError("the record is too long")
    data = json.loads(record.tobytes())
    steps = data["steps"]
    if data["inputs"] != inputs or len(steps) > MOST_STEPS:
        raise ValueError("the record is of another call, or too long")
    for name, args, kwargs, count in steps:
        if (type(name), type(args), type(kwargs), type(count)) != (str, list, dict, int):
            raise ValueError("a step has no known form")
    return dict(data)


def unknown_names(steps: Sequence[Any]) -> list[str]:
    """The operations of the steps that may not be done."""
    known = {"constant", "read", "tensor", "branch", *_FLOATS, *OPERATIONS}
    return sorted({step[0] for step in steps} - known)


class Replay:
    """The values of a record on some inputs."""

    def __init__(self, inputs: Sequence[Tensor], deadline: float) -> None:
        self.values: list[Any] = list(inputs)
        self._deadline = deadline
        self._numbers = self._constants = 0

    def run(self, data: dict[str, Any]) -> list[Any]:
        """The results, most often tensors. Raises OtherBranch and FAULTS."""
        with torch.no_grad():
            for name, args, kwargs, count in data["steps"]:
                if time.monotonic() > self._deadline:
                    raise NotAllowed("it takes too long")
                made = self.step(name, args, kwargs)
                if len(made) != count:
                    raise NotAllowed("another number of results")
                self._hold(made)
        if not isinstance(data["results"], list):
            raise NotAllowed("no results")
        return list(self.value(data["results"]))

    def step(self, name: str, args: list[Any], kwargs: dict[str, Any]) -> list[Any]:
        """The values that one step gives."""
        given = [self.value(arg) for arg in args]
        match name:
            case "branch":
                self.branch(*given)
                return []
            case "constant" | "tensor":
                return [self._tensor(*given)]
            case "read":
                return self._read(*given)
            case _ if name in _FLOATS:  # as floats: whole numbers would grow without end
                if not all(type(each) in (int, float) for each in given):
                    raise NotAllowed("arithmetic of what are no numbers")
                return [float(_FLOATS[name](*map(float, given)))]
        named = {key: self.value(arg) for key, arg in kwargs.items()}
        return list(tensors_of(perform(name, given, named)))

    def branch(self, name: str, *operands: Any) -> None:
        """Raises OtherBranch unless a comparison comes out as it did: its outcome is the last of
        the operands."""
        *given, outcome = operands
        if name in ("aten::_local_scalar_dense.default", "aten::equal.default"):
            function = Tensor.item if len(given) == 1 else torch.equal
            if not all(isinstance(each, Tensor) for each in given):
                raise NotAllowed("a branch on what is no tensor")
            found = function(*given)
        elif all(type(each) in (int, float) for each in given):
            found = COMPARISONS[name](*given)
        else:
            raise NotAllowed("a branch on what are no numbers")
        if found != outcome or type(found) is not type(outcome):
            raise OtherBranch

    def value(self, packed: Any, depth: int = 0) -> Any:
        """What an argument of the record stands for."""
        if isinstance(packed, list) and depth < DEEPEST:
            return [self.value(item, depth + 1) for item in packed]
        if packed is None or type(packed) in (bool, int, float, str):
            return packed
        match packed:
            case {"v": int(number)} if 0 <= number < len(self.values):
                return self.values[number]
            case {"w": name}:
                return word(name)
            case {"c": [float(real), float(imaginary)]}:
                return complex(real, imaginary)
        raise NotAllowed("an argument that cannot be read")

    def _tensor(self, flat: Any, shape: Any, dtype: Any) -> Tensor:
        if not isinstance(dtype, torch.dtype) or not isinstance(flat, list):
            raise NotAllowed("a tensor of what are no numbers")
        if not all(type(each) in (bool, int, float) for each in flat):
            raise NotAllowed("a tensor of what are no numbers")
        self._constants += len(flat)
        if self._constants > MOST_CONSTANTS:
            raise NotAllowed("too many constants")
        if not dtype.is_complex:
            return torch.tensor(flat, dtype=dtype).reshape(shape)
        pairs = zip(flat[::2], flat[1::2], strict=True)
        return torch.tensor([complex(*pair) for pair in pairs], dtype=dtype).reshape(shape)

    def _read(self, tensor: Any) -> list[float]:
        if not isinstance(tensor, Tensor) or not tensor.is_floating_point():
            raise NotAllowed("numbers of what has none")
        return list(map(float, tensor.detach().reshape(-1).tolist()))

    def _hold(self, made: list[Any]) -> None:
        for each in made:
            self._numbers += each.numel() if isinstance(each, Tensor) else 1
            if isinstance(each, Tensor) and each.numel() > LARGEST:
                raise NotAllowed("too many numbers in one tensor")
        if self._numbers > MOST_NUMBERS:
            raise NotAllowed("too many numbers")
        self.values += made
