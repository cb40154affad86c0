"""What the check of an exercise found, as data: read by the instructor's report, shown to nobody.

While grading it travels in an output of the check's cell, beside the text that the student reads.
"""

from __future__ import annotations

import math
import os
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from autograders.checks.judging.judge import ExerciseResult

MIME = "application/vnd.cnn-course.findings+json"


def findings(verdict: ExerciseResult, seconds: float) -> dict[str, Any]:
    """JSON: the groups that passed, the names of the known mistakes, the forbidden operation, how
    long it took to find out, and for each case what is wrong with it, None where nothing is.

    Of a wrong answer's numbers it holds a digest, by which equal answers are found: for each
    result its shape and one weighted mean, which sees every number and changes by no more than
    they do.
    """
    attempts = [attempt for _, tried in verdict.groups for attempt in tried]
    use = verdict.forbidden
    return {
        "exercise": verdict.exercise.name,
        "mistakes": list(verdict.mistakes),
        "forbidden": f"{use.operation}, {use.meaning}" if use else "",
        "seconds": round(seconds, 2),
        "groups": [
            {"title": group.title, "passed": passed}
            for (group, _), passed in zip(verdict.groups, verdict.passed, strict=True)
        ],
        "cases": [attempt.wrong and _wrong(attempt.wrong) for attempt in attempts],
    }


def publish(verdict: ExerciseResult, seconds: float) -> None:
    """Puts the findings into the output of the cell that runs, where nbgrader grades in a kernel;
    elsewhere does nothing."""
    if os.environ.get("NBGRADER_EXECUTION") != "autograde":
        return
    from IPython import get_ipython
    from IPython.display import publish_display_data

    if get_ipython() is not None:
        publish_display_data({MIME: findings(verdict, seconds), "text/plain": ""})


def _wrong(wrong: Any) -> dict[str, Any]:
    answer = wrong.answer or {}
    return {"kind": wrong.kind, "answer": [_digest(array) for array in answer.values()]}


def _digest(array: np.ndarray) -> list[Any]:
    mean = math.nan
    if array.size:
        weights = np.random.default_rng(0).uniform(1, 2, array.shape)
        with np.errstate(all="ignore"):
            mean = float(np.average(array, weights=weights))
    return [list(array.shape), float(f"{mean:.6g}") if math.isfinite(mean) else None]
