"""Writes the website: the pages, their style, their scripts and the words to search."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup, NavigableString, Tag
from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup
from nbconvert import HTMLExporter
from nbformat import NotebookNode

from autograders.edition.demos import write_page
from autograders.site.lessons import lesson, page_of_text
from autograders.site.pages import Page, pages_of, target_of
from autograders.site.recordings import record
from autograders.site.text import Text
from autograders.system.whole_files import write_whole
from course_lib.widgets.demo import STATIC as DEMOS

HERE = Path(__file__).parent
STATIC = HERE / "static"
TEMPLATES = HERE / "template"


@dataclass(frozen=True)
class Written:
    """A page that was written, and the ids of its cells whose recordings are missing or old."""

    page: Page
    not_recorded: list[str]


def keep_recordings(course: Path, assignment: str) -> None:
    """Run a notebook and keep what it shows. Raises CellExecutionError where a cell fails."""
    source = course / "notebooks" / assignment / f"{assignment}.ipynb"
    record(source, _recordings(course, assignment))


def build(course: Path, folder: Path) -> Iterator[Written]:
    """Write the website of `course` into `folder`, and say so of each page once it is there.

    Raises:
        ValueError: a formula cannot be written as MathML.
    """
    pages = pages_of(course)
    frame = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, trim_blocks=True)
    words: list[dict[str, Any]] = []
    for number, page in enumerate(pages):
        notebook = _notebook(page, course)
        body = _body(notebook, page, pages)
        soup = BeautifulSoup(body, features="html.parser")
        sections = list(_sections(page, soup))
        text = frame.get_template("page.html.j2").render(
            page=page,
            pages=pages,
            sections=sections,
            body=Markup(body),
            before=pages[number - 1] if number else None,
            after=pages[number + 1] if number + 1 < len(pages) else None,
        )
        words += sections
        write_whole(folder / page.href, text.encode())
        yield Written(page, [c.id for c in notebook.cells if c.metadata.site.unknown])
    for name, content in _assets(words).items():
        write_whole(folder / name, content.encode())
    write_page(folder / "demos.html")


def _recordings(course: Path, assignment: str) -> Path:
    return course / "docs" / "recordings" / f"{assignment}.json"


def _notebook(page: Page, course: Path) -> NotebookNode:
    if page.is_lesson:
        return lesson(course, page.source, _recordings(course, page.name))
    return page_of_text(page.source)


def _body(notebook: NotebookNode, page: Page, pages: list[Page]) -> str:
    """The cells of a page as HTML."""
    text = Text(partial(target_of, page=page, pages=pages), str(page.source.parent))
    exporter = HTMLExporter(template_name="lesson", extra_template_basedirs=[str(TEMPLATES)])
    exporter.register_filter("markdown2html", text.html)
    exporter.register_filter("json_in_page", json_in_page)
    body, _ = exporter.from_notebook_node(notebook)
    return str(body)


def json_in_page(values: Any) -> str:
    """JSON that can stand in a script element."""
    return json.dumps(values, ensure_ascii=False).replace("<", "\\u003c")


def _sections(page: Page, body: BeautifulSoup) -> Iterator[dict[str, Any]]:
    """The headings of a page with the words below each, but for large formulas, pictures and
    what is folded: a hint or an answer would stand open in what the search found."""
    section: dict[str, Any] = {}
    for node in body.descendants:
        if isinstance(node, Tag) and node.name in ("h1", "h2", "h3"):
            if section:
                yield section
            section = {
                "page": page.title,
                "href": f"{page.href}#{node['id']}",
                "name": node["id"],
                "level": int(node.name[1]),
                "title": node.get_text(),
                "text": "",
            }
        elif type(node) is NavigableString and section and _is_text(node):
            section["text"] += node
    if section:
        yield section


def _is_text(node: NavigableString) -> bool:
    others = ("script", "svg", "details", "h1", "h2", "h3")
    return not (node.find_parent(others) or node.find_parent("math", display="block"))


def _assets(sections: list[dict[str, Any]]) -> dict[str, str]:
    """The files beside the pages, by name."""
    font = base64.b64encode((STATIC / "math.woff").read_bytes()).decode()
    words = [[s["page"], s["title"], s["href"], " ".join(s["text"].split())] for s in sections]
    style = (STATIC / "site.css").read_text("utf-8").replace("$font", font)
    return {
        "site.css": style + (DEMOS / "demo.css").read_text("utf-8"),
        "demos.js": (DEMOS / "page.js").read_text("utf-8"),
        "words.js": f"window.courseWords = {json_in_page(words)};\n",
        **{name: (STATIC / name).read_text("utf-8") for name in ("theme.js", "site.js")},
    }
