"""An assignment is named 01 or in full, and commands find the course from where they are called."""

import shutil
from pathlib import Path

import click
import pytest
from cli.student import make_student_folder
from grading.small_course import NAME

from autograders.system.folders import (
    AssignmentName,
    NotFound,
    assignments,
    course_folder,
    is_project,
    student_folder,
)


def make_course(folder: Path) -> Path:
    for name in (NAME, "02-next"):
        (folder / "notebooks" / name).mkdir(parents=True)
        (folder / "notebooks" / name / f"{name}.ipynb").write_text("{}")
    (folder / "notebooks" / "drafts").mkdir()
    (folder / "nbgrader_config.py").write_text("")
    return folder


def test_course_is_found_from_below(tmp_path: Path) -> None:
    course = make_course(tmp_path)
    assert course_folder(course / "notebooks" / NAME) == course
    assert assignments(course) == [NAME, "02-next"]


def test_outside_a_course_the_sentence_says_where_to_go(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"is not inside a course: .* nbgrader_config.py and"):
        course_folder(tmp_path)
    with pytest.raises(NotFound, match="change to the folder cnn-course that you unpacked"):
        student_folder(tmp_path)


def test_students_folder_is_nearer_than_the_project_around_it(tmp_path: Path) -> None:
    course = make_course(tmp_path)
    with pytest.raises(NotFound, match="has no student's workspace yet; `course lab` makes it"):
        student_folder(course)
    folder = make_student_folder(course / "workspace" / "cnn-course")
    assert student_folder(course) == folder
    assert student_folder(folder / NAME) == folder
    assert assignments(folder) == [NAME]


@pytest.mark.parametrize("given", ["01", NAME])
def test_assignment_is_known_by_number_and_by_name(
    given: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(make_course(tmp_path))
    assert AssignmentName().convert(given, None, None) == NAME


@pytest.mark.parametrize("given", ["1", "03", "01-smal", "", "../01-small"])
def test_unknown_assignment_is_wrong_use_and_lists_those_that_exist(
    given: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(make_course(tmp_path))
    with pytest.raises(click.BadParameter, match="there is 01-small, 02-next") as error:
        AssignmentName().convert(given, None, None)
    assert error.value.exit_code == 2


def test_project_is_told_by_its_files_not_by_what_is_installed(tmp_path: Path) -> None:
    assert is_project()
    folder = make_student_folder(tmp_path / "cnn-course")
    assert not is_project(folder)
    shutil.copytree(
        Path(__file__).parents[2] / "autograders/grading", folder / "autograders/grading"
    )
    assert is_project(folder)
