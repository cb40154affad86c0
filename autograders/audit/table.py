"""What the audit found, as a table: a row for each exercise and one for all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from rich.box import SIMPLE
from rich.table import Table
from rich.text import Text

from autograders.audit.trial import Trial

HEAD = (
    "exercise",
    "wrong answers",
    "caught by visible cases",
    "by hidden ones alone",
    "right all the same",
    "not caught",
    "groups by how many each is the first to catch",
)
Row = tuple[str, ...]


def table_rows(trials: Iterable[Trial], reasons: Iterable[str]) -> list[Row]:
    """The rows, in the order of the trials.

    Args:
        reasons: the keys of the mutants that are explained.
    """
    explained = set(reasons)
    exercises: dict[str, list[Trial]] = {}
    everything = []
    for trial in trials:
        name = f"{trial.answer.assignment[:2]} {trial.answer.exercise}"
        exercises.setdefault(name, []).append(trial)
        everything.append(trial)
    rows = [(name, *_counts(these, explained), _groups(these)) for name, these in exercises.items()]
    return [*rows, ("all", *_counts(everything, explained), "")]


def _counts(trials: Sequence[Trial], explained: set[str]) -> list[str]:
    survivors = [trial for trial in trials if not trial.caught_by]
    hidden = sum(trial.hidden for trial in trials)
    right = sum(trial.key in explained for trial in survivors)
    visible = len(trials) - hidden - len(survivors)
    return [str(n) for n in (len(trials), visible, hidden, right, len(survivors) - right)]


def _groups(trials: Sequence[Trial]) -> str:
    caught = Counter((t.caught_by, t.hidden) for t in trials if t.caught_by)
    return "; ".join(
        f"{title}{' (hidden)' if hidden else ''} {count}"
        for (title, hidden), count in caught.most_common()
    )


def rich_table(rows: Sequence[Row]) -> Table:
    """The table for a terminal."""
    table = Table(*HEAD, box=SIMPLE, padding=(0, 1, 0, 0))
    table.columns[0].no_wrap = True
    for column in table.columns[1:-1]:
        column.justify, column.max_width = "right", 8
    for row in rows:
        table.add_row(*map(Text, row))  # no markup in titles
    return table


def markdown_table(rows: Sequence[Row]) -> str:
    """The table for a page."""
    lines = [HEAD, tuple("---" for _ in HEAD), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
