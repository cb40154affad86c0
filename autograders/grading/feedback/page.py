"""The page on which a student reads scores and comments: whole in one file, for every reader."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from types import CodeType
from typing import Any

from jinja2 import BytecodeCache, Environment
from jinja2.bccache import Bucket
from nbconvert.exporters import HTMLExporter
from nbconvert.filters.highlight import Highlight2HTML
from nbformat import NotebookNode
from traitlets.config import Config

from autograders.grading.feedback.safe_html import IN_COMMON, markdown2html

LONGEST_IN_COLOURS = 20_000  # characters of a cell
MOST_COLOURS = 10  # characters of a page for each of code; of ordinary code there are five
WAITING = '<meta name="waiting-for-a-person"'  # as index.html.j2 writes it
_NO_ALT = re.compile(r"<img (?![^>]*\balt=)")


class _Compiled(BytecodeCache):
    """Templates as code, for all pages that a process makes."""

    def __init__(self) -> None:
        self._code: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._code.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        if bucket.code:
            self._code[bucket.key, bucket.checksum] = bucket.code


_COMPILED = _Compiled()


class FeedbackPage(HTMLExporter):
    """nbgrader's feedback page with a named link for each task, and formulas in MathML.

    It loads nothing and runs no script, whatever stands in a submission: its content security
    policy forbids both. So it can be read without a network.
    """

    @property
    def default_config(self) -> Config:
        """Settings of this class, so that those nbgrader makes for HTMLExporter do not count."""
        page = {
            "template_name": "feedback_page",
            "extra_template_basedirs": [str(Path(__file__).parent / "templates")],
            "exclude_input_prompt": True,
            "exclude_output_prompt": True,
            "optimistic_validation": True,  # once, and not after each step
            "filters": {},
        }
        kinds = ["text/html", "text/markdown", "image/svg+xml", "image/png", "image/jpeg"]
        own = Config(
            FeedbackPage=page,
            CSSHTMLHeaderPreprocessor={"style": "xcode"},  # all its colours can be read on grey
            NbConvertBase={"display_data_priority": [*kinds, "text/latex", "text/plain"]},
        )
        config = super().default_config.copy()
        config.merge(own)
        return config

    def default_filters(self) -> Iterator[tuple[str, Any]]:
        """As in all pages made from notebooks, but for Markdown and code."""
        yield from super().default_filters()
        yield "markdown2html", markdown2html
        yield "highlight_code", lambda source, **_: _highlighted(source)

    def _create_environment(self) -> Environment:
        """As nbconvert's, which is made anew for each page and would compile its templates anew."""
        environment: Environment = super()._create_environment()
        environment.bytecode_cache = _COMPILED
        return environment

    def from_notebook_node(
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[str, dict[str, Any]]:
        """As nbconvert's, without its second reading, which takes as long as all the rest. It
        describes pictures that have no words, which is done here."""
        resources = self._init_resources(resources)
        page, resources = super(HTMLExporter, self).from_notebook_node(nb, resources, **kw)
        return _NO_ALT.sub('<img alt="A picture without a description" ', page), resources


def is_final(page: Path) -> bool:
    """Whether a page gives a total, since no task on it waits for a person."""
    with page.open(encoding="utf-8") as file:
        return WAITING not in file.read(1000)  # above all that a student wrote


@lru_cache(IN_COMMON)
def _highlighted(source: str) -> str:
    """With colours, unless it is so long, or of such signs, that these would swell the page."""
    if len(source) <= LONGEST_IN_COLOURS:
        page = str(Highlight2HTML()(source))
        if len(page) <= MOST_COLOURS * len(source) + LONGEST_IN_COLOURS // 10:
            return page
    return f'<div class="highlight"><pre>{html.escape(source)}</pre></div>'
