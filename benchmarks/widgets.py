"""How soon a demo is drawn after its slider moved, and how large its script is.

In a real browser a mouse drags every slider of every demo from end to end. Counted is the time
from the event that tells the page of a new value to the end of the frame that shows it. A student's
function is a full answer in plain loops; counted is all that Python does for it in the cell. Prints
medians and sizes, and writes the table into README.md.
"""

import json
import runpy
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any

from ops import machine
from playwright.sync_api import Page, sync_playwright
from readme import markers

from course_lib import widgets
from course_lib.widgets.demo import STATIC, Demo

TESTS = Path(__file__).parents[1] / "tests"
PAINT, STUDENT, SIZE = 16, 100, 60  # aims: milliseconds, milliseconds, kB
MOVES = 30  # of the mouse along a slider
RUNS = 20  # of a student's function
SOLUTIONS = {  # demo -> the assignment and the exercise whose answer it takes
    "sliding_kernel": ("discrete_convolution", "cross_correlate2d"),
    "conv1d_conv3d": ("discrete_convolution", "conv1d"),
    "padding_stride": ("padding_and_stride", "conv2d"),
    "receptive_field": ("padding_and_stride", "receptive_field"),
    "pooling": ("pooling", "max_pool2d"),
    "normalization": ("normalization", "batchnorm2d_forward"),
}

# Notes for each new value of a slider how long it took until its frame was done: what a frame's
# callback posts is handled after the frame has been laid out and painted.
WATCH = """() => {
  window.taken = [];
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = ({ data }) => window.taken.push(performance.now() - data);
  addEventListener("input", ({ target }) => {
    if (target.type !== "range") return;
    const begin = performance.now();
    requestAnimationFrame(() => port2.postMessage(begin));
  }, true);
}"""


def main() -> None:
    sys.path.append(str(TESTS))  # last, since its folders bear the packages' names
    from browser.chromium import launch

    head = ("demo", "slider to paint: median", "slowest of 20", "student's function", "script")
    lines = [row(*head), row(*["---"] * len(head))]
    missed = []
    with sync_playwright() as playwright:
        browser = launch(playwright)
        for demo in widgets.DEMOS:
            page = browser.new_page(viewport={"width": 1280, "height": 1600})
            show(page, demo())
            paints = sorted(t for number in range(sliders(page)) for t in drag(page, number))
            page.close()
            answer = function_of(demo.demo)
            cell = median(runs(demo, answer)) if answer else 0.0
            size = (STATIC / f"{demo.demo}.js").stat().st_size / 1000
            lines.append(
                row(
                    demo.demo,
                    f"{median(paints):.1f} ms",
                    f"{paints[-max(1, len(paints) // 20)]:.1f} ms",
                    f"{cell:.1f} ms" if answer else "",
                    f"{size:.0f} kB",
                )
            )
            if median(paints) >= PAINT or cell >= STUDENT or size >= SIZE:
                missed.append(demo.demo)
        version = browser.version
        browser.close()
    found = f"Missed by {', '.join(missed)}." if missed else "Met by all."
    aims = f"below {PAINT} ms in the median, {STUDENT} ms, {SIZE} kB. {found}"
    text = "\n".join(
        [*lines, "", f"Aims: {aims} Chromium {version}, {machine().removeprefix('float32; ')}"]
    )
    print(text)
    markers.write("widgets", text)


def row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def show(page: Page, widget: Demo) -> None:
    """The demo alone on a page, watched."""
    style, script = ((STATIC / name).read_text("utf-8") for name in ("demo.css", "page.js"))
    page.set_content(f'<!doctype html><style>{style}</style><div id="place"></div>')
    page.add_script_tag(content=script)
    page.evaluate(WATCH)
    page.evaluate(
        "([name, values]) => courseDemos.mount(name, place, JSON.parse(values))",
        [widget.demo, json.dumps({"state": widget.state, "given": widget.given})],
    )
    page.locator("[data-demo-ready=true]").wait_for()


def sliders(page: Page) -> int:
    return page.locator("input[type=range]").count()


def drag(page: Page, number: int) -> list[float]:
    """Milliseconds of each new value while a mouse drags a slider from its left to its right."""
    slider = page.locator("input[type=range]").nth(number)
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    if not box or not slider.is_enabled():
        return []
    page.evaluate("window.taken = []")
    height = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 8, height)
    page.mouse.down()
    for step in range(MOVES):
        page.mouse.move(box["x"] + 8 + (box["width"] - 16) * step / (MOVES - 1), height)
        page.evaluate("() => new Promise(requestAnimationFrame)")
    page.mouse.up()
    taken: list[float] = page.evaluate("window.taken")
    if not taken:
        raise ValueError(f"slider {number} of the demo did not move")
    return taken


def function_of(demo: str) -> Callable[..., Any] | None:
    """A student's full answer in plain loops, None for a demo that takes none."""
    if demo not in SOLUTIONS:
        return None
    assignment, exercise = SOLUTIONS[demo]
    path = TESTS / "samples" / "solutions" / assignment / "loops.py"
    found: Callable[..., Any] = runpy.run_path(str(path))[exercise]
    return found


def runs(demo: Callable[..., Demo], function: Callable[..., Any]) -> Iterator[float]:
    """Milliseconds of each run of the function in its demo."""
    widget = demo(student=function)
    status = widget.given["student"]["status"]
    if status != "values":
        raise ValueError(f"{widget.demo} cannot read the answer: it is {widget.given['student']}")
    for _ in range(RUNS):
        begin = time.perf_counter()
        widget.rerun()
        yield 1000 * (time.perf_counter() - begin)


if __name__ == "__main__":
    main()
