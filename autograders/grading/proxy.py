"""A student's function, judged like any other, that runs in the student's process."""

from __future__ import annotations

import builtins
import contextlib
import math
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch

from autograders.answer import Answer, HeldCall, Raised, fresh_arguments
from autograders.compare import difference
from autograders.exercise import Case, Exercise
from autograders.forbidden import Use
from autograders.grading.proof import Proof, Prover
from autograders.grading.session import Student
from autograders.probes import NotAsAsked

LONGEST_WORDS = 500
MOST_NUMBERS = 1_000_000  # in a result; cases ask for a thousand
ENOUGH_RESULTS = 24  # numbers, in a case that no function gets right by a special case
SHARE_FOR_PROOF = 0.3  # of a cell's time


class RemoteAnswer(Answer):
    """A function that the student's process knows by a number. All its calls together must be done
    by `deadline`; what is lost is told by the session's exceptions. `proof` is what came of doing
    its operations one by one, if that was called for."""

    def __init__(self, student: Student, function: int, deadline: float, prover: Prover) -> None:
        self._student, self._function, self._deadline = student, function, deadline
        self._prover = prover
        self._uses: list[Use] = []
        self.proof: Proof | None = None

    def __repr__(self) -> str:
        return "a function"

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        """Its result for arguments that are data. Raises NotAsAsked, Raised."""
        numbered = {str(i): argument for i, argument in enumerate(arguments)}
        return self._hold(numbered | keywords, list(keywords))()

    def hold(self, exercise: Exercise, case: Case, device: str) -> HeldCall:
        """See Answer."""
        arguments, keywords = fresh_arguments(case), list(case.keywords)
        families = list(exercise.forbidden)
        return self._hold(arguments, keywords, exercise.probe, exercise.library, families)

    def _hold(
        self,
        arguments: dict[str, Any],
        keywords: list[str],
        probe: str = "",
        library: str = "numpy",
        families: Sequence[str] = (),
    ) -> HeldCall:
        self._student.ask(
            "hold",
            self._deadline,
            function=self._function,
            probe=probe,
            library=library,
            arguments=arguments,
            keywords=keywords,
            families=list(families),
        )

        def call() -> Any:
            return self._read(self._student.ask("call", self._deadline))

        return call

    @contextmanager
    def watched(self, exercise: Exercise) -> Iterator[list[Use]]:
        """What it is proved to use, on a case that its process has not seen yet, and what its
        process says that it used."""
        self._uses = []
        case = _case_to_prove(exercise)
        if case:
            now = time.monotonic()
            deadline = now + (self._deadline - now) * SHARE_FOR_PROOF
            student, prover = self._student, self._prover
            self.proof = prover.prove(student, self._function, exercise, case, deadline)
            if self.proof.forbidden:
                self._uses.append(self.proof.forbidden)
        yield self._uses
        if case and self.proof and self.proof.inconclusive and self._fails(exercise, case):
            self.proof = None  # there is nothing to prove of an answer that is wrong

    def _fails(self, exercise: Exercise, case: Case) -> bool:
        try:
            result = self.hold(exercise, case, "cpu")()
        except (NotAsAsked, Raised):
            return True
        return difference(result, exercise, case, "cpu") is not None

    def devices(self, exercise: Exercise) -> list[str]:
        """The processor: a sandbox has no graphics card."""
        return ["cpu"]

    def _read(self, reply: Any) -> Any:
        if not isinstance(reply, dict):
            raise NotAsAsked("its result could not be read")
        for use in reply.get("uses") or []:
            with contextlib.suppress(TypeError, ValueError):
                self._uses.append(Use(*map(_words, use)))
        match reply:
            case {"too_large": True}:
                raise NotAsAsked("its result is far too large")
            case {"not_as_asked": str(words)}:
                raise NotAsAsked(_words(words))
            case {"raised": [str(kind), str(words), str(line)]}:
                # the name of a class of its own could hold what a hidden case was
                known = kind if hasattr(builtins, kind) else "Exception"
                raise Raised(known, _words(words), _words(line))
            case {"result": result} if _numbers(result) > MOST_NUMBERS:
                raise NotAsAsked("its result is far too large")
            case {"result": result}:
                return result
        raise NotAsAsked("its result could not be read")


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


def _numbers(result: Any) -> int:
    """How many numbers there are in a result's arrays."""
    if isinstance(result, (np.ndarray, torch.Tensor)):
        return math.prod(result.shape)
    return sum(map(_numbers, result)) if isinstance(result, (list, tuple)) else 0


def _words(text: Any) -> str:
    return "".join(c for c in str(text)[:LONGEST_WORDS] if c.isprintable() or c == "\n")
