"""What the demos share: a widget drawn in the browser, and a picture where there is none."""

from __future__ import annotations

import html
from pathlib import Path
from typing import Any, ClassVar

import anywidget
from traitlets import Dict

STATIC = Path(__file__).parent / "static"


class Demo(anywidget.AnyWidget):
    """A demo of a name, whose module and picture lie in static/.

    Attributes:
        state: the present setting. The browser changes it and makes it legal.
        given: what Python adds: a student's outcome, weights.
    """

    demo: ClassVar[str]
    sentence: ClassVar[str]
    _css = STATIC / "demo.css"

    state = Dict().tag(sync=True)
    given = Dict().tag(sync=True)

    def _repr_mimebundle_(self, **options: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        """The live demo; its first picture and a sentence where no widget can be shown."""
        bundle = super()._repr_mimebundle_(**options)
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle or {}, {})
        words = f"{self.sentence} Run this cell in JupyterLab to touch it."
        picture = (STATIC / f"{self.demo}.svg").read_text(encoding="utf-8")
        page = f"<figure>{picture}<figcaption>{html.escape(words)}</figcaption></figure>"
        return {**data, "text/html": page, "text/plain": words}, metadata
