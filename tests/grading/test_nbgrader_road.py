"""Stock `nbgrader autograde`, with this course's configuration, gives every notebook its due."""

from pathlib import Path

import nbformat
import pytest
from grading.attempts import ATTEMPTS, write_attempts
from grading.nbgrader_course import by_hand, run, scores
from grading.small_course import NAME, write_course


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course whose submissions stock nbgrader has graded in one run."""
    folder = write_course(tmp_path_factory.mktemp("road") / "course")
    released = run(folder, "nbgrader", "generate_assignment", NAME)
    assert released.returncode == 0, released.stderr
    write_attempts(folder, ATTEMPTS)
    graded = run(folder, "nbgrader", "autograde", NAME)
    assert graded.returncode == 0, graded.stderr
    return folder


@pytest.mark.parametrize("student", ATTEMPTS)
def test_every_attempt_gets_its_due(course: Path, student: str) -> None:
    assert scores(course)[student] == ATTEMPTS[student].expected


def test_a_fault_of_our_own_waits_for_a_person(course: Path) -> None:
    assert by_hand(course, "ours") == {"triple", "manual-why"}
    assert by_hand(course, "honest") == {"manual-why"}


def test_the_graded_notebook_tells_what_was_repaired(course: Path) -> None:
    def first_cell(student: str) -> nbformat.NotebookNode:
        path = course / "autograded" / student / NAME / f"{NAME}.ipynb"
        return nbformat.read(path, as_version=4).cells[0]

    assert first_cell("honest").source == "# A small assignment"
    assert first_cell("no-check").source == (
        "**Repaired before grading**\n\n"
        "- The check cell double was missing; it has been put back as released."
    )


def test_feedback_pages_are_written_for_all(course: Path) -> None:
    done = run(course, "nbgrader", "generate_feedback", NAME)
    assert done.returncode == 0, done.stderr
    page = (course / "feedback" / "no-check" / NAME / f"{NAME}.html").read_text()
    assert "Repaired before grading" in page
    assert {path.name for path in (course / "feedback").iterdir()} == set(ATTEMPTS)
