"""A course of one small assignment with every kind of cell, for tests of the grading road."""

import json
from pathlib import Path
from typing import Any

import nbformat
from helpers import ROOT
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

NAME = "01-small"

SETUP = '''
class CouldNotBeGraded(Exception):
    """Stands for the course's own."""


def check(name, function):
    if name == "triple" and function(1) == "ours":
        raise CouldNotBeGraded("the check itself failed")
    points, factor = {"double": (3.0, 2), "triple": (2.0, 3)}[name]
    print("checked", name)
    return points if function(5) == 5 * factor else 0.0


def predict(name, value):
    return 1.0 if value == 15 else 0.0
'''

DOUBLE = "def double(x):\n    return 2 * x"
TRIPLE = "def triple(x):\n    return 3 * x"


def source_notebook() -> nbformat.NotebookNode:
    """The instructor's notebook, with solutions."""
    cells = [
        new_markdown_cell("# A small assignment", id="title"),
        _code("setup", SETUP.strip(), locked=True),
        new_code_cell("number = 5", id="plain"),
        _code("double-solution", _solution("double", 2), solution=True),
        _code("double", 'check("double", double)', points=3),
        new_markdown_cell("And three times", id="between"),
        _code("triple-solution", _solution("triple", 3), solution=True),
        _code("triple", 'check("triple", triple)', points=2),
        _code("demo-slow", "raise RuntimeError('not run while grading')", locked=True),
        _code(
            "predict-sum-answer",
            "total = None\n### BEGIN SOLUTION\ntotal = 15\n### END SOLUTION",
            True,
        ),
        _code("predict-sum", 'predict("predict-sum", total)', points=1),
        _code("unit", "assert double(0) == 0", points=1),
        new_markdown_cell("Because.", id="why", metadata=_metadata("manual-why", True, points=4)),
    ]
    cells[8].metadata["tags"] = ["demo"]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return new_notebook(cells=cells, metadata={"kernelspec": kernel})


def released_notebook() -> nbformat.NotebookNode:
    """The notebook as a student gets it, made without nbgrader."""
    notebook = source_notebook()
    stubs = {
        "double-solution": "def double(x):\n    # YOUR CODE HERE\n    ...",
        "triple-solution": "def triple(x):\n    # YOUR CODE HERE\n    ...",
        "predict-sum-answer": "total = None\n# YOUR CODE HERE\n...",
        "manual-why": "YOUR ANSWER HERE",
    }
    for grade_id, stub in stubs.items():
        find(notebook, grade_id)["source"] = stub
    return notebook


def solved_notebook(released: dict[str, Any] | None = None) -> dict[str, Any]:
    """Plain JSON of the released notebook with every answer right."""
    notebook = json.loads(json.dumps(released or released_notebook()))
    find(notebook, "double-solution")["source"] = DOUBLE
    find(notebook, "triple-solution")["source"] = TRIPLE
    find(notebook, "predict-sum-answer")["source"] = "total = 15"
    find(notebook, "manual-why")["source"] = "Because it adds up."
    return notebook


def find(notebook: Any, grade_id: str) -> Any:
    """The first cell with nbgrader's id `grade_id`."""
    return notebook["cells"][index(notebook, grade_id)]


def index(notebook: Any, grade_id: str) -> int:
    """Where the first cell with nbgrader's id `grade_id` stands."""
    ids = [cell["metadata"].get("nbgrader", {}).get("grade_id") for cell in notebook["cells"]]
    return ids.index(grade_id)


def write_course(folder: Path) -> Path:
    """A course at `folder` with this course's configuration and the small assignment, whose
    cells have five seconds each."""
    source = folder / "notebooks" / NAME
    source.mkdir(parents=True)
    nbformat.write(source_notebook(), source / f"{NAME}.ipynb")
    config = (ROOT / "nbgrader_config.py").read_text()
    (folder / "nbgrader_config.py").write_text(
        f"{config}\nc.Execute.timeout = 5\nc.IsolatedExecute.timeout = 5\n"
    )
    return folder


def hand_in(course: Path, student: str, notebook: dict[str, Any] | bytes) -> Path:
    """The notebook, or the bytes of its file, in `course` as the submission of `student`."""
    path = course / "submitted" / student / NAME / f"{NAME}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(notebook if isinstance(notebook, bytes) else json.dumps(notebook).encode())
    return path


def _solution(name: str, factor: int) -> str:
    lines = ["### BEGIN SOLUTION", f"return {factor} * x", "### END SOLUTION"]
    return "\n".join([f"def {name}(x):", *(f"    {line}" for line in lines)])


def _code(
    grade_id: str,
    source: str,
    solution: bool = False,
    points: float | None = None,
    locked: bool = False,
) -> nbformat.NotebookNode:
    metadata = _metadata(grade_id, solution, points, locked or points is not None)
    return new_code_cell(source, id=f"id-{grade_id}", metadata=metadata)


def _metadata(
    grade_id: str, solution: bool, points: float | None = None, locked: bool = False
) -> dict[str, Any]:
    settings = {
        "schema_version": 3,
        "grade_id": grade_id,
        "grade": points is not None,
        "solution": solution,
        "locked": locked,
        "task": False,
    }
    return {"nbgrader": settings | ({} if points is None else {"points": points})}
