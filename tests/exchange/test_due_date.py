"""A student sees when an assignment is due: in the notebook, in the receipt and the list of points,
and with the feedback, an extension included (nbgrader's issue 943)."""

import json
import sys
from contextlib import closing
from datetime import datetime
from pathlib import Path

import nbformat
import pytest
from cli.student import make_student_folder
from grading.small_course import NAME, released_notebook, solved_notebook, write_course
from nbgrader.api import Gradebook
from nbgrader.utils import parse_utc

from autograders.checks.progress import read_progress
from autograders.edition.release import generate_assignment
from autograders.grading.deadlines.announce import TellDueDate, own_deadline
from autograders.grading.deadlines.clock import Clock
from autograders.grading.feedback.page import FeedbackPage
from autograders.grading.gradebook.course import load_config
from autograders.student_tools.submit import hand_in

DUE = "2031-12-01 22:59 UTC"


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The course of the small assignment, released with a due date."""
    course = write_course(tmp_path_factory.mktemp("due") / "course")
    moment = parse_utc("2031-12-01 23:59 Europe/Berlin")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("PATH", f"{Path(sys.executable).parent}:/usr/bin:/bin")  # alembic's
        with closing(Gradebook(f"sqlite:///{course / 'gradebook.db'}", "cnn")) as gradebook:
            gradebook.add_assignment(NAME, duedate=moment)
            gradebook.add_assignment("02-undated")
            gradebook.add_notebook("02-undated", "02-undated")
    generate_assignment(course, NAME)
    return course


@pytest.fixture(scope="module")
def dated(course: Path) -> nbformat.NotebookNode:
    return nbformat.read(course / "release" / NAME / f"{NAME}.ipynb", 4)


def test_due_date_stands_below_the_title_in_utc(dated: nbformat.NotebookNode) -> None:
    assert [cell.id for cell in dated.cells[:3]] == ["title", "course-due", "id-setup"]
    assert dated.cells[1].source == (
        f"**Due {DUE}.** An extension that you were given comes on top; your own date is on the "
        "page with your feedback."
    )


def test_receipt_and_progress_name_the_due_date(
    dated: nbformat.NotebookNode, tmp_path: Path
) -> None:
    folder = make_student_folder(tmp_path, json.loads(json.dumps(dated)))
    assert f"\nDue         {DUE}, without extensions\n" in hand_in(folder, NAME).text
    assert read_progress(folder, NAME).summary().endswith(f" Due {DUE}.")


def test_without_a_due_date_nothing_is_said(course: Path, tmp_path: Path) -> None:
    names = {"nbgrader": {"assignment": "02-undated"}}
    told, _ = TellDueDate(config=load_config(course)).preprocess(released_notebook(), names)
    assert told == released_notebook()
    folder = make_student_folder(tmp_path)
    assert "Due" not in hand_in(folder, NAME).text
    assert "Due" not in read_progress(folder, NAME).summary()


def test_notebook_with_a_due_date_needs_no_repair(
    dated: nbformat.NotebookNode, tmp_path: Path
) -> None:
    plain = json.loads(json.dumps(dated))
    folder = make_student_folder(tmp_path, plain)
    (folder / NAME / f"{NAME}.ipynb").write_text(json.dumps(solved_notebook(plain)))
    assert "All cells of the assignment are there and unchanged." in hand_in(folder, NAME).text


def test_feedback_says_when_it_was_due_with_the_extension_and_when_it_came() -> None:
    due, extended = datetime(2031, 12, 2, 22, 59), datetime(2031, 12, 3, 22, 59)
    sentence = own_deadline(Clock(), due, extended, datetime(2031, 12, 2))
    assert sentence == (
        "Due 2031-12-03 22:59 UTC, with your extension of 1 day. Handed in 2031-12-02 00:00 UTC."
    )
    about = {"notebook": "n", "score": 3.0, "max_score": 11.0, "late_penalty": 0.0}
    notebook = nbformat.v4.new_notebook()
    page, _ = FeedbackPage().from_notebook_node(notebook, {"nbgrader": about})
    assert "Due" not in page
    page, _ = FeedbackPage().from_notebook_node(
        notebook, {"nbgrader": about | {"deadline": sentence}}
    )
    assert f"<p>{sentence}</p>" in page
