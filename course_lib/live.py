"""What a long run shows of itself: in a notebook a bar and a curve that move, elsewhere lines."""

from __future__ import annotations

from collections.abc import Sequence
from time import perf_counter
from typing import Any, Protocol

_LINE_EVERY = 10.0  # seconds
_BAR_EVERY = 0.3
_CURVE_EVERY = 3.0
_WIDTH = 30


class Reporter(Protocol):
    """Told the losses so far after each step, and what is worth a line."""

    def step(self, losses: Sequence[float]) -> None: ...

    def line(self, text: str) -> None: ...


def reporter(steps: int) -> Reporter:
    """A reporter for a run of so many steps, of the kind that fits where Python runs."""
    return Notebook(steps) if _in_notebook() else Lines(steps)


class Lines:
    """A line now and then, for a terminal or a log."""

    def __init__(self, steps: int) -> None:
        self._steps = steps
        self._begin = self._last = perf_counter()

    def step(self, losses: Sequence[float]) -> None:
        now = perf_counter()
        if now - self._last >= _LINE_EVERY:
            self._last = now
            self.line(progress(losses, self._steps, now - self._begin))

    def line(self, text: str) -> None:
        print(text, flush=True)


class Notebook:
    """A bar of text and a curve of the losses, drawn again in their places."""

    def __init__(self, steps: int) -> None:
        from IPython.display import display

        self._steps = steps
        self._begin = perf_counter()
        self._bar_at = self._curve_at = self._begin
        self._bar = display(_text(progress([], steps, 0)), raw=True, display_id=True)
        self._curve = display(_text(""), raw=True, display_id=True)

    def step(self, losses: Sequence[float]) -> None:
        now, done = perf_counter(), len(losses) == self._steps
        if done or now - self._bar_at >= _BAR_EVERY:
            self._bar_at = now
            spent = now - self._begin
            bar = f"{bar_of(len(losses), self._steps)} {progress(losses, self._steps, spent)}"
            self._bar.update(_text(bar), raw=True)
        if done or now - self._curve_at >= _CURVE_EVERY:
            self._draw(losses)
            self._curve_at = perf_counter()

    def line(self, text: str) -> None:
        print(text, flush=True)

    def _draw(self, losses: Sequence[float]) -> None:
        from course_lib import plots

        figure, sentence = plots.curves({"loss": losses}, "step", "loss of a batch", log=True)
        assert figure is not None
        self._curve.update(plots.image_of(figure, sentence, dpi=80))


def progress(losses: Sequence[float], steps: int, spent: float) -> str:
    """Steps done, time left if the rest goes as fast, and the loss.

    >>> progress([2.3, 0.5], 8, spent=3.0)
    'step 2 of 8, 9 s left, loss 0.500'
    """
    if not losses:
        return f"step 0 of {steps}"
    left = spent / len(losses) * (steps - len(losses))
    return f"step {len(losses)} of {steps}, {left:.0f} s left, loss {losses[-1]:.3f}"


def bar_of(done: int, steps: int) -> str:
    """A bar as wide as any other, filled from the left.

    >>> bar_of(1, 2)
    '███████████████░░░░░░░░░░░░░░░'
    """
    filled = _WIDTH * done // steps
    return "█" * filled + "░" * (_WIDTH - filled)


def _text(text: str) -> dict[str, Any]:
    return {"text/plain": text}


def _in_notebook() -> bool:
    """Whether a Jupyter kernel runs this, which IPython's terminal is not."""
    from IPython import get_ipython

    return hasattr(get_ipython(), "kernel")
