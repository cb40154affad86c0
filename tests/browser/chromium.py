"""Chromium for the browser tests, which reaches nothing but this machine."""

import re
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Playwright, Request, Route

NAMES = ("chromium", "chromium-browser", "google-chrome")

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)

OUTSIDE = re.compile(r"^(?:https?|wss?)://(?!(?:127\.0\.0\.1|localhost)[:/])")


def launch(playwright: Playwright) -> Browser:
    """Start the system's Chromium, or the one that Playwright downloaded; skip without either."""
    return playwright.chromium.launch(executable_path=_executable(playwright), args=list(FLAGS))


def _executable(playwright: Playwright) -> str:
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is not None:
        return found
    downloaded = playwright.chromium.executable_path
    if not Path(downloaded).exists():
        pytest.skip(
            f"no browser: none of {', '.join(NAMES)} is on PATH, and Playwright's own Chromium "
            "is not downloaded (python -m playwright install chromium)"
        )
    return downloaded


@contextmanager
def loopback_context(browser: Browser, refused: Collection[str] = ()) -> Iterator[BrowserContext]:
    """A fresh browser profile, in which requests that leave this machine are stopped.

    At the end AssertionError if their addresses are not exactly those in `refused`.
    """
    outside: set[str] = set()

    def stop(route: Route, request: Request) -> None:
        outside.add(request.url)
        route.abort()

    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.set_default_timeout(60_000)
    context.route(OUTSIDE, stop)
    try:
        yield context
    finally:
        context.close()
    assert outside == set(refused), f"the browser asked for addresses outside: {sorted(outside)}"
