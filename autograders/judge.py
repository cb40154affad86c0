"""Runs an answer on every case of an exercise and says what came of it."""

import copy
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from autograders.compare import Difference, difference
from autograders.exercise import Case, Exercise, Group
from autograders.forbidden import Use, student_line, watch
from autograders.mistakes import Attempt, recognise
from autograders.probes import NotAsAsked, probed
from autograders.quiet import quiet
from autograders.recipes import passable

Function = Callable[..., Any]


@dataclass(frozen=True)
class Verdict:
    """What came of one exercise: its groups' attempts, or the forbidden operation that it used,
    and the names of the known mistakes that explain the answers: one, two at once, or none."""

    exercise: Exercise
    groups: Sequence[tuple[Group, Sequence[Attempt]]]
    forbidden: Use | None
    mistakes: tuple[str, ...]

    @property
    def passed(self) -> list[bool]:
        """For each group, whether every one of its cases was right."""
        return [all(a.wrong is None for a in attempts) for _, attempts in self.groups]

    @property
    def points(self) -> float:
        """Each group is worth the same; a forbidden operation costs all of them."""
        if self.forbidden:
            return 0.0
        return round(self.exercise.points * sum(self.passed) / len(self.groups), 2)


def judge(exercise: Exercise, function: Function) -> Verdict:
    """Runs `function` on every case of the exercise, on a graphics card without TF32."""
    exact = torch.backends.cudnn.flags(enabled=True, allow_tf32=False)
    with watch(exercise.forbidden) as uses, exact:
        groups = [
            (
                group,
                [
                    _attempt(exercise, function, case, case is group.cases[0])
                    for case in group.cases
                ],
            )
            for group in exercise.groups
        ]
    attempts = [attempt for _, tried in groups for attempt in tried]
    mistakes = recognise(attempts, exercise.mistakes, exercise.together)
    return Verdict(exercise, groups, uses[0] if uses else None, mistakes)


def _attempt(exercise: Exercise, function: Function, case: Case, first: bool) -> Attempt:
    """The first case of a group is called twice with the very same arguments: a function that
    changes them gives itself away by its second answer."""
    for device in _devices(exercise):
        made = _arguments(exercise, case, device)
        for again in (False, True) if first else (False,):
            wrong = _call(exercise, function, case, made, device)
            if wrong and again:
                wrong = Difference(
                    "a second call gives another answer",
                    "the first call is right, but a second call with the same arguments gives "
                    "another answer: does it change an argument?",
                )
            if wrong:
                return Attempt(case, wrong)
    return Attempt(case, None)


def _call(
    exercise: Exercise, function: Function, case: Case, made: Mapping[str, Any], device: str
) -> Difference | None:
    by_position = [value for name, value in made.items() if name not in case.keywords]
    by_name = {name: made[name] for name in case.keywords}
    try:
        with quiet():
            result = probed(exercise.probe, function)(*by_position, **by_name)
    except NotAsAsked as error:
        return Difference("the answer is not what was asked for", str(error))
    except (Exception, SystemExit) as error:
        kind = type(error).__name__
        line = student_line(traceback.extract_tb(error.__traceback__))
        return Difference(f"it raised {kind}", f"it raised {kind}: {_words(error)} ({line})")
    return difference(result, exercise, case, device)


def _arguments(exercise: Exercise, case: Case, device: str) -> dict[str, Any]:
    """Fresh copies, which the answer may spoil."""

    def fresh(value: Any) -> Any:
        if not isinstance(value, np.ndarray):
            return copy.deepcopy(value)
        return np.array(value, order="C" if case.c_order else "F")

    return {
        name: passable(fresh(value), exercise.library, device)
        for name, value in case.arguments.items()
    }


def _devices(exercise: Exercise) -> list[str]:
    """The processor; and the student's graphics card where there is one."""
    cuda = exercise.library == "torch" and torch.cuda.is_available()
    return ["cpu", "cuda"] if cuda else ["cpu"]


def _words(error: BaseException) -> str:
    try:
        return str(error)[:300]
    except Exception:  # it is the answer's own class
        return "an error that cannot be printed"
