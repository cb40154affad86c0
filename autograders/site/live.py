"""Which demo a notebook's cell shows, so that a page without Python can show it too."""

from __future__ import annotations

import ast
import html
from typing import Any

from course_lib.widgets import DEMOS
from course_lib.widgets.demo import STATIC

_NAMES = {demo.__name__: demo for demo in DEMOS}
_OF_PYTHON = ("student", "diagnose", "seconds")


def live_demo(source: str) -> dict[str, Any] | None:
    """The demo that a cell makes, None where it makes none.

    A page cannot run a student's function, so that the demo comes without it. An argument that is
    no plain value is one that only the running notebook has: the demo then begins with its own.

    Returns:
        name; values, what `courseDemos.mount` takes; picture, an SVG of how it begins; sentence.
    """
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    made = next((call for call in calls if _called(call) in _NAMES), None)
    if made is None:
        return None
    demo = _NAMES[_called(made)]
    settings = {keyword.arg: keyword.value for keyword in made.keywords if keyword.arg}
    widget = demo(
        *(ast.literal_eval(node) for node in made.args if all(map(_is_plain, made.args))),
        **{
            name: ast.literal_eval(node)
            for name, node in settings.items()
            if name not in _OF_PYTHON and _is_plain(node)
        },
    )
    return {
        "name": demo.demo,
        "values": {"state": widget.state, "given": widget.given},
        "picture": (STATIC / f"{demo.demo}.svg").read_text(encoding="utf-8"),
        "sentence": html.escape(demo.sentence),
    }


def _called(call: ast.Call) -> str:
    """The last name of what is called: Pooling of widgets.Pooling()."""
    return ast.unparse(call.func).rpartition(".")[2]


def _is_plain(node: ast.expr) -> bool:
    try:
        ast.literal_eval(node)
    except ValueError:
        return False
    return True
