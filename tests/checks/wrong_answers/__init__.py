"""Seventy wrong answers, written apart from the known mistakes that they test.

How they were made: one author wrote them before reading any known mistake of
`autograders/exercises` or its tests, from the signatures and settled meanings alone, recalling what
students hand in. No student wrote them. The same author later added known mistakes, so the set says
whether the list covers what one teacher expects, and less about what a class would do. Each says
its error in words; `tests/checks/test_wrong_answers.py` holds which known mistake says the same.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class WrongAnswer:
    """What a student might hand in for an exercise, and what is wrong with it."""

    notebook: str
    exercise: str
    error: str
    function: Callable[..., Any]


def wrong(
    collected: list[WrongAnswer], notebook: str, exercise: str, error: str
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Decorator that adds a function to the list `collected`."""

    def add(function: Callable[..., Any]) -> Callable[..., Any]:
        collected.append(WrongAnswer(notebook, exercise, error, function))
        return function

    return add
