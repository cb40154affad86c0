"""A student presses Validate in JupyterLab and reads the dialog."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser.answers import fill_in, grade_cells, read, solutions
from browser.course import ASSIGNMENT, NOTEBOOK, nbgrader
from browser.jupyterlab import isolated_environment, running_jupyterlab
from browser.notebook_tab import open_notebook, validate
from playwright.sync_api import Page

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def workspace(course: Path) -> Path:
    """The folder of the released assignment."""
    nbgrader(course, "generate_assignment", ASSIGNMENT)
    return course / "release" / ASSIGNMENT


@pytest.fixture(scope="module")
def address(workspace: Path, course: Path) -> Iterator[str]:
    with running_jupyterlab(workspace, isolated_environment(course.parent / "jupyter")) as address:
        yield address


def test_validate_names_every_unsolved_cell(page: Page, address: str, workspace: Path) -> None:
    open_notebook(page, address, NOTEBOOK)
    dialog = validate(page)
    failed_cells = dialog.locator("pre").all_inner_texts()[::2]  # every second one is the error
    assert failed_cells == [cell.source for cell in grade_cells(read(workspace / NOTEBOOK))]


def test_validate_reports_success_for_a_solved_notebook(
    page: Page, address: str, workspace: Path, course: Path
) -> None:
    shutil.copy(workspace / NOTEBOOK, workspace / "solved.ipynb")
    source = course / "notebooks" / ASSIGNMENT / NOTEBOOK
    fill_in(workspace / "solved.ipynb", solutions(read(source)))
    open_notebook(page, address, "solved.ipynb")
    assert "Success! Your notebook passes all the tests." in validate(page).inner_text()
