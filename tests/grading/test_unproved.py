"""Points of an answer that is not proved wait for a person, and are in no total until then."""

import json
import shutil
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from attacks.unproved import ROADS, UNDONE
from grading.nbgrader_course import by_hand, run, scores
from helpers import ASSIGNMENT, ROOT, questions, solution_cell, submission
from samples.graded import released_course

from autograders.grading.gradebook.course import course_directory, load_config, open_gradebook
from autograders.instructor_report.collect import collect
from autograders.lms.marks import Mark, read_marks
from autograders.lms.roster import read_roster

SOLUTIONS = ROOT / "tests" / "samples" / "solutions" / "discrete_convolution"
GRADE = ("autograders.cli", "grade", "01")
MOST = 18.0


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two students: ann's answers are right; bob's conv2d is torch's own, in another thread."""
    course = released_course(tmp_path_factory.mktemp("unproved") / "course", ASSIGNMENT)
    released = course / "release" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    for student in ("ann", "bob"):
        notebook = submission(released, SOLUTIONS / "windows.py")
        if student == "bob":
            cells = notebook["cells"]
            cell = solution_cell(cells, "conv2d", questions(cells)["conv2d"])
            cell["source"] = "import torch.nn.functional as F\n" + UNDONE + ROADS["another thread"]
        path = course / "submitted" / student / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(notebook))
    return course


@pytest.fixture(scope="module")
def graded(course: Path) -> CompletedProcess[str]:
    done = run(course, *GRADE)
    assert done.returncode == 0, done.stdout + done.stderr
    return done


def marks(course: Path) -> dict[str, Mark]:
    directory = course_directory(load_config(course))
    found = read_marks(course, directory, ASSIGNMENT, read_roster(course)).students
    return {mark.person.student: mark for mark in found}


def in_table(done: CompletedProcess[str], student: str) -> list[str]:
    rows = [line.strip("│ ").split("│") for line in done.stdout.splitlines()]
    return next([cell.strip() for cell in row] for row in rows if row[0].strip() == student)


def test_the_points_are_proposed_and_wait(course: Path, graded: CompletedProcess[str]) -> None:
    """Before, they stood: they were in the total of the table and of the exports."""
    assert scores(course)["bob"] == scores(course)["ann"]
    assert scores(course)["bob"]["conv2d"] == MOST
    assert by_hand(course, "bob") - by_hand(course, "ann") == {"conv2d"}
    assert "conv2d" in marks(course)["bob"].waiting
    reported = {
        each.student: each.scores for each in collect(load_config(course), ASSIGNMENT).graded
    }
    assert reported["bob"]["conv2d"] is None
    assert reported["ann"]["conv2d"] == MOST
    ann, bob = (float(in_table(graded, student)[1]) for student in ("ann", "bob"))
    assert bob == ann - MOST


def test_what_waits_is_listed_with_what_to_do(graded: CompletedProcess[str]) -> None:
    listed = [line for line in graded.stdout.splitlines() if line.startswith("Waits")]
    assert listed == [
        "Waits for a person: bob - conv2d, 18 of 18 points proposed: the record of what it does "
        "gives wrong results with other numbers"
    ]
    assert "type its points" in graded.stdout


def test_nothing_of_it_can_be_counted(course: Path, graded: CompletedProcess[str]) -> None:
    """Not how many operations a function asked for, which it could do by hidden numbers."""
    path = course / "autograded" / "bob" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    proofs = json.loads(path.read_text())["metadata"]["course"]["proofs"]
    assert {name for name, why in proofs.items() if why} == {"conv2d"}
    assert not any(letter.isdigit() for why in proofs.values() for letter in why)


def test_a_setting_lets_the_points_stand(
    course: Path, graded: CompletedProcess[str], tmp_path: Path
) -> None:
    other = shutil.copytree(course, tmp_path / "course")
    with (other / "nbgrader_config.py").open("a") as config:
        config.write(
            f'\nc.SaveGrades.unproved = "stand"\nc.CourseDirectory.root = {str(other)!r}\n'
        )
    done = run(other, *GRADE)
    assert by_hand(other, "bob") == by_hand(other, "ann")
    assert in_table(done, "bob")[1] == in_table(done, "ann")[1]
    assert "Not proved: bob - conv2d, the points stand: the record of what it does" in done.stdout
    assert "Waits" not in done.stdout


def test_points_that_a_person_gave_count(course: Path, graded: CompletedProcess[str]) -> None:
    with open_gradebook(course_directory(load_config(course))) as gradebook:
        grade = gradebook.find_grade("conv2d", ASSIGNMENT, ASSIGNMENT, "bob")
        grade.manual_score, grade.needs_manual_grade = 2.0, False  # as formgrader does
        gradebook.db.commit()
    again = run(course, *GRADE)
    assert "Waits" not in again.stdout
    ann, bob = (float(in_table(again, student)[1]) for student in ("ann", "bob"))
    assert bob == ann - MOST + 2
    assert "conv2d" not in marks(course)["bob"].waiting
