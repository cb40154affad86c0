"""What an experiment is: one factor, its arms, what is measured, what was found and a picture."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

SEEDS = (0, 1, 2, 3, 4)
SIDES = ("none", "batch")  # the norms that most experiments compare

Arm = Mapping[str, Any]  # what distinguishes one side of the comparison, as {"norm": "batch"}
Values = dict[str, float]  # measured once a run
Curves = dict[str, list[float]]  # measured at checkpoints of a run


@dataclass(frozen=True)
class Run:
    """One arm with one seed."""

    arm: Arm
    seed: int
    values: Values
    curves: Curves


@dataclass(frozen=True)
class Results:
    """The runs of an experiment, selected by fields of their arms, and what they ran on."""

    runs: Sequence[Run]
    machine: str

    def values(self, name: str, **arm: Any) -> NDArray[np.float64]:
        """(seeds,), in the order of the seeds."""
        return np.array([run.values[name] for run in self._of(arm)])

    def curves(self, name: str, **arm: Any) -> NDArray[np.float64]:
        """(seeds, checkpoints); of runs that ended early, as many checkpoints as all have."""
        curves = [run.curves[name] for run in self._of(arm)]
        return np.array([curve[: min(map(len, curves))] for curve in curves])

    def both(self, name: str, **arm: Any) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The values with batch norm and those without, each (seeds,)."""
        return self.values(name, norm="batch", **arm), self.values(name, norm="none", **arm)

    def best(self, name: str, field: str, **arm: Any) -> Any:
        """The choice of a field with which the mean of a value is largest."""
        return max(self.choices(field), key=lambda c: self.values(name, **{field: c}, **arm).mean())

    def choices(self, field: str) -> list[Any]:
        """The different values of a field, in the order of the arms."""
        return list(dict.fromkeys(run.arm[field] for run in self.runs))

    def _of(self, arm: Arm) -> list[Run]:
        chosen = [run for run in self.runs if all(run.arm[k] == v for k, v in arm.items())]
        if len({run.seed for run in chosen}) != len(chosen) or not chosen:
            raise ValueError(f"{arm} selects {len(chosen)} runs; expected one for each seed")
        return sorted(chosen, key=lambda run: run.seed)


@dataclass(frozen=True)
class Findings:
    """What the numbers say.

    Attributes:
        verdict: whether the claim held, in a word, and the number that decides it.
        table: a row of names, then rows of cells.
        text: paragraphs on what was found and what it does not show.
        alt: the picture in words.
    """

    verdict: str
    table: list[list[str]]
    text: list[str]
    alt: str


@dataclass(frozen=True)
class Experiment:
    """A claim and how it is tested.

    Attributes:
        name: of its files.
        claim: as the lecture makes it.
        question: that the experiment answers.
        changed: the one factor.
        fixed: what the sides of the comparison share.
        sizes, quick: a frozen dataclass of numbers; quick ones are for tests of this program only.
        arms: the sides that are compared.
        measure: runs one arm with one seed, with torch's random numbers seeded.
        findings, draw: from all runs.
    """

    name: str
    claim: str
    question: str
    changed: str
    fixed: str
    sizes: Any
    quick: Any
    arms: Callable[[Any], list[Arm]]
    measure: Callable[[Arm, int, Any], tuple[Values, Curves]]
    findings: Callable[[Results], Findings]
    draw: Callable[[Results], Figure]
