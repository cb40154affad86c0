"""The grades of an assignment as a table."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from nbgrader.api import Gradebook
from rich.table import Table
from rich.text import Text

from autograders.grading.progress_bar import plain
from autograders.grading.steps.scores import waits


def grades_table(gradebook: Gradebook, assignment: str, students: Collection[str]) -> Table:
    """A row a student: the score without what is only proposed, the points that a person must give,
    the points that are lost; where anyone was late, the points that come off the score for it."""
    released = gradebook.find_assignment(assignment)
    submissions = sorted(released.submissions, key=lambda each: each.student.id)
    submissions = [each for each in submissions if each.student.id in students]
    anyone_late = any(each.late_submission_penalty for each in submissions)
    table = Table(title=f"Grades of {assignment}")
    table.add_column("Student", no_wrap=True)
    table.add_column(f"of {released.max_score:g}", justify="right", no_wrap=True)
    table.add_column("by hand", justify="right", no_wrap=True)
    if anyone_late:
        table.add_column("late", justify="right", no_wrap=True)
    table.add_column("points missing, most first")
    for submission in submissions:
        grades = [grade for notebook in submission.notebooks for grade in notebook.grades]
        waiting = sum(grade.max_score for grade in grades if grade.needs_manual_grade)
        proposed = sum(grade.score for grade in grades if waits(grade))
        late = submission.late_submission_penalty
        table.add_row(
            Text(plain(submission.student.id)),  # no markup in a student's name
            f"{submission.score - proposed:g}",
            f"{waiting:g}" if waiting else "",
            *([f"-{late:g}" if late else ""] if anyone_late else []),
            _missing([grade for grade in grades if not grade.needs_manual_grade]),
        )
    return table


def _missing(grades: list[Any]) -> str:
    """The cells that lost points, with how many."""
    lost = {grade.name: grade.max_score - grade.score for grade in grades}
    lost = {name: points for name, points in lost.items() if points > 0}
    if not any(grade.score for grade in grades):
        return "all"
    most_first = sorted(lost.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{name} {points:g}" for name, points in most_first) or "none"
