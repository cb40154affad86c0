"""An assignment goes to a student and back through nbgrader's exchange, between two accounts of one
machine; the student's half in JupyterLab."""

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from subprocess import CompletedProcess

import nbformat
import pytest
from browser.jupyterlab import SERVER_OPTIONS, running_server
from browser.notebook_tab import cells, open_notebook, save, write_cell
from cli.student import make_student_folder
from exchange.assignment_list import expect_in, open_assignment_list, press
from exchange.machine import Account, Machine
from grading.small_course import DOUBLE, NAME, find, index, write_course
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

NOTEBOOK = f"{NAME}.ipynb"
PYTHON = (sys.executable, "-m")
SOMEBODY = 61003  # neither of the two accounts


@pytest.fixture(scope="module")
def course(machine: Machine) -> Path:
    """The teacher's course, whose assignment is in the exchange; ann has two and a half days
    more."""
    folder = write_course(machine.teacher.home / "course")
    (folder / "extensions.csv").write_text("student,assignment,days\nann,01,2.5\n")
    give(folder, machine.teacher)
    due = ("--duedate", "2031-12-01 22:59 UTC")
    teach(machine, "nbgrader", "db", "assignment", "add", NAME, *due)
    teach(machine, "nbgrader", "generate_assignment", NAME)
    teach(machine, "nbgrader", "release_assignment", NAME)
    return folder


@pytest.fixture(scope="module")
def package(machine: Machine) -> Path:
    """What ann unpacked, the assignment itself left out."""
    folder = make_student_folder(machine.ann.home / "cnn-course")
    shutil.rmtree(folder / NAME)
    give(folder, machine.ann)
    return folder


@pytest.fixture(scope="module")
def address(machine: Machine, package: Path) -> Iterator[str]:
    """Ann's `course lab`."""
    ann = machine.ann
    runtime = Path(ann.environment["JUPYTER_RUNTIME_DIR"])
    runtime.mkdir()
    give(runtime, ann)
    command = [*ann.prefix, "course", "lab", "--", *SERVER_OPTIONS]
    with running_server(command, package, ann.environment) as address:
        yield address


@pytest.fixture(scope="module")
def handed_in(machine: Machine, course: Path, package: Path, address: str, page: Page) -> Path:
    """What ann fetched, worked on and submitted in her browser, as it lies in the exchange."""
    shown = open_assignment_list(page, address)
    press(shown, "released", "Fetch")
    expect_in(shown, "fetched", NAME)
    open_notebook(page, address, f"{NAME}/{NOTEBOOK}")
    expect(cells(page).nth(1)).to_contain_text("Due 2031-12-01 22:59 UTC.")
    fetched = nbformat.read(package / NAME / NOTEBOOK, 4)
    write_cell(page, index(fetched, "double-solution"), DOUBLE)
    save(page)
    shown = open_assignment_list(page, address)
    press(shown, "fetched", "Submit")
    expect_in(shown, "submitted", NAME)
    (submission,) = (machine.exchange / "cnn" / "inbound").iterdir()
    return submission


@pytest.fixture(scope="module")
def collected(machine: Machine, course: Path, handed_in: Path) -> CompletedProcess[str]:
    """`nbgrader collect`, after some have put into the exchange what is not theirs to hand in."""
    later = handed_in.with_name(f"ann+{NAME}+2031-01-01 00:00:00.000000 UTC+forged")
    later.mkdir()
    os.chown(later, SOMEBODY, SOMEBODY)
    handed_in.with_name(f"ann+{NAME}+yesterday+misnamed").mkdir()
    (handed_in / "solutions.ipynb").symlink_to(course / "notebooks" / NAME / NOTEBOOK)
    os.mkfifo(handed_in / "endless.txt")
    return teach(machine, "nbgrader", "collect", NAME, "--update")


def give(folder: Path, account: Account) -> None:
    """Make the folder, with all in it, the account's own."""
    for path in (folder, *folder.rglob("*")):
        os.chown(path, account.uid, account.uid)


def teach(machine: Machine, *command: str) -> CompletedProcess[str]:
    """Run a command as the teacher in the course's folder; it must succeed."""
    done = machine.teacher.run(machine.teacher.home / "course", *PYTHON, *command)
    assert done.returncode == 0, done.stdout + done.stderr
    return done


def denied(machine: Machine, path: Path) -> bool:
    """Whether ann may not list or see `path`, which is there."""
    assert path.exists()
    return "Permission denied" in machine.ann.run(machine.ann.home, "ls", str(path)).stderr


def test_submission_belongs_to_ann_and_bears_her_name(machine: Machine, handed_in: Path) -> None:
    assert handed_in.name.startswith(f"ann+{NAME}+")
    assert {path.stat().st_uid for path in handed_in.iterdir()} == {machine.ann.uid}


def test_ann_sees_neither_the_course_nor_what_is_handed_in(
    machine: Machine, course: Path, handed_in: Path
) -> None:
    assert denied(machine, course)
    assert denied(machine, course / "notebooks" / NAME / NOTEBOOK)
    assert denied(machine, handed_in.parent)


def test_nobody_hands_in_for_ann_and_no_link_is_followed(
    course: Path, handed_in: Path, collected: CompletedProcess[str]
) -> None:
    folder = course / "submitted" / "ann" / NAME
    there = {path.name for path in folder.iterdir()}
    assert there == {NOTEBOOK, "timestamp.txt", "submission_secret.txt"}
    assert find(nbformat.read(folder / NOTEBOOK, 4), "double-solution").source == DOUBLE
    log = collected.stderr
    assert f"it says that it is ann's and belongs to the account number {SOMEBODY}" in log
    assert "misnamed: its name is not as `nbgrader submit` gives them" in log
    for name in ("solutions.ipynb", "endless.txt"):
        assert f"{name} is no plain file" in log


def test_ann_reads_her_score_and_her_own_due_date(
    machine: Machine, course: Path, collected: CompletedProcess[str], address: str, page: Page
) -> None:
    teach(machine, "autograders.cli", "grade", "01", "--jobs", "1")
    teach(machine, "autograders.cli", "feedback", "01")
    by_mail = course / "feedback" / "by-mail" / NAME / f"{NAME}.html"
    by_mail.parent.mkdir(parents=True)
    by_mail.write_text("of a student who did not hand in by the exchange")
    teach(machine, "nbgrader", "release_feedback", NAME)
    assert denied(machine, machine.exchange / "cnn" / "feedback")
    shown = open_assignment_list(page, address)
    press(shown, "submitted", "Fetch Feedback")
    shown.get_by_text("(view feedback)").click()
    page.locator("#filebrowser").get_by_text(f"{NAME}.html").dblclick()
    feedback = page.frame_locator(".jp-HTMLViewer iframe")
    expect(feedback.get_by_role("heading", name=NAME)).to_contain_text("Score: 4 / 11")
    expect(feedback.locator("header")).to_contain_text(
        "Due 2031-12-04 10:59 UTC, with your extension of 2.5 days."
    )
