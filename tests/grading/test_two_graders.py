"""Several graders at once, nbgrader's own among them, on a gradebook in SQLite: nothing is lost,
nothing is there twice, and what is saved of a submission is all of it."""

import json
from pathlib import Path

import nbformat
import pytest
from grading.graders import (
    EXPECTED,
    SECOND,
    STUDENTS,
    assert_turns_are_taken,
    class_of_two_assignments,
    grades,
    opened,
    run_at_once,
)
from grading.small_course import NAME
from nbgrader.api import MissingEntry

from autograders.grading.steps.scores import SaveGrades

GRADE = ("autograders.cli", "grade", "01", "--jobs", "1")
GRADE_SECOND = ("autograders.cli", "grade", "02", "--jobs", "1")


def url(course: Path) -> str:
    return f"sqlite:///{course / 'gradebook.db'}"


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """Graded by three at once, and what the two of the same assignment printed."""
    course = class_of_two_assignments(tmp_path_factory.mktemp("graders") / "course")
    runs = run_at_once((course, GRADE), (course, GRADE), (course, GRADE_SECOND))
    assert [(done.returncode, done.stderr) for done in runs] == [(0, "")] * 3
    return course, [done.stdout for done in runs[:2]]


def test_every_score_is_there_once(graded: tuple[Path, list[str]]) -> None:
    assert grades(url(graded[0])) == EXPECTED


def test_each_notebook_was_graded_once(graded: tuple[Path, list[str]]) -> None:
    course, printed = graded
    first, second = sorted(printed, key=lambda text: text.count("(graded before)"))
    assert "graded before" not in first
    assert second.count("(graded before)") == len(STUDENTS)
    for name, student in EXPECTED:
        text = (course / "autograded" / student / name / f"{name}.ipynb").read_text()
        assert json.loads(text)["cells"]


def test_graders_take_turns(graded: tuple[Path, list[str]]) -> None:
    assert_turns_are_taken(graded[0])


def test_a_submission_is_saved_as_a_whole_or_not_at_all(graded: tuple[Path, list[str]]) -> None:
    course, _ = graded
    path = course / "autograded" / "honest" / NAME / f"{NAME}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    graded_cells = [
        cell for cell in notebook.cells if "points" in cell.metadata.get("nbgrader", {})
    ]
    graded_cells[-1].metadata.nbgrader["grade_id"] = "not-there"
    names = {"student": "late", "assignment": NAME, "notebook": NAME, "db_url": url(course)}
    with pytest.raises(MissingEntry, match="not-there"):
        SaveGrades().preprocess(notebook, {"nbgrader": names})
    with opened(url(course)) as gradebook:
        assert {student.id for student in gradebook.students} == set(STUDENTS)
    assert grades(url(course)) == EXPECTED


def test_nbgrader_grades_enrolled_students_beside_it(tmp_path: Path) -> None:
    course = class_of_two_assignments(tmp_path / "course")
    with opened(url(course)) as gradebook:
        for student in STUDENTS:  # nbgrader fails on one that another adds after it has looked
            gradebook.add_student(student)
    first, second = run_at_once((course, GRADE), (course, ("nbgrader", "autograde", SECOND)))
    assert (first.returncode, first.stderr) == (0, "")
    assert second.returncode == 0, second.stderr
    assert grades(url(course)) == EXPECTED
