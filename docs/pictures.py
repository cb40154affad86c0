"""Writes docs/images/demos/: the pictures of demos in the README, as the browser shows them.

.venv/bin/python docs/pictures.py
"""

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

DOCS = Path(__file__).resolve().parent
sys.path.append(str(DOCS.parent / "tests"))

from browser.chromium import launch, loopback_context  # noqa: E402 - after the path to it
from widgets.page import blank_page, mount  # noqa: E402

FOLDER = DOCS / "images" / "demos"
STACK = [[3, 1, 1], [2, 2, 1], [3, 1, 1], [2, 2, 1]]
SHOWN = {  # how wide the page is, and the setting
    "kernel_lab": (800, {"photograph": "chelsea"}),
    "receptive_field": (800, {"layers": STACK, "at": [3, 3]}),
    "lenet5": (1150, {"digit": 3}),
}


def draw() -> None:
    """Write a picture of each demo in SHOWN."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = launch(playwright)
        with loopback_context(browser) as context:
            page = context.new_page()
            page.emulate_media(color_scheme="light")
            for name, (width, state) in SHOWN.items():
                page.set_viewport_size({"width": width, "height": 900})
                blank_page(page)
                mount(page, name, state).screenshot(path=FOLDER / f"{name}.png")
        browser.close()


if __name__ == "__main__":
    draw()
