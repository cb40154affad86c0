"""Right answers in many styles: the notebooks' own, the sample submissions', and those beside this
file. A style is a file that defines functions by the names that the notebook asks for."""

import ast
import json
import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from helpers import ROOT, questions, source_of

from autograders.checks.load import load_assignment, module_name

Function = Callable[..., Any]
SAMPLES = ROOT / "tests/samples/solutions"


def right_answers(assignment: str) -> dict[str, dict[str, Function]]:
    """exercise -> style -> the right answer; the style `notebook` has every exercise."""
    path = ROOT / "notebooks" / assignment / f"{assignment}.ipynb"
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    styles = {"notebook": _solutions(cells)}
    for folder in (SAMPLES, Path(__file__).parent):
        for file in sorted((folder / module_name(assignment)).glob("*.py")):
            if not file.stem.startswith("wrong_"):
                styles[file.stem + ("" if folder == SAMPLES else "+")] = runpy.run_path(str(file))
    asked = questions(cells)
    return {
        name: {s: defined[asked[name]] for s, defined in styles.items() if asked[name] in defined}
        for name in load_assignment(assignment).exercises
    }


def _solutions(cells: list[dict[str, Any]]) -> dict[str, Any]:
    """What the solution cells of a notebook define."""
    defined: dict[str, Any] = {
        "np": np,
        "torch": torch,
        "nn": torch.nn,
        "F": torch.nn.functional,
    }
    for cell in cells:
        if cell["metadata"].get("nbgrader", {}).get("solution") and cell["cell_type"] == "code":
            source = source_of(cell)
            if isinstance(ast.parse(source).body[0], (ast.FunctionDef, ast.ClassDef)):
                exec(source, defined)
    return defined
