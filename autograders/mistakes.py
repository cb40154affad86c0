"""Which known mistake gives exactly these answers.

A wrong name is worse than none: a mistake is named only
where every answer is what the mistake gives, on at least two cases where it gives a wrong one,
and no other known mistake fits as well.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from autograders.compare import Difference, same_arrays
from autograders.exercise import Arrays, Case

SEPARATING = 2


@dataclass(frozen=True)
class Attempt:
    """What came of one case: `wrong` is None where the answer was right."""

    case: Case
    wrong: Difference | None


def recognise(attempts: Sequence[Attempt], mistakes: Iterable[str]) -> str | None:
    """The name of the one known mistake that explains all the attempts, or None."""
    fitting = [name for name in mistakes if _explains(name, attempts)]
    return fitting[0] if len(fitting) == 1 else None


def _explains(mistake: str, attempts: Sequence[Attempt]) -> bool:
    agreed = 0
    for attempt in attempts:
        mistaken = attempt.case.mistaken.get(mistake)
        if (mistaken is None) != (attempt.wrong is None):
            return False
        if not mistaken or not attempt.wrong:
            continue
        answer = attempt.wrong.answer
        if answer is None:
            return False
        if not same_arrays(answer, mistaken, _tolerance(attempt.case, mistaken)):
            return False
        agreed += 1
    return agreed >= SEPARATING


def _tolerance(case: Case, mistaken: Arrays) -> dict[str, float]:
    """Wrong numbers that are larger than the right ones have larger rounding errors as well."""

    def largest(array: np.ndarray) -> float:
        return float(abs(array).max(initial=0))

    return {
        name: allowed * max(1.0, largest(mistaken[name]) / (largest(case.expected[name]) or np.inf))
        for name, allowed in case.tolerance.items()
    }
