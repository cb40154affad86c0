"""How the pictures look: a line is the mean over the seeds, its band reaches from least to most.

Arms are told apart by dashes and marks as well as by colour (of Okabe and Ito, and grey).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from normalization.experiment import SIDES, Arm, Results

LABELS = {
    "none": "without",
    "batch": "batch norm",
    "group": "group norm",
    "shaken batch": "shaken batch norm",
    "shaken": "shaken, without",
}
LINES: dict[str, dict[str, Any]] = {
    "none": {"color": "#6b6b6b", "ls": "--", "marker": "s"},
    "batch": {"color": "#0072b2", "ls": "-", "marker": "o"},
    "group": {"color": "#d55e00", "ls": "-.", "marker": "^"},
    "shaken batch": {"color": "#d55e00", "ls": "-.", "marker": "^"},
    "none, other": {"color": "#000000", "ls": ":", "marker": "v"},
    "batch, other": {"color": "#009e73", "ls": (0, (6, 1, 1, 1, 1, 1)), "marker": "D"},
}
OTHER = ("none, other", "batch, other")  # lines of both sides at another setting


def panels(count: int) -> tuple[Figure, Sequence[Axes]]:
    """A row of axes."""
    figure = Figure(figsize=(3.9 * count, 3.3), layout="constrained")
    return figure, list(figure.subplots(1, count, squeeze=False)[0])


def band(
    axis: Axes, x: Any, rows: NDArray[np.float64], label: str, line: Mapping[str, Any], **more: Any
) -> None:
    """Mean over the seeds, and a band from the least to the largest.

    Args:
        axis: drawn on.
        x: (n,).
        rows: (seeds, n).
        label: of the line.
        line: how it is drawn, with `more`.
    """
    axis.plot(x, rows.mean(axis=0), label=label, lw=1.8, ms=4, **(dict(line) | more))
    low, high = rows.min(axis=0), rows.max(axis=0)
    axis.fill_between(x, low, high, color=line["color"], alpha=0.18, lw=0)


def dots(
    axis: Axes, x: Any, rows: NDArray[np.float64], label: str, line: Mapping[str, Any]
) -> None:
    """Like `band`, for things in no order: a mark, and a bar from the least to the largest."""
    mean = rows.mean(axis=0)
    reach = [mean - rows.min(axis=0), rows.max(axis=0) - mean]
    axis.errorbar(x, mean, reach, label=label, ms=4, capsize=2, **(dict(line) | {"ls": ""}))


def over_time(
    axes: Sequence[Axes],
    results: Results,
    curve: str,
    arms: Mapping[str, tuple[Arm, str]],
    factor: float = 1,
) -> None:
    """One curve of each arm, on the first axis against steps, on the second against seconds.

    Args:
        axes: two.
        results: of the experiment.
        curve: which.
        arms: label -> the arm and the name of its line.
        factor: of the curve; 100 makes a share percent.
    """
    for axis, clock in zip(axes, ("steps", "seconds"), strict=True):
        for label, (arm, line) in arms.items():
            x = results.curves(clock, **arm).mean(axis=0)
            band(axis, x, factor * results.curves(curve, **arm), label, LINES[line], marker="")
        axis.set_xlabel({"steps": "step", "seconds": "seconds of processor time"}[clock])


def at_best(results: Results, field: str) -> dict[str, tuple[Arm, str]]:
    """With and without the layer, each at the choice with which it tested best: for `over_time`."""
    best = {norm: results.best("test", field, norm=norm) for norm in SIDES}
    return {
        f"{LABELS[norm]}, {field} {named(choice)}": ({"norm": norm, field: choice}, norm)
        for norm, choice in best.items()
    }


def ends(results: Results, curve: str, arms: Mapping[str, tuple[Arm, str]]) -> str:
    """Those curves in words: where each mean begins and ends."""
    lines = []
    for label, (arm, _) in arms.items():
        mean, seconds = (results.curves(name, **arm).mean(axis=0) for name in (curve, "seconds"))
        steps = results.curves("steps", **arm)[0, -1]
        lines.append(
            f"{label} goes from {mean[0]:.3g} to {mean[-1]:.3g} in {steps:.0f} steps and "
            f"{seconds[-1]:.2g} s"
        )
    return "; ".join(lines)


def swept(
    axis: Axes, results: Results, value: str, field: str, norms: Sequence[str], **arm: Any
) -> None:
    """A share in percent of each norm against a field of the arms, on a logarithmic axis.

    Args:
        axis: drawn on.
        results: of the experiment.
        value: the share.
        field: on the horizontal axis; its choices are positive.
        norms: one line each.
        arm: other fields.
    """
    choices = results.choices(field)
    for norm in norms:
        columns = [results.values(value, norm=norm, **{field: c}, **arm) for c in choices]
        rows = 100 * np.stack(columns, axis=1)
        band(axis, choices, rows, LABELS[norm], LINES[norm])
    axis.set_xscale("log")
    axis.set_xticks(choices, [named(c) for c in choices])
    axis.minorticks_off()


def named(choice: Any) -> str:
    """A choice of an arm as text; None is He's initialization."""
    return "He" if choice is None else f"{choice:.3g}"
