"""A student's function, judged like any other, that runs in the student's process."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from autograders.answer import Answer, HeldCall, Raised, fresh_arguments
from autograders.exercise import Case, Exercise
from autograders.forbidden import Use
from autograders.grading.session import Student
from autograders.probes import NotAsAsked

LONGEST_WORDS = 500


class RemoteAnswer(Answer):
    """A function that the student's process knows by a number. All its calls together must be done
    by `deadline`; what is lost is told by the session's exceptions."""

    def __init__(self, student: Student, function: int, deadline: float) -> None:
        self._student, self._function, self._deadline = student, function, deadline
        self._uses: list[Use] = []

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
    def watched(self, families: Sequence[str]) -> Iterator[list[Use]]:
        """What the student's process says that it used."""
        self._uses = []
        yield self._uses

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
                raise Raised(_words(kind)[:60], _words(words), _words(line))
            case {"result": result}:
                return result
        raise NotAsAsked("its result could not be read")


def _words(text: Any) -> str:
    return "".join(c for c in str(text)[:LONGEST_WORDS] if c.isprintable() or c == "\n")
