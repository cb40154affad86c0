"""Until when an assignment is open, and for whom longer, which extensions.csv lists."""

from __future__ import annotations

import ast
import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from nbgrader.utils import parse_utc

from autograders.grading.deadlines.clock import Clock, find_zone
from autograders.grading.gradebook.course import is_released, open_gradebook
from autograders.system.folders import assignments

EXTENSIONS = "extensions.csv"
COLUMNS = ["student", "assignment", "days"]
MOST_DAYS = 366
# Due dates as they were given: the gradebook keeps them without their zone, nbgrader's log of them
# with it (c.DbAssignmentAddApp.logfile in nbgrader_config.py).
DUE_DATES = "due_dates.log"
ZONE = "c.NbGraderAPI.timezone"


class WrongExtensions(click.ClickException):
    """An extensions.csv that cannot be read; the message says which line and why."""

    exit_code = 2


class WrongZone(click.ClickException):
    """The course's setting names no time zone."""

    exit_code = 2


class TooEarly(click.ClickException):
    """An assignment that is still open; the message says until when. `course` ends with 1."""


@dataclass(frozen=True)
class Deadlines:
    """When an assignment is due, in UTC, and how many days later for whom, by the course's clock;
    `due` is None where the gradebook has no date. `are_listed` says whether extensions.csv has
    any, of whatever assignment: while it has, it is the whole truth."""

    due: datetime | None
    extensions: Mapping[str, float]
    clock: Clock
    are_listed: bool = True

    def of(self, student: str) -> datetime | None:
        """When it is due for a student, in UTC."""
        return self.due and self.clock.later(self.due, self.extensions.get(student, 0.0))

    def last(self) -> datetime | None:
        """When it is due for everyone, in UTC."""
        longest = max(self.extensions.values(), default=0.0)
        return self.due and self.clock.later(self.due, longest)


def deadlines(directory: Any, assignment: str) -> Deadlines:
    """The deadlines of an assignment; none where it was not released.

    Raises:
        WrongExtensions, WrongZone
    """
    return deadlines_from(directory, assignment, _due_date(directory, assignment))


def deadlines_from(directory: Any, assignment: str, due: datetime | None) -> Deadlines:
    """As `deadlines`, of an assignment that is due at `due`."""
    listed = read_extensions(Path(directory.root))
    extensions = {student: days for (student, name), days in listed.items() if name == assignment}
    clock = course_clock(directory, assignment, due)
    return Deadlines(due, extensions, clock, are_listed=bool(listed))


def course_clock(directory: Any, assignment: str, due: datetime | None) -> Clock:
    """The course's clock: in the zone of its setting, else in the zone in which the assignment's
    due date was given, else in UTC. Raises WrongZone.

    Args:
        directory: nbgrader's CourseDirectory, which has the course's configuration.
        due: when the assignment is due, in UTC.
    """
    if name := directory.config.get("NbGraderAPI", {}).get("timezone"):
        zone = find_zone(name)
        if zone is None:
            raise WrongZone(
                f"{ZONE} in nbgrader_config.py is {name!r}, which is no time zone; one is "
                "'Europe/Berlin'"
            )
        return Clock(zone, f"as {ZONE} says")
    text = due and _as_given(Path(directory.root, DUE_DATES), assignment, due)
    if not text:
        return Clock(UTC, f"since {ZONE} is not set")
    try:
        read, zone_given = Clock().read(text), Clock().zone_of(text)
    except ValueError:
        read, zone_given = None, UTC
    if read != due:
        return Clock(UTC, f"since nbgrader did not understand the zone of the due date {text!r}")
    return Clock(zone_given, f"as the due date was given: {text}")


def _as_given(log: Path, assignment: str, due: datetime) -> str:
    """The text with which the due date was given; empty where the log has none of that moment."""
    if not log.is_file():
        return ""
    added = re.compile(rf"assignment with ID '{re.escape(assignment)}': (\{{.*\}})\s*$")
    for line in reversed(log.read_text(encoding="utf-8", errors="replace").splitlines()):
        if found := added.search(line):
            try:
                text = ast.literal_eval(found[1]).get("duedate") or ""
                return text if parse_utc(text) == due else ""
            except (ValueError, SyntaxError, OverflowError):
                return ""
    return ""


def read_extensions(course: Path) -> dict[tuple[str, str], float]:
    """(student, assignment in full) -> how many days later it is due, from extensions.csv.

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


def _extensions(path: Path, rows: Iterable[list[str]]) -> Iterator[tuple[tuple[str, str], float]]:
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
                f"({', '.join(names)}) and a number of days from 0 to {MOST_DAYS}"
            )
        yield (cells[0], full[0]), days


def _days(text: str) -> float | None:
    try:
        days = float(text)
    except ValueError:
        return None
    return days if 0 <= days <= MOST_DAYS else None


def _due_date(directory: Any, assignment: str) -> datetime | None:
    if not is_released(directory, assignment):
        return None
    with open_gradebook(directory) as gradebook:
        due: datetime | None = gradebook.find_assignment(assignment).duedate
        return due


def refuse_before_deadline(directory: Any, unlock: Sequence[str]) -> None:
    """Raises TooEarly where one of the assignments `unlock` is still open for someone."""
    now = datetime.now(UTC).replace(tzinfo=None)
    for assignment in unlock:
        due = deadlines(directory, assignment)
        last = due.last()
        if last is not None and last > now:
            raise TooEarly(
                f"the solutions of {assignment} cannot go out yet: it is open until "
                f"{due.clock.show(last)}, with the longest extension"
            )
