"""Runs an answer on every case of an exercise and says what came of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch

from autograders.checks.exercise import Case, Exercise, Group
from autograders.checks.judging.answer import Answer, HeldCall, InThisProcess, Raised
from autograders.checks.judging.compare import Mismatch, difference
from autograders.checks.judging.diagnose import CaseResult, diagnose
from autograders.checks.judging.forbidden import Use
from autograders.checks.judging.plain_data import NotAsAsked

Function = Callable[..., Any]


@dataclass(frozen=True)
class Failure:
    """The first case that failed: its group with its number on the ladder, its place in it, what is
    wrong."""

    group: Group
    number: int
    place: int
    case: Case
    wrong: Mismatch


@dataclass(frozen=True)
class ExerciseResult:
    """What came of one exercise: its groups' attempts, or the forbidden operation that it used,
    and the names of the known mistakes that explain the answers: one, two at once, or none.

    Where none does, `deciding` says which one change of an argument makes the first visible case
    that failed come out right, "" where none or several do. `again` has the attempts at the hidden
    cases of `Exercise.again`, for each visible group that is right without them.
    """

    exercise: Exercise
    groups: Sequence[tuple[Group, Sequence[CaseResult]]]
    forbidden: Use | None
    mistakes: tuple[str, ...]
    deciding: str = ""
    again: Mapping[str, Sequence[CaseResult]] = field(default_factory=dict)

    @property
    def passed(self) -> list[bool]:
        """For each group, whether every one of its cases was right, with other numbers too."""
        return [
            _are_right([*attempts, *self.again.get(group.title, ())])
            for group, attempts in self.groups
        ]

    @property
    def points(self) -> float:
        """Each group is worth the same; a forbidden operation costs all of them."""
        if self.forbidden:
            return 0.0
        return round(self.exercise.points * sum(self.passed) / len(self.groups), 2)

    @property
    def left(self) -> tuple[str, ...]:
        """What calls left otherwise in the whole process, each once."""
        tried = [*(attempts for _, attempts in self.groups), *self.again.values()]
        return tuple(dict.fromkeys(w for its in tried for each in its for w in each.left))

    @property
    def first_failure(self) -> Failure | None:
        """None where every case is right."""
        return _first_failure(self.exercise, self.groups, self.again)


def judge(exercise: Exercise, answer: Answer | Function) -> ExerciseResult:
    """Asks `answer` for every case of the exercise, on a graphics card without TF32."""
    if not isinstance(answer, Answer):
        answer = InThisProcess(answer)
    exact = torch.backends.cudnn.flags(enabled=True, allow_tf32=False)
    with answer.watched(exercise) as uses, exact:
        groups = [
            (
                group,
                [_attempt(exercise, answer, case, case is group.cases[0]) for case in group.cases],
            )
            for group in exercise.groups
        ]
        again = {
            group.title: [
                _attempt(exercise, answer, case, False)
                for case in exercise.again[group.title].cases
            ]
            for group, tried in groups
            if group.title in exercise.again and _are_right(tried)
        }
        passed = [
            group for group, tried in groups if _are_right([*tried, *again.get(group.title, ())])
        ]
        answer.prove(exercise, passed)
    attempts = [attempt for _, tried in groups for attempt in tried]
    mistakes = diagnose(attempts, exercise.mistakes, exercise.together)
    failure = None if uses or mistakes else _first_failure(exercise, groups, again)
    deciding = _deciding(exercise, answer, failure.case) if failure else ""
    return ExerciseResult(exercise, groups, uses[0] if uses else None, mistakes, deciding, again)


def _are_right(attempts: Sequence[CaseResult]) -> bool:
    return all(attempt.wrong is None for attempt in attempts)


def _first_failure(
    exercise: Exercise,
    groups: Sequence[tuple[Group, Sequence[CaseResult]]],
    again: Mapping[str, Sequence[CaseResult]],
) -> Failure | None:
    for number, (group, attempts) in enumerate(groups, 1):
        tried = [(group, attempts)]
        if group.title in again:
            tried.append((exercise.again[group.title], again[group.title]))
        for of, its in tried:
            for place, attempt in enumerate(its, 1):
                if attempt.wrong:
                    return Failure(of, number, place, attempt.case, attempt.wrong)
    return None


def _deciding(exercise: Exercise, answer: Answer, case: Case) -> str:
    """The mildest change that makes a failed case come out right, if all that do are of one thing.

    Hidden cases hold no plainer ones, so nothing is asked or told of them.
    """
    right = [p for p in case.plainer if not _attempt(exercise, answer, p.case, False).wrong]
    return right[0].words if len({p.what for p in right}) == 1 else ""


def _attempt(exercise: Exercise, answer: Answer, case: Case, first: bool) -> CaseResult:
    """The first case of a group is called twice with the very same arguments: a function that
    keeps something from one call to the next gives itself away by its second answer, and so does
    a changed argument of which its process does not tell."""
    left: dict[str, None] = {}
    for device in answer.devices(exercise):
        call = answer.hold(exercise, case, device)
        for again in (False, True) if first else (False,):
            wrong, more = _call(exercise, call, case, device)
            left |= dict.fromkeys(more)
            if wrong and again:
                wrong = Mismatch(
                    "a second call gives another answer",
                    "the first call is right, but a second call with the same arguments gives "
                    "another answer: does it keep something from one call to the next?",
                )
            if wrong:
                return CaseResult(case, wrong, tuple(left))
    return CaseResult(case, None, tuple(left))


def _call(
    exercise: Exercise, call: HeldCall, case: Case, device: str
) -> tuple[Mismatch | None, tuple[str, ...]]:
    """What is wrong with the answer, and what the call left otherwise in its process."""
    try:
        returned = call()
    except NotAsAsked as error:
        return Mismatch("the answer is not what was asked for", str(error)), ()
    except Raised as error:
        return Mismatch(f"it raised {error.kind}", f"it raised {error}"), ()
    wrong = difference(returned.result, exercise, case, device)
    if not wrong and returned.changed in case.arguments:
        wrong = _changed(returned.changed, case.arguments[returned.changed], exercise.library)
    return wrong, returned.left


def _changed(name: str, argument: Any, library: str) -> Mismatch:
    copied = f"{name}.copy()" if library == "numpy" else f"{name}.clone()"
    if not isinstance(argument, np.ndarray):
        copied = f"list({name})"
    text = f"its numbers are right, but it changes {name}, which it was given: work on a copy, "
    text += f"{name} = {copied}"
    return Mismatch("it changes an argument", text)
