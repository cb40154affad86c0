"""HTML of what students write: nothing in it runs, loads anything, or takes another's place."""

from __future__ import annotations

import re

import bleach
from jinja2 import pass_context
from jinja2.runtime import Context
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

_TAGS = [
    *("a", "abbr", "b", "blockquote", "br", "caption", "code", "dd", "del", "details", "div"),
    *("dl", "dt", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "input", "li"),
    *("ol", "p", "pre", "s", "span", "strong", "sub", "summary", "sup", "table", "tbody", "td"),
    *("th", "thead", "tr", "u", "ul"),
]
# What the pages give meaning to, such as ids and their own classes, is not among these.
_ALLOWED = {
    "alt": r".*",
    "title": r".*",
    "colspan": r"\d+",
    "rowspan": r"\d+",
    "scope": r"col|row",
    "start": r"\d+",
    "href": r"https?:.*|mailto:.*|#.*",
    "src": r"data:image/(png|jpeg|gif);base64,[A-Za-z0-9+/=]*",
    "class": r"highlight|[a-z]{1,2}\d?",  # colours of code
    "open": r".*",
    "type": r"checkbox",  # of a list of tasks
    "checked": r".*",
    "disabled": r".*",
}


def cleaned(html: str) -> str:
    """`html` with the tags and attributes alone that words, tables and pictures need.

    >>> cleaned('<b onclick="x()">no</b><script>no()</script>')
    '<b>no</b>&lt;script&gt;no()&lt;/script&gt;'
    """
    protocols = ["http", "https", "mailto", "data"]
    return str(bleach.clean(html, _TAGS, _is_allowed, protocols, strip_comments=True))


def _is_allowed(tag: str, name: str, value: str) -> bool:
    return name in _ALLOWED and bool(re.fullmatch(_ALLOWED[name], value, re.DOTALL))


@pass_context
def markdown2html(context: Context, source: str) -> str:
    """Markdown as HTML, its formulas left for MathJax."""
    attachments = context.get("cell", {}).get("attachments", {})
    renderer = IPythonRenderer(escape=False, attachments=attachments, exclude_anchor_links=True)
    return cleaned(MarkdownWithMath(renderer=renderer).render(source))
