"""The report's pictures: drawn by matplotlib, part of the page, in the page's colours."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from autograders.instructor_report.measures import Distribution, Item

# Colours that stand for the page's own: light or dark, it has them as variables.
INK, BAR = "#010203", "#010204"
STYLE: Any = {
    "svg.fonttype": "none",  # text stays text
    "svg.hashsalt": "report",  # the same picture has the same bytes
    "text.color": INK,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "font.size": 11,
}


def points_picture(points: Distribution) -> str:
    """A histogram of the points, as SVG."""
    bins = [f"{low:g} to {high:g}" for low, high in pairwise(points.edges)]
    words = [
        f"{count} from {span}" for count, span in zip(points.counts, bins, strict=True) if count
    ]
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(7.5, 3), layout="constrained")
        axis = figure.subplots()
        width = points.edges[1] - points.edges[0]
        bars = axis.bar(points.edges[:-1], points.counts, width, align="edge", color=BAR, alpha=0.8)
        axis.bar_label(bars, [str(count or "") for count in points.counts])
        axis.set_xticks(points.edges)
        axis.set_xlabel("points")
        axis.set_ylabel("submissions")
        axis.margins(y=0.15)
        return _svg(figure, "points", f"Histogram of the points: {', '.join(words)}.")


def tasks_picture(items: Sequence[Item]) -> str:
    """Two bars for each task, its difficulty and its discrimination, as SVG."""
    names = [item.task.name for item in items]
    words = [
        f"{item.task.name} {_told(item.share)} and {_told(item.discrimination)}" for item in items
    ]
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(7.5, 0.8 + 0.28 * len(items)), layout="constrained")
        left, right = figure.subplots(1, 2, sharey=True)
        _bars(left, names, [item.share for item in items], "mean share of the points")
        _bars(right, names, [item.discrimination for item in items], "discrimination")
        left.set_xlim(0, 1.15)
        left.invert_yaxis()
        alt = f"Mean share of the points and discrimination of each task: {', '.join(words)}."
        return _svg(figure, "tasks", alt)


def _bars(axis: Axes, names: list[str], values: list[float | None], label: str) -> None:
    bars = axis.barh(names, [value or 0.0 for value in values], color=BAR, alpha=0.8)
    axis.bar_label(bars, [_told(value) for value in values], padding=3, fontsize=9)
    axis.axvline(0, color=INK, linewidth=0.8)
    axis.set_xlabel(label)
    axis.margins(x=0.2)


def _told(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _svg(figure: Figure, name: str, alt: str) -> str:
    """The figure as an element of the page; its ids begin with `name`, so that pictures share
    none."""
    written = io.StringIO()
    figure.savefig(written, format="svg", transparent=True, metadata={"Date": None})
    text = written.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"\s*<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    text = re.sub(r'(\bid="|url\(#|href="#)', rf"\g<1>{name}-", text)
    text = text.replace(INK, "currentColor").replace(BAR, "var(--bar)")
    text = re.sub(r'<svg [^>]*?height="[^"]*"', "<svg", text, count=1)
    described = f'<svg role="img" aria-label="{html.escape(alt)}" class="picture"'
    return text.replace("<svg", described, 1)
