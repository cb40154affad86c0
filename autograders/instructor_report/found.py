"""What one check found, read back from a graded notebook. Students' code ran beside the check that
wrote it, so that nothing of it is believed to have its form."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from autograders.checks.reporting.result import MIME

Who = TypeVar("Who")
SAME = 1e-3  # by how much the digests of equal answers differ at most, relative to them


@dataclass(frozen=True)
class WrongCase:
    """What is wrong in one case, in words, and the shape and mean of each result, None where its
    numbers are not finite; no results where they could not be read."""

    kind: str
    results: tuple[tuple[tuple[int, ...], float | None], ...]

    def is_like(self, other: WrongCase) -> bool:
        """Whether both are wrong in the same way, with equal results."""
        return (
            self.kind == other.kind
            and [shape for shape, _ in self.results] == [shape for shape, _ in other.results]
            and all(
                _close(mine, theirs)
                for (_, mine), (_, theirs) in zip(self.results, other.results, strict=True)
            )
        )


@dataclass(frozen=True)
class Findings:
    """The known mistakes, the forbidden operation ("" if none), how long the check took, each step
    of the ladder with whether it was passed, and what is wrong in each case, None where nothing is.
    """

    mistakes: tuple[str, ...]
    forbidden: str
    seconds: float
    groups: tuple[tuple[str, bool], ...]
    cases: tuple[WrongCase | None, ...]

    @property
    def is_unmatched(self) -> bool:
        """Whether something is wrong that has no name yet."""
        return any(self.cases) and not self.mistakes and not self.forbidden

    def is_like(self, other: Findings) -> bool:
        """Whether both are right in the same cases and have equal wrong answers in the others."""
        return len(self.cases) == len(other.cases) and all(
            mine is theirs is None or (mine and theirs and mine.is_like(theirs))
            for mine, theirs in zip(self.cases, other.cases, strict=True)
        )


def read_findings(outputs: Iterable[dict[str, Any]], exercise: str) -> Findings | None:
    """The last findings on `exercise` among a cell's outputs; None where there are none.

    An answer can put outputs of its own before those of its check.
    """
    for output in reversed(list(outputs)):
        try:
            found = output["data"][MIME]
            if found["exercise"] == exercise:
                return _read(found)
        except (KeyError, TypeError, ValueError):
            continue
    return None


def _read(found: dict[str, Any]) -> Findings:
    return Findings(
        tuple(map(_text, found["mistakes"])),
        _text(found["forbidden"]),
        float(found["seconds"]),
        tuple((_text(group["title"]), bool(group["passed"])) for group in found["groups"]),
        tuple(case and _wrong_case(case) for case in found["cases"]),
    )


def _wrong_case(case: dict[str, Any]) -> WrongCase:
    results = tuple(
        (tuple(int(size) for size in shape), None if mean is None else float(mean))
        for shape, mean in case["answer"]
    )
    return WrongCase(_text(case["kind"]), results)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value


def _close(mine: float | None, theirs: float | None) -> bool:
    if mine is None or theirs is None:
        return mine is theirs
    return math.isclose(mine, theirs, rel_tol=SAME, abs_tol=1e-9)


def grouped(found: Sequence[tuple[Who, Findings]]) -> list[list[tuple[Who, Findings]]]:
    """Who found what, in groups of equal findings."""
    groups: list[list[tuple[Who, Findings]]] = []
    for who, findings in found:
        home = next((group for group in groups if group[0][1].is_like(findings)), None)
        if home is None:
            groups.append([(who, findings)])
        else:
            home.append((who, findings))
    return groups
