"""The difference as a picture: what was got, what was expected, their difference, the worst place
framed. Drawn as SVG, so that it follows the page's theme and needs no plotting library."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from autograders.checks.exercise import Arrays, Case
from autograders.checks.judging.judge import ExerciseResult

Colour = tuple[int, int, int]

ROWS, COLUMNS = 12, 16  # more are not shown: those around the worst place are
NUMBERED = 7  # so many columns leave room for numbers in the cells
# cividis, and from blue over white to orange: both can be told apart by colour-blind readers
SEQUENTIAL = ((0, 34, 78), (67, 78, 108), (125, 124, 120), (188, 174, 108), (254, 232, 56))
DIVERGING = ((33, 102, 172), (247, 247, 247), (179, 88, 6))


@dataclass(frozen=True)
class Picture:
    """A picture as a part of a page, and the sentence that says the same."""

    html: str
    sentence: str

    def _repr_html_(self) -> str:
        return self.html

    def __repr__(self) -> str:
        return self.sentence


def show_difference(verdict: ExerciseResult) -> None:
    """Displays the picture of the first case that failed, if it is one that students may see; only
    where a cell of a notebook runs, since a terminal cannot show it."""
    from IPython import get_ipython
    from IPython.display import display

    failure, shell = verdict.first_failure, type(get_ipython()).__name__
    if shell in ("NoneType", "TerminalInteractiveShell") or verdict.forbidden or not failure:
        return
    if not failure.group.hidden and failure.wrong.answer is not None:
        picture = difference_picture(failure.case, failure.wrong.answer)
        if picture:
            display(picture)


def difference_picture(case: Case, answer: Arrays) -> Picture | None:
    """The matrix around the largest error of `answer`, of as many axes as a matrix has; None where
    shapes differ, or where the first wrong result is a single number or decided by a rule."""
    name = next((name for name in case.expected if _differs(name, case, answer)), None)
    if name is None or case.rule or answer[name].shape != case.expected[name].shape:
        return None
    got, expected = answer[name], case.expected[name].astype("float64")
    if not expected.ndim:
        return None
    worst = tuple(int(i) for i in np.unravel_index(abs(got - expected).argmax(), got.shape))
    value = f"got {got[worst] + 0:.6g}, expected {expected[worst] + 0:.6g}"  # never -0
    error = np.where(abs(got - expected) > case.tolerance[name], got - expected, 0)
    slices = [_matrix(array, worst) for array in (got, expected, error)]
    place = worst[-2:] if len(worst) > 1 else (0, worst[0])
    rows, columns = (_around(*p) for p in zip(place, slices[0].shape, (ROWS, COLUMNS), strict=True))
    where = _where(name, worst, slices[0].shape, rows, columns)
    sentence = f"{where}; framed is {name}{list(worst)}: {value}."
    shown = [s[rows, columns] for s in slices]
    framed = place[0] - rows.start, place[1] - columns.start
    low, high = min(s.min() for s in shown[:2]), max(s.max() for s in shown[:2])
    most = abs(shown[2]).max()
    panels = [
        _panel("got", shown[0], framed, (low, high), SEQUENTIAL),
        _panel("expected", shown[1], framed, (low, high), SEQUENTIAL),
        _panel("got less expected", shown[2], framed, (-most, most), DIVERGING),
    ]
    alt = html.escape(
        f"Heat maps of what was got, what was expected, and their difference: {sentence}"
    )
    page = (
        f'<figure class="check-difference" style="margin: 0 0 .5em">'
        f'<div role="img" aria-label="{alt}" '
        f'style="display: flex; flex-wrap: wrap; gap: 14px; color: inherit">{"".join(panels)}</div>'
        f"<figcaption>{html.escape(sentence)}</figcaption></figure>"
    )
    return Picture(page, sentence)


def _differs(name: str, case: Case, answer: Arrays) -> bool:
    got, expected = answer[name], case.expected[name]
    return got.shape != expected.shape or bool((abs(got - expected) > case.tolerance[name]).any())


def _matrix(array: np.ndarray, worst: Sequence[int]) -> np.ndarray:
    """The last two axes at the place `worst`; a vector as one row."""
    return np.atleast_2d(array[tuple(worst[:-2])])


def _around(place: int, size: int, most: int) -> slice:
    start = min(max(0, place - most // 2), max(0, size - most))
    return slice(start, min(size, start + most))


def _where(
    name: str, worst: Sequence[int], shape: tuple[int, ...], rows: slice, columns: slice
) -> str:
    before = f"[{', '.join(map(str, worst[:-2]))}]" if len(worst) > 2 else ""
    parts = [
        f"{what} {part.start} to {part.stop - 1}"
        for what, part, size in zip(("rows", "columns"), (rows, columns), shape, strict=True)
        if part.stop - part.start < size
    ]
    return f"{name}{before}" + (f", {' and '.join(parts)}" if parts else "")


def _panel(
    title: str,
    numbers: np.ndarray,
    framed: tuple[int, int],
    limits: tuple[float, float],
    colours: Sequence[Colour],
) -> str:
    numbered = numbers.shape[1] <= NUMBERED
    wide, high = (50, 22) if numbered else (14, 14)
    parts = []
    for (i, j), number in np.ndenumerate(numbers):
        colour = _colour(float(number), limits, colours)
        x, y = j * wide + 2, i * high + 18
        parts.append(f'<rect x="{x}" y="{y}" width="{wide}" height="{high}" fill="rgb{colour}"/>')
        if numbered:
            parts.append(
                f'<text x="{x + wide / 2:g}" y="{y + 15}" text-anchor="middle" font-size="11" '
                f'fill="{_ink(colour)}">{_short(float(number))}</text>'
            )
    x, y = framed[1] * wide + 2, framed[0] * high + 18
    for stroke, width in (("#000", 4), ("#fff", 1.6)):  # seen on every colour
        parts.append(
            f'<rect x="{x}" y="{y}" width="{wide}" height="{high}" fill="none" '
            f'stroke="{stroke}" stroke-width="{width}"/>'
        )
    width, height = max(numbers.shape[1] * wide + 4, 110), numbers.shape[0] * high + 20
    return (
        f'<svg aria-hidden="true" width="{width}" height="{height}" font-family="sans-serif">'
        f'<text x="1" y="12" font-size="12" fill="currentColor">{title}</text>'
        f"{''.join(parts)}</svg>"
    )


def _ink(colour: Colour) -> str:
    """Black or white, whichever is read more easily on the colour."""
    light = np.dot((np.array(colour) / 255) ** 2.2, (0.2126, 0.7152, 0.0722))
    return "#000" if light > 0.18 else "#fff"


def _short(number: float) -> str:
    text = f"{number:.4g}"
    return text if len(text) < 8 else f"{number:.1e}"


def _colour(number: float, limits: tuple[float, float], colours: Sequence[Colour]) -> Colour:
    """Of a number between the limits, from the first colour to the last in even steps."""
    low, high = limits
    along = (number - low) / (high - low) if high > low else 0.5
    steps = np.linspace(0, 1, len(colours))
    red, green, blue = (round(float(np.interp(along, steps, c))) for c in np.transpose(colours))
    return red, green, blue
