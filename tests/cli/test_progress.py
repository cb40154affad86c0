"""A student's progress: kept by checks in the student's folder alone, shown by a card and by
`course progress`."""

import json
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from cli.student import make_student_folder
from click.testing import CliRunner
from grading.small_course import NAME
from helpers import ASSIGNMENT, ROOT
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

from autograders import checks_for
from autograders.checks.progress import FILE, read_progress
from autograders.cli import main

SOURCE = ROOT / "notebooks" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
SETUP = f'from autograders import checks_for\ncheck = checks_for("{ASSIGNMENT}")'


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A student's folder with the small assignment; commands run in it."""
    folder = make_student_folder(tmp_path / "cnn-course")
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A student's folder with assignment 01; kernels run beside its notebook."""
    folder = tmp_path / "cnn-course"
    for place in (folder / "autograders" / "released", folder / ASSIGNMENT):
        place.mkdir(parents=True)
    (folder / "autograders" / "released" / SOURCE.name).write_bytes(SOURCE.read_bytes())
    monkeypatch.chdir(folder / ASSIGNMENT)
    return folder


def keep(folder: Path, points: object) -> None:
    (folder / NAME / FILE).write_text(json.dumps(points))


def course(*arguments: str) -> str:
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 0, done.output
    return done.output


def test_progress_lists_the_tasks_with_their_last_points(small: Path) -> None:
    keep(small, {"double": 3, "predict-sum": 0.5})
    assert course("progress", "01").split("\n") == [
        "01-small: 3.5 of 6 points. Next: triple.",
        "    double                       3 of 3",
        "    triple                       – of 2",
        "    predict-sum                  0.5 of 1",
        "    unit                         1 after handing in",
        "    manual-why                   4 after handing in",
        "Hidden cases, and what a person grades, come after you hand in.",
        "",
    ]


def test_without_an_assignment_each_has_a_line(small: Path) -> None:
    assert course("progress") == "01-small: 0 of 6 points. Next: double.\n"


def test_when_all_is_done_handing_in_is_next(small: Path) -> None:
    keep(small, {"double": 3, "triple": 2, "predict-sum": 0.5})
    assert "Every check is passed: hand in with `course check`." in course("progress")


@pytest.mark.parametrize(
    "damage", [[], "", {"double": "3"}, {"double": -1}, {"double": 4}, {"other": 9}, float("nan")]
)
def test_a_damaged_file_counts_as_nothing(small: Path, damage: object) -> None:
    keep(small, damage)
    assert course("progress").startswith("01-small: 0 of 6 points. Next: double")


def test_half_a_file_counts_as_nothing(small: Path) -> None:
    (small / NAME / FILE).write_text('{"double": ')
    assert course("progress").startswith("01-small: 0 of 6 points.")


def test_progress_comes_without_torch(small: Path) -> None:
    look = "import sys, autograders.checks.progress; print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, timeout=60)
    assert done.stdout == "False\n"


def test_every_kind_of_check_keeps_its_last_points(first: Path) -> None:
    check = checks_for(ASSIGNMENT)
    check("cross_correlate2d", lambda x, k: x)
    check.predict("predict-dot-length", 75)
    check.breaks("breaks-conv2d", [])
    assert set(kept(first)) == {
        "cross_correlate2d",
        "predict-dot-length",
        "breaks-conv2d",
    }
    check.predict("predict-dot-length", "nonsense")
    assert kept(first)["predict-dot-length"] == 0


def test_outside_a_students_folder_and_while_grading_nothing_is_kept_or_shown(
    first: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    use(checks_for(ASSIGNMENT))
    monkeypatch.chdir(first / ASSIGNMENT)
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    use(checks_for(ASSIGNMENT))
    assert list(tmp_path.rglob(FILE)) == []
    assert "Next:" not in capsys.readouterr().out


def test_a_folder_that_cannot_be_written_costs_nothing(first: Path) -> None:
    (first / ASSIGNMENT / FILE).mkdir()
    use(checks_for(ASSIGNMENT))


def test_a_check_brings_the_card_above_it_up_to_date(first: Path) -> None:
    cells = [SETUP, "check.progress()", 'check.predict("predict-dot-length", 75)']
    notebook = new_notebook(cells=[new_code_cell(cell) for cell in cells])
    nbformat.validate(notebook)
    beside = {"metadata": {"path": str(first / ASSIGNMENT)}}
    NotebookClient(notebook, kernel_name="python3", resources=beside).execute()
    [card] = notebook.cells[1].outputs
    earned = kept(first)["predict-dot-length"]
    line = "1 of 90 points. Next: cross_correlate2d, in section 2 · Slide the kernel."
    assert f"<strong>{ASSIGNMENT}: {line}" in card.data["text/html"]
    assert earned == 1
    assert str(read_progress(first, ASSIGNMENT)) == card.data["text/plain"]


def use(check: object) -> None:
    check.progress()  # type: ignore[attr-defined]
    assert check("cross_correlate2d", lambda x, k: x) == 0  # type: ignore[operator]


def kept(folder: Path) -> dict[str, float]:
    points: dict[str, float] = json.loads((folder / ASSIGNMENT / FILE).read_text())
    return points
