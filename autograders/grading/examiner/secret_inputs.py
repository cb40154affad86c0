"""Numbers that no student's process has seen, on which an answer's record is tried."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from autograders.checks.exercise import Case

FIRST_CODE = 1000.25  # so that no number of an answer's own is taken for a code


def redrawn(case: Case, random: np.random.Generator) -> dict[str, np.ndarray]:
    """Arrays of the same shapes and dtypes as the arguments of `case` that are arrays, of numbers
    of the same size; where all are positive, as variances are, these are, too. A gamma of ones and
    a beta of zeros stay what they are."""

    def fresh(array: np.ndarray) -> np.ndarray:
        if np.isin(array, (0, 1)).all():
            return array.copy()
        if (array > 0).all():
            return array * random.uniform(0.5, 1.5, array.shape)
        return array.mean() + (array.std() or 1.0) * random.standard_normal(array.shape)

    return {
        name: fresh(value).astype(case.dtype)
        for name, value in case.arguments.items()
        if isinstance(value, np.ndarray)
    }


def coded(case: Case) -> dict[str, np.ndarray]:
    """For each array a code in the place of each number, all different; those of `x` are in the
    order of its numbers."""
    arrays = {n: v for n, v in case.arguments.items() if isinstance(v, np.ndarray)}
    codes, next_code = {}, FIRST_CODE
    for name in sorted(arrays, key=lambda name: name != "x"):
        order = arrays[name].argsort(axis=None, kind="stable")
        code = np.empty(order.size)
        code[order] = next_code + np.arange(order.size)
        codes[name] = code.reshape(arrays[name].shape).astype(case.dtype)
        next_code += order.size
    return {name: codes[name] for name in arrays}


def in_an_order(
    case: Case, pairs: np.ndarray, random: np.random.Generator
) -> dict[str, np.ndarray] | None:
    """As `redrawn`, the numbers of `x` in a random order in which all `pairs` of codes, (smaller,
    larger), are kept. None where no order keeps them, or where a pair is not of two numbers of one
    window of a pooling."""
    x = case.arguments["x"]
    at = x.argsort(axis=None, kind="stable")  # by code
    numbers = pairs - FIRST_CODE
    of_x = (numbers == np.round(numbers)) & (numbers >= 0) & (numbers < x.size)
    of_x = of_x.all(1)  # others are with numbers of the answer's own, and tried as branches
    places = at[numbers[of_x].astype(int)]
    if not _in_one_window(x.shape, places, case.arguments):
        return None
    order = _linear_extension(x.size, places, random)
    if len(order) < x.size:
        return None
    values = np.empty(x.size)
    values[order] = np.sort(random.standard_normal(x.size))
    return redrawn(case, random) | {"x": values.reshape(x.shape).astype(case.dtype)}


def _in_one_window(
    shape: tuple[int, ...], places: np.ndarray, arguments: Mapping[str, Any]
) -> bool:
    indices = np.stack(np.unravel_index(places, shape))  # axis, pair, smaller or larger
    if (indices[:2, :, 0] != indices[:2, :, 1]).any():
        return False
    for axis, (kernel, stride) in enumerate(
        zip(_pair(arguments["kernel"]), _pair(arguments["stride"]), strict=True), 2
    ):
        low, high = indices[axis].min(1), indices[axis].max(1)
        first = np.maximum(0, -(-(high - kernel + 1) // stride))
        last = np.minimum(low // stride, (shape[axis] - kernel) // stride)
        if (first > last).any():
            return False
    return True


def _pair(value: int | tuple[int, int]) -> tuple[int, int]:
    return (value, value) if isinstance(value, int) else value


def _linear_extension(size: int, pairs: np.ndarray, random: np.random.Generator) -> list[int]:
    """The places in a random order in which the first of each pair comes before the second; those
    in a circle are left out."""
    after: list[list[int]] = [[] for _ in range(size)]
    waits = [0] * size
    for first, second in pairs.tolist():
        after[first].append(second)
        waits[second] += 1
    ready = [place for place in range(size) if not waits[place]]
    order = []
    while ready:
        place = ready.pop(int(random.integers(len(ready))))
        order.append(place)
        for second in after[place]:
            waits[second] -= 1
            if not waits[second]:
                ready.append(second)
    return order
