"""An instructor makes a cell graded in the Create Assignment side bar, and takes it back."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from browser.answers import read, settings
from browser.course import ASSIGNMENT, NOTEBOOK
from browser.jupyterlab import isolated_environment, running_jupyterlab
from browser.notebook_tab import append_code_cell, cells, delete_cell, open_notebook, save
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address(course: Path) -> Iterator[str]:
    with running_jupyterlab(course, isolated_environment(course.parent / "jupyter")) as address:
        yield address


def test_a_cell_is_made_graded_and_the_notebook_restored(
    page: Page, address: str, course: Path
) -> None:
    path = course / "notebooks" / ASSIGNMENT / NOTEBOOK
    original = contents(path)
    open_notebook(page, address, f"notebooks/{ASSIGNMENT}/{NOTEBOOK}")
    side_bar = open_side_bar(page)
    total_points = side_bar.locator(".nbgrader-TotalPointsInput")
    expect(total_points).to_have_value("100")

    append_code_cell(page, "2.0")
    extra = side_bar.locator(".nbgrader-CellWidget").last
    extra.get_by_label("Type:").select_option(label="Autograded tests")
    extra.get_by_label("ID:").fill("extra-cell")
    extra.get_by_label("Points:").fill("2")
    extra.get_by_label("Points:").press("Enter")
    expect(total_points).to_have_value("102")
    save(page)

    graded = read(path)
    assert graded.cells[-1].source == "2.0"
    assert settings(graded.cells[-1]) == {
        "grade": True,
        "grade_id": "extra-cell",
        "locked": True,
        "points": 2,
        "schema_version": 3,
        "solution": False,
        "task": False,
    }

    extra.get_by_label("Type:").select_option(label="-")
    expect(total_points).to_have_value("100")
    save(page)
    assert settings(read(path).cells[-1]) == {}

    delete_cell(page, len(original))
    expect(cells(page)).to_have_count(len(original))
    save(page)
    assert contents(path) == original


def open_side_bar(page: Page) -> Locator:
    page.get_by_role("tab", name="Create Assignment").click()
    side_bar = page.locator(".nbgrader-NotebookPanelWidget")
    expect(side_bar).to_be_visible()
    return side_bar


def contents(path: Path) -> list[tuple[str, dict]]:
    """What nbgrader reads of each cell: its source and its settings."""
    return [(cell.source, settings(cell)) for cell in read(path).cells]
