"""What the feedback page tells of the gradebook is what nbgrader's own step finds there."""

from copy import deepcopy
from datetime import datetime, timedelta
from pathlib import Path

import nbformat
import pytest
from grading.attempts import released_course
from grading.nbgrader_course import run
from grading.small_course import NAME
from nbgrader.preprocessors import GetGrades

from autograders.grading.feedback.student_grades import GetOwnGrades
from autograders.grading.gradebook.course import CourseGradebook

STUDENTS = ("honest", "no-answer-and-check")
DEADLINES = {
    "honest": "Due 2026-12-03 10:00 UTC, with your extension of 2 days. "
    "Handed in 2026-12-04 10:00 UTC.",
    "no-answer-and-check": "Due 2026-12-01 10:00 UTC.",
}
WAITING = {"honest": (0, 8.5), "no-answer-and-check": (4, 3)}  # points that wait, that do not
DUE, HANDED_IN = datetime(2026, 12, 1, 10), datetime(2026, 12, 4, 10)


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Graded; the first student has points and words by hand, and was late by more than an
    extension."""
    course = released_course(tmp_path_factory.mktemp("own") / "course", STUDENTS)
    graded = run(course, "autograders.cli", "grade", "01", "--jobs", "1")
    assert graded.returncode == 0, graded.stderr
    with CourseGradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        where = (NAME, NAME, STUDENTS[0])
        gradebook.find_grade("manual-why", *where).manual_score = 3.5
        gradebook.find_grade("double", *where).manual_score = 1
        gradebook.find_comment("double-solution", *where).manual_comment = "Short!"
        submission = gradebook.find_submission(NAME, STUDENTS[0])
        submission.assignment.duedate = DUE
        submission.extension, submission.timestamp = timedelta(days=2), HANDED_IN
        submission.notebooks[0].late_submission_penalty = 2
        gradebook.db.commit()
    return course


@pytest.mark.parametrize("student", STUDENTS)
def test_scores_and_comments_are_those_that_nbgrader_finds(student: str, course: Path) -> None:
    notebook = nbformat.read(course / "autograded" / student / NAME / f"{NAME}.ipynb", as_version=4)
    names = {
        "student": student,
        "assignment": NAME,
        "notebook": NAME,
        "db_url": f"sqlite:///{course / 'gradebook.db'}",
    }
    (ours, told), (theirs, expected) = (
        step().preprocess(deepcopy(notebook), {"nbgrader": dict(names)})
        for step in (GetOwnGrades, GetGrades)
    )
    assert told["nbgrader"].pop("deadline") == DEADLINES[student]
    assert (told["nbgrader"].pop("waiting"), told["nbgrader"].pop("earned")) == WAITING[student]
    assert told == expected
    settings = [cell.metadata.get("nbgrader", {}) for cell in ours.cells]
    waiting = {own["grade_id"]: own["points"] for own in settings if own.pop("waits", False)}
    assert waiting == ({"manual-why": 4} if WAITING[student][0] else {})
    assert ours == theirs != notebook
