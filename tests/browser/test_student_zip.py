"""A student unpacks the zip, opens the notebook with `course lab`, runs, solves, validates it."""

import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser.answers import grade_cells, read, settings, solutions
from browser.course import ASSIGNMENT, COURSE, NOTEBOOK, run
from browser.jupyterlab import SERVER_OPTIONS, isolated_environment, running_server
from browser.notebook_tab import (
    open_notebook,
    restart_kernel,
    run_all,
    save,
    validate,
    write_cell,
)
from nbformat import NotebookNode
from playwright.sync_api import Page

pytestmark = pytest.mark.browser

PATH = f"{ASSIGNMENT}/{NOTEBOOK}"


@pytest.fixture(scope="module")
def package(course: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that a student gets by unpacking the zip."""
    run([*COURSE, "release", "01"], course)
    folder = tmp_path_factory.mktemp("student")
    with zipfile.ZipFile(course / "release" / f"{ASSIGNMENT}.zip") as archive:
        archive.extractall(folder)
    return folder / "cnn-course"


@pytest.fixture(scope="module")
def address(package: Path, course: Path) -> Iterator[str]:
    """`course lab` of the student edition, as if nothing else of the course were installed."""
    command = [sys.executable, "-m", "autograders.cli", "lab", "--", *SERVER_OPTIONS]
    environment = isolated_environment(course.parent / "jupyter")
    with running_server(command, package, environment) as address:
        yield address


def test_the_notebook_is_run_then_solved_and_validated(
    page: Page, address: str, package: Path, course: Path
) -> None:
    open_notebook(page, address, PATH)
    run_all(page)
    save(page)
    unsolved = read(package / PATH)
    assert_all_ran(unsolved)
    assert sum(scores(unsolved).values()) == 0

    answers = solutions(read(course / "notebooks" / PATH))
    for index, cell in enumerate(unsolved.cells):
        if settings(cell).get("solution"):
            write_cell(page, index, answers[settings(cell)["grade_id"]])
    restart_kernel(page)
    run_all(page)
    save(page)
    solved = read(package / PATH)
    assert solutions(solved) == answers
    assert_all_ran(solved)
    assert scores(solved) == points(solved)
    assert "(hidden)" not in str(solved), "hidden groups were at hand on the student's machine"
    assert "Success! Your notebook passes all the tests." in validate(page).inner_text()


def assert_all_ran(notebook: NotebookNode) -> None:
    """Every code cell was run and none ended with an error or wrote to stderr."""
    for cell in notebook.cells:
        if cell.cell_type == "code":
            bad = [out for out in cell.outputs if out.output_type == "error"]
            bad += [out for out in cell.outputs if out.get("name") == "stderr"]
            assert not bad, f"{cell.source}\n{bad}"
            assert cell.execution_count, f"not run: {cell.source}"


def scores(notebook: NotebookNode) -> dict[str, float]:
    """What each grade cell of code ended with."""
    return {
        settings(cell)["grade_id"]: float(cell.outputs[-1].data["text/plain"])
        for cell in grade_cells(notebook)
        if cell.cell_type == "code"
    }


def points(notebook: NotebookNode) -> dict[str, float]:
    """The points of each grade cell of code."""
    return {
        settings(cell)["grade_id"]: float(settings(cell)["points"])
        for cell in grade_cells(notebook)
        if cell.cell_type == "code"
    }
