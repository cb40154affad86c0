"""Which numbers a record compared, where what it does next depends on how they compare.

`if v > best` makes a record that is right for inputs in the same order only. So it is replayed on
inputs that are in the order of the recorded ones and of which each number is a code that says
where it came from; what a branch depends on is then a list of pairs of codes.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from autograders.grading.sandboxed.replay.operations import NotAllowed, tensors_of
from autograders.grading.sandboxed.replay.replay import FAULTS, Replay, parsed

MOST_PAIRS = 200_000
_ORDERS = {"lt": False, "le": False, "gt": True, "ge": True}  # whether the first is to be larger
_LARGEST = {"max": True, "amax": True, "argmax": True, "min": False, "amin": False, "argmin": False}


def compared(record: np.ndarray, inputs: list[Tensor], seconds: float) -> np.ndarray | None:
    """The pairs (smaller, larger) that branches depend on, float64 of shape (n, 2); None where the
    record cannot be replayed.

    Args:
        record: as in `replay`.
        inputs: the codes, in the order of the numbers that the record was made with.
        seconds: how long it may take.
    """
    try:
        comparing = _Comparing(inputs, time.monotonic() + seconds)
        comparing.run(parsed(record, len(inputs)))
    except FAULTS:
        return None
    return np.array(sorted(comparing.pairs), "float64").reshape(-1, 2)


class _Comparing(Replay):
    def __init__(self, inputs: Sequence[Tensor], deadline: float) -> None:
        super().__init__(inputs, deadline)
        self.pairs: set[tuple[float, float]] = set()
        self._makers: dict[int, tuple[str, list[Any]]] = {}  # by a tensor's id, which is kept
        self._read_from: dict[float, list[Tensor]] = {}

    def step(self, name: str, args: list[Any], kwargs: dict[str, Any]) -> list[Any]:
        made = super().step(name, args, kwargs)
        given = [self.value(arg) for arg in args]
        if name == "read":
            for number in set(made):
                self._read_from.setdefault(number, []).append(given[0])
        for each in made:
            if isinstance(each, Tensor):
                self._makers[id(each)] = name.removeprefix("aten::").partition(".")[0], given
        return made

    def branch(self, name: str, *operands: Any) -> None:
        *given, outcome = operands
        if name in _ORDERS and all(type(each) in (int, float) for each in given):
            self._add([given] if _ORDERS[name] != outcome else [given[::-1]])
        elif name not in ("eq", "ne"):
            self._depends(given)
        elif (name == "eq") is outcome:  # one of them may be known as the largest of many
            self._depends([t for each in given for t in self._read_from.get(each, [])])

    def _depends(self, tensors: Sequence[Any]) -> None:
        """Adds the comparisons that some tensors were made by."""
        left, seen = list(tensors_of(list(tensors))), set()
        while left:
            tensor = left.pop()
            if id(tensor) in seen or id(tensor) not in self._makers:
                continue
            seen.add(id(tensor))
            base, given = self._makers[id(tensor)]
            if base in _ORDERS:
                one, other = torch.broadcast_tensors(*map(torch.as_tensor, given))
                pairs = torch.stack([one.reshape(-1), other.reshape(-1)], 1).double()
                swapped = tensor.reshape(-1) if _ORDERS[base] else ~tensor.reshape(-1)
                self._add(torch.where(swapped[:, None], pairs.flip(1), pairs).tolist())
            elif base in _LARGEST:
                self._add(_others(given, _LARGEST[base]))
            elif base not in ("eq", "ne") or bool(tensor.any() if base == "eq" else ~tensor.all()):
                left += tensors_of(given)
            if len(self.pairs) > MOST_PAIRS:
                raise NotAllowed("too many comparisons")

    def _add(self, pairs: Sequence[Sequence[float]]) -> None:
        self.pairs.update((less, more) for less, more in pairs if less != more)


def _others(given: Sequence[Any], largest: bool) -> list[list[float]]:
    """Of a tensor, each number with the largest, or smallest, of its row along the axes."""
    tensor, *axes = given
    axis = axes[0] if axes and axes[0] is not None and axes[0] != [] else range(tensor.ndim)
    extreme = torch.amax if largest else torch.amin
    found = extreme(tensor, tuple(axis) if not isinstance(axis, int) else axis, keepdim=True)
    one, other = torch.broadcast_tensors(tensor, found)
    pairs = torch.stack([one.reshape(-1), other.reshape(-1)], 1).double()
    return list((pairs if largest else pairs.flip(1)).tolist())
