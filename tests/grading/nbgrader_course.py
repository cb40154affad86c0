"""Running nbgrader and reading its gradebook, for tests of the grading road."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path


def run(course: Path, *command: str, timeout: float = 500) -> subprocess.CompletedProcess[str]:
    """`python -m COMMAND...` in `course`, without this environment's programs on PATH."""
    environment = {**os.environ, "PATH": "/usr/bin:/bin", "COLUMNS": "120"}
    return subprocess.run(
        [sys.executable, "-m", *command],
        cwd=course,
        env=environment,
        capture_output=True,
        text=True,
        timeout=timeout,
    )


def scores(course: Path) -> dict[str, dict[str, float | None]]:
    """Student -> grade cell -> automatic score, as the gradebook has them."""
    found: dict[str, dict[str, float | None]] = {}
    for student, name, auto_score, _ in _grades(course):
        found.setdefault(student, {})[name] = auto_score
    return found


def by_hand(course: Path, student: str) -> set[str]:
    """The grade cells of one student that wait for a person."""
    return {
        name for who, name, _, needs_person in _grades(course) if who == student and needs_person
    }


def _grades(course: Path) -> list[tuple[str, str, float | None, bool]]:
    query = """
        SELECT submitted_assignment.student_id, base_cell.name, auto_score, needs_manual_grade
        FROM grade
        JOIN base_cell ON grade.cell_id = base_cell.id
        JOIN submitted_notebook ON grade.notebook_id = submitted_notebook.id
        JOIN submitted_assignment ON submitted_notebook.assignment_id = submitted_assignment.id
    """
    with closing(sqlite3.connect(course / "gradebook.db")) as connection:
        return connection.execute(query).fetchall()
