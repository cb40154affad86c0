"""A student's function, judged like any other, that runs in the student's process.

It is asked in two processes, one after the other. The first is asked the visible cases only
(`autograders.grading.rehearsal`). The second is asked the hidden ones, and of what it says only
numbers are used, to be compared: no word of it is told, since it could hold what a hidden case was.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from autograders.answer import Answer, HeldCall, Raised, Returned
from autograders.compare import difference
from autograders.exercise import Case, Exercise
from autograders.forbidden import FAMILIES, Use
from autograders.grading.deadline import Deadline
from autograders.grading.proof import Proof, Prover
from autograders.grading.rehearsal import Said, devices_there, hold_there, printable, read
from autograders.grading.session import Student
from autograders.plain_data import NotAsAsked

NOT_TOLD = "its words are not told, for they could hold what a hidden test asks"
ENOUGH_RESULTS = 24  # numbers, in a case that no function gets right by a special case
SHARE_FOR_PROOF = 0.3  # of a cell's time


class RemoteAnswer(Answer):
    """A function that the student's process knows by a number. All its calls together must be done
    by `deadline`; what is lost is told by the session's exceptions. `proof` is what came of doing
    its operations one by one, if that was called for.

    `said` is what it said of the visible cases in another process, which is not asked again.
    """

    def __init__(
        self, student: Student, function: int, deadline: Deadline, prover: Prover, said: Said
    ) -> None:
        self._student, self._function, self._deadline = student, function, deadline
        self._prover, self._said = prover, said
        self._uses: list[Use] = []
        self.proof: Proof | None = None

    def __repr__(self) -> str:
        return "a function"

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        """Its result for arguments that are data. Raises NotAsAsked, Raised."""
        numbered = {str(i): argument for i, argument in enumerate(arguments)}
        hold = {"probe": "", "library": "numpy", "families": [], "device": "cpu"}
        self._student.ask(
            "hold",
            self._deadline,
            function=self._function,
            arguments=numbered | keywords,
            keywords=list(keywords),
            **hold,
        )
        return _without_words(self._student.ask("call", self._deadline)).result

    def hold(self, exercise: Exercise, case: Case, device: str) -> HeldCall:
        """See Answer."""
        if (id(case), device) in self._said:
            replies = iter(self._said[id(case), device])
            return lambda: read(self._noted(next(replies)))
        hold_there(self._student, self._function, self._deadline, exercise, case, device)

        def call() -> Returned:
            reply = self._student.ask("call", self._deadline)
            if isinstance(reply, dict) and reply.get("uses"):
                self._uses.append(_use_in_hidden_case(exercise))
            return _without_words(reply)

        return call

    @contextmanager
    def watched(self, exercise: Exercise) -> Iterator[list[Use]]:
        """What it is proved to use, on a case that its process has not seen yet, and what its
        processes say that it used."""
        self._uses = []
        case = _case_to_prove(exercise)
        if case:
            deadline = self._deadline.share(SHARE_FOR_PROOF)
            student, prover = self._student, self._prover
            self.proof = prover.prove(student, self._function, exercise, case, deadline)
            if self.proof.forbidden:
                self._uses.append(self.proof.forbidden)
        yield self._uses
        if case and self.proof and self.proof.inconclusive and self._fails(exercise, case):
            self.proof = None  # there is nothing to prove of an answer that is wrong

    def _fails(self, exercise: Exercise, case: Case) -> bool:
        try:
            result = self.hold(exercise, case, "cpu")().result
        except (NotAsAsked, Raised):
            return True
        return difference(result, exercise, case, "cpu") is not None

    def devices(self, exercise: Exercise) -> list[str]:
        """See Answer."""
        return devices_there(self._student, exercise)

    def _noted(self, reply: Any) -> Any:
        """The reply of the process that saw no hidden case, its uses noted."""
        for use in (reply.get("uses") or []) if isinstance(reply, dict) else []:
            with contextlib.suppress(TypeError, ValueError):
                self._uses.append(Use(*map(printable, use)))
        return reply


def _without_words(reply: Any) -> Returned:
    """As `read`, where what a process says could hold what a hidden case was."""
    try:
        return replace(read(reply), left=())
    except NotAsAsked:
        raise NotAsAsked("in a hidden test it is not what was asked for") from None
    except Raised as error:
        raise Raised(error.kind, NOT_TOLD, "your line") from None


def _use_in_hidden_case(exercise: Exercise) -> Use:
    family = exercise.forbidden[0] if exercise.forbidden else ""
    meaning = FAMILIES[family][1] if family else "which it may not"
    return Use("an operation in a hidden case", meaning, NOT_TOLD)


def _case_to_prove(exercise: Exercise) -> Case | None:
    """The smallest hidden case that still needs the whole of a function; None where torch has no
    operation that it may not call."""
    operations = set(exercise.forbidden) - {"autograd"}
    hidden = [case for group in exercise.groups if group.hidden for case in group.cases]
    if not operations or exercise.library != "torch" or not hidden:
        return None
    sized = sorted(hidden, key=_results)
    return next((case for case in sized if _results(case) >= ENOUGH_RESULTS), sized[-1])


def _results(case: Case) -> int:
    return sum(result.size for result in case.expected.values())
