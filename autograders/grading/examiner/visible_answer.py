"""What a student's function says of the visible cases, in a process that never sees a hidden one:
whatever that is may be shown."""

from __future__ import annotations

import builtins
import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch

from autograders.checks.exercise import Case, Exercise, Group
from autograders.checks.judging.answer import Answer, HeldCall, Raised, Returned, fresh_arguments
from autograders.checks.judging.compare import MOST_NUMBERS
from autograders.checks.judging.forbidden import Use
from autograders.checks.judging.global_state import WORDS
from autograders.checks.judging.plain_data import NotAsAsked
from autograders.grading.examiner.deadline import Deadline
from autograders.grading.examiner.session import SandboxFailed, StudentClient

LONGEST_WORDS = 500

# what a process replied to each call of a case, by the case's id and the device
Said = dict[tuple[int, str], list[Any]]


class Rehearsed(BaseException):
    """All that may be asked before the hidden cases has been asked.

    No `except Exception` on the way may take it for a fault of its own.
    """


class VisibleAnswer(Answer):
    """A function that the student's process knows by a number, before any hidden case: `said` is
    what it says of the visible ones. Whatever else is asked raises Rehearsed."""

    def __init__(self, student: StudentClient, function: int, deadline: Deadline) -> None:
        self._student, self._function, self._deadline = student, function, deadline
        self.said: Said = {}

    def __call__(self, *_: Any, **__: Any) -> Any:
        """Whether a cell's own calls are hidden tests is not known here."""
        raise Rehearsed

    def hold(self, exercise: Exercise, case: Case, device: str) -> HeldCall:
        """See Answer."""
        if not _is_visible(exercise, case):
            raise Rehearsed
        said = self.said.setdefault((id(case), device), [])
        hold_there(self._student, self._function, self._deadline, exercise, case, device)

        def call() -> Returned:
            said.append(self._student.ask("call", self._deadline))
            return read(said[-1])

        return call

    @contextmanager
    def watched(self, exercise: Exercise) -> Iterator[list[Use]]:
        """See Answer."""
        yield []

    def prove(self, exercise: Exercise, passed: Sequence[Group]) -> None:
        """Nothing yet: that comes after the hidden cases."""

    def devices(self, exercise: Exercise) -> list[str]:
        """See Answer."""
        return devices_there(self._student, exercise)


def devices_there(student: StudentClient, exercise: Exercise) -> list[str]:
    """The devices of the student's process that the exercise's library knows."""
    return student.devices if exercise.library == "torch" else ["cpu"]


def hold_there(
    student: StudentClient,
    function: int,
    deadline: Deadline,
    exercise: Exercise,
    case: Case,
    device: str,
) -> None:
    """Has the student's process hold a call of a function with a case's arguments.

    Raises:
        SandboxFailed: where they could not be brought to the device, as when its memory is full.
    """
    reply = student.ask(
        "hold",
        deadline,
        function=function,
        probe=exercise.probe,
        library=exercise.library,
        arguments=fresh_arguments(case),
        keywords=list(case.keywords),
        families=list(exercise.forbidden),
        device=device,
    )
    if device != "cpu" and reply is not None:
        raise SandboxFailed(f"the graphics card could not be used: {reply}")


def read(reply: Any) -> Returned:
    """What a process replies to a call. Raises NotAsAsked, Raised."""
    match reply:
        case {"too_large": True}:
            raise NotAsAsked("its result is far too large")
        case {"not_as_asked": str(words)}:
            raise NotAsAsked(printable(words))
        case {"raised": [str(kind), str(words), str(line)]}:
            known = kind if hasattr(builtins, kind) else "Exception"
            raise Raised(known, printable(words), printable(line))
        case {"result": result} if _numbers(result) > MOST_NUMBERS:
            raise NotAsAsked("its result is far too large")
        case {"result": result}:
            changed, left = reply.get("changed"), reply.get("left")
            told = left if isinstance(left, tuple) else ()
            return Returned(
                result,
                changed if type(changed) is str else "",
                tuple(words for words in told if type(words) is str and words in WORDS),
            )
    raise NotAsAsked("its result could not be read")


def _numbers(result: Any) -> int:
    """How many numbers there are in a result's arrays."""
    if isinstance(result, (np.ndarray, torch.Tensor)):
        return math.prod(result.shape)
    return sum(map(_numbers, result)) if isinstance(result, (list, tuple)) else 0


def printable(text: Any) -> str:
    """The first of a text's characters that print as they are."""
    return "".join(c for c in str(text)[:LONGEST_WORDS] if c.isprintable() or c == "\n")


def _is_visible(exercise: Exercise, case: Case) -> bool:
    return any(
        case is each for group in exercise.groups if not group.hidden for each in group.cases
    )
