"""What the demos share: a widget drawn in the browser, and a picture where there is none."""

from __future__ import annotations

import html
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import anywidget
import numpy as np
from numpy.typing import ArrayLike, NDArray
from traitlets import Dict

from course_lib.widgets.student import outcome

STATIC = Path(__file__).parent / "static"
Function = Callable[..., Any]


class Demo(anywidget.AnyWidget):
    """A demo of a name, whose module and picture lie in static/.

    Attributes:
        state: the present setting. The browser changes it and makes it legal.
        given: what Python adds: the first setting, a student's outcome, weights.

    A subclass says in `depends` on which settings a student's answer depends, and in `arguments`
    what a student's function is called with.
    """

    demo: ClassVar[str]
    sentence: ClassVar[str]
    depends: ClassVar[tuple[str, ...]] = ()
    _css = STATIC / "demo.css"

    state = Dict().tag(sync=True)
    given = Dict().tag(sync=True)

    def __init__(
        self,
        state: dict[str, Any],
        student: Function | None = None,
        diagnose: Callable[..., str | None] | None = None,
        seconds: float = 2.0,
        **given: Any,
    ) -> None:
        self._student, self._diagnose, self._seconds = student, diagnose, seconds
        super().__init__(state=state, given={"start": state, **given})
        if student is not None:
            self.rerun()

    def rerun(self) -> None:
        """Run the student's function on what the demo now shows, here in the cell.

        Raises:
            ValueError: the demo was made without one.
        """
        if self._student is None:
            raise ValueError("this demo has no student's function; make it with student=...")
        done = outcome(self._student, self.arguments(), self._seconds, self._diagnose)
        ran = {key: self.state[key] for key in self.depends}
        self.given = {**self.given, "student": done, "ran": ran}

    def arguments(self) -> tuple[Any, ...]:
        """What the student's function is called with at the present setting."""
        raise NotImplementedError

    def _repr_mimebundle_(self, **options: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        """The live demo; its first picture and a sentence where no widget can be shown."""
        bundle = super()._repr_mimebundle_(**options)
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle or {}, {})
        words = f"{self.sentence} Run this cell in JupyterLab to touch it."
        picture = (STATIC / f"{self.demo}.svg").read_text(encoding="utf-8")
        page = f"<figure>{picture}<figcaption>{html.escape(words)}</figcaption></figure>"
        return {**data, "text/html": page, "text/plain": words}, metadata


def matrix(name: str, value: ArrayLike, most: tuple[int, ...]) -> NDArray[np.float64]:
    """A matrix of finite numbers with at most so many rows and columns. Raises ValueError."""
    made = np.asarray(value, dtype=np.float64)
    if made.ndim != 2 or not made.size or not np.isfinite(made).all():
        raise ValueError(
            f"{name} has shape {made.shape}; expected a matrix of finite numbers, at least 1 × 1"
        )
    if made.shape[0] > most[0] or made.shape[1] > most[1]:
        raise ValueError(
            f"{name} is {made.shape[0]} × {made.shape[1]}; expected at most {most[0]} × {most[1]}"
        )
    return made


def whole(name: str, value: object, low: int, high: int) -> int:
    """An integer from `low` to `high`. Raises ValueError."""
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)):
        raise ValueError(f"{name} is {value!r}; expected an integer from {low} to {high}")
    if not low <= value <= high:
        raise ValueError(f"{name} is {value}; expected an integer from {low} to {high}")
    return int(value)


def pair(name: str, value: object, low: int, high: int) -> list[int]:
    """An integer for rows and columns alike, or one for each. Raises ValueError."""
    both = value if isinstance(value, (tuple, list)) else (value, value)
    if len(both) != 2:
        raise ValueError(f"{name} is {value!r}; expected an integer or a pair (rows, columns)")
    return [whole(name, each, low, high) for each in both]


def choice(name: str, value: str, choices: tuple[str, ...]) -> str:
    """One of `choices`. Raises ValueError."""
    if value not in choices:
        raise ValueError(f"{name} is {value!r}; expected one of {', '.join(map(repr, choices))}")
    return value
