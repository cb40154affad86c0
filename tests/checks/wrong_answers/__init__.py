"""Seventy wrong answers, written apart from the known mistakes that they test.

How they were made: one author wrote them before reading any known mistake of
`autograders/exercises` or its tests, from the signatures and settled meanings alone, recalling what
students hand in. No student wrote them.

The known mistakes that there were at the time named 58 of the seventy (83 %) rightly and none
wrongly. After reading the set the same author added known mistakes, nine of which name nine more;
two are named as two mistakes at once, and one since single numbers may be in single precision. So
the set no longer says how many of the answers of a class get a name, only that none of these loses
its own. Each says its error in words; `tests/checks/test_wrong_answers.py` holds which known
mistake says the same.
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
