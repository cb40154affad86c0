"""Markdown of the course as HTML: formulas as MathML, links between pages, sections with names."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape, unescape
from typing import Any

from latex2mathml.converter import convert
from mistune.plugins.table import render_table_cell
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

# What the converter does not know, in words that it knows. Brackets of MathML grow by themselves.
_IN_OTHER_WORDS = {
    re.compile(r"\\[bB]igg?(?=\\l|\(|\[)"): r"\\left",
    re.compile(r"\\[bB]igg?(?=\\r|\)|\])"): r"\\right",
    re.compile(r"\\xrightarrow\b"): r"\\mathrel{\\rightarrow}\\limits^",
    re.compile(r"\\mathrel\{\+\}="): r"\\;\\text{+=}\\;",
}
_BAR = '<mo accent="true">&#x02015;</mo>'  # of a fixed width; site.css draws a wide one
_WIDE_BAR = '<mo class="bar">&#x02015;</mo>'

_LONG = 25  # letters of a formula in a line of text, which may be wider than a telephone


def mathml(formula: str, display: str) -> str:
    """A formula of LaTeX as MathML, which browsers draw without a script.

    Args:
        formula: what stands between the dollar signs.
        display: block or inline.

    Raises:
        ValueError: the formula has a command that is not known.
    """
    known = formula
    for pattern, words in _IN_OTHER_WORDS.items():
        known = pattern.sub(words, known)
    made = convert(known, display=display).replace(_BAR, _WIDE_BAR)
    if unknown := re.search(r"\\[a-zA-Z]+", unescape(made)):
        raise ValueError(f"cannot write {unknown[0]} of the formula {formula!r} as MathML")
    return str(made)


class Text:
    """Turns the cells of one page into HTML, and keeps section names apart over all of them."""

    def __init__(self, link: Callable[[str], str | None], folder: str) -> None:
        """`link` gives where a link of the source leads on the site, None if nowhere."""
        self._renderer = _Renderer(link, folder)

    def html(self, markdown: str) -> str:
        return MarkdownWithMath(renderer=self._renderer).render(markdown)


class _Renderer(IPythonRenderer):
    def __init__(self, link: Callable[[str], str | None], folder: str) -> None:
        super().__init__(escape=False, embed_images=True, path=folder)
        self._link = link
        self._names: set[str] = set()

    def block_html(self, html: str) -> str:
        return html  # as it is: a hint's opening and closing tags are blocks of their own

    def inline_html(self, html: str) -> str:
        return html

    def inline_math(self, body: str) -> str:
        formula = mathml(body, "inline")
        return f'<span class="scroll line">{formula}</span>' if len(body) > _LONG else formula

    def block_math(self, body: str) -> str:
        return f'<span class="scroll">{mathml(body, "block")}</span>'

    def heading(self, text: str, level: int, **attrs: Any) -> str:
        plain = unescape(re.sub(r"<[^>]+>", "", text))
        stem = re.sub(r"\W+", "-", plain.lower()).strip("-")
        name, count = stem, 1
        while name in self._names:
            count += 1
            name = f"{stem}-{count}"
        self._names.add(name)
        return f'<h{level} id="{name}">{text}</h{level}>\n'

    def link(self, text: str, url: str, title: str | None = None) -> str:
        target = self._link(url)
        return text if target is None else f'<a href="{escape(target)}">{text}</a>'

    def table_cell(self, text: str, align: str | None = None, head: bool = False) -> str:
        return str(render_table_cell(self, text, align, head and bool(text)))  # no empty header

    def table(self, text: str) -> str:
        return f'<div class="scroll"><table>{text}</table></div>\n'
