"""What a student hands in runs in no browser: not on the feedback page, not in formgrader."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from browser.chromium import OUTSIDE, loopback_context
from helpers import ROOT
from nbconvert.exporters import HTMLExporter
from nbformat import NotebookNode, from_dict
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nbgrader.server_extensions.formgrader import handlers
from playwright.sync_api import Browser, Page, expect
from traitlets.config import Config

from autograders.grading.feedback.page import FeedbackPage
from autograders.grading.gradebook.course import load_config
from autograders.grading.sandboxed.cells import safe_outputs

pytestmark = pytest.mark.browser

MATHJAX = (
    "https://cdnjs.cloudflare.com/ajax/libs/mathjax/2.7.7/latest.js?config=TeX-AMS_CHTML-full,Safe"
)
NO_FORMULA = "math :not(mrow, mstyle, mtext, mi, mn, mo, msup)"  # in MARKDOWN below
ELSEWHERE = "https://elsewhere.example/seen"
MARKDOWN = f"""# Seen <b onmouseover="window.hacked = 1">bold</b>

<script>window.hacked = 1</script>
<img src="x" onerror="window.hacked = 1"><img src="{ELSEWHERE}.png" alt="from elsewhere">
<svg onload="window.hacked = 1"></svg><iframe srcdoc="<script>parent.hacked = 1</script>"></iframe>
<iframe src="javascript:parent.hacked = 1"></iframe><object data="{ELSEWHERE}"></object>
<details open ontoggle="window.hacked = 1"><summary>More</summary></details>
<style>@import "{ELSEWHERE}.css"; body {{ display: none }}</style>
<link rel="stylesheet" href="{ELSEWHERE}.css"><base href="{ELSEWHERE}/">
<form id="form" action="{ELSEWHERE}"><button>Send</button></form>
<math><mtext><style><img src="x" onerror="window.hacked = 1"></style></mtext></math>

[words](javascript:window.hacked=1) <a id="link" href="java\tscript:window.hacked=1">more words</a>

$\\text{{<p/style="position:fixed;inset:0"/onclick="window.hacked=1">100 / 100 words</p>}}$

The formula $x < y$ and $\\href{{javascript:window.hacked=1}}{{x}}$ stay
$<img src=x onerror="window.hacked=1">$.
"""
AWAY = f'<meta http-equiv="refresh" content="0;url={ELSEWHERE}">'
BREAKOUT = '"><img src=x onerror="window.hacked = 1">'
RUNS = f"<script>window.hacked = 1</script>{BREAKOUT}"
PNG = np.frombuffer(b"\x89PNG\r\n\x1a\n", "uint8")
TOLD = [
    {"kind": "stream", "text": RUNS},
    {"kind": "error", "name": RUNS, "words": RUNS, "text": f"\x1b[31m{RUNS}"},
    {
        "kind": "display",
        "data": {
            "text/html": RUNS,
            "image/svg+xml": f'<svg xmlns="http://www.w3.org/2000/svg">{RUNS}</svg>',
            "application/javascript": "window.hacked = 1",
            "text/latex": RUNS,
            "text/markdown": RUNS,
            "image/png": RUNS,
            "text/plain": RUNS,
        },
        "alt": BREAKOUT,
    },
    {"kind": "display", "data": {"image/png": PNG}, "alt": BREAKOUT},
    {"kind": "display", "data": {"text/html": f'<img alt="{BREAKOUT}" src="data:image/png;'}},
    {"kind": "result", "data": {"text/html": RUNS, "text/plain": RUNS}},
]


def submission() -> NotebookNode:
    """A graded notebook, of which a student wrote all that a student can write."""
    settings = {"grade_id": "why", "grade": True, "solution": True, "points": 4, "score": 1}
    settings |= {"locked": False, "task": False, "schema_version": 3}
    cells = [
        new_markdown_cell(MARKDOWN),
        new_markdown_cell(MARKDOWN, metadata={"nbgrader": settings}),
        new_markdown_cell(AWAY),
        new_code_cell(f"# {RUNS}", outputs=from_dict(safe_outputs(TOLD, 1))),
    ]
    for cell in cells[:2]:
        cell["attachments"] = {"a.png": {f"image/png{BREAKOUT}": BREAKOUT}}
        cell.source += "\n![own](attachment:a.png)\n"
    return new_notebook(cells=cells)


def write_feedback(folder: Path, exporter: Any) -> str:
    """The address of the feedback page on the submission."""
    about = {"notebook": "01", "score": 1, "max_score": 4, "late_penalty": 0}
    return write(folder, exporter.from_notebook_node(submission(), {"nbgrader": about})[0])


def write_formgrader(folder: Path, config: Config) -> str:
    """The address of formgrader's page on it, made as formgrader does, away from its server."""
    config.HTMLExporter.template_name = "formgrade"
    config.HTMLExporter.extra_template_basedirs = [handlers.template_path]
    names = ("notebook_id", "submission_id", "assignment_id", "student", "notebook_path")
    about: dict[str, Any] = dict.fromkeys(names, "ann") | {"index": 0, "total": 1}
    about |= {"base_url": folder.as_uri(), "last_name": "", "first_name": ""}
    page, _ = HTMLExporter(config=config).from_notebook_node(submission(), about)
    return write(folder, page)


def write(folder: Path, page: str) -> str:
    path = folder / "page.html"
    path.write_text(page, encoding="utf-8")
    return path.as_uri()


def is_hacked(page: Page, address: str) -> bool:
    """Whether anything ran after a visitor has touched what there is to touch."""
    page.goto(address, wait_until="load")
    expect(page.get_by_text("bold").first).to_be_visible()
    page.get_by_text("bold").first.hover()
    for link in page.get_by_text("words").all():
        link.click()
    return page.evaluate("window.hacked !== undefined")


def test_nothing_runs_and_nothing_is_asked_for_on_the_feedback_page(
    browser: Browser, tmp_path: Path
) -> None:
    exporter = FeedbackPage(config=load_config(ROOT))
    with loopback_context(browser) as context:
        page = context.new_page()
        assert not is_hacked(page, write_feedback(tmp_path, exporter))
        assert (
            page.locator("form, iframe, object, base, link, meta[http-equiv=refresh]").count() == 0
        )
        expect(page.locator("math").nth(1)).to_have_text("x<y")
        assert page.locator(f"main [style], {NO_FORMULA}").count() == 0


def test_nothing_runs_and_nothing_is_asked_for_in_formgrader(
    browser: Browser, tmp_path: Path
) -> None:
    with loopback_context(browser, refused={MATHJAX}) as context:
        page = context.new_page()
        assert not is_hacked(page, write_formgrader(tmp_path, load_config(ROOT)))
        assert page.locator("form, iframe, object, base, meta[http-equiv=refresh]").count() == 0
        expect(page.locator("#notebook [id=form], #notebook [id=link]")).to_have_count(0)
        expect(page.locator("#notebook math").nth(1)).to_have_text("x<y")
        assert page.locator(f"#notebook {NO_FORMULA}").count() == 0


def test_with_the_settings_of_nbgrader_alone_it_would_run(browser: Browser, tmp_path: Path) -> None:
    context = browser.new_context()
    context.route(OUTSIDE, lambda route: route.abort())
    page = context.new_page()
    page.goto(write_formgrader(tmp_path, Config()), wait_until="commit")
    page.wait_for_function("window.hacked === 1")
    context.close()
