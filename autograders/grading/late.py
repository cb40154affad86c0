"""Late penalties, set in nbgrader_config.py, and extensions, listed in extensions.csv."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click
from nbformat import NotebookNode
from nbgrader.plugins import LateSubmissionPlugin
from nbgrader.preprocessors import AssignLatePenalties
from traitlets import Float, default

from autograders.folders import assignments
from autograders.grading.course import (
    CourseGradebook,
    course_directory,
    is_released,
    open_gradebook,
)
from autograders.grading.transaction import one_transaction

EXTENSIONS = "extensions.csv"
COLUMNS = ["student", "assignment", "days"]
LONGEST = timedelta(days=366)


class WrongExtensions(click.ClickException):
    """An extensions.csv that cannot be read; the message says which line and why."""

    exit_code = 2


class TooEarly(click.ClickException):
    """An assignment that is still open; the message says until when. `course` ends with 1."""


class LatePolicy(LateSubmissionPlugin):
    """So many points for each day that is begun after the due date, none as long as none are set.

    Points rather than a share of the score, so that points by hand that come later do not change
    what is taken off.
    """

    points_a_day = Float(0.0, min=0, help="Points taken off for each day begun.").tag(config=True)
    grace_minutes = Float(0.0, min=0, help="How late is not late yet.").tag(config=True)
    most_points = Float(math.inf, min=0, help="The most points taken off.").tag(config=True)

    def late_submission_penalty(
        self, student_id: str, score: float, total_seconds_late: float
    ) -> float | None:
        late = total_seconds_late - 60 * self.grace_minutes
        if late <= 0 or self.points_a_day == 0:
            return None
        days = math.ceil(late / timedelta(days=1).total_seconds())
        return min(self.points_a_day * days, self.most_points)


class AssignPenalties(AssignLatePenalties):
    """nbgrader's, after the extension that extensions.csv gives is in the gradebook."""

    @default("plugin_class")
    def _own_policy(self) -> type:
        return LatePolicy

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        names = resources["nbgrader"]
        self.init_plugin()
        extensions = read_extensions(Path(course_directory(self.config).root))
        extra = extensions.get((names["student"], names["assignment"]))
        with CourseGradebook(names["db_url"]) as gradebook, one_transaction(gradebook):
            notebook = gradebook.find_submission_notebook(
                names["notebook"], names["assignment"], names["student"]
            )
            submission = notebook.assignment
            if extensions and submission.assignment.duedate is not None:
                submission.extension = extra
            notebook.late_submission_penalty = self._penalty(notebook)
        return nb, resources

    def _penalty(self, notebook: Any) -> float | None:
        """nbgrader's takes off no more than the score so far; points by hand may still come."""
        late = notebook.assignment.total_seconds_late
        if late == 0:
            return None
        student = notebook.student.id
        penalty = self.plugin_inst.late_submission_penalty(student, notebook.score, late)
        self.log.info("%s handed in %s seconds late: %s points off", student, late, penalty or 0)
        return None if penalty is None else min(max(penalty, 0.0), notebook.max_score)


def lateness(notebook: Any) -> dict[str, str | float | None]:
    """What the gradebook has of when a submitted notebook was handed in, until when it was open
    for the student, both in UTC, and how many points being late cost, as JSON."""
    submission = notebook.assignment
    times = {"handed in": submission.timestamp, "due": submission.duedate}
    shown = {what: time and f"{time:%Y-%m-%d %H:%M:%S}" for what, time in times.items()}
    return {**shown, "penalty": notebook.late_submission_penalty}


def read_extensions(course: Path) -> dict[tuple[str, str], timedelta]:
    """(student, assignment in full) -> how much later its due date is, from extensions.csv.

    Raises:
        WrongExtensions: a line of the file is not understood.
    """
    path = course / EXTENSIONS
    if not path.exists():
        return {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.reader(file)
            return dict(_extensions(path, rows))
    except (csv.Error, UnicodeError) as error:
        raise WrongExtensions(f"{path} is no CSV in UTF-8 ({error})") from error


def _extensions(
    path: Path, rows: Iterable[list[str]]
) -> Iterable[tuple[tuple[str, str], timedelta]]:
    names = assignments(path.parent)
    for line, row in enumerate(rows, start=1):
        cells = [cell.strip() for cell in row]
        if line == 1 and cells != COLUMNS:
            raise WrongExtensions(f"{path} must begin with the line {','.join(COLUMNS)}")
        if line == 1 or not any(cells):
            continue
        full = [name for name in names if cells[1:2] and cells[1] in (name, name.partition("-")[0])]
        days = _days(cells[-1])
        if len(cells) != len(COLUMNS) or not cells[0] or not full or days is None:
            raise WrongExtensions(
                f"{path}, line {line} is {','.join(row)!r}; it must be a student, an assignment "
                f"({', '.join(names)}) and a number of days from 0 to {LONGEST.days}"
            )
        yield (cells[0], full[0]), days


def _days(text: str) -> timedelta | None:
    try:
        days = timedelta(days=float(text))
    except (ValueError, OverflowError):
        return None
    return days if timedelta() <= days <= LONGEST else None


@dataclass(frozen=True)
class Deadlines:
    """When an assignment is due, in UTC, and how much later for whom; `due` is None where the
    gradebook has no date."""

    due: datetime | None
    extensions: Mapping[str, timedelta]

    def of(self, student: str) -> datetime | None:
        """When it is due for a student."""
        return self.due and self.due + self.extensions.get(student, timedelta())

    def last(self) -> datetime | None:
        """When it is due for everyone."""
        return self.due and self.due + max(self.extensions.values(), default=timedelta())


def deadlines(directory: Any, assignment: str) -> Deadlines:
    """The deadlines of an assignment; none where it was not released. Raises WrongExtensions."""
    extensions = {
        student: extra
        for (student, name), extra in read_extensions(Path(directory.root)).items()
        if name == assignment
    }
    return Deadlines(due_date(directory, assignment), extensions)


def due_date(directory: Any, assignment: str) -> datetime | None:
    """When an assignment is due in UTC; None where it has no date, or was not released."""
    if not is_released(directory, assignment):
        return None
    with open_gradebook(directory) as gradebook:
        due: datetime | None = gradebook.find_assignment(assignment).duedate
        return due


def refuse_before_deadline(directory: Any, unlock: Sequence[str]) -> None:
    """Raises TooEarly where one of the assignments `unlock` is still open for someone."""
    now = datetime.now(UTC).replace(tzinfo=None)
    for assignment in unlock:
        last = deadlines(directory, assignment).last()
        if last is not None and last > now:
            raise TooEarly(
                f"the solutions of {assignment} cannot go out yet: it is open until "
                f"{last:%Y-%m-%d %H:%M} UTC, with the longest extension"
            )
