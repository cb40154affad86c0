"""A student, as a system, a roster or the gradebook knows them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, fields, replace
from itertools import dropwhile


@dataclass(frozen=True)
class Person:
    """What is known of a student; "" where nothing is.

    `student` is the course's own id, the name of the folder in submitted/. `name` is written as
    the system does, `Lovelace, Ada` or `Ada Lovelace`. `participant` is Moodle's number, which is
    another one in each assignment, and `handed_in` when its grading worksheet says they did.
    """

    student: str = ""
    name: str = ""
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    section: str = ""
    lms_user_id: str = ""
    participant: str = ""
    sis_user_id: str = ""
    login: str = ""
    handed_in: str = ""

    def filled(self, other: Person) -> Person:
        """This person, with what is not known of them taken from `other`."""
        missing = {
            f.name: getattr(other, f.name) for f in fields(self) if not getattr(self, f.name)
        }
        return replace(self, **missing)

    def full_name(self) -> str:
        """First name, then last name."""
        return " ".join(part for part in self.names() if part)

    def names(self) -> tuple[str, str]:
        """First and last name; the last word of a name that does not say is the last name."""
        if self.first_name or self.last_name:
            return self.first_name, self.last_name
        last, comma, first = self.name.partition(",")
        if comma:
            return first.strip(), last.strip()
        *first_names, last = self.name.split() or [""]
        return " ".join(first_names), last

    def name_keys(self) -> set[str]:
        """The name in each order that a system may write it, by its letters and digits alone."""
        first, last = self.names()
        return {_letters(self.name), _letters(first + last), _letters(last + first)} - {""}

    def is_canvas_test_student(self) -> bool:
        """Whether it is the student that Canvas makes of a teacher who looks as students do: it
        has no number of the school's, and for a login a hash or none."""
        names = {_letters(name) for name in self.names()}
        named = names == {"test", "student"} or _letters(self.name) in (
            "studenttest",
            "teststudent",
        )
        return named and not self.sis_user_id and not re.search("[^0-9a-f]", self.login)


def safe_id(text: str) -> str:
    """`text` as the name of a folder that nbgrader takes for a student: letters, digits and
    `. _ @ -`, none of which is the first but a letter or digit; "" where nothing is left."""
    letters = unicodedata.normalize("NFC", text)
    plain = "".join(c if _is_word(c) or c in "._@-" else " " for c in letters)
    begins = dropwhile(lambda c: not c.isalnum(), re.sub(r"\s+", "-", plain))
    return "".join(begins).rstrip("-._@")[:100]


def _letters(name: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFC", name) if _is_word(c)).casefold()


def _is_word(letter: str) -> bool:
    """Whether it is a letter, a digit, or a mark on one, which are vowels in many scripts."""
    return letter.isalnum() or unicodedata.category(letter).startswith("M")
