"""When an assignment is due, told to students: in the notebook they get, and with the feedback."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import NbGraderPreprocessor

from autograders.grading.deadlines.clock import Clock
from autograders.grading.deadlines.due_dates import deadlines

TOLD = (
    "**Due {due}.** An extension that you were given comes on top; your own date is on the page "
    "with your feedback."
)


class TellDueDate(NbGraderPreprocessor):
    """Puts the gradebook's due date, where there is one, into a released notebook: in a cell below
    the title, and in the metadata, from where `course check` and `course progress` have it."""

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        found = deadlines(CourseDirectory(parent=self), resources["nbgrader"]["assignment"])
        if found.due is not None:
            due = found.clock.show(found.due)
            nb.metadata.setdefault("course", NotebookNode())["due"] = due
            nb.cells.insert(1, new_markdown_cell(TOLD.format(due=due), id="course-due"))
        return nb, resources


def own_deadline(
    clock: Clock, due: datetime, extended: datetime, handed_in: datetime | None
) -> str:
    """A sentence or two for one student.

    Args:
        due: when the assignment is due, in UTC, and `extended` when it is for the student.

    >>> own_deadline(Clock(), datetime(2026, 12, 1, 22, 59), datetime(2026, 12, 4, 10, 59), None)
    'Due 2026-12-04 10:59 UTC, with your extension of 2.5 days.'
    """
    days = clock.days(due, extended)
    extra = f", with your extension of {_days(days)}" if days else ""
    then = f" Handed in {clock.show(handed_in)}." if handed_in else ""
    return f"Due {clock.show(extended)}{extra}.{then}"


def _days(days: float) -> str:
    return "1 day" if days == 1 else f"{days:g} days"
