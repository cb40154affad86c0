"""What is judged: a function that can be called with a case's arguments, wherever it runs."""

import copy
import traceback
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from autograders.checks.exercise import Case, Exercise, Group
from autograders.checks.judging.adapters import probed
from autograders.checks.judging.forbidden import NO_LINE, Use, student_line, watch
from autograders.checks.judging.function_arguments import passable
from autograders.checks.judging.global_state import put_back
from autograders.checks.judging.mute_output import mute_output
from autograders.checks.judging.plain_data import NotAsAsked, plain


@dataclass(frozen=True)
class Returned:
    """What a call gave back, as plain data; the name of an argument that it changed, or ""; and
    what it left otherwise in the whole process, in words of `global_state.py`."""

    result: Any
    changed: str = ""
    left: tuple[str, ...] = ()


HeldCall = Callable[[], Returned]


class Raised(Exception):
    """The answer raised something: its kind, its words and the line of the student's."""

    def __init__(self, kind: str, words: str, line: str) -> None:
        super().__init__(f"{kind}: {words} ({line})")
        self.kind, self.words, self.line = kind, words, line


class Answer(ABC):
    """A student's function."""

    @abstractmethod
    def hold(self, exercise: Exercise, case: Case, device: str) -> HeldCall:
        """A call with fresh copies of the case's arguments, asked as the exercise's probe does.
        Made again, it passes the very same arguments.

        The call raises NotAsAsked, or Raised where the answer raises.
        """

    @abstractmethod
    def watched(self, exercise: Exercise) -> AbstractContextManager[list[Use]]:
        """Collects uses of what the exercise forbids, in the block or found before it."""

    @abstractmethod
    def prove(self, exercise: Exercise, passed: Sequence[Group]) -> None:
        """Looks, where that can be done, at what the answer is made of, once it is known which
        groups it gets right; what it uses is collected as in `watched`."""

    @abstractmethod
    def devices(self, exercise: Exercise) -> list[str]:
        """Where the exercise's cases run."""


class InThisProcess(Answer):
    """A function of this process, on the student's machine or in nbgrader's kernel."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = function

    def hold(self, exercise: Exercise, case: Case, device: str) -> HeldCall:
        """See Answer."""
        passed = {
            name: passable(value, exercise.library, device)
            for name, value in fresh_arguments(case).items()
        }
        return hold(self._function, exercise.probe, passed, case.keywords)

    def watched(self, exercise: Exercise) -> AbstractContextManager[list[Use]]:
        """See Answer."""
        return watch(exercise.forbidden)

    def prove(self, exercise: Exercise, passed: Sequence[Group]) -> None:
        """Nothing: who runs the checks in one process with the answer trusts it."""

    def devices(self, exercise: Exercise) -> list[str]:
        """The processor; and the student's graphics card where there is one."""
        cuda = exercise.library == "torch" and torch.cuda.is_available()
        return ["cpu", "cuda"] if cuda else ["cpu"]


def fresh_arguments(case: Case) -> dict[str, Any]:
    """Copies of a case's arguments, which an answer may spoil."""

    def fresh(value: Any) -> Any:
        if not isinstance(value, np.ndarray):
            return copy.deepcopy(value)
        return np.array(value, order="C" if case.c_order else "F")

    return {name: fresh(value) for name, value in case.arguments.items()}


def hold(
    function: Callable[..., Any], probe: str, passed: Mapping[str, Any], keywords: Sequence[str]
) -> HeldCall:
    """A call of `function` in this process, as `Answer.hold` describes it."""

    def call() -> Returned:
        before = {name: _fingerprint(value) for name, value in passed.items()}
        with put_back() as left:
            result = ask(function, probe, passed, keywords)
        changed = [name for name, value in passed.items() if _changed(value, before[name])]
        return Returned(result, changed[0] if changed else "", tuple(left))

    return call


def ask(
    function: Callable[..., Any], probe: str, passed: Mapping[str, Any], keywords: Sequence[str]
) -> Any:
    """What `function` gives, as plain data. Raises NotAsAsked, Raised."""
    asked = probed(probe, function)
    by_position = [value for name, value in passed.items() if name not in keywords]
    by_name = {name: passed[name] for name in keywords}
    try:
        with mute_output():
            return plain(asked(*by_position, **by_name))
    except NotAsAsked:
        raise
    except (Exception, SystemExit) as error:
        line = student_line(traceback.extract_tb(error.__traceback__))
        raised = Raised(type(error).__name__, _words(error), line)
        if probe and line == NO_LINE:  # no line of the answer's: the probe could not use it
            text = f"what it gave cannot be used ({raised.kind}: {raised.words})"
            raise NotAsAsked(text) from error
        raise raised from error


def _fingerprint(value: Any) -> Any:
    """What differs once an argument has been changed: of an array its form and its bytes. Of a
    value that cannot be changed, or is no data, None."""
    if type(value) is torch.Tensor:
        where = value.shape, value.stride(), value.device
        return where, _fingerprint(value.detach().cpu().numpy())
    if type(value) is np.ndarray:
        return value.shape, value.strides, value.dtype, value.tobytes()
    return copy.deepcopy(value) if type(value) is list else None


def _changed(value: Any, before: Any) -> bool:
    try:
        return bool(_fingerprint(value) != before)
    except Exception:  # it can no longer be read
        return True


def _words(error: BaseException) -> str:
    try:
        return str(error)[:300]
    except Exception:  # it is the answer's own class
        return "an error that cannot be printed"
