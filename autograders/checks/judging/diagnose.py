"""Which known mistakes give exactly these answers: one, or two at once.

A wrong name is worse than none: mistakes are named only where every answer is what they give, on at
least two cases where each of them gives a wrong one, and nothing else known fits as well.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from autograders.checks.exercise import Arrays, Case
from autograders.checks.judging.compare import Mismatch, same_arrays

SEPARATING = 2


@dataclass(frozen=True)
class CaseResult:
    """What came of one case: `wrong` is None where the answer was right, `left` is what its calls
    left otherwise in the whole process."""

    case: Case
    wrong: Mismatch | None
    left: tuple[str, ...] = ()


def both(one: str, other: str) -> str:
    """The key in `Case.mistaken` of the answer that holds two mistakes, one upon the other."""
    return f"{one} + {other}"


def diagnose(
    attempts: Sequence[CaseResult],
    mistakes: Iterable[str],
    together: Iterable[tuple[str, str]] = (),
) -> tuple[str, ...]:
    """The names of the mistakes that explain all the attempts: one, two at once, or none.

    Two at once are looked for where no single one fits: those of `together`, whose joint answers
    are stored, and any two whose errors simply add up, as they do in terms or results apart.
    """
    names = list(mistakes)
    single = [name for name in names if _explains(_stored(name, attempts), attempts)]
    if single:
        return (single[0],) if len(single) == 1 else ()
    shown = [name for name in names if sum(map(bool, _stored(name, attempts))) >= SEPARATING]
    pairs = [
        pair
        for pair in together
        if set(pair) <= set(shown) and _explains(_stored(both(*pair), attempts), attempts)
    ]
    pairs += [pair for pair in combinations(shown, 2) if _add_up(pair, attempts)]
    return pairs[0] if len({frozenset(pair) for pair in pairs}) == 1 else ()


def _stored(key: str, attempts: Sequence[CaseResult]) -> list[Arrays | None]:
    return [attempt.case.mistaken.get(key) for attempt in attempts]


def _explains(mistaken: Sequence[Arrays | None], attempts: Sequence[CaseResult]) -> bool:
    agreed = 0
    for wrong, attempt in zip(mistaken, attempts, strict=True):
        if (wrong is None) != (attempt.wrong is None):
            return False
        if not wrong or not attempt.wrong:
            continue
        answer = attempt.wrong.answer
        if answer is None or not same_arrays(answer, wrong, _tolerance(attempt.case, wrong)):
            return False
        agreed += 1
    return agreed >= SEPARATING


def _add_up(pair: tuple[str, str], attempts: Sequence[CaseResult]) -> bool:
    """Whether every answer is wrong by the sum of the two errors."""
    one, other = (_stored(name, attempts) for name in pair)
    mistaken: list[Arrays | None] = []
    for a, b, attempt in zip(one, other, attempts, strict=True):
        if a is None or b is None:
            mistaken.append(b if a is None else a)
            continue
        added = _added(attempt.case, a, b)
        if added is None:
            return False
        mistaken.append(added)
    return _explains(mistaken, attempts)


def _added(case: Case, one: Arrays, other: Arrays) -> Arrays | None:
    """The right answer with both errors, where all have its shape; else None."""
    added = {}
    for name, expected in case.expected.items():
        if not one or not other or not one[name].shape == other[name].shape == expected.shape:
            return None
        added[name] = one[name] + other[name] - expected
    return added


def _tolerance(case: Case, mistaken: Arrays) -> dict[str, float]:
    """Wrong numbers that are larger than the right ones have larger rounding errors as well."""

    def largest(array: np.ndarray) -> float:
        return float(abs(array).max(initial=0))

    return {
        name: allowed * max(1.0, largest(mistaken[name]) / (largest(case.expected[name]) or np.inf))
        for name, allowed in case.tolerance.items()
    }
