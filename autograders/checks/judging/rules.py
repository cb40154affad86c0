"""What decides where several answers are right, by name.

A rule gets the answer, which has the right shapes and finite numbers, and the case; it says in
words what is wrong, or returns None.
"""

from collections.abc import Callable, Mapping

import numpy as np

from autograders.checks.exercise import Arrays, Case
from autograders.checks.judging.adapters import LAYERS
from autograders.checks.judging.small_models import parameter_names


def _tied_maxima(answer: Arrays, case: Case) -> str | None:
    """Backward of max pooling with windows that do not overlap: each window's dy arrives whole,
    shared among its maxima, and nothing arrives anywhere else."""
    dy, x = (case.arguments[name].astype("float64") for name in ("dy", "x"))
    (height, width), (down, right) = (_pair(case.arguments[name]) for name in ("kernel", "stride"))
    dx, allowed = answer["dx"], case.tolerance["dx"]
    elsewhere = dx.copy()
    for n, c, i, j in np.ndindex(*dy.shape):
        rows = slice(i * down, i * down + height)
        columns = slice(j * right, j * right + width)
        largest = x[n, c, rows, columns] == x[n, c, rows, columns].max()
        shares = dx[n, c, rows, columns][largest]
        upstream, place = dy[n, c, i, j], [n, c, i, j]
        if abs(shares.sum() - upstream) > allowed:
            return (
                f"the largest numbers of the window at {place} of dy get {shares.sum():.6g} in "
                f"all; {upstream:.6g} was expected, shared among them as you like"
            )
        if (shares * np.sign(upstream)).min() < -allowed:
            return f"one of the largest numbers of the window at {place} of dy gets less than none"
        elsewhere[n, c, rows, columns][largest] = 0
    if abs(elsewhere).max() <= allowed:
        return None
    place = [int(k) for k in np.unravel_index(abs(elsewhere).argmax(), dx.shape)]
    return f"dx is {dx[tuple(place)]:.6g} at {place}, no maximum of a window; 0 was expected"


def _pair(value: int | tuple[int, int]) -> tuple[int, int]:
    return (value, value) if isinstance(value, int) else value


def _table_row(answer: Arrays, case: Case) -> str | None:
    """A row of the table of layers: its kind, output shape and weight shape, in words."""
    shown = {
        "kind": lambda number: LAYERS[int(number)],
        "output": _shape_of,
        "weight": _shape_of,
    }
    for name, show in shown.items():
        got, expected = answer[name], case.expected[name]
        if (got != expected).any():
            what = "the kind" if name == "kind" else f"the {name} shape"
            row = case.arguments["row"]
            return f"{what} of row {row} is {show(got)}; {show(expected)} was expected"
    return None


def _shape_of(padded: np.ndarray) -> str:
    return str(tuple(int(n) for n in padded if n)) if padded.any() else "none"


def _silent_parameters(answer: Arrays, case: Case) -> str | None:
    """The names of a small model's parameters that get no gradient."""
    names = parameter_names(case.arguments["model"])
    got, expected = (
        [name for name, silent in zip(names, values["silent"], strict=True) if silent]
        for values in (answer, case.expected)
    )
    return None if got == expected else f"it is {got}; {expected} was expected"


RULES: Mapping[str, Callable[[Arrays, Case], str | None]] = {
    "silent-parameters": _silent_parameters,
    "table-row": _table_row,
    "tied-maxima": _tied_maxima,
}
