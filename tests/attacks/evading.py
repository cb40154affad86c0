"""Submissions that are odd in themselves: files, names, texts."""

from grading.small_course import find

from attacks.attack import LOST_CELL, Attack, Notebook


def _odd_source(notebook: Notebook) -> None:
    find(notebook, "double-solution")["source"] += "\n# \ud800 \x00 \x1b[2J \u202e"
    notebook["cells"].append(
        {"cell_type": "markdown", "metadata": {}, "source": "\ud800\x00<script>hacked()</script>"}
    )
    notebook["metadata"]["title"] = "\ud800<script>hacked()</script>"


def _outputs(notebook: Notebook, outputs: list[object]) -> None:
    """Outputs of a cell of the student's own, as the file has them."""
    cell = {"cell_type": "code", "id": "own", "metadata": {}, "source": "x = 1", "outputs": outputs}
    notebook["cells"].insert(2, cell | {"execution_count": 1})


def _markup(notebook: Notebook) -> None:
    kinds = ("text/html", "image/svg+xml", "application/javascript", "image/png", "image/jpeg")
    data = dict.fromkeys(kinds, "<svg onload='LEAKED()'><script>LEAKED()</script>")
    data |= {"text/html": ["<script>", "LEAKED()</script>"], "text/latex": "LEAKED", "LEAKED": 5}
    odd = [None, {}, {"output_type": ["LEAKED"]}, {"data": "LEAKED"}, {"text": {"LEAKED": 1}}]
    shown = {"data": data | {"text/plain": "\x1b[2J"}, "metadata": {"LEAKED": "LEAKED"}}
    result = {"output_type": "execute_result", "execution_count": "LEAKED"}
    _outputs(notebook, [*odd, shown | {"output_type": "display_data"}, shown | result])


def _swollen(notebook: Notebook) -> None:
    texts = ["x" * 60_000] * 20 + ["LEAKED" + "x" * 60_000, "x" * 10_000_000]
    _outputs(
        notebook, [{"output_type": "stream", "name": "stdout", "text": text} for text in texts]
    )


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
    "odd-outputs-handed-in": Attack("odd-text", change=_markup),
    "swollen-outputs-handed-in": Attack("output", change=_swollen),
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
