"""The pages of the website, in order, and what leads from one to another."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

import nbformat

from autograders.system.folders import assignments


@dataclass(frozen=True)
class Page:
    """A page and the file of the course that it is made of."""

    name: str
    title: str
    source: Path

    @property
    def href(self) -> str:
        return f"{self.name}.html"

    @property
    def is_first(self) -> bool:
        return self.name == "index"

    @property
    def is_lesson(self) -> bool:
        return self.source.suffix == ".ipynb"


def pages_of(course: Path) -> list[Page]:
    """Start, lessons, closing page, experiments: those whose source is there."""
    notebooks = course / "notebooks"
    sources = {
        "index": notebooks / "start.md",
        **{name: notebooks / name / f"{name}.ipynb" for name in assignments(course)},
        "closing": notebooks / "closing.md",
        "experiments": course / "docs" / "experiments" / "README.md",
    }
    return [Page(n, _title(source), source) for n, source in sources.items() if source.is_file()]


def target_of(url: str, page: Page, pages: list[Page]) -> str | None:
    """Where a link in the source of `page` leads on the site.

    Outside addresses and places on the same page stay; a file of the course becomes its page;
    None for a file that has none.
    """
    parts = urlsplit(url)
    if parts.scheme in ("http", "https") or not parts.path:
        return url
    file = (page.source.parent / PurePosixPath(parts.path)).resolve()
    place = f"#{parts.fragment}" if parts.fragment else ""
    found = (each.href + place for each in pages if each.source.resolve() == file)
    return next(found, None)


def _title(source: Path) -> str:
    text = source.read_text(encoding="utf-8")
    if source.suffix == ".ipynb":
        cells = nbformat.reads(text, as_version=4).cells
        text = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    heading = re.search(r"^# (.+)$", text, re.MULTILINE)
    return heading[1] if heading else source.stem
