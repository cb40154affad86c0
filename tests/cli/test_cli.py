"""`course`: its exit statuses, what is said for wrong use, and that help comes without torch."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from cli.student import make_student_folder, notebook_of, released_with_checksums, write
from click.testing import CliRunner, Result
from grading.small_course import NAME, solved_notebook

from autograders.cli import main


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = make_student_folder(tmp_path / "cnn-course")
    monkeypatch.chdir(folder)
    return folder


def course(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def test_check_prints_the_receipt_and_where_the_hand_in_is(folder: Path) -> None:
    write(notebook_of(folder), solved_notebook(released_with_checksums()))
    done = course("check", "01")
    assert done.exit_code == 0
    receipt = folder / "hand-in" / f"{NAME}-receipt.txt"
    assert done.output == (
        f"{receipt.read_text(encoding='utf-8')}\n"
        f"Hand in this file: {folder / 'hand-in' / NAME}.ipynb\n"
        f"Its receipt:       {receipt}\n"
        "\nNow it is tried as it is graded, which takes two minutes at most ...\n"
        "Your notebook was tried as it is graded: no cell stops that did not stop for you.\n"
    )


def test_check_takes_a_notebook_of_another_name(folder: Path) -> None:
    write(folder / "mine.ipynb", solved_notebook(released_with_checksums()))
    assert course("check", NAME, "mine.ipynb").exit_code == 0


def test_check_ends_with_1_where_it_cannot_repair(folder: Path) -> None:
    notebook_of(folder).write_text('{"cells": [\n  oh\n]}')
    done = course("check", "01")
    assert done.exit_code == 1
    assert "is not JSON, the format of notebooks: line 2, column 3" in done.output
    assert "Traceback" not in done.output


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["check", "02"], f"there is {NAME}"),
        (["check"], "Missing argument 'ASSIGNMENT'"),
        (["check", "01", "none.ipynb"], "there is no notebook"),
        (["check", "01", "."], "is a directory"),
        (["chekc"], "No such command 'chekc'"),
    ],
)
def test_wrong_use_ends_with_2(arguments: list[str], sentence: str, folder: Path) -> None:
    done = course(*arguments)
    assert done.exit_code == 2
    assert sentence in done.output


def test_outside_the_course_check_says_where_to_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = course("check", "01")
    assert done.exit_code == 2
    assert "is not inside the course; change to its folder first" in done.output


def test_doctor_ends_with_1_where_there_is_a_fault(folder: Path) -> None:
    (folder / NAME / "torch.py").touch()
    done = course("doctor")
    assert done.exit_code == 1
    assert "import it instead of the real torch; rename it." in done.output


def test_instructors_commands_are_there_in_the_project() -> None:
    assert {"lab", "check", "doctor", "release", "grade", "feedback"} <= set(main.commands)
    for name in main.commands:
        assert course(name, "--help").exit_code == 0


def test_help_comes_without_torch_and_without_nbgrader() -> None:
    look = (
        "import sys, autograders.cli;"
        "print([name for name in ('torch', 'nbgrader', 'jupyterlab') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", look], capture_output=True, text=True, check=True, timeout=60
    )
    assert json.loads(done.stdout) == []
