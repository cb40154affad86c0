"""`course lab` in the project: the workspace follows the releases, and students' work stays."""

import json
import os
import zipfile
from pathlib import Path
from typing import Any

import pytest
from cli.student import notebook_of, read, write
from grading.small_course import NAME, find, released_notebook, source_notebook

from autograders.edition.workspace import update_workspace
from autograders.system.folders import workspace

LATER = 4_000_000_000  # younger than any file of the project


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A course of the small assignment, whose zip is younger than its source."""
    source = tmp_path / "notebooks" / NAME / f"{NAME}.ipynb"
    source.parent.mkdir(parents=True)
    write(source, source_notebook())
    (tmp_path / "nbgrader_config.py").write_text("")
    write_zip(tmp_path, released_notebook())
    return tmp_path


def write_zip(course: Path, notebook: Any, modules: tuple[str, ...] = ("check.py",)) -> None:
    """Stands for `course release`: its zip with `notebook` and empty modules."""
    path = course / "release" / f"{NAME}.zip"
    path.parent.mkdir(exist_ok=True)
    text = json.dumps(notebook)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"cnn-course/{NAME}/{NAME}.ipynb", text)
        archive.writestr(f"cnn-course/{NAME}/picture.svg", "<svg/>")
        archive.writestr(f"cnn-course/autograders/released/{NAME}.ipynb", text)
        for name in modules:
            archive.writestr(f"cnn-course/autograders/{name}", "")
    os.utime(path, (LATER, LATER))


def corrected() -> Any:
    notebook = released_notebook()
    find(notebook, "double")["source"] = 'check("double", double)  # corrected'
    return notebook


def test_released_notebook_is_brought_in_once(course: Path) -> None:
    folder = workspace(course)
    assert update_workspace(course) == [f"{NAME} is in {folder / NAME}."]
    assert (folder / NAME / "picture.svg").read_text() == "<svg/>"
    assert update_workspace(course) == []


def test_changed_notebook_is_never_replaced(course: Path) -> None:
    update_workspace(course)
    mine = released_notebook()
    find(mine, "double-solution")["source"] = "def double(x):\n    return x + x"
    write(notebook_of(workspace(course)), mine)
    write_zip(course, corrected())
    (sentence,) = update_workspace(course)
    assert sentence == (
        f"{NAME} has a newer release. Your notebook, which you changed, is kept; "
        f"`course check {NAME}` moves your work into the new one."
    )
    assert read(notebook_of(workspace(course))) == mine
    assert update_workspace(course) == []
    assert read(notebook_of(workspace(course))) == mine


@pytest.mark.parametrize("content", ["", "not JSON", "{}"])
def test_broken_notebook_is_kept_as_well(content: str, course: Path) -> None:
    update_workspace(course)
    notebook_of(workspace(course)).write_text(content)
    write_zip(course, corrected())
    update_workspace(course)
    assert notebook_of(workspace(course)).read_text() == content


def test_unchanged_notebook_follows_the_release(course: Path) -> None:
    update_workspace(course)
    ran = released_notebook()
    output = {"output_type": "stream", "name": "stdout", "text": "ran"}
    find(ran, "double")["outputs"] = [output]
    write(notebook_of(workspace(course)), ran)
    assert update_workspace(course) == []
    assert find(read(notebook_of(workspace(course))), "double")["outputs"] == [output]
    write_zip(course, corrected())
    (sentence,) = update_workspace(course)
    assert sentence == f"{NAME} has a newer release, and its notebook is the new one."
    assert read(notebook_of(workspace(course))) == corrected()


def test_module_that_no_zip_holds_any_more_is_removed(course: Path) -> None:
    write_zip(course, released_notebook(), ("check.py", "old.py"))
    update_workspace(course)
    write_zip(course, released_notebook())
    update_workspace(course)
    modules = (workspace(course) / "autograders").glob("*.py")
    assert [path.name for path in modules] == ["check.py"]


def test_files_of_the_student_are_left_alone(course: Path) -> None:
    update_workspace(course)
    own = workspace(course) / NAME / "own.py"
    own.write_text("mine")
    update_workspace(course)
    assert own.read_text() == "mine"
