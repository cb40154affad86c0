"""The grades of an assignment as a table."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from nbgrader.api import Gradebook
from rich.table import Table
from rich.text import Text


def grades_table(gradebook: Gradebook, assignment: str, students: Collection[str]) -> Table:
    """A row a student: the score, where points are missing, what a person must grade."""
    released = gradebook.find_assignment(assignment)
    table = Table(title=f"Grades of {assignment}")
    table.add_column("Student", no_wrap=True)
    table.add_column(f"of {released.max_score:g}", justify="right", no_wrap=True)
    table.add_column("Points missing")
    table.add_column("By hand")
    order = _order(released)
    for submission in sorted(released.submissions, key=lambda each: each.student.id):
        if submission.student.id in students:
            grades = sorted(_grades(submission), key=lambda grade: order[grade.name])
            waiting = [grade.name for grade in grades if grade.needs_manual_grade]
            table.add_row(
                Text(submission.student.id),  # no markup in a student's name
                f"{submission.score:g}",
                _missing([grade for grade in grades if not grade.needs_manual_grade]),
                ", ".join(waiting),
            )
    return table


def _grades(submission: Any) -> list[Any]:
    return [grade for notebook in submission.notebooks for grade in notebook.grades]


def _order(assignment: Any) -> dict[str, int]:
    """Cell -> its place; the gradebook keeps source cells in the order of the notebook."""
    names = [cell.name for notebook in assignment.notebooks for cell in notebook.source_cells]
    return {name: place for place, name in enumerate(names)}


def _missing(grades: list[Any]) -> str:
    """Where points are missing, the cells without any of their points at the end."""
    lost = [grade for grade in grades if grade.score < grade.max_score]
    if not lost:
        return "none"
    partly = [f"{grade.name} {grade.score:g}/{grade.max_score:g}" for grade in lost if grade.score]
    wholly = [grade.name for grade in lost if not grade.score]
    if len(wholly) == len(grades):
        return "all"
    return "; ".join(part for part in (", ".join(partly), ", ".join(wholly)) if part)
