"""What a student does in JupyterLab's Assignment List."""

from browser.notebook_tab import choose
from playwright.sync_api import Locator, Page, expect


def open_assignment_list(page: Page, address: str) -> Locator:
    """The list, in a workspace without other tabs."""
    page.goto(f"{address}lab?reset")
    choose(page, "Nbgrader", "Assignment List")
    return page.locator("#nbgrader-assignment-list")


def press(shown: Locator, panel: str, button: str) -> None:
    """Press the button of the only assignment in the panel "released", "fetched" or "submitted"."""
    shown.locator(f"#{panel}_assignments_list").get_by_role("button", name=button).click()


def expect_in(shown: Locator, panel: str, text: str) -> None:
    expect(shown.locator(f"#{panel}_assignments_list")).to_contain_text(text)
