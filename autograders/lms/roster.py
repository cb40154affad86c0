"""roster.csv in the course's folder: who the students are, what each system calls them, and their
sections."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import click

from autograders.grading.course import open_gradebook
from autograders.lms.person import Person, safe_id

NAME = "roster.csv"
# Our word -> headings of Canvas's gradebook export, Moodle's grading worksheet and participants,
# Gradescope's roster, and nbgrader's `db student import`, in lower case.
HEADINGS = {
    "student": ("id",),
    "name": ("student", "full name", "name"),
    "first_name": ("first name", "first_name", "firstname"),
    "last_name": ("last name", "last_name", "lastname", "surname"),
    "email": ("email address", "email"),
    "section": ("section", "sections", "group", "groups"),
    "lms_user_id": ("lms_user_id",),
    "participant": ("identifier",),
    "sis_user_id": ("sis user id", "id number", "sid"),
    "login": ("sis login id", "username"),
    "handed_in": ("last modified (submission)",),
}
CANVAS = HEADINGS | {"student": (), "lms_user_id": ("id",)}  # there `ID` is Canvas's own number
IDS = ("student", "login", "sis_user_id", "email", "lms_user_id")  # the first there is the course's
LASTING = ("lms_user_id", "sis_user_id", "email")  # a participant's number is an assignment's


class WrongRoster(click.ClickException):
    """A roster that cannot be read; the message says which line and why."""

    exit_code = 2


class Roster:
    """The students of roster.csv, to be found by what a system says of them."""

    def __init__(self, people: Iterable[Person] = (), headings: Iterable[str] = ()) -> None:
        self.people = tuple(people)
        self.headings = tuple(headings)

    def __bool__(self) -> bool:
        return bool(self.people)

    def find(self, described: Person) -> Person | None:
        """The one student whose number, id or e-mail is that of `described`, else the one who has
        the name and no other number, id or e-mail; None where there is none, or several."""
        for field in ("participant", *LASTING):
            value = getattr(described, field).casefold()
            found = [p for p in self.people if value and getattr(p, field).casefold() == value]
            if len(found) == 1:
                return found[0]
        keys = described.name_keys()
        named = [p for p in self.people if keys & p.name_keys() and not _differ(p, described)]
        return named[0] if len(named) == 1 else None

    def by_id(self, student: str) -> Person:
        """What the roster says of a student of the course, nothing where they are not on it."""
        return next((p for p in self.people if p.student == student), Person(student))


def read_roster(course: Path) -> Roster:
    """The roster in the folder `course`, an empty one where there is no such file.

    Raises:
        WrongRoster: the file is no table with a student in each row.
    """
    path = course / NAME
    if not path.exists():
        return Roster()
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeError) as error:
        raise WrongRoster(f"{path} is no text in UTF-8 ({error})") from error
    first = text.partition("\n")[0]
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=first.count))
    try:
        headings = next(rows, [])
        people = list(_people(path, headings, rows))
    except csv.Error as error:
        raise WrongRoster(f"{path}, line {rows.line_num}: {error}") from error
    return Roster(people, headings)


def _differ(one: Person, other: Person) -> bool:
    pairs = [(getattr(one, field), getattr(other, field)) for field in LASTING]
    return any(a and b and a.casefold() != b.casefold() for a, b in pairs)


def _people(path: Path, headings: list[str], rows: Any) -> Iterator[Person]:
    columns = _columns(path, headings)
    lines: dict[str, int] = {}
    for row in rows:
        line = rows.line_num
        values = {field: row[k].strip() for field, k in columns.items() if k < len(row)}
        if not any(values.values()) or values.get("name") in ("Points Possible", "Student, Test"):
            continue
        values["participant"] = values.get("participant", "").rpartition(" ")[2]
        student = next((safe for field in IDS if (safe := safe_id(values.get(field, "")))), "")
        if not student:
            raise WrongRoster(f"{path}, line {line} has no id, login, number or e-mail: {row}")
        if student in lines:
            raise WrongRoster(f"{path}: lines {lines[student]} and {line} are both {student}")
        lines[student] = line
        yield Person(**{**values, "student": student})


def _columns(path: Path, headings: list[str]) -> dict[str, int]:
    lower = [heading.strip().casefold() for heading in headings]
    meanings = CANVAS if "student" in lower and "section" in lower else HEADINGS
    columns = {
        field: lower.index(name)
        for field, names in meanings.items()
        for name in reversed(names)
        if name in lower
    }
    if not set(columns) & set(IDS):
        known = ", ".join(name for field in IDS for name in HEADINGS[field])
        raise WrongRoster(f"{path} has none of the columns {known} in its first line")
    return columns


def save_roster(directory: Any, roster: Roster) -> None:
    """Notes the roster's students in the gradebook; what it does not say stays as it is there."""
    if not roster:
        return
    with open_gradebook(directory) as gradebook:
        for person in roster.people:
            first, last = person.names()
            about = {
                "first_name": first,
                "last_name": last,
                "email": person.email,
                "lms_user_id": person.lms_user_id,
            }
            said = {key: value for key, value in about.items() if value}
            gradebook.update_or_create_student(person.student, **said)
