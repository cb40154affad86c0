"""What was collected, as a table."""

from __future__ import annotations

from collections.abc import Iterable

from rich.table import Table
from rich.text import Text

from autograders.grading.deadlines.due_dates import Deadlines
from autograders.grading.progress_bar import plain
from autograders.lms.archives import HandIn
from autograders.lms.collect import Collected


def collected_table(title: str, done: Iterable[Collected], due: Deadlines) -> Table:
    """A row a student: what became of the hand-in, whether it is late, and why something of it was
    not taken."""
    table = Table(title=title)
    for heading in ("Student", "", "late", "file", "not taken"):
        table.add_column(heading)
    for each in done:
        late = lateness(each.hand_in, due, each.student) if each.hand_in else ""
        notes = "\n".join(plain(note) for note in (*each.problems, *each.notes))
        row = (plain(each.student), each.what, late, plain(each.source), notes)
        table.add_row(*map(Text, row))
    return table


def lateness(hand_in: HandIn, due: Deadlines, student: str) -> str:
    """How late in words, "no", or "" where neither the system nor the gradebook tells."""
    deadline = due.of(student)
    if hand_in.time is None or deadline is None:
        return "yes" if hand_in.is_late else ""
    minutes = (hand_in.time.replace(tzinfo=None) - deadline).total_seconds() / 60
    if minutes <= 0:
        return "no"
    hours, days = minutes / 60, minutes / 60 / 24
    return (
        f"{days:.1f} days"
        if days >= 2
        else f"{hours:.1f} h"
        if hours >= 1
        else f"{minutes:.0f} min"
    )
