"""The grades of an assignment as a table."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from nbgrader.api import Gradebook
from rich.table import Table
from rich.text import Text


def grades_table(gradebook: Gradebook, assignment: str, students: Collection[str]) -> Table:
    """A row a student: the score, the points that a person must give, the points that are lost."""
    released = gradebook.find_assignment(assignment)
    table = Table(title=f"Grades of {assignment}")
    table.add_column("Student", no_wrap=True)
    table.add_column(f"of {released.max_score:g}", justify="right", no_wrap=True)
    table.add_column("by hand", justify="right", no_wrap=True)
    table.add_column("points missing, most first")
    for submission in sorted(released.submissions, key=lambda each: each.student.id):
        if submission.student.id in students:
            grades = [grade for notebook in submission.notebooks for grade in notebook.grades]
            waiting = sum(grade.max_score for grade in grades if grade.needs_manual_grade)
            table.add_row(
                Text(submission.student.id),  # no markup in a student's name
                f"{submission.score:g}",
                f"{waiting:g}" if waiting else "",
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
