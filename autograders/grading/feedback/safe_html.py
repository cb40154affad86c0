"""HTML of what students write: nothing in it runs, loads anything, or takes another's place."""

from __future__ import annotations

import html
import re
import secrets
from functools import lru_cache
from typing import Any

import nh3
from jinja2 import pass_context
from jinja2.runtime import Context
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from autograders.grading.feedback.formulas import formula
from autograders.grading.sandboxed.budget import words_of

IN_COMMON = 1000  # cells; most are the same on the pages of a whole class
_TAGS = {
    *("a", "abbr", "b", "blockquote", "br", "caption", "code", "dd", "del", "details", "div"),
    *("dl", "dt", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "input", "li"),
    *("ol", "p", "pre", "s", "span", "strong", "sub", "summary", "sup", "table", "tbody", "td"),
    *("th", "thead", "tr", "u", "ul"),
}
# What the pages give meaning to, such as ids and their own classes, is not among these.
_ALLOWED = {
    "alt": r".*",
    "title": r".*",
    "colspan": r"[1-9]\d?",
    "rowspan": r"[1-9]\d?",
    "scope": r"col|row",
    "start": r"\d{1,9}",
    "href": r"https?:.*|mailto:.*|#.*",
    "src": r"data:image/(png|jpeg|gif);base64,[A-Za-z0-9+/=]*",
    "class": r"highlight|[a-z]{1,2}\d?",  # colours of code
    "open": r".*",
    "type": r"checkbox",  # of a list of tasks
    "checked": r".*",
    "disabled": r".*",
}
LONGEST = 10_000  # characters of words; Markdown's parser takes the cube of some texts' length
LEFT_OUT = "(left out: what is repeated so often swells the page)"
_CODE = {"python", "py", "python3", "ipython", "ipython3"}  # others' lexers are not all linear
_OPENS = re.compile(r"<(?=/?([A-Za-z][^\s/>]*))")


@pass_context
def markdown2html(context: Context, source: str) -> str:
    """Markdown as HTML, its formulas as MathML, which browsers show without help; a text that is
    longer than LONGEST as it was written."""
    attachments = context.get("cell", {}).get("attachments", {})
    return _with_attachments(source, attachments) if attachments else _without(source)


def cleaned(page: str) -> str:
    """`page` with the tags and attributes alone that words, tables and pictures need. Of others,
    which people write for signs as well, the text stays.

    >>> cleaned('<b onclick="x()">no</b><script>no()</script> list<int>')
    '<b>no</b>&lt;script&gt;no()&lt;/script&gt; list&lt;int&gt;'
    """
    return nh3.clean(
        _OPENS.sub(lambda m: "<" if m[1].lower() in _TAGS else "&lt;", page),
        tags=_TAGS,
        attributes={"*": set(_ALLOWED)},
        attribute_filter=_allowed,
        url_schemes={"http", "https", "mailto", "data"},
        link_rel=None,
    )


def _allowed(tag: str, name: str, value: str) -> str | None:
    return value if re.fullmatch(_ALLOWED[name], value, re.DOTALL) else None


@lru_cache(IN_COMMON)
def _without(source: str) -> str:
    return _with_attachments(source, {})


def _with_attachments(source: str, attachments: dict[str, Any]) -> str:
    if (words := len(words_of(source))) > LONGEST:
        told = f"Shown as it was written: it has {words:,} characters; {LONGEST:,} are formatted."
        return f"<p>{told}</p><pre>{html.escape(source)}</pre>"
    renderer = _Renderer(source, attachments)
    page = cleaned(MarkdownWithMath(renderer=renderer).render(source))
    return renderer.with_formulas(page)


class _Renderer(IPythonRenderer):
    """Leaves marks for formulas, which students cannot know, so that the rest can be cleaned."""

    def __init__(self, source: str, attachments: dict[str, Any]) -> None:
        super().__init__(escape=False, attachments=attachments, exclude_anchor_links=True)
        # Links and pictures may be defined once and used a thousand times; each text has room to
        # hold what it was written with once, and as much again as a text may have.
        pictures = sum(len(data) for each in attachments.values() for data in each.values())
        self._room = len(source) + pictures + LONGEST
        self._mark = f"formula-{secrets.token_hex(8)}-"
        self._formulas: list[str] = []

    def with_formulas(self, page: str) -> str:
        """The page with its formulas where the marks are."""
        return re.sub(rf"{self._mark}(\d+)-", lambda m: self._formulas[int(m[1])], page)

    def image(self, text: str, url: str, title: str | None = None) -> str:
        """A picture, while there is room for it."""
        if self._room < 0:
            return f"{text} {LEFT_OUT}"
        page = super().image(text, url, title)
        return self._with_room(page, text, len(page))

    def link(self, text: str, url: str, title: str | None = None) -> str:
        """A link, while there is room for it."""
        if self._room < 0:
            return f"{text} {LEFT_OUT}"
        return self._with_room(super().link(text, url, title), text, len(url) + len(title or ""))

    def block_code(self, code: str, info: str | None = None) -> str:
        """Code, with colours if it is Python."""
        language = (info or "").split(maxsplit=1)[:1]
        return str(super().block_code(code, info if set(language) <= _CODE else None))

    def _with_room(self, page: str, text: str, size: int) -> str:
        self._room -= size
        return page if self._room >= 0 else f"{text} {LEFT_OUT}"

    def inline_math(self, body: str) -> str:
        return self._marked(formula(body))

    def block_math(self, body: str) -> str:
        return self._marked(formula(body, "block"))

    def latex_environment(self, name: str, body: str) -> str:
        return self._marked(formula(rf"\begin{{{name}}}{body}\end{{{name}}}", "block"))

    def _marked(self, mathml: str) -> str:
        self._formulas.append(mathml)
        return f"{self._mark}{len(self._formulas) - 1}-"
