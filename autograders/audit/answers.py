"""The right answers that the audit puts faults into: the notebook's, and those in other styles."""

from __future__ import annotations

import ast
import json
import re
from dataclasses import dataclass
from pathlib import Path

from autograders.checks.load import module_name

NOTEBOOK = "notebook"
CHECK = re.compile(r"""check\(\s*["'](.+?)["'],\s*(\w+)\s*\)""")


@dataclass(frozen=True)
class RightAnswer:
    """A right answer: the assignment's full name, the exercise, the style (`notebook`, or the name
    of the sample that holds it), the name of the function or class, and its source."""

    assignment: str
    exercise: str
    style: str
    name: str
    source: str


def right_answers(course: Path, assignment: str) -> list[RightAnswer]:
    """The right answers of an assignment's exercises, in the order of the notebook.

    Args:
        course: the project's folder.
        assignment: full name.
    """
    notebook = course / "notebooks" / assignment / f"{assignment}.ipynb"
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    solutions = [c for c in code if c["metadata"].get("nbgrader", {}).get("solution")]
    styles = {NOTEBOOK: _defined(["".join(cell["source"]) for cell in solutions])}
    samples = course / "tests" / "samples" / "solutions" / module_name(assignment)
    for path in sorted(samples.glob("*.py")):
        if not path.stem.startswith("wrong_"):
            styles[path.stem] = _defined([path.read_text(encoding="utf-8")])
    calls = [CHECK.fullmatch("".join(cell["source"]).strip()) for cell in code]
    asked = [(call[1], call[2]) for call in calls if call]
    return [
        RightAnswer(assignment, exercise, style, name, defined[name])
        for exercise, name in asked
        for style, defined in styles.items()
        if name in defined
    ]


def _defined(sources: list[str]) -> dict[str, str]:
    """The functions and classes that the sources define, each by its name."""
    return {
        node.name: ast.unparse(node)
        for source in sources
        for node in ast.parse(source).body
        if isinstance(node, (ast.FunctionDef, ast.ClassDef))
    }
