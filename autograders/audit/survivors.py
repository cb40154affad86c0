"""The wrong answers that are right all the same, each with the reason."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from pathlib import Path

from autograders.audit.trial import Trial

PATH = Path(__file__).with_name("survivors.toml")


def read_reasons(path: Path = PATH) -> dict[str, str]:
    """The reason of each mutant that is explained, by its key (`Trial.key`).

    Raises:
        ValueError: for a mutant that is listed twice.
    """
    found: dict[str, str] = {}
    for entry in tomllib.loads(path.read_text(encoding="utf-8"))["reasons"]:
        for mutant in entry["mutants"]:
            if mutant in found:
                raise ValueError(f"{path.name} lists {mutant!r} twice")
            found[mutant] = entry["reason"]
    return found


def disagreements(trials: Collection[Trial], reasons: Mapping[str, str]) -> list[str]:
    """In words, each survivor without a reason, and each reason for what does not survive; the
    trials are all those of the right answers that they are of."""
    survivors = {trial.key for trial in trials if not trial.caught_by}
    audited = {_answer(trial.key) for trial in trials}
    listed = {key for key in reasons if _answer(key) in audited}
    return [
        *(f"not caught: {key}" for key in sorted(survivors - listed)),
        *(f"explained, but not among those left: {key}" for key in sorted(listed - survivors)),
    ]


def _answer(key: str) -> str:
    """The assignment, the exercise and the style that a key begins with."""
    return " ".join(key.split()[:3])
