"""All sample submissions go through one run of `course grade`, and a few through stock nbgrader."""

import json
import shutil
import subprocess
import sys
import warnings
from dataclasses import dataclass
from pathlib import Path

import pytest
from helpers import ASSIGNMENT, course_folder, graded_cell, questions, read_solutions
from samples.mangled import MANGLED, NAME
from samples.write import HONEST, write_samples

STYLES = [name for name in HONEST if name.startswith("style_")]
WRONG = [name for name in HONEST if name.startswith("wrong_")]
REFUSED = [name for name, sample in MANGLED.items() if sample.refused]
REPAIRED = [name for name, sample in MANGLED.items() if not sample.refused]
STOCK = [
    "style_fft",
    "wrong_bias",
    "unsolved",
    "tag_skip_execution",
    "check_duplicated",
    "schema_99",
]

Grades = dict[str, float | None]


@dataclass(frozen=True)
class Graded:
    """What one run of `course grade` printed and wrote down."""

    released: Path  # the course as it was before anything was handed in
    points: Grades  # what each automatically graded cell can earn
    exit_code: int
    printed: str
    grades: dict[str, Grades]  # what it earned, by student


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Graded:
    course = course_folder(tmp_path_factory.mktemp("samples") / "course")
    release = run(course, "course", "release", "01")
    assert release.returncode == 0, release.stdout
    released = shutil.copytree(course, course.with_name("released"))
    write_samples(course)
    done = run(course, "course", "grade", "01", "--jobs", "2")
    return Graded(released, points(course), done.returncode, done.stdout, automatic_grades(course))


@pytest.mark.parametrize("name", STYLES)
def test_a_right_answer_in_any_style_has_every_automatic_point(graded: Graded, name: str) -> None:
    assert graded.grades[name] == graded.points


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_answer_loses_points_where_it_is_wrong_and_only_there(
    graded: Graded, name: str
) -> None:
    stated = read_solutions(HONEST[name])
    grades = graded.grades[name]
    lost = {cell for cell, score in grades.items() if score != graded.points[cell]}
    assert lost == {*stated.loses_all, *stated.loses_some}
    assert all(grades[cell] == 0 for cell in stated.loses_all)
    assert all(0 <= grades[cell] < graded.points[cell] for cell in lost)


@pytest.mark.parametrize("name", REPAIRED)
def test_a_mangled_notebook_earns_what_the_honest_part_of_it_earns(
    graded: Graded, name: str
) -> None:
    mangled = MANGLED[name]
    honest = graded.grades[mangled.base or "unsolved"]
    assert graded.grades[name] == honest | dict.fromkeys(mangled.loses, 0.0)


def test_the_notebook_as_released_earns_nothing(graded: Graded) -> None:
    assert graded.grades["unsolved"] == dict.fromkeys(graded.points, 0.0)


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_notebook_gets_a_plain_line_and_no_grade(graded: Graded, name: str) -> None:
    start = f"Not graded: {name} - "
    [line] = [line for line in graded.printed.splitlines() if line.startswith(start)]
    assert MANGLED[name].refused in line.removeprefix(start)
    assert "Traceback" not in graded.printed
    assert name not in graded.grades


def test_the_run_ends_with_1_because_files_were_refused(graded: Graded) -> None:
    assert graded.exit_code == 1


def test_stock_nbgrader_gives_the_same_grades(graded: Graded, tmp_path: Path) -> None:
    course = shutil.copytree(graded.released, tmp_path / "course")
    write_samples(course, STOCK)
    done = run(course, "nbgrader", "autograde", ASSIGNMENT, "--create")
    assert done.returncode == 0, done.stdout
    assert automatic_grades(course) == {name: graded.grades[name] for name in STOCK}


def run(course: Path, command: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A command of this environment, run in the course folder; stderr is in its stdout."""
    return subprocess.run(
        [Path(sys.executable).with_name(command), *arguments],
        cwd=course,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=900,
    )


def points(course: Path) -> Grades:
    """The points of each cell that a program grades, read from the released notebook."""
    released = course / "release" / ASSIGNMENT / NAME
    cells = json.loads(released.read_text(encoding="utf-8"))["cells"]
    graded_cells = [graded_cell(cells, grade_id) for grade_id in questions(cells)]
    settings = [cell["metadata"]["nbgrader"] for cell in graded_cells]
    return {s["grade_id"]: s["points"] for s in settings if not s["solution"]}


def automatic_grades(course: Path) -> dict[str, Grades]:
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
                for submitted in gradebook.assignment_submissions(ASSIGNMENT)
            }
