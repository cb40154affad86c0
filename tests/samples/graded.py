"""Samples graded by the course's own commands, and what the gradebook then holds."""

import json
import os
import subprocess
import sys
import warnings
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from helpers import course_folder, graded_cell, questions, read_solutions

from samples.write import honest, write_samples

Grades = dict[str, float | None]


@dataclass(frozen=True)
class Graded:
    """What one run of `course grade` printed and wrote down."""

    assignment: str
    points: Grades  # what each automatically graded cell can earn
    exit_code: int
    printed: str
    grades: dict[str, Grades]  # what it earned, by student


def released_course(course: Path, assignment: str) -> Path:
    """A new course at `course` in which the assignment has been released."""
    release = run(course_folder(course), "course", "release", assignment[:2])
    assert release.returncode == 0, release.stdout
    return course


def grade_samples(course: Path, assignment: str, names: Collection[str]) -> Graded:
    """Hands the named samples in to a course that has released the assignment, and grades them."""
    write_samples(course, assignment, names)
    done = run(course, "course", "grade", assignment[:2], "--jobs", "2")
    grades = automatic_grades(course, assignment)
    return Graded(assignment, points(course, assignment), done.returncode, done.stdout, grades)


def assert_loses_what_it_states(graded: Graded, name: str) -> None:
    """The wrong sample `name` lost points in the cells that its file states, and only there."""
    path = honest(graded.assignment)[name]
    assert path is not None
    stated = read_solutions(path)
    grades = graded.grades[name]
    lost = {cell: score for cell, score in grades.items() if score != graded.points[cell]}
    assert lost.keys() == {*stated.loses_all, *stated.loses_some}, lost
    assert all(lost[cell] == 0 for cell in stated.loses_all), lost
    assert all(0 <= lost[cell] < graded.points[cell] for cell in lost), lost


def run(course: Path, command: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A command of this environment, run in the course folder; stderr is in its stdout."""
    return subprocess.run(
        [Path(sys.executable).with_name(command), *arguments],
        cwd=course,
        env={**os.environ, "OMP_NUM_THREADS": "1"},  # on a busy machine threads wait for each other
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=900,
    )


def points(course: Path, assignment: str) -> Grades:
    """The points of each cell that a program grades, read from the released notebook."""
    released = course / "release" / assignment / f"{assignment}.ipynb"
    cells = json.loads(released.read_text(encoding="utf-8"))["cells"]
    graded_cells = [graded_cell(cells, grade_id) for grade_id in questions(cells)]
    settings = [cell["metadata"]["nbgrader"] for cell in graded_cells]
    return {s["grade_id"]: s["points"] for s in settings if not s["solution"]}


def automatic_grades(course: Path, assignment: str) -> dict[str, Grades]:
    """Student -> cell that a program grades -> its score in the gradebook."""
    with warnings.catch_warnings(action="ignore"):  # of nbgrader's imports and of its ORM
        from nbgrader.api import Gradebook

        with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
            return {
                submitted.student.id: {
                    grade.name: grade.auto_score
                    for notebook in submitted.notebooks
                    for grade in notebook.grades
                    if not grade.cell.name.startswith("manual-")
                }
                for submitted in gradebook.assignment_submissions(assignment)
            }
