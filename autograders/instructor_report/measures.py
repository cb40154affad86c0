"""How a class did: the distribution of points, and how hard and how telling each task is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from autograders.instructor_report.collect import Collected, Graded, Task

FEWEST = 3  # graded answers below which a correlation says nothing
BINS = 10


@dataclass(frozen=True)
class Distribution:
    """The points of all students together: `counts[k]` of them lie from `edges[k]` to below
    `edges[k + 1]`, the last bin including its upper edge."""

    counts: tuple[int, ...]
    edges: tuple[float, ...]
    mean: float
    deviation: float
    quartiles: tuple[float, float, float, float, float]  # from the least to the most


@dataclass(frozen=True)
class Item:
    """A task as the class found it.

    `share` is the mean share of its points that was earned, its difficulty: 1 is easy.
    `discrimination` is the corrected item-total correlation, that of the task's points with the
    points of all other tasks: near 1 those who are good at the rest are good at it; near 0 or below
    it asks for something else, or is wrong. Source: S. Henrysson, Correction of item-total
    correlations in item analysis, Psychometrika 28 (1963), 211-218. Both are None where too few
    answers are graded; the correlation also where all earned the same.
    """

    task: Task
    graded: int
    full: int  # of those, how many earned all points
    share: float | None
    discrimination: float | None


def distribution(points: Sequence[float], most: float) -> Distribution:
    """The distribution of `points`, at least one of them, each from 0 to `most`."""
    counts, edges = np.histogram(points, bins=BINS, range=(0, most))
    quartiles = np.quantile(points, [0, 0.25, 0.5, 0.75, 1])
    return Distribution(
        tuple(map(int, counts)),
        tuple(map(float, edges)),
        float(np.mean(points)),
        float(np.std(points)),
        tuple(map(float, quartiles)),  # type: ignore[arg-type]
    )


def items(collected: Collected) -> list[Item]:
    """Every task with its difficulty and discrimination, in the order of the notebook."""
    return [_item(task, collected.graded) for task in collected.tasks]


def _item(task: Task, graded: Sequence[Graded]) -> Item:
    pairs = [
        (score, each.points - score)
        for each in graded
        if (score := each.scores.get(task.name)) is not None
    ]
    if not pairs:
        return Item(task, 0, 0, None, None)
    scores, rest = np.array(pairs).T
    share = float(scores.mean() / task.points) if task.points else None
    full = int((scores >= task.points).sum())
    return Item(task, len(pairs), full, share, _correlation(scores, rest))


def _correlation(one: np.ndarray, other: np.ndarray) -> float | None:
    if len(one) < FEWEST or np.ptp(one) < 1e-9 or np.ptp(other) < 1e-9:
        return None
    return float(np.corrcoef(one, other)[0, 1])
