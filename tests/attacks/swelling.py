"""What should make a graded notebook, or the page made of it, far too large or slow."""

import base64
import json
import struct
from collections.abc import Callable

from attacks.attack import KEPT_CELL, Attack, Notebook

PNG = b"\x89PNG\r\n\x1a\n"
AT_ONCE = 9_900  # characters, of which all are formatted
MARKDOWN = {  # what takes a parser, a formula's converter or the page the most, for its length
    "emphasis": "*a " * 1_650 + "b*" * 2_475,
    "lists": "- " * (AT_ONCE // 2) + "a",
    "quotes": ">" * AT_ONCE + "a",
    "brackets": "[" * (AT_ONCE // 2) + "]" * (AT_ONCE // 2),
    "images": "![" * 1_600 + "a" + "](b)" * 1_600,
    "table": "|" + "a|" * 500 + "\n|" + "-|" * 500 + "\n" + "|b\n" * 2_000,
    "formulas": "$x_1$ " * (AT_ONCE // 6),
    "braces": ("$" + "{" * 2_400 + "}" * 2_400 + "$ ") * 2,
    "tags": "<b><i>" * (AT_ONCE // 6),
    "code": "```perl\n" + "s{" * (AT_ONCE // 2 - 20) + "\n```",
    "links": '[a]: b "' + "c" * 5_000 + '"\n\n' + "[a] " * 1_200,
}
DISPLAYS = """
from IPython.display import display
for _ in range(30):
    display({"image/png": b"\\x89PNG\\r\\n\\x1a\\n" + bytes(1_500_000)}, raw=True)
"""


def _cells(kind: str, *sources: str, **more: object) -> Callable[[Notebook], None]:
    """Adds cells of one's own to a notebook."""
    outputs = {"outputs": [], "execution_count": None} if kind == "code" else {}

    def change(notebook: Notebook) -> None:
        for source in sources:
            cell = {"cell_type": kind, "metadata": {}, "source": source, **outputs, **more}
            notebook["cells"].append(json.loads(json.dumps(cell)))

    return change


def _swelling(change: Callable[[Notebook], None]) -> Attack:
    return Attack("swelling", change=change)


_picture = base64.b64encode(PNG + bytes(1_500_000)).decode()
_handed_in = {"output_type": "display_data", "metadata": {}, "data": {"image/png": _picture}}
_header = json.dumps(
    {
        "value": {"list": [{"numpy": 0}] * 1000},
        "arrays": [{"dtype": "uint8", "shape": [1_000_000], "c_order": True}],
    }
).encode()
_frame = struct.pack("<II", 4 + len(_header) + 1_000_000, len(_header)) + _header

SWELLING = {
    "pictures": _swelling(_cells("code", *[DISPLAYS] * 5)),
    "handed-in-pictures": _swelling(_cells("code", *["1"] * 4, outputs=[_handed_in] * 10)),
    "attached-pictures": _swelling(
        _cells(
            "markdown",
            *["![a](attachment:a.png)" * 400] * 3,
            attachments={"a.png": {"image/png": _picture}},
        )
    ),
    "written-pictures": _swelling(
        _cells("markdown", f"[a]: data:image/png;base64,{_picture}\n\n" + "![a][a] " * 900)
    ),
    "words-of-pictures": _swelling(
        _cells(
            "code",
            'about = {"image/png": {"alt": "<" * 60_000}}',
            *[DISPLAYS.replace("1_500_000", "9").replace("raw", "metadata=about, raw")] * 8,
        )
    ),
    "errors": _swelling(_cells("code", *["raise ValueError('<' * 100_000)"] * 40)),
    "empty-cells": _swelling(_cells("code", *[""] * 20_000)),
    "long-code": _swelling(_cells("code", *["x=1;" * 4_000] * 2, *["# " + "((((1," * 3_000] * 40)),
    "long-text": _swelling(_cells("markdown", *["*a* $x$ " * 1_200] * 60)),
    "worst-markdown": _swelling(_cells("markdown", *MARKDOWN.values())),
    "array-again": Attack(
        "swelling",
        f"import os\nos.write(3, {_frame!r} + bytes(1_000_000))",
        expected=KEPT_CELL,
    ),
}
