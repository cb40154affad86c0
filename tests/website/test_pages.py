"""What stands on the website: the lessons, and nothing that answers them."""

import ast
import html
import json
import re
import shutil
from functools import cache
from itertools import pairwise
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup
from helpers import ROOT, source_of
from website.small import SMALL

from autograders.site.build import build
from autograders.site.pages import pages_of
from autograders.site.recordings import ANSWERING
from autograders.site.text import mathml
from course_lib.widgets import DEMOS

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*/*.ipynb"))
QUESTIONS = ("predict-", "recall-", "breaks-", "debug-")


def texts(folder: Path) -> dict[str, str]:
    """What a reader can find on each page and by searching, one space between words."""
    found = {path.name: soup(path).get_text() for path in folder.glob("*.html")}
    found["words.js"] = "\n".join(" ".join(words) for words in words_of(folder))
    return {name: plain(text) for name, text in found.items()}


def lessons(folder: Path) -> list[Path]:
    return sorted(folder.glob("0*.html"))


def words_of(folder: Path) -> list[list[str]]:
    """The page, title, address and text of each section that the search looks through."""
    script = (folder / "words.js").read_text("utf-8")
    return json.loads(script.removeprefix("window.courseWords = ").rstrip(";\n"))


def answers(notebooks: list[Path]) -> list[str]:
    """Lines of the notebooks' solutions that stand nowhere else in the notebooks."""
    public, secret = "", set()
    for cell in (c for path in notebooks for c in json.loads(path.read_text("utf-8"))["cells"]):
        parts = re.split(r"### BEGIN SOLUTION|### END SOLUTION", source_of(cell))
        public += plain(" ".join(parts[::2])) + " "
        secret |= {plain(line) for part in parts[1::2] for line in part.splitlines()}
    return sorted(line for line in secret if len(line) >= 12 and line not in public)


def soup(path: Path) -> BeautifulSoup:
    return _parsed(path.read_text("utf-8"))


@cache
def _parsed(text: str) -> BeautifulSoup:
    return BeautifulSoup(text, features="html.parser")


def plain(text: str) -> str:
    return " ".join(text.split())


def leaks(folder: Path, lines: list[str]) -> list[str]:
    """The lines that stand anywhere on a website."""
    return [f"{n}: {line}" for n, text in texts(folder).items() for line in lines if line in text]


def test_no_line_of_an_answer_is_on_the_website(website):
    secret = answers(NOTEBOOKS)
    assert len(secret) > 200
    assert leaks(website, secret) == []
    assert not any("BEGIN SOLUTION" in text for text in texts(website).values())


def test_an_answer_that_stays_would_be_found(tmp_path):
    secret = answers(NOTEBOOKS)
    page = f"<pre><span>{html.escape(secret[0])}</span></pre>"
    (tmp_path / "page.html").write_text(page, encoding="utf-8")
    words = json.dumps([["page", "title", "page.html", f"before {secret[-1]} after"]])
    (tmp_path / "words.js").write_text(f"window.courseWords = {words};\n", encoding="utf-8")
    assert leaks(tmp_path, secret) == [f"page.html: {secret[0]}", f"words.js: {secret[-1]}"]


def test_recordings_are_shown_as_such_but_for_those_that_answer(small_website):
    page = soup(small_website / f"{SMALL}.html")
    [recording, folded] = page.select(".recording")
    assert folded.find_parent("details").summary.get_text() == "Open after your prediction"
    assert recording.select_one(".label").get_text() == "Recorded"
    assert [pre.get_text() for pre in recording.select("pre")] == ["shown 42\n", "k: 1 2.\n"]
    assert recording.select_one("img")["alt"] == "k: 1 2."
    kept = (small_website.parent / "course/docs/recordings" / f"{SMALL}.json").read_text("utf-8")
    assert "A kernel slides" not in kept  # the demo is live on the page
    for secret in ("1235", "secret of doubling", "4711", "debugged"):
        assert not any(secret in text for text in texts(small_website).values())


def test_the_search_does_not_open_what_is_folded(small_website):
    assert "folded 55" in texts(small_website)[f"{SMALL}.html"]
    assert "folded" not in texts(small_website)["words.js"]
    assert "shown 42" in texts(small_website)["words.js"]


def test_every_demo_is_live_in_a_lesson(website):
    live = {place["data-name"] for path in lessons(website) for place in soup(path).select(".live")}
    assert live == {demo.demo for demo in DEMOS}


def test_a_recording_is_shown_as_long_as_its_cell_is_as_it_was(small_website, tmp_path):
    course = shutil.copytree(small_website.parent / "course", tmp_path / "course")
    notebook = course / "notebooks" / SMALL / f"{SMALL}.ipynb"
    for old, new, missing in (("return x + x", "return 2 * x", 0), ("[[1, 2]]", "[[1, 3]]", 1)):
        text = notebook.read_text("utf-8")
        assert old in text
        notebook.write_text(text.replace(old, new), encoding="utf-8")
        [written] = [w for w in build(course, tmp_path / "site") if w.page.is_lesson]
        assert len(written.not_recorded) == missing
        assert ("shown 42" in texts(tmp_path / "site")[f"{SMALL}.html"]) == (not missing)


def test_a_hint_holds_its_text(website):
    for path in NOTEBOOKS:
        details = soup(website / f"{path.stem}.html").select("main details:not(.folded)")
        assert len(details) == path.read_text("utf-8").count("<details>")
        assert all(d.get_text().strip() != d.summary.get_text().strip() for d in details)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_no_cell_that_is_recorded_reads_the_answer_to_a_question(path):
    """Cells that do are named `demo-reveal-` or `demo-debug-`, and are not recorded."""
    cells = [c for c in nbformat.read(path, as_version=4).cells if c.cell_type == "code"]
    asked: set[str] = set()
    for cell in cells:
        name = cell.metadata.nbgrader.grade_id
        tree = ast.parse(cell.source)
        names = [n for n in ast.walk(tree) if isinstance(n, ast.Name)]
        read = {n.id for n in names if isinstance(n.ctx, ast.Load)}
        made = {n.id for n in names if isinstance(n.ctx, ast.Store)}
        if cell.metadata.nbgrader.solution and name.startswith(QUESTIONS):
            asked |= made | {n.name for n in tree.body if isinstance(n, ast.FunctionDef)}
        elif name.startswith("demo-") and not name.startswith(ANSWERING):
            assert read & asked - made == set(), name
            asked -= made


def test_every_link_leads_somewhere(website):
    pages = {path.name: soup(path) for path in website.glob("*.html")}
    links = {(name, a["href"]) for name, page in pages.items() for a in page.select("a[href]")}
    links |= {("index.html", href) for _, _, href, _ in words_of(website)}
    for name, href in links:
        if href.startswith(("http://", "https://")):
            continue
        file, _, place = href.partition("#")
        assert file in ("", *pages), f"{name} leads to {href}"
        assert not place or pages[file or name].find(id=place), f"{name} leads to {href}"
    assert {("index.html", f"{path.stem}.html") for path in NOTEBOOKS} <= links


def test_a_link_to_a_file_that_is_no_page_becomes_text(small_website):
    page = soup(small_website / f"{SMALL}.html")
    assert "and the code." in page.select_one("main").get_text()
    assert page.find(href=re.compile("Makefile")) is None


def test_headings_of_one_name_are_kept_apart(small_website):
    headings = soup(small_website / f"{SMALL}.html").select("h2")
    assert [heading["id"] for heading in headings] == ["steps", "steps-2"]


def test_all_formulas_are_written_as_mathml(website):
    for path in lessons(website):
        page = soup(path)
        assert page.select("math")
        words = [t for t in page.strings if not t.find_parent(["pre", "code", "script", "style"])]
        assert not any("$" in text or "\\" in text for text in words), path.name


def test_a_formula_that_cannot_be_written_is_named():
    with pytest.raises(ValueError, match=r"cannot write \\unheard of the formula 'a.*unheard b'"):
        mathml(r"a \unheard b", "inline")


@pytest.mark.parametrize(
    ("formula", "part"),
    [
        (r"\Big\lfloor \frac{W}{S} \Big\rfloor", '<mo stretchy="true" fence="true" form="prefix">'),
        (r"a \xrightarrow{K=3} b", "<mover>"),
        (r"y \mathrel{+}= x", "<mtext>+=</mtext>"),
        (r"\overline{g x}", '<mo class="bar">'),
    ],
)
def test_what_the_converter_does_not_know_is_said_in_other_words(formula, part):
    assert part in mathml(formula, "block")


def test_every_picture_has_words(website, small_website):
    for path in (*lessons(website), website / "experiments.html", *lessons(small_website)):
        for image in soup(path).select("img"):
            assert len(image["alt"]) > 5, path.name
            assert "No description" not in image["alt"], path.name


def test_the_pages_lead_in_order_from_the_start_to_the_experiments(website):
    names = [page.name for page in pages_of(ROOT)]
    assert names == ["index", *(path.stem for path in NOTEBOOKS), "closing", "experiments"]
    for name, following in pairwise(names):
        assert f'<a href="{following}.html" rel="next">' in (website / f"{name}.html").read_text()
