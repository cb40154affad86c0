"""What `make lab` does once it has set up: `course lab` in the project opens the first notebook,
with its sections beside it, with the course's tour, and with what students need and no more."""

import re
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from browser.axe import violations
from browser.course import ASSIGNMENT, COURSE, NOTEBOOK
from browser.jupyterlab import SERVER_OPTIONS, isolated_environment, running_server
from browser.notebook_tab import choose, open_notebook, run_all, save, wait_for_idle_kernel
from browser.tour import (
    OFFER,
    dialog,
    expect_ended,
    expect_keyboard_on_next,
    expect_offer,
    expect_pointing_at,
    start_by_keyboard,
    start_from_help,
)
from nbformat.v4 import new_code_cell, new_notebook
from playwright.sync_api import Locator, Page, expect

from autograders.student_tools.lab import WORKSPACES
from autograders.student_tools.lab_workspace import NAME
from autograders.system.folders import assignments, workspace

pytestmark = pytest.mark.browser

# the first demo of each notebook
DEMO = re.compile(r"(SlidingKernel|PaddingStride|Pooling|NetworkTable|TrainingRace)\(")


@pytest.fixture(scope="module")
def address(course: Path) -> Iterator[str]:
    environment = isolated_environment(course.parent / "jupyter")
    with running_server([*COURSE, "lab", "--", *SERVER_OPTIONS], course, environment) as address:
        yield address


@pytest.fixture(scope="module")
def prepared_view(address: str, course: Path) -> bytes:
    """What `course lab` prepared, before a browser has been there."""
    return (workspace(course) / WORKSPACES / NAME).read_bytes()


@pytest.fixture
def first_start(address: str, prepared_view: bytes, course: Path) -> str:
    """The address, of a JupyterLab as it is when a student comes for the first time."""
    (workspace(course) / WORKSPACES / NAME).write_bytes(prepared_view)
    seen = course.parent / "jupyter" / "config" / "serverconfig" / "jupyterlabtourplugin.json"
    seen.unlink(missing_ok=True)
    return address


def cell(page: Page, text: str | re.Pattern[str]) -> Locator:
    return page.locator(".jp-Notebook .jp-Cell").filter(has_text=text).first


def test_course_lab_opens_the_released_notebook_its_sections_and_nothing_else(
    page: Page, first_start: str
) -> None:
    page.goto(first_start)
    expect(page.get_by_role("heading", name="01 · Discrete convolution")).to_be_visible()
    expect(page.locator("#table-of-contents")).to_contain_text("9 · Backward")
    expect(page.locator("#table-of-contents")).to_be_visible()
    expect(page.locator("#jp-main-dock-panel .lm-TabBar-tab")).to_have_text([NOTEBOOK])
    expect(page.locator(".jp-Notebook")).to_contain_text("YOUR CODE HERE")
    expect(page.locator(".jp-Notebook")).not_to_contain_text("BEGIN SOLUTION")


def test_course_lab_shows_students_what_they_need_and_no_instructors_tools(
    page: Page, address: str
) -> None:
    page.goto(f"{address}lab/tree/{ASSIGNMENT}/{NOTEBOOK}?reset")
    expect(page.get_by_role("button", name="Validate")).to_be_visible()
    side = [
        page.locator(f".jp-SideBar.jp-mod-{name}").get_by_role("tab") for name in ("left", "right")
    ]
    expect(side[0]).to_have_count(3)
    names = [tab.get_attribute("data-jptablabel") for tabs in side for tab in tabs.all()]
    assert names == ["File Browser", "Sessions and Tabs", "Table of Contents", "Debugger"]
    menu = ["File", "Edit", "View", "Run", "Kernel", "Tabs", "Settings", "Help"]
    expect(page.get_by_role("menubar").get_by_role("menuitem")).to_have_text(menu)
    assert page.request.get(f"{address}formgrader").status == 404


