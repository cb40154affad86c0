"""Submissions that are odd in themselves: files, names, texts."""

from grading.small_course import find

from attacks.attack import LOST_CELL, Attack, Notebook


def _odd_source(notebook: Notebook) -> None:
    find(notebook, "double-solution")["source"] += "\n# \ud800 \x00 \x1b[2J \u202e"
    notebook["cells"].append(
        {"cell_type": "markdown", "metadata": {}, "source": "\ud800\x00<script>hacked()</script>"}
    )
    notebook["metadata"]["title"] = "\ud800<script>hacked()</script>"


EVADING = {
    "odd-output": Attack(
        "odd-text",
        r"""
print("\ud800 \x00 \x1b[2J \x9b31m <script>hacked()</script>")
from IPython.display import HTML, Javascript, Latex, SVG, Markdown, publish_display_data, display
display(HTML("<script>hacked()</script>"), Javascript("hacked()"), Latex(r"\href{javascript:0}"))
publish_display_data({"text/html": "\ud800", "text/plain": 5, "image/png": "<script>",
                      "<script>": "hacked()", "image/svg+xml": "<svg onload='hacked()'/>"},
                     {"image/png": {"alt": "\ud800'\"><script>hacked()</script>"}})
raise type("<script>\ud800", (Exception,), {})("\ud800 \x00 <script>hacked()</script>")
""",
    ),
    "odd-source": Attack("odd-text", change=_odd_source, expected=LOST_CELL),
    '=HYPERLINK("a,b")': Attack("odd-names"),
    "[red]o'neil, ann": Attack("odd-names"),
    "weights-of-all-kinds": Attack(
        "paths",
        """
import os
print(sorted(os.listdir(".")))
""",
        files={
            "large.safetensors": bytes(70 << 20),
            "a\n[red]b.safetensors": b"x",
            "timestamp.txt": b"\xff\xfe",
            "autograders.py": b"raise SystemExit",
            "sitecustomize.py": b"raise SystemExit",
        },
    ),
}
