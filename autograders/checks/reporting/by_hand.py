"""The smallest case that an answer fails, to be done by hand by whoever fails again and again."""

import os
from typing import Any

import numpy as np

from autograders.checks.exercise import Case
from autograders.checks.judging.judge import ExerciseResult

EQUAL_FAILURES = 3
LARGEST = 48  # numbers in all arguments: more are not worked out by hand


class Patience:
    """Counts how often in this session an exercise has failed at the same case."""

    def __init__(self) -> None:
        self._failures: dict[str, tuple[tuple[str, int], int]] = {}

    def case_by_hand(self, verdict: ExerciseResult) -> str:
        """Text with the smallest case that failed, from the third equal failure on; else "".

        While nbgrader runs the notebook nobody is there to do it, so it is "" then.
        """
        name, failure = verdict.exercise.name, verdict.first_failure
        if verdict.forbidden or not failure or failure.group.hidden:
            self._failures.pop(name, None)
            return ""
        case = failure.group.title, failure.place
        before, times = self._failures.get(name, (case, 0))
        times = times + 1 if before == case else 1
        self._failures[name] = case, times
        if times < EQUAL_FAILURES or "NBGRADER_EXECUTION" in os.environ:
            return ""
        return _told(verdict)


def _told(verdict: ExerciseResult) -> str:
    """What a teacher puts on paper: the arguments, what the function makes of them, where to read;
    not what comes out."""
    failed = [
        (attempt.case, attempt.wrong.answer)
        for group, attempts in verdict.groups
        for attempt in attempts
        if attempt.wrong and attempt.wrong.answer is not None and not group.hidden
        if _count(attempt.case) <= LARGEST
    ]
    if not failed or verdict.exercise.probe:
        return ""
    smallest, given = min(failed, key=lambda tried: (not _short(tried[0]), _count(tried[0])))
    mistakes = verdict.exercise.mistakes
    known = [mistakes[name] for name in verdict.mistakes] or mistakes.values()
    sections = " or ".join(dict.fromkeys(f'"{mistake.section}"' for mistake in known))
    return "\n".join(
        [
            "\n",
            "  The same failure again: do the smallest case that fails on paper, line by line.",
            *(_line(name, value) for name, value in smallest.arguments.items()),
            "  Your function gives",
            *(_line(name, value) for name, value in given.items()),
            "  What does your paper say? Compare it step by step with what your function does"
            + (f"\n    (see {sections})." if sections else "."),
        ]
    )


def _line(name: str, value: Any) -> str:
    if not isinstance(value, np.ndarray):
        return f"    {name} = {getattr(value, 'name', value)}"
    head = f"    {name} = "
    numbers = np.array2string(
        value,
        separator=", ",
        prefix=head,
        max_line_width=96,
        threshold=4 * LARGEST,
        formatter={"all": lambda number: f"{number:.6g}"},
    )
    return head + numbers


def _count(case: Case) -> int:
    return sum(np.size(value) for value in case.arguments.values())


def _short(case: Case) -> bool:
    """Whether its numbers are whole, or quarters at worst."""
    arrays = [v for v in case.arguments.values() if isinstance(v, np.ndarray)]
    return all((4 * array % 1 == 0).all() for array in arrays)
