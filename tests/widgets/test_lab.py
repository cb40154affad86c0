"""Each demo in a real JupyterLab: it draws, its keys stay its own, a student's function is run."""

from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from browser.chromium import loopback_context
from browser.jupyterlab import isolated_environment, running_jupyterlab
from browser.notebook_tab import cells, open_notebook, run_all
from helpers import ROOT
from playwright.sync_api import Browser, Page, expect
from widgets.page import DEMOS

from course_lib import widgets

pytestmark = pytest.mark.browser

STUDENT = """\
import numpy as np
def mine(x, k):
    return np.full((2, 2), 70.0)
widgets.SlidingKernel(student=mine)
"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("lab")
    write_notebook(folder / "work" / "demos.ipynb")
    environment = isolated_environment(folder / "jupyter", ROOT)
    with running_jupyterlab(folder / "work", environment) as address:
        yield address


def write_notebook(path: Path) -> None:
    """A notebook that shows every demo, and one with a student's function."""
    names = {demo.demo: demo.__name__ for demo in widgets.DEMOS}
    sources = ["from course_lib import widgets"]
    sources += [f"widgets.{names[name]}()" for name in DEMOS] + [STUDENT]
    path.parent.mkdir()
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(s) for s in sources])
    made.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3 (ipykernel)"}
    made.metadata["language_info"] = {"name": "python"}
    nbformat.write(made, path)


@pytest.fixture(scope="module")
def lab(browser: Browser, address: str) -> Iterator[Page]:
    """The notebook, run."""
    with loopback_context(browser) as context:
        page = context.new_page()
        open_notebook(page, address, "demos.ipynb")
        # outputs of what runs before the widgets' manager is there are lost
        expect(page.locator("#jp-main-statusbar")).to_contain_text("| Idle")
        run_all(page)
        yield page


@pytest.mark.parametrize("name", DEMOS)
def test_a_demo_draws_and_keeps_its_keys_to_itself(lab: Page, name: str) -> None:
    demo = lab.locator(f"[data-demo={name}]").first
    demo.scroll_into_view_if_needed()
    expect(demo).to_have_attribute("data-demo-ready", "true")
    before = cells(lab).count()
    demo.locator("[tabindex='0'], button").first.focus()
    for key in "ddxxaabb00":
        lab.keyboard.press(key)
    assert cells(lab).count() == before
    expect(demo.locator(".status")).to_be_visible()


def test_without_the_demos_word_the_same_keys_would_delete_a_cell(lab: Page) -> None:
    before = cells(lab).count()
    demo = lab.locator("[data-demo=sliding_kernel]").first
    pin = demo.get_by_role("button", name="Pin")
    pin.focus()
    pin.evaluate("button => button.removeAttribute('data-lm-suppress-shortcuts')")
    lab.keyboard.press("b")
    expect(cells(lab)).to_have_count(before + 1)
    lab.keyboard.press("d")
    lab.keyboard.press("d")
    expect(cells(lab)).to_have_count(before)


def test_escape_gives_the_keys_back_to_the_notebook(lab: Page) -> None:
    demo = lab.locator("[data-demo=sliding_kernel]").first
    demo.get_by_role("button", name="Pin").focus()
    lab.keyboard.press("Escape")
    inside = "document.activeElement.closest('.cnn-demo') === null"
    assert lab.evaluate(inside)
    assert lab.evaluate("document.activeElement.closest('.jp-Notebook') !== null")


def test_a_students_wrong_output_is_marked_and_the_setting_reaches_python(lab: Page) -> None:
    demo = lab.locator("[data-demo=sliding_kernel]").last
    demo.scroll_into_view_if_needed()
    expect(demo.locator(".student")).to_contain_text("mine differs in 3 of 4 outputs")
    expect(demo.locator("[data-panel=student] .cell.wrong")).to_have_count(3)


def test_lab_and_demo_share_a_theme(lab: Page) -> None:
    scheme = "getComputedStyle(document.querySelector('.cnn-demo')).colorScheme"
    assert lab.evaluate(scheme) == lab.evaluate("getComputedStyle(document.body).colorScheme")
