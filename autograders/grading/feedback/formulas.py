"""Formulas that students write, as MathML made of what formulas need and of nothing else."""

from __future__ import annotations

import html
import re
from xml.etree.ElementTree import Element

from latex2mathml.converter import Converter

LONGEST = 5_000  # characters of one formula; the converter's time grows with their square
_LENGTH = r"[0-9]?(\.\d{1,4})?em"  # nothing moves back, or it could cover what stands there
_WORD = r"[a-z -]{1,30}"
# Of MathML Core, without what holds anything but mathematics, such as <semantics>, and without
# <mpadded>, which lets its content stand in another's place.
_ELEMENTS = {
    *("math", "mi", "mn", "mo", "mtext", "mspace", "mrow", "mfrac", "msqrt", "mroot", "mstyle"),
    *("mphantom", "menclose", "msub", "msup", "msubsup", "munder", "mover"),
    *("munderover", "mtable", "mtr", "mtd"),
}
_ATTRIBUTES = {
    "accent": "true|false",
    "columnalign": _WORD,
    "columnlines": _WORD,
    "columnspacing": _LENGTH,
    "display": "block|inline",
    "displaystyle": "true|false",
    "fence": "true|false",
    "form": "prefix|infix|postfix",
    "linebreak": "newline",
    "linethickness": "0",
    "mathcolor": "[a-z]{1,20}|#[0-9a-fA-F]{3,6}",
    "mathsize": _LENGTH,
    "mathvariant": _WORD,
    "maxsize": _LENGTH,
    "minsize": _LENGTH,
    "movablelimits": "true|false",
    "notation": _WORD,
    "rowlines": _WORD,
    "rowspacing": _LENGTH,
    "scriptlevel": "[0-2]",
    "separator": "true|false",
    "stretchy": "true|false",
    "width": _LENGTH,
    "xmlns": r"http://www\.w3\.org/1998/Math/MathML",
}


def formula(latex: str, display: str = "inline") -> str:
    """The formula as MathML, or as it was written where it is no LaTeX.

    Args:
        latex: what stands between the dollar signs.
        display: block or inline.

    >>> formula("x")[-30:]
    '<mrow><mi>x</mi></mrow></math>'
    >>> formula("x^")
    '<code>x^</code>'
    """
    try:
        if len(latex) > LONGEST:
            raise ValueError
        return _written(Converter(display=display).convert_to_element(latex))
    except Exception:  # its errors have no other class in common
        return f"<code>{html.escape(latex)}</code>"


def _written(element: Element) -> str:
    """The element with what it holds. The converter itself leaves its text unescaped, since it
    writes signs as references; a student's text may hold tags."""
    within = _text(element.text) + "".join(_written(e) + _text(e.tail) for e in element)
    if element.tag not in _ELEMENTS:
        return within
    attributes = "".join(
        f' {name}="{html.escape(value)}"'
        for name, value in element.attrib.items()
        if re.fullmatch(_ATTRIBUTES.get(name, "(?!)"), value)
    )
    return f"<{element.tag}{attributes}>{within}</{element.tag}>"


def _text(text: str | None) -> str:
    return html.escape(html.unescape(text or ""))
