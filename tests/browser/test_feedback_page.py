"""The feedback page is read without a network, by everyone, and is only read."""

import re
from pathlib import Path

import pytest
from browser.answers import read, settings
from browser.axe import violations
from helpers import ROOT
from playwright.sync_api import Page, expect

from autograders.grading.feedback.page import FeedbackPage

pytestmark = pytest.mark.browser

SOURCES = sorted((ROOT / "notebooks").glob("*/*.ipynb"))
ANSWER = """Where $i$ runs on, $k^$ turns back.
<img src="https://example.org/seen.png" alt="A picture from elsewhere">
<img title="of &gt; one" src="https://example.org/no_words.png">
<script>document.title = "taken over"</script>"""


def write_page(source: Path, folder: Path) -> str:
    """A feedback page on a source notebook; its address. Each answer of prose is ANSWER."""
    notebook = read(source)
    total = 0
    for cell in notebook.cells:
        if settings(cell).get("grade"):
            settings(cell)["score"] = settings(cell)["points"] / 2
            total += settings(cell)["points"]
            if settings(cell)["solution"]:
                cell.source = ANSWER
                settings(cell)["comment"] = "The borders, $i = 0$, are *missing*."
    about = {"notebook": source.stem, "score": total / 2, "max_score": total, "late_penalty": 0}
    page, _ = FeedbackPage().from_notebook_node(notebook, {"nbgrader": about})
    written = folder / "page.html"
    written.write_text(page, encoding="utf-8")
    return written.as_uri()


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of the page on notebook 01."""
    return write_page(SOURCES[0], tmp_path_factory.mktemp("feedback"))


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_axe_finds_nothing_and_no_formula_is_left(page: Page, source: Path, tmp_path: Path) -> None:
    page.goto(write_page(source, tmp_path))
    assert violations(page, "document, {rules: {'color-contrast': {enabled: false}}}") == []
    main = page.locator("main")
    main.locator("pre, code").evaluate_all("all => all.forEach(code => code.remove())")
    assert main.locator("math").count() > 10
    assert re.findall(r"\$.*|\\\w+", str(main.text_content())) == []


def test_everything_can_be_read_on_its_ground(page: Page, first: str) -> None:
    """For one notebook, since all have the same colours and axe takes its time."""
    page.goto(first)
    assert violations(page, "document, {runOnly: ['color-contrast']}") == []


def test_axe_would_find_a_lost_heading_and_words_too_pale(page: Page, first: str) -> None:
    page.goto(first)
    page.evaluate("document.querySelectorAll('h2').forEach(heading => heading.remove())")
    page.locator("main p").first.evaluate("words => (words.style.color = '#999')")
    found = violations(page, "document, {runOnly: ['heading-order']}")
    assert found
    assert all(place.startswith("heading-order: <h3") for place in found)
    [found] = violations(page, "'main p', {runOnly: ['color-contrast']}")
    assert found.startswith("color-contrast: <p")


def test_every_score_has_the_name_of_its_task_and_leads_to_it(page: Page, first: str) -> None:
    page.goto(first)
    expect(page.get_by_role("heading", name=SOURCES[0].stem)).to_contain_text("Score: 50 / 100")
    rows = page.get_by_role("navigation").locator("tbody tr")
    expect(rows.filter(has_text="conv2d_backward")).to_contain_text("9 / 18")
    graded = [cell for cell in read(SOURCES[0]).cells if settings(cell).get("grade")]
    expect(rows).to_have_count(len(graded))
    for cell in graded:
        name = settings(cell)["grade_id"]
        page.get_by_role("link", name=name, exact=True).click()
        task = page.locator(".nbgrader_cell:has(:target)")
        expect(task).to_contain_text(f"Score: {settings(cell)['points'] / 2:g} /")
        expect(task).to_be_in_viewport()


def test_formulas_are_drawn_and_what_is_none_stays_as_written(page: Page, first: str) -> None:
    page.goto(first)
    answer = page.locator(".nbgrader_cell", has_text="turns back")
    expect(answer.locator("math")).to_have_text(["i", "i=0"])
    expect(answer.locator("code")).to_have_text("k^")


def test_an_answer_can_load_nothing_and_run_nothing(page: Page, first: str) -> None:
    page.goto(first)
    expect(page.get_by_alt_text("A picture from elsewhere")).to_have_count(1)
    expect(page.get_by_alt_text("A picture without a description")).to_have_count(1)
    assert page.title() == f"Feedback: {SOURCES[0].stem}"
