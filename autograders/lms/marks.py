"""The points of an assignment from the gradebook, with who earned them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.api import Gradebook, SubmittedAssignment

from autograders.grading.gradebook.course import open_gradebook
from autograders.grading.steps.scores import is_to_confirm, waits
from autograders.lms.collect import read_record
from autograders.lms.person import Person
from autograders.lms.roster import Roster
from autograders.notebook.slots import grade_id


@dataclass(frozen=True)
class Mark:
    """One student's points, by graded cell and in all, penalty and points by hand included."""

    person: Person
    cells: Mapping[str, float]
    total: float
    penalty: float
    waiting: tuple[
        str, ...
    ]  # cells that have no points, or proposed ones, before a person gives them
    to_confirm: tuple[str, ...]  # cells with points by hand that were graded again since
    time: datetime | None  # in UTC
    seconds_late: float
    submission: str  # the system's own number


@dataclass(frozen=True)
class Marks:
    """An assignment's points: the most for each graded cell, in the notebook's order, and what
    each student who handed in earned, by student."""

    assignment: str
    most: Mapping[str, float]
    students: tuple[Mark, ...]

    @property
    def most_in_all(self) -> float:
        return sum(self.most.values())


def read_marks(course: Path, directory: Any, assignment: str, roster: Roster) -> Marks:
    """The marks of a released assignment. What is known of a student is from the archive that was
    collected, else from the roster, else from the gradebook."""
    source = course / "notebooks" / assignment / f"{assignment}.ipynb"
    submitted = course / directory.submitted_directory
    with open_gradebook(directory) as gradebook:
        most = _most(gradebook, assignment, source)
        submissions = sorted(
            gradebook.assignment_submissions(assignment), key=lambda each: each.student.id
        )
        students = []
        for submission in submissions:
            record = read_record(submitted, submission.student.id, assignment)
            said = Person(**record.get("owner", {}))
            on_roster = roster.by_id(submission.student.id)
            known = Person(participant=said.participant).filled(on_roster).filled(said)
            students.append(_mark(submission, known, record.get("submission", "")))
    return Marks(assignment, most, tuple(students))


def _most(gradebook: Gradebook, assignment: str, source: Path) -> dict[str, float]:
    """The most points for each graded cell; the gradebook does not keep their order."""
    points = {
        cell.name: cell.max_score
        for cell in gradebook.find_notebook(assignment, assignment).grade_cells
    }
    order = {grade_id(cell): k for k, cell in enumerate(nbformat.read(source, 4).cells)}
    return {
        name: points[name] for name in sorted(points, key=lambda n: (order.get(n, len(order)), n))
    }


def _mark(submission: SubmittedAssignment, known: Person, number: str) -> Mark:
    student = submission.student
    from_gradebook = Person(
        student=student.id,
        first_name=student.first_name or "",
        last_name=student.last_name or "",
        email=student.email or "",
        lms_user_id=student.lms_user_id or "",
    )
    grades = [grade for notebook in submission.notebooks for grade in notebook.grades]
    penalty = submission.late_submission_penalty or 0.0
    return Mark(
        person=known.filled(from_gradebook),
        cells={grade.name: grade.score for grade in grades},
        total=max(0.0, submission.score - penalty),
        penalty=penalty,
        waiting=_names(grade for grade in grades if waits(grade)),
        to_confirm=_names(grade for grade in grades if is_to_confirm(grade)),
        time=submission.timestamp,
        seconds_late=submission.total_seconds_late,
        submission=number,
    )


def _names(grades: Iterable[Any]) -> tuple[str, ...]:
    return tuple(sorted(grade.name for grade in grades))
