"""A student's function, judged like any other, that runs in the student's process.

It is asked in two processes, one after the other. The first is asked the visible cases only
(`visible_answer.py`). The second is asked the hidden ones, and of what it says only numbers are
used, to be compared: no word of it is told, since it could hold what a hidden case was.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from autograders.checks.exercise import Case, Exercise, Group
from autograders.checks.judging.answer import Answer, HeldCall, Raised, Returned
from autograders.checks.judging.forbidden import Use
from autograders.checks.judging.plain_data import NotAsAsked
from autograders.grading.examiner.deadline import Deadline
from autograders.grading.examiner.proof import (
    NOT_TOLD,
    Proof,
    Prover,
    family_of,
    needs_proof,
    use_in_hidden_case,
)
from autograders.grading.examiner.session import StudentClient
from autograders.grading.examiner.visible_answer import (
    Said,
    devices_there,
    hold_there,
    printable,
    read,
)


class RemoteAnswer(Answer):
    """A function that the student's process knows by a number. All its calls together must be done
    by `deadline`; what is lost is told by the session's exceptions. `proof` is what came of proving
    what it is made of, if that was called for.

    `said` is what it said of the visible cases in another process, which is not asked again.
    """

    def __init__(
        self, student: StudentClient, function: int, deadline: Deadline, prover: Prover, said: Said
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
            if isinstance(reply, dict) and (uses := reply.get("uses")):
                said = uses[0] if isinstance(uses, list) else None
                self._uses.append(use_in_hidden_case(family_of(said, exercise)))
            return _without_words(reply)

        return call

    @contextmanager
    def watched(self, exercise: Exercise) -> Iterator[list[Use]]:
        """What its processes say that it used, and what is found in proving it."""
        self._uses = []
        yield self._uses

    def prove(self, exercise: Exercise, passed: Sequence[Group]) -> None:
        """See Answer. A call more decides nothing but what it is made of."""
        if passed and not self._uses and needs_proof(exercise):
            self.proof = self._prover.prove(self._student, self._function, exercise, passed)
            if self.proof.forbidden:
                self._uses.append(self.proof.forbidden)

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
