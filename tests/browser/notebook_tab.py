"""What a person does with one notebook in JupyterLab: open, run, type, save, validate."""

import re
from urllib.parse import quote

from playwright.sync_api import Locator, Page, Response, TimeoutError, expect

RUN_MILLISECONDS = 120_000
OPENED = 6  # times that a menu is opened for one choice


def open_notebook(page: Page, address: str, path: str) -> None:
    """Open the notebook at `path` in a workspace without other tabs.

    Returns when its kernel is ready and all its cells are shown; JupyterLab adds them by and by.
    """
    stored = page.request.get(f"{address}api/contents/{quote(path)}").json()
    page.goto(f"{address}lab/tree/{quote(path)}?reset")
    expect(cells(page)).to_have_count(len(stored["content"]["cells"]))
    wait_for_idle_kernel(page)


def wait_for_idle_kernel(page: Page) -> None:
    indicator = page.locator(".jp-Notebook-ExecutionIndicator")
    expect(indicator).to_have_attribute("data-status", "idle", timeout=60_000)


def cells(page: Page) -> Locator:
    return page.locator(".jp-Notebook .jp-Cell")


def write_cell(page: Page, index: int, source: str) -> None:
    """Replace the source of a code cell, or of a markdown cell, and leave its editor."""
    cell = cells(page).nth(index)
    if "jp-MarkdownCell" in (cell.get_attribute("class") or ""):
        cell.locator(".jp-RenderedMarkdown").dblclick()
    editor = cell.locator(".cm-content")
    editor.click()
    expect(editor).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(source)
    page.keyboard.press("Escape")


def append_code_cell(page: Page, source: str) -> None:
    """Put a code cell after the last cell."""
    count = cells(page).count()
    cells(page).last.click()
    page.keyboard.press("Escape")
    page.keyboard.press("b")
    expect(cells(page)).to_have_count(count + 1)
    page.keyboard.press("y")
    write_cell(page, count, source)


def delete_cell(page: Page, index: int) -> None:
    cells(page).nth(index).locator(".jp-InputPrompt").click()
    page.keyboard.press("d")
    page.keyboard.press("d")


def run_all(page: Page) -> None:
    """Run all cells and wait until none is left to run, because all ran or because one failed."""
    prompts = page.locator(".jp-CodeCell .jp-InputPrompt")
    _start_all(page, prompts.first)
    expect(prompts.first).to_have_text(re.compile(r"\[\d+\]"), timeout=RUN_MILLISECONDS)
    running = prompts.filter(has_text="[*]")
    expect(running).to_have_count(0, timeout=RUN_MILLISECONDS)


def restart_kernel(page: Page) -> None:
    """Start a new kernel for a notebook that was run, and clear all its outputs."""
    choose(page, "Kernel", "Restart Kernel and Clear Outputs of All Cells…")
    page.get_by_role("button", name="Confirm Kernel Restart").click()
    prompts = page.locator(".jp-CodeCell .jp-InputPrompt")
    expect(prompts.filter(has_text=re.compile(r"\d|\*"))).to_have_count(0)
    wait_for_idle_kernel(page)


def save(page: Page) -> None:
    """Save the notebook; the file holds it when this returns."""
    with page.expect_response(_stores_notebook) as stored:
        choose(page, "File", "Save Notebook")
    assert stored.value.ok, stored.value.status_text


def validate(page: Page) -> Locator:
    """Press Validate and wait for the dialog with the results."""
    page.get_by_role("button", name="Validate").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("Validation Results")).to_be_visible(timeout=RUN_MILLISECONDS)
    return dialog


def choose(page: Page, menu: str, item: str) -> None:
    """Click an item of the menu bar. What is still loading may close the menu: then once more."""
    entry = page.locator(".lm-Menu-content").get_by_text(item, exact=True)
    for _ in range(OPENED):
        page.get_by_role("menubar").get_by_role("menuitem", name=menu, exact=True).click()
        try:
            return entry.click(timeout=10_000)
        except TimeoutError:
            page.keyboard.press("Escape")
    raise AssertionError(f"{menu}, {item} could not be chosen")


def _start_all(page: Page, prompt: Locator) -> None:
    """Choose it until the first cell waits or has run: a menu does nothing while a page loads."""
    for _ in range(OPENED):
        choose(page, "Run", "Run All Cells")
        try:
            return expect(prompt).to_have_text(re.compile(r"\[[\d*]+\]"), timeout=10_000)
        except AssertionError:
            continue
    raise AssertionError("Run All Cells ran none")


def _stores_notebook(response: Response) -> bool:
    return response.request.method == "PUT" and ".ipynb" in response.url
