"""A course of one small notebook, with a cell of every kind that the website treats by itself."""

import shutil
from pathlib import Path
from typing import Any

import nbformat
from helpers import ROOT

SMALL = "01-small"

TEXT = """\
# 01 · Small

The output is $\\frac{W - K}{S}$ wide; see [start](../start.md) and [the code](../../Makefile).

## Steps

$$y_i = \\sum_p x_{i+p}\\, k_p$$
"""
SOLUTION = """\
def double(x):
    ### BEGIN SOLUTION
    return x + x  # the secret of doubling
    ### END SOLUTION
"""
ANSWER = """\
guess = None
### BEGIN SOLUTION
guess = "guessed 4711"
### END SOLUTION
guess
"""
FOLDED = 'print("folded", 5 * 11)'
PICTURE = """\
from course_lib import plots
print("shown", double(21))
plots.show(plots.grids({"k": [[1, 2]]}))
"""
DEMO = """\
from course_lib import widgets
widgets.SlidingKernel(((1, 2, 3), (4, 5, 6)), ((1, 2),), bias=1.0, student=double)
"""


def small_course(folder: Path) -> Path:
    """The course in `folder`."""
    cells = [
        nbformat.v4.new_markdown_cell(TEXT),
        _code("double-solution", SOLUTION, solution=True),
        _code("double", "print(1234 + 1)", grade=True),
        _code("demo-double", PICTURE),
        _code("predict-guess-answer", ANSWER, solution=True),
        _code("demo-reveal-guess", "print('revealed', guess)"),
        _code("demo-debug-guess", "print('debugged', guess)"),
        _code("demo-folded", FOLDED, hidden=True),
        _code("demo-touch", DEMO),
        nbformat.v4.new_markdown_cell("## Steps\n\nThe same heading once more."),
    ]
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3 (ipykernel)"}
    notebook.metadata["language_info"] = {"name": "python"}
    (folder / "notebooks" / SMALL).mkdir(parents=True)
    nbformat.write(notebook, folder / "notebooks" / SMALL / f"{SMALL}.ipynb")
    start = "# Start\n\n[Small](01-small/01-small.ipynb#steps)\n"
    (folder / "notebooks" / "start.md").write_text(start, encoding="utf-8")
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    return folder


def _code(
    name: str, source: str, solution: bool = False, grade: bool = False, hidden: bool = False
) -> Any:
    cell: Any = nbformat.v4.new_code_cell(source)
    cell.metadata["nbgrader"] = {
        "grade": grade,
        "grade_id": name,
        "locked": not solution,
        "schema_version": 3,
        "solution": solution,
        "task": False,
        **({"points": 1} if grade else {}),
    }
    if hidden:
        cell.metadata["jupyter"] = {"source_hidden": True}
    if name.startswith("demo-"):
        cell.metadata["tags"] = ["demo"]
    return cell
