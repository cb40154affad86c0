"""When an assignment is due, told to students: in the notebook they get, and with the feedback."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import NbGraderPreprocessor

from autograders.grading.late import due_date

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
        due = due_date(CourseDirectory(parent=self), resources["nbgrader"]["assignment"])
        if due is not None:
            nb.metadata.setdefault("course", NotebookNode())["due"] = in_utc(due)
            nb.cells.insert(1, new_markdown_cell(TOLD.format(due=in_utc(due)), id="course-due"))
        return nb, resources


def own_deadline(due: datetime, extension: timedelta | None, handed_in: datetime | None) -> str:
    """A sentence or two for one student; `due` has the extension in it.

    >>> own_deadline(datetime(2026, 12, 4, 10, 59), timedelta(days=2.5), None)
    'Due 2026-12-04 10:59 UTC, with your extension of 2.5 days.'
    """
    extra = f", with your extension of {_days(extension)}" if extension else ""
    then = f" Handed in {in_utc(handed_in)}." if handed_in else ""
    return f"Due {in_utc(due)}{extra}.{then}"


def in_utc(moment: datetime) -> str:
    """The moment, which as in the gradebook has no zone and is in UTC, to the minute."""
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def _days(extension: timedelta) -> str:
    days = extension / timedelta(days=1)
    return "1 day" if days == 1 else f"{days:g} days"
