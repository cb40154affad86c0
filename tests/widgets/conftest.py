"""Fixtures: a page with all demos in it and nothing else."""

from collections.abc import Iterator

import pytest
from browser.chromium import launch, loopback_context
from playwright.sync_api import Browser, Page, expect, sync_playwright
from widgets.page import blank_page

expect.set_options(timeout=20_000)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = launch(playwright)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A blank page that can mount demos; any request, error or warning of it fails the test."""
    problems: list[str] = []
    with loopback_context(browser) as context:
        page = context.new_page()
        page.on("console", lambda message: problems.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: problems.append(f"error: {error}"))
        page.on("request", lambda request: problems.append(f"request: {request.url[:80]}"))
        blank_page(page)
        yield page
    assert not problems, problems
