"""`course report` where there is nothing to report on says what to do first."""

from pathlib import Path

import pytest
from grading.nbgrader_course import run
from grading.small_course import NAME, write_course


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_course(tmp_path_factory.mktemp("wrong-use") / "course")


def test_what_was_not_released_or_not_graded_has_no_report(course: Path) -> None:
    report = ("autograders.cli", "report", "01")
    early = run(course, *report)
    assert early.returncode == 2
    first = f"{NAME} was not released; run `course release 01` first"
    assert first in " ".join(early.stderr.split())
    assert not (course / "gradebook.db").exists()
    assert run(course, "nbgrader", "generate_assignment", NAME).returncode == 0
    released = run(course, *report)
    assert released.returncode == 2
    then = f"{NAME} was not graded; run `course grade 01` first"
    assert then in " ".join(released.stderr.split())
    assert not (course / "reports").exists()
