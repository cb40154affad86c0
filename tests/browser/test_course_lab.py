"""What `make lab` does once it has set up: `course lab` in the project opens the first notebook."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from browser.course import ASSIGNMENT, COURSE, NOTEBOOK
from browser.jupyterlab import SERVER_OPTIONS, isolated_environment, running_server
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address(course: Path) -> Iterator[str]:
    environment = isolated_environment(course.parent / "jupyter")
    with running_server([*COURSE, "lab", "--", *SERVER_OPTIONS], course, environment) as address:
        yield address


def test_course_lab_opens_the_released_notebook(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.get_by_role("heading", name="01 · Discrete convolution")).to_be_visible()
    expect(page.locator("#filebrowser").get_by_text(NOTEBOOK)).to_be_visible()
    expect(page.locator(".jp-Notebook")).to_contain_text("YOUR CODE HERE")
    expect(page.locator(".jp-Notebook")).not_to_contain_text("BEGIN SOLUTION")


def test_course_lab_shows_students_validate_and_no_instructors_tools(
    page: Page, address: str
) -> None:
    page.goto(f"{address}lab/tree/{ASSIGNMENT}/{NOTEBOOK}?reset")
    expect(page.get_by_role("button", name="Validate")).to_be_visible()
    expect(page.get_by_role("tab", name="Property Inspector")).to_be_visible()
    expect(page.get_by_role("tab", name="Create Assignment")).to_have_count(0)
    expect(page.get_by_role("menubar")).not_to_contain_text("Nbgrader")
    assert page.request.get(f"{address}formgrader").status == 404
