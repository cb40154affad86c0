"""Mounting a demo in a page without Jupyter, and reading what it draws."""

import json
from typing import Any

import numpy as np
from helpers import ROOT
from playwright.sync_api import Locator, Page, expect

from course_lib import widgets

WIDGETS = ROOT / "course_lib" / "widgets"
STATIC = WIDGETS / "static"
DEMOS = sorted(path.stem for path in STATIC.glob("*.svg"))
GIVEN = {demo.demo: demo().given for demo in widgets.DEMOS}


def blank_page(page: Page) -> None:
    """A page with the script of all demos, no server and no style but theirs."""
    style, script = ((STATIC / name).read_text("utf-8") for name in ("demo.css", "page.js"))
    page.set_content(
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Demos</title>'
        "<style>:root { color-scheme: light dark } body { margin: 8px }"
        f'{style}</style><main tabindex="0" id="around"><h1>Demos</h1><div id="place"></div></main>'
        f"<script>{script}</script></html>"
    )


def mount(page: Page, name: str, state: Any = None, given: Any = None) -> Locator:
    """Mount a demo, with what Python gives it if nothing else is, and give it once it is drawn."""
    options = json.dumps({"state": state or {}, "given": GIVEN[name] if given is None else given})
    page.evaluate(
        "([name, options]) => { window.mounted = courseDemos.mount(name, "
        "document.getElementById('place'), JSON.parse(options)) }",
        [name, options],
    )
    demo = page.locator(f"[data-demo={name}]")
    expect(demo).to_have_attribute("data-demo-ready", "true")
    return demo


def mount_widget(page: Page, widget: Any) -> Locator:
    """Mount what a Python widget would show."""
    return mount(page, widget.demo, widget.state, widget.given)


def state(page: Page) -> dict[str, Any]:
    """The setting that Python would be told."""
    settled: dict[str, Any] = page.evaluate("window.mounted.model.get('state')")
    return settled


def painted(demo: Locator) -> Locator:
    """The demo once the frame that the last key or click asked for is drawn.

    A demo draws in the browser's next frame; the callbacks of a frame run in the order in which
    they were asked for, so that one asked for now comes after the demo's own.
    """
    demo.evaluate("() => new Promise(requestAnimationFrame)")
    return demo


def drawn(demo: Locator, panel: str) -> np.ndarray:
    """The numbers in the cells of a panel."""
    rows = painted(demo).locator(f"[data-panel={panel}] .row")
    texts = rows.evaluate_all("rows => rows.map(r => [...r.children].map(c => c.textContent))")
    return np.array([[number(text) for text in row] for row in texts])


def number(text: str) -> float:
    """A number as the demos write it."""
    return float(text.removeprefix("≠").replace("−", "-").replace("∞", "inf"))


def grey(demo: Locator, panel: str) -> np.ndarray:
    """The grey of each pixel of a panel's maps, 0 to 255; -1 between the maps."""
    width, height, *bytes_ = (
        painted(demo)
        .locator(f"canvas[data-panel={panel}]")
        .evaluate(
            """canvas => {
            const { width, height } = canvas;
            const copy = new OffscreenCanvas(width, height).getContext('2d');
            copy.drawImage(canvas, 0, 0);
            return [width, height, ...copy.getImageData(0, 0, width, height).data];
        }"""
        )
    )
    shades = np.array(bytes_).reshape(height, width, 4)
    return np.where(shades[..., 3] == 255, shades[..., 0], -1)


def cell(demo: Locator, panel: str, row: int, column: int) -> Locator:
    return demo.locator(f"[data-panel={panel}] [data-row='{row}'][data-column='{column}']")


def marked(demo: Locator, panel: str, mark: str) -> set[tuple[int, int]]:
    """The places of a panel that bear a mark."""
    places = (
        painted(demo)
        .locator(f"[data-panel={panel}] .cell.{mark}")
        .evaluate_all("cells => cells.map(c => [Number(c.dataset.row), Number(c.dataset.column)])")
    )
    return {(row, column) for row, column in places}


def set_slider(demo: Locator, label: str, value: int) -> None:
    demo.get_by_label(label, exact=True).fill(str(value))


def status(demo: Locator) -> Locator:
    return painted(demo).locator(".status")


def code(demo: Locator, language: str) -> str:
    """The lines that the demo shows in a language."""
    text: str | None = painted(demo).locator(f"pre[aria-label='{language} code']").text_content()
    assert text
    return text
