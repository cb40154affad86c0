"""Fixtures: a browser for a module, and a page that fails the test when it leaves the machine."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from browser.chromium import launch, loopback_context
from browser.course import copy_course
from playwright.sync_api import Browser, Page, expect, sync_playwright

expect.set_options(timeout=60_000)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for the module's tests.

    Not for the session: while Playwright runs, its event loop is this thread's running loop, and
    tests of other folders start loops of their own.
    """
    with sync_playwright() as playwright:
        chromium = launch(playwright)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """An empty page of a fresh profile."""
    with loopback_context(browser) as context:
        yield context.new_page()


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course directory with the project's settings and source notebooks."""
    folder = tmp_path_factory.mktemp("browser") / "course"
    copy_course(folder)
    return folder
