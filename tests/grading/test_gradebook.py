"""The gradebook is opened for every submission: with what the process keeps of it, and nothing open
in between."""

import os
import sys
from pathlib import Path

import psutil
import pytest

from autograders.grading.gradebook.course import CourseGradebook


def test_each_opening_has_the_same_engine_and_leaves_no_connection(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs = str(Path(sys.executable).parent)  # nbgrader starts one to make a gradebook
    monkeypatch.setenv("PATH", programs, prepend=os.pathsep)
    path = tmp_path / "gradebook.db"
    url = f"sqlite:///{path}"
    with CourseGradebook(url, "cnn") as first:
        first.add_student("ann")
    assert str(path) not in {file.path for file in psutil.Process().open_files()}
    with CourseGradebook(url, "cnn") as second:
        assert second.engine is first.engine
        assert [student.id for student in second.students] == ["ann"]
    path.unlink()
    with CourseGradebook(url, "cnn") as anew:
        assert anew.students == []
