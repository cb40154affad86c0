"""What a student does with the course's tour, and where it points."""

import re
from contextlib import suppress

from browser.notebook_tab import choose
from playwright.sync_api import Locator, Page, expect

TITLE = "Course Tour"
OFFER = f"Try the {TITLE}."
PRESSED = 4  # times that Enter takes the offer

# Whether the lit part of the page lies around an element that is in sight, and close around it.
POINTS_AT = """element => {
  const lit = document.querySelector(".react-joyride__spotlight")?.getBoundingClientRect();
  const box = element.getBoundingClientRect();
  const x = box.left + box.width / 2, y = box.top + box.height / 2;
  return lit && box.width > 0 && box.height > 0
    && 0 <= x && x <= innerWidth && 0 <= y && y <= innerHeight
    && lit.left <= box.left + 1 && box.right <= lit.right + 1
    && lit.top <= box.top + 1 && box.bottom <= lit.bottom + 1
    && lit.width <= box.width + 40 && lit.height <= box.height + 40;
}"""


def dialog(page: Page, title: str | re.Pattern[str] = re.compile("")) -> Locator:
    """The tour's step of this title."""
    return page.get_by_role("alertdialog", name=title)


def expect_offer(page: Page) -> Locator:
    """The button that starts the tour that is offered, for ten seconds if nobody points at it."""
    expect(page.get_by_text(OFFER)).to_be_visible()
    page.get_by_text(OFFER).hover()
    return page.get_by_role("button", name="Start now")


def start_by_keyboard(page: Page) -> None:
    """Takes the offer by Enter, once more where the notebook, still loading, took the key."""
    start = expect_offer(page)
    for _ in range(PRESSED):
        start.press("Enter")
        with suppress(AssertionError):
            return expect(dialog(page)).to_be_visible(timeout=15_000)
    raise AssertionError(f"the tour was not started by {PRESSED} times Enter")


def start_from_help(page: Page) -> None:
    choose(page, "Help", TITLE)
    expect(dialog(page)).to_be_visible()


# react-joyride looks in the next frame whether a new step has the keyboard, and takes it back.
TWO_FRAMES = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"


def expect_keyboard_on_next(step: Locator) -> None:
    """Whether the last button of `step` has the keyboard, to stay: the step before has one too."""
    expect(step.get_by_role("button", name=re.compile("^(Next|Done)"))).to_be_focused()
    step.page.evaluate(TWO_FRAMES)


def expect_pointing_at(page: Page, target: Locator) -> None:
    page.wait_for_function(POINTS_AT, arg=target.element_handle(), timeout=10_000)


def expect_ended(page: Page) -> None:
    """Nothing of the tour is left, and keys go to the notebook."""
    expect(dialog(page)).to_have_count(0)
    expect(page.locator("[class^=react-joyride__]")).to_have_count(0)
    expect(page.locator(".jp-Notebook :focus")).to_have_count(1)
