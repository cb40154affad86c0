"""Marks in the form that each system reads."""

from __future__ import annotations

import re
from collections.abc import Sequence

from autograders.lms.marks import Mark, Marks

Rows = list[list[str | float]]


def canvas(marks: Marks, headings: Sequence[str] = ()) -> Rows:
    """As Canvas's gradebook import takes it.

    Args:
        headings: of a gradebook that Canvas exported; columns of the same title are named as there,
            with Canvas's number, so that the points go into the assignment that is there.
    """

    def column(title: str) -> str:
        numbered = re.compile(rf"{re.escape(title)} \(\d+\)")
        return next((there for there in headings if numbered.fullmatch(there)), title)

    columns = [column(marks.assignment)]
    columns += [column(f"{marks.assignment}: {cell}") for cell in marks.most]
    about = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]
    most = [marks.most_in_all, *marks.most.values()]
    rows: Rows = [[*about, *columns], ["    Points Possible", *[""] * (len(about) - 1), *most]]
    for mark in marks.students:
        who = mark.person
        name = who.name or ", ".join(part for part in reversed(who.names()) if part) or who.student
        ids = [who.lms_user_id, who.sis_user_id, who.login, who.section]
        rows.append([name, *ids, mark.total, *_by_cell(marks, mark)])
    return rows


def moodle(marks: Marks) -> Rows:
    """As the upload of an assignment's grading worksheet takes it, and the gradebook's CSV import;
    both pick the columns that they know."""
    about = ["Identifier", "Full name", "ID number", "Email address"]
    grade = ["Grade", "Maximum Grade", "Last modified (grade)", "Feedback comments"]
    rows: Rows = [[*about, *grade, *(f"{marks.assignment}: {cell}" for cell in marks.most)]]
    for mark in marks.students:
        who = mark.person
        identifier = f"Participant {who.participant}" if who.participant else ""
        name = who.full_name() or who.student
        ids = [identifier, name, who.sis_user_id, who.email]
        comment = "; ".join(_comments(marks, mark))
        rows.append([*ids, mark.total, marks.most_in_all, "", comment, *_by_cell(marks, mark)])
    return rows


def gradescope(marks: Marks) -> Rows:
    """As Gradescope's own Download Grades writes an assignment."""
    about = ["First Name", "Last Name", "SID", "Email", "Sections", "Total Score", "Max Points"]
    about += ["Status", "Submission ID", "Submission Time", "Lateness (H:M:S)"]
    cells = [f"{k}: {cell} ({most} pts)" for k, (cell, most) in enumerate(marks.most.items(), 1)]
    rows: Rows = [[*about, *cells]]
    for mark in marks.students:
        who = mark.person
        first, last = who.names()
        time = f"{mark.time:%Y-%m-%d %H:%M:%S} +0000" if mark.time else ""
        minutes, seconds = divmod(int(mark.seconds_late), 60)
        late = f"{minutes // 60:02d}:{minutes % 60:02d}:{seconds:02d}"
        ids = [first, last, who.sis_user_id or who.student, who.email, who.section]
        points = [mark.total, marks.most_in_all]
        about_it = ["Graded", mark.submission, time, late]
        rows.append([*ids, *points, *about_it, *_by_cell(marks, mark)])
    return rows


def _by_cell(marks: Marks, mark: Mark) -> list[float]:
    return [mark.cells.get(cell, 0.0) for cell in marks.most]


def _comments(marks: Marks, mark: Mark) -> list[str]:
    parts = [
        f"{cell} {mark.cells.get(cell, 0.0):g} of {most:g}" for cell, most in marks.most.items()
    ]
    return [*parts, f"late {mark.penalty:g} off"] if mark.penalty else parts
