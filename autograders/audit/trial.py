"""Judges mutants in processes of their own, each with a limit on its processor time."""

from __future__ import annotations

import multiprocessing
import signal
import warnings
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import nn

from autograders.audit.answers import RightAnswer
from autograders.audit.mutants import Mutant
from autograders.checks.exercise import Exercise
from autograders.checks.judging.judge import judge
from autograders.checks.load import load_assignment

SECONDS = 5.0  # of processor time for all cases; a right answer takes less than one
NOT_DEFINED, TOO_LONG = "no group: it cannot be defined", "no group: it takes too long"


@dataclass(frozen=True)
class Trial:
    """What came of a mutant: the title of the first group that catches it, "" where none does,
    and whether that group is hidden."""

    answer: RightAnswer
    mutant: Mutant
    caught_by: str
    hidden: bool = False

    @property
    def key(self) -> str:
        """Names the mutant: `01 conv2d loops 4: y = x.new_ones(size)`."""
        answer = self.answer
        return f"{answer.assignment[:2]} {answer.exercise} {answer.style} {self.mutant.line}"


def try_all(wrong: Sequence[tuple[RightAnswer, Mutant]], jobs: int) -> Iterator[Trial]:
    """The trial of each mutant, in their order, worked out in `jobs` processes.

    Raises:
        Exception: where judging itself fails, what it raised.
    """
    exercises = {
        (name, exercise): replace(asked, right_case=None)  # unused here, and cannot be pickled
        for name in {answer.assignment for answer, _ in wrong}
        for exercise, asked in load_assignment(name).exercises.items()
    }
    spawn = multiprocessing.get_context("spawn")  # not forks: torch has threads here
    with ProcessPoolExecutor(jobs, spawn, initializer=_start, initargs=(exercises,)) as pool:
        caught = pool.map(_first_catch, *zip(*wrong, strict=True), chunksize=16)
        for (answer, mutant), found in zip(wrong, caught, strict=True):
            yield Trial(answer, mutant, *found)


_exercises: dict[tuple[str, str], Exercise] = {}  # of a worker


class _OutOfTime(BaseException):
    """Goes through whatever catches an Exception."""


def _start(exercises: Mapping[tuple[str, str], Exercise]) -> None:
    def stop(*_: Any) -> None:
        raise _OutOfTime

    signal.signal(signal.SIGPROF, stop)
    torch.set_num_threads(1)
    _exercises.update(exercises)
    for exercise in exercises.values():
        judge(exercise, lambda *_, **__: None)  # what this imports costs no mutant time


def _first_catch(answer: RightAnswer, mutant: Mutant) -> tuple[str, bool]:
    """The title of the first group that catches the mutant, and whether it is hidden."""
    signal.setitimer(signal.ITIMER_PROF, SECONDS, 1)  # and each second, should one be lost
    try:
        return _judged(answer, mutant)
    except _OutOfTime:
        return TOO_LONG, False
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def _judged(answer: RightAnswer, mutant: Mutant) -> tuple[str, bool]:
    defined: dict[str, Any] = {"np": np, "torch": torch, "nn": nn, "F": nn.functional}
    try:
        with warnings.catch_warnings(action="ignore"):
            exec(mutant.source, defined)
    except Exception:
        return NOT_DEFINED, False
    exercise = _exercises[answer.assignment, answer.exercise]
    for group in exercise.groups:
        if not judge(replace(exercise, groups=(group,), again={}), defined[answer.name]).points:
            return group.title, group.hidden
    return "", False
