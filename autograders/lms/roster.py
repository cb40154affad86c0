"""roster.csv in the course's folder: who the students are, what each system calls them, and their
sections."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from autograders.grading.gradebook.course import open_gradebook
from autograders.lms.person import Person, safe_id

NAME = "roster.csv"
# What stands for each name in Moodle while these are hidden, in small letters and some languages.
HIDDEN_NAMES = {"participant", "participante", "partecipante", "teilnehmerin", "deelnemer"}
HIDDEN_NAMES |= {"deltagare", "参与者"}
DELIMITERS = ",;\t"
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
    """The students of roster.csv, to be found by what a system says of them, and what Canvas has
    beside them, its Test Student."""

    def __init__(
        self,
        people: Iterable[Person] = (),
        headings: Iterable[str] = (),
        test_students: Iterable[Person] = (),
    ) -> None:
        self.people = tuple(people)
        self.headings = tuple(headings)
        self.test_students = tuple(test_students)

    def __bool__(self) -> bool:
        return bool(self.people)

    def is_test_student(self, described: Person) -> bool:
        """Whether Canvas describes its Test Student, by a number on the roster or else by name."""
        if described.lms_user_id in self.users:
            return described.lms_user_id in {person.lms_user_id for person in self.test_students}
        return described.is_canvas_test_student()

    @property
    def users(self) -> set[str]:
        """Canvas's numbers of all who are on it."""
        return {person.lms_user_id for person in (*self.people, *self.test_students)} - {""}

    def find(self, described: Person) -> Person | None:
        """The one student whose number, id or e-mail is that of `described`, else the one who has
        the name and no other number, id or e-mail; None where there is none, or several.

        Moodle's number alone is not enough: it is a group's or, in another assignment, another
        student's. Only where Moodle hides the names it has to do.
        """
        for field in ("participant", *LASTING):
            value = getattr(described, field).casefold()
            found = [p for p in self.people if value and getattr(p, field).casefold() == value]
            if len(found) == 1 and (field != "participant" or _may_be(found[0], described)):
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
    text = _text(path)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    try:
        headings = _headings(rows)
        return _roster(path, headings, rows)
    except csv.Error as error:
        raise WrongRoster(f"{path}, line {rows.line_num}: {error}") from error


def _text(path: Path) -> str:
    """As spreadsheets save a table: UTF-8, or UTF-16 with its mark; Excel may begin it with a line
    that names the delimiter."""
    try:
        content = path.read_bytes()
        in_utf_16 = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        text = content.decode("utf-16" if in_utf_16 else "utf-8-sig")
    except (OSError, UnicodeError) as error:
        raise WrongRoster(
            f"{path} is no text in UTF-8 ({error}); save it as CSV UTF-8 in a spreadsheet"
        ) from error
    return re.sub(r'\A"?sep=.?"?(?=\r?\n)', "", text)


def _headings(rows: Iterator[list[str]]) -> list[str]:
    return next((row for row in rows if row), [])


def _delimiter(text: str) -> str:
    """The one by which most of the first line's headings are known."""

    def known(delimiter: str) -> int:
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        return len(_columns(_headings(rows)))

    try:
        return max(DELIMITERS, key=known)
    except csv.Error:  # the reading tells
        return DELIMITERS[0]


def _may_be(person: Person, described: Person) -> bool:
    names, others = person.name_keys(), described.name_keys()
    return bool(names & others) or not names or described.name.casefold() in HIDDEN_NAMES


def _differ(one: Person, other: Person) -> bool:
    pairs = [(getattr(one, field), getattr(other, field)) for field in LASTING]
    return any(a and b and a.casefold() != b.casefold() for a, b in pairs)


def _roster(path: Path, headings: list[str], rows: Any) -> Roster:
    columns, is_canvas = _columns(headings), _is_canvas(headings)
    if not set(columns) & set(IDS):
        known = ", ".join(name for field in IDS for name in HEADINGS[field])
        raise WrongRoster(f"{path} has none of the columns {known} in its first line")
    people: dict[str, Person] = {}
    test_students = []
    lines: dict[str, int] = {}
    for row in rows:
        person = _person(columns, row)
        if is_canvas and person.is_canvas_test_student():
            test_students.append(person)
        elif person.student:
            before = people.get(person.student, replace(person, section=""))
            if replace(before, section="") != replace(person, section=""):
                here = f"{lines[person.student]} and {rows.line_num}"
                raise WrongRoster(f"{path}: lines {here} are both {person.student}")
            sections = dict.fromkeys(filter(None, (before.section, person.section)))
            people[person.student] = replace(person, section=" and ".join(sections))
            lines[person.student] = rows.line_num
        elif person != Person() and (people or not is_canvas):  # above, Canvas has its own rows
            where = f"{path}, line {rows.line_num}"
            raise WrongRoster(f"{where} has no id, login, number or e-mail: {row}")
    return Roster(people.values(), headings, test_students)


def _person(columns: Mapping[str, int], row: list[str]) -> Person:
    """A row's student, without an id of the course where it has none."""
    values = {field: _value(row[k]) for field, k in columns.items() if k < len(row)}
    if number := re.search(r"\d+$", values.get("participant", "")):
        values["participant"] = number[0]
    student = next((safe for field in IDS if (safe := safe_id(values.get(field, "")))), "")
    return Person(**{**values, "student": student})


def _value(cell: str) -> str:
    """A cell as text, of which ="..." makes sure in a spreadsheet."""
    quoted = re.fullmatch(r'="(.*)"', cell.strip())
    return quoted[1].strip() if quoted else cell.strip()


def _is_canvas(headings: list[str]) -> bool:
    """Whether the table is Canvas's, with names in one column or in two."""
    lower = {heading.strip().casefold() for heading in headings}
    return lower >= {"id", "section"} and ("student" in lower or lower >= {"lastname", "firstname"})


def _columns(headings: list[str]) -> dict[str, int]:
    """Which column holds what."""
    lower = [heading.strip().casefold() for heading in headings]
    meanings = CANVAS if _is_canvas(headings) else HEADINGS
    return {
        field: lower.index(name)
        for field, names in meanings.items()
        for name in reversed(names)
        if name in lower
    }


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
