"""What several tests need: a course folder of their own, a notebook filled in as a student does."""

import ast
import json
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
ASSIGNMENT = "01-discrete-convolution"

Cell = dict[str, Any]


def course_folder(target: Path) -> Path:
    """A course at `target` with this course's configuration and source notebooks."""
    shutil.copytree(ROOT / "notebooks", target / "notebooks")
    shutil.copy(ROOT / "nbgrader_config.py", target)
    return target


def submission(released: Path, solutions: Path | None) -> dict[str, Any]:
    """The released notebook with the answers of the file `solutions` in its solution cells.

    A check cell reads `check("conv2d", conv2d)`: what the file defines under its last name goes
    into the cell that answers it. What the file does not define stays as released.
    """
    notebook = json.loads(released.read_text(encoding="utf-8"))
    answers = read_solutions(solutions).answers if solutions else {}
    for grade_id, name in questions(notebook["cells"]).items():
        if name in answers:
            solution_cell(notebook["cells"], grade_id, name)["source"] = answers[name]
    return notebook


@dataclass(frozen=True)
class Solutions:
    """A file of answers, each by the name that it defines, as the source of a cell.

    `loses_all` and `loses_some` hold the graded cells, by id, that are to earn nothing and to earn
    less than their points; the others earn them in full.
    """

    answers: Mapping[str, str]
    loses_all: tuple[str, ...]
    loses_some: tuple[str, ...]


def read_solutions(path: Path) -> Solutions:
    """Reads functions and values of a file, and its LOSES_ALL and LOSES_SOME; what it does not
    define comes from the file beside it that REST names."""
    source = path.read_text(encoding="utf-8")
    answers: dict[str, str] = {}
    data: dict[str, Any] = {"REST": "", "LOSES_ALL": (), "LOSES_SOME": ()}
    for node in ast.parse(source).body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)]) if name in data:
                data[name] = ast.literal_eval(node.value)
            case ast.Assign(targets=[ast.Name(id=name)]) if name.startswith("manual_"):
                answers[name] = ast.literal_eval(node.value)
            case (
                ast.Assign(targets=[ast.Name(id=name)])
                | ast.FunctionDef(name=name)
                | ast.ClassDef(name=name)
            ):
                answers[name] = ast.get_source_segment(source, node) or ""
    if data["REST"]:
        answers = {**read_solutions(path.with_stem(data["REST"])).answers, **answers}
    return Solutions(answers, data["LOSES_ALL"], data["LOSES_SOME"])


def questions(cells: list[Cell]) -> dict[str, str]:
    """The id of each graded cell -> the name that it asks for, in the order of the notebook."""
    asked = {}
    for cell in cells:
        grading = cell["metadata"].get("nbgrader", {})
        if not grading.get("grade"):
            continue
        grade_id = grading["grade_id"]
        if grading["solution"]:  # graded by hand: the cell is its own answer
            asked[grade_id] = grade_id.replace("-", "_")
        else:
            last = ast.parse(source_of(cell)).body[-1]
            assert isinstance(last, ast.Expr)
            assert isinstance(last.value, ast.Call)
            asked[grade_id] = ast.unparse(last.value.args[-1])
    return asked


def solution_cell(cells: list[Cell], grade_id: str, name: str) -> Cell:
    """The solution cell that defines the function or class `name`, else the one with the answer's
    id."""
    solutions = [cell for cell in cells if cell["metadata"].get("nbgrader", {}).get("solution")]
    defines = re.compile(rf"^(def|class) {name}\(", re.MULTILINE)
    [cell] = [cell for cell in solutions if defines.search(source_of(cell))] or [
        cell
        for cell in solutions
        if cell["metadata"]["nbgrader"]["grade_id"] in (grade_id, f"{grade_id}-answer")
    ]
    return cell


def graded_cell(cells: list[Cell], grade_id: str) -> Cell:
    """The cell that is graded under `grade_id`."""
    [cell] = [c for c in cells if c["metadata"].get("nbgrader", {}).get("grade_id") == grade_id]
    return cell


def sources(assignment: str) -> dict[str, str]:
    """The source of each cell of this course's notebook, by the cell's id."""
    path = ROOT / "notebooks" / assignment / f"{assignment}.ipynb"
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return {cell["id"]: source_of(cell) for cell in cells}


def source_of(cell: Cell) -> str:
    """A cell's source, which a notebook file keeps as a text or as a list of lines."""
    source = cell["source"]
    return source if isinstance(source, str) else "".join(source)
