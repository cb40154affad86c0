"""Fixtures: a machine with two more accounts, and a browser."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser.chromium import launch, loopback_context
from exchange.machine import Machine, make_machine
from playwright.sync_api import Page, expect, sync_playwright

expect.set_options(timeout=60_000)


@pytest.fixture(scope="module")
def machine() -> Iterator[Machine]:
    """In a folder that every account may enter, which pytest's own is not."""
    folder = Path(tempfile.mkdtemp(prefix="exchange-"))
    try:
        yield make_machine(folder)
    finally:
        shutil.rmtree(folder)


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    """Ann's browser, which she leaves open."""
    with (
        sync_playwright() as playwright,
        launch(playwright) as chromium,
        loopback_context(chromium) as context,
    ):
        yield context.new_page()