def test_tour_is_offered_points_at_what_it_tells_of_and_is_then_in_the_help_menu_alone(
    page: Page, first_start: str
) -> None:
    page.goto(first_start)
    expect_offer(page).click()
    expect_keyboard_on_next(dialog(page, "Your notebook"))
    expect(cell(page, DEMO)).to_be_attached()
    for title, target in {
        "Its sections": page.locator("#table-of-contents"),
        "Run a cell": page.get_by_role("button", name="Run this cell and advance"),
        "Write here": cell(page, "def cross_correlate2d"),
        "Its check": cell(page, 'check("cross_correlate2d"'),
        "Demos": cell(page, DEMO),
        "Validate": page.get_by_role("button", name="Validate"),
        "Hand in": page.get_by_role("menubar"),
        "Your files, and feedback": page.locator("#filebrowser"),
        "Help": page.get_by_role("menuitem", name="Help"),
    }.items():
        page.keyboard.press("Enter")
        expect_pointing_at(page, target)
        expect_keyboard_on_next(dialog(page, title))
    page.keyboard.press("Enter")
    expect_ended(page)
    expect(page.locator("#table-of-contents")).to_be_visible()

    page.reload()
    start_from_help(page)  # had it been to be offered, it would have been by now
    expect(page.get_by_text(OFFER)).to_have_count(0)
    expect(page.get_by_text("Try the")).to_have_count(0)


def test_tour_is_one_that_keys_lead_through_and_escape_ends(page: Page, first_start: str) -> None:
    page.goto(first_start)
    start_by_keyboard(page)
    expect_keyboard_on_next(dialog(page, "Your notebook"))
    page.keyboard.press("Enter")
    step = dialog(page, "Its sections")
    expect_keyboard_on_next(step)
    for name in ("Close", "Skip", "Back", "Next (Step 2 of 10)"):
        page.keyboard.press("Tab")
        expect(step.get_by_role("button", name=name)).to_be_focused()
    assert violations(page, '".react-joyride__tooltip"') == []
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect_keyboard_on_next(dialog(page, "Your notebook"))
    page.keyboard.press("Escape")
    expect_ended(page)


def test_tour_finds_an_exercise_its_check_and_a_demo_in_every_notebook(
    page: Page, address: str, course: Path
) -> None:
    for name in assignments(course):
        page.goto(f"{address}lab/tree/{name}/{name}.ipynb?reset")
        expect(cell(page, DEMO)).to_be_attached()
        start_from_help(page)
        expect_keyboard_on_next(dialog(page, "Your notebook"))
        page.keyboard.press("Enter")
        expect(dialog(page, "Its sections")).to_be_visible()
        exercise, check, demo = (
            page.locator(f".jp-CodeCell[data-course-tour={role}]")
            for role in ("exercise", "check", "demo")
        )
        expect(exercise).to_contain_text("YOUR CODE HERE")
        expect(exercise.locator(".jp-mod-readOnly")).to_have_count(0)
        expect(check).to_contain_text('check("')
        expect(check.locator(".jp-mod-readOnly")).to_have_count(1)
        expect(demo).to_contain_text(DEMO)
        page.keyboard.press("Escape")
        expect_ended(page)


def test_a_demo_shows_its_picture_where_its_widget_is_gone(
    page: Page, address: str, course: Path
) -> None:
    """A notebook that is opened again has a kernel that knows none of its widgets."""
    source = "from course_lib.widgets import SlidingKernel\n\nSlidingKernel()"
    kernel = {"name": "python3", "display_name": "Python 3 (ipykernel)"}
    demo = new_notebook(cells=[new_code_cell(source)], metadata={"kernelspec": kernel})
    nbformat.write(demo, workspace(course) / "demo.ipynb")
    open_notebook(page, address, "demo.ipynb")
    run_all(page)
    save(page)
    choose(page, "Kernel", "Restart Kernel…")
    page.get_by_role("button", name="Confirm Kernel Restart").click()
    wait_for_idle_kernel(page)
    page.reload()
    output = page.locator(".jp-Notebook .jp-OutputArea-output")
    expect(output.locator("figure svg")).to_be_visible(timeout=60_000)
    expect(output).to_contain_text("Run this cell in JupyterLab to touch it.")
    expect(output).not_to_contain_text("model not found")
