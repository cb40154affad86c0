"""The page on which a student reads scores and comments: whole in one file, for every reader."""

from __future__ import annotations

import html
import re
import secrets
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from types import CodeType
from typing import Any

from jinja2 import BytecodeCache, Environment, pass_context
from jinja2.bccache import Bucket
from jinja2.runtime import Context
from latex2mathml.converter import convert
from nbconvert.exporters import HTMLExporter
from nbconvert.filters.highlight import Highlight2HTML
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat import NotebookNode
from traitlets.config import Config

from autograders.grading.safe_html import cleaned

WAITING = '<meta name="waiting-for-a-person"'  # as index.html.j2 writes it
IN_COMMON = 1000  # cells; most are the same on the pages of a whole class
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


@pass_context
def markdown2html(context: Context, source: str) -> str:
    """Markdown as HTML, its formulas as MathML, which browsers show without help."""
    attachments = context.get("cell", {}).get("attachments", {})
    return _with_attachments(source, attachments) if attachments else _without(source)


@lru_cache(IN_COMMON)
def _highlighted(source: str) -> str:
    return str(Highlight2HTML()(source))


@lru_cache(IN_COMMON)
def _without(source: str) -> str:
    return _with_attachments(source, {})


def _with_attachments(source: str, attachments: dict[str, Any]) -> str:
    renderer = _Renderer(escape=False, attachments=attachments, exclude_anchor_links=True)
    page = cleaned(MarkdownWithMath(renderer=renderer).render(source))
    return renderer.with_formulas(page)


def formula(latex: str, display: str = "inline") -> str:
    """The formula as MathML, or as it was written where it is no LaTeX.

    >>> formula("x")[-30:]
    '<mrow><mi>x</mi></mrow></math>'
    >>> formula("x^")
    '<code>x^</code>'
    """
    try:
        return re.sub(r' (href|style)="[^"]*"', "", convert(latex, display=display))
    except Exception:  # its errors have no other class in common
        return f"<code>{html.escape(latex)}</code>"


class _Renderer(IPythonRenderer):
    """Leaves marks for formulas, which students cannot know, so that the rest can be cleaned."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self._mark = f"formula-{secrets.token_hex(8)}-"
        self._formulas: list[str] = []

    def with_formulas(self, page: str) -> str:
        """The page with its formulas where the marks are."""
        return re.sub(rf"{self._mark}(\d+)-", lambda m: self._formulas[int(m[1])], page)

    def inline_math(self, body: str) -> str:
        return self._marked(formula(body))

    def block_math(self, body: str) -> str:
        return self._marked(formula(body, "block"))

    def latex_environment(self, name: str, body: str) -> str:
        return self._marked(formula(rf"\begin{{{name}}}{body}\end{{{name}}}", "block"))

    def _marked(self, mathml: str) -> str:
        self._formulas.append(mathml)
        return f"{self._mark}{len(self._formulas) - 1}-"
