"""Notebooks that students broke or tampered with, each from an honest one, with what must come out.

Left out is what only a process of its own can stop: student code that patches the process it
shares with the check (input transformers, a patched comparison).
"""

import copy
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from helpers import ASSIGNMENT, graded_cell, questions, solution_cell

Notebook = dict[str, Any]
Files = dict[str, bytes]  # what lies in the submission's folder, by path
Make = Callable[[Notebook], Files]

NAME = f"{ASSIGNMENT}.ipynb"
CHEAT = b"""
def checks_for(assignment):
    def check(name, answer):
        return 1.0

    check.predict = check.breaks = check
    return check
"""


@dataclass(frozen=True)
class Mangled:
    """Made by `make` from the honest sample `base` of assignment 01.

    The grade is that of `base` but for `loses`, which are worth nothing; or, where the
    submission cannot be graded, the line that says why not contains `refused`.
    """

    make: Make
    base: str
    loses: tuple[str, ...] = ()
    refused: str = ""


MANGLED: dict[str, Mangled] = {}


def mangled(base: str, **outcome: Any) -> Callable[[Make], Make]:
    """Enters the function below, from an honest notebook to files, in `MANGLED` by its name."""

    def enter(make: Make) -> Make:
        MANGLED[make.__name__] = Mangled(make, base, **outcome)
        return make

    return enter


def saved(notebook: Notebook, name: str = NAME) -> Files:
    """The notebook's file."""
    return {name: json.dumps(notebook, indent=1).encode()}


def checks(notebook: Notebook) -> list[dict[str, Any]]:
    """The cells that grade by a program."""
    cells = notebook["cells"]
    return [graded_cell(cells, name) for name in questions(cells) if "manual" not in name]


def solution(notebook: Notebook, exercise: str) -> dict[str, Any]:
    """The cell in which `exercise` is solved."""
    return solution_cell(notebook["cells"], exercise, exercise)


def own_cell(source: str) -> dict[str, Any]:
    """A code cell that the student has added."""
    cell = {
        "cell_type": "code",
        "id": f"own-{len(source)}",
        "metadata": {},
        "outputs": [],
        "source": source,
    }
    return cell | {"execution_count": None}


@mangled(base="style_windows", loses=("conv2d",))
def syntax_error(notebook: Notebook) -> Files:
    solution(notebook, "conv2d")["source"] = "def conv2d(x, w, b:\n    return x"
    return saved(notebook)


@mangled(base="style_windows", loses=("conv2d",))
def solution_deleted(notebook: Notebook) -> Files:
    notebook["cells"].remove(solution(notebook, "conv2d"))
    return saved(notebook)


@mangled(base="style_windows")
def solution_duplicated(notebook: Notebook) -> Files:
    cell = solution(notebook, "conv2d")
    notebook["cells"].insert(notebook["cells"].index(cell), copy.deepcopy(cell))
    return saved(notebook)


@mangled(base="style_windows", loses=("conv2d",))
def kernel_exits(notebook: Notebook) -> Files:
    solution(notebook, "conv2d")["source"] = "def conv2d(x, w, b):\n    import os\n    os._exit(0)"
    return saved(notebook)


@mangled(base="style_windows")
def cell_exits(notebook: Notebook) -> Files:
    notebook["cells"].insert(5, own_cell("exit()"))
    return saved(notebook)


@mangled(base="wrong_zeros")
def check_renamed_over(notebook: Notebook) -> Files:
    notebook["cells"].insert(5, own_cell("check = predict = breaks = lambda *_: 1.0"))
    return saved(notebook)


@mangled(base="style_windows")
def names_of_the_setup_reused(notebook: Notebook) -> Files:
    """Not on purpose: a student's variables that bear the names of the check and of numpy."""
    notebook["cells"].append(own_cell("check = np = 3"))
    notebook["cells"].insert(5, own_cell("check, predict = 1, 2"))
    return saved(notebook)


@mangled(base="style_windows")
def check_deleted(notebook: Notebook) -> Files:
    notebook["cells"].remove(graded_cell(notebook["cells"], "conv2d"))
    return saved(notebook)


@mangled(base="wrong_unfinished")
def check_duplicated(notebook: Notebook) -> Files:
    cell = graded_cell(notebook["cells"], "conv2d")
    notebook["cells"].append(copy.deepcopy(cell))
    return saved(notebook)


@mangled(base="wrong_zeros")
def check_edited(notebook: Notebook) -> Files:
    for cell in checks(notebook):
        cell["source"] = "assert True"
        cell["metadata"]["nbgrader"]["points"] = 1000
    return saved(notebook)


@mangled(base="wrong_zeros")
def check_made_markdown(notebook: Notebook) -> Files:
    for cell in checks(notebook):
        cell["cell_type"] = "markdown"
        del cell["outputs"], cell["execution_count"]
    return saved(notebook)


@mangled(base="style_windows")
def check_moved_to_top(notebook: Notebook) -> Files:
    cell = graded_cell(notebook["cells"], "conv2d")
    notebook["cells"].remove(cell)
    notebook["cells"].insert(0, cell)
    return saved(notebook)


@mangled(base="wrong_zeros")
def check_made_manual(notebook: Notebook) -> Files:
    for cell in checks(notebook):
        cell["metadata"]["nbgrader"].update(solution=True, locked=False)
    return saved(notebook)


@mangled(base="wrong_zeros")
def check_added(notebook: Notebook) -> Files:
    cell = copy.deepcopy(graded_cell(notebook["cells"], "conv2d"))
    cell["source"], cell["id"] = "1000.0", "extra-credit"
    cell["metadata"]["nbgrader"].update(grade_id="extra-credit", points=1000)
    notebook["cells"].append(cell)
    return saved(notebook)


@mangled(base="wrong_zeros")
def tag_skip_execution(notebook: Notebook) -> Files:
    for cell in checks(notebook):
        cell["metadata"]["tags"] = ["skip-execution", "raises-exception"]
    return saved(notebook)


@mangled(base="wrong_zeros")
def tag_demo(notebook: Notebook) -> Files:
    for cell in notebook["cells"]:
        cell["metadata"]["tags"] = ["demo"]
    return saved(notebook)


@mangled(base="wrong_zeros")
def outputs_forged(notebook: Notebook) -> Files:
    for cell in checks(notebook):
        data = {"text/plain": str(cell["metadata"]["nbgrader"]["points"])}
        result = {"output_type": "execute_result", "execution_count": 1, "metadata": {}}
        cell["metadata"]["tags"] = ["skip-execution"]
        cell["outputs"] = [result | {"data": data}]
    return saved(notebook)


@mangled(base="style_windows")
def kernel_of_another_language(notebook: Notebook) -> Files:
    kernel = {"name": "julia-1.9", "display_name": "Julia 1.9", "language": "julia"}
    notebook["metadata"].update(kernelspec=kernel, language_info={"name": "julia"})
    return saved(notebook)


@mangled(base="style_windows")
def kernel_null(notebook: Notebook) -> Files:
    notebook["metadata"]["kernelspec"] = None
    return saved(notebook)


@mangled(base="style_windows")
def schema_1(notebook: Notebook) -> Files:
    return _with_schema(notebook, 1)


@mangled(base="style_windows")
def schema_99(notebook: Notebook) -> Files:
    return _with_schema(notebook, 99)


def _with_schema(notebook: Notebook, version: int) -> Files:
    for cell in notebook["cells"]:
        if "nbgrader" in cell["metadata"]:
            cell["metadata"]["nbgrader"]["schema_version"] = version
    return saved(notebook)


@mangled(base="style_windows")
def id_renamed(notebook: Notebook) -> Files:
    graded_cell(notebook["cells"], "conv2d")["metadata"]["nbgrader"]["grade_id"] = "conv2d-mine"
    return saved(notebook)


@mangled(base="style_windows")
def id_dropped(notebook: Notebook) -> Files:
    del graded_cell(notebook["cells"], "conv2d")["metadata"]["nbgrader"]["grade_id"]
    return saved(notebook)


@mangled(base="wrong_unfinished")
def ids_swapped(notebook: Notebook) -> Files:
    done = graded_cell(notebook["cells"], "convolve2d")["metadata"]["nbgrader"]
    undone = graded_cell(notebook["cells"], "conv2d_backward")["metadata"]["nbgrader"]
    done["grade_id"], undone["grade_id"] = undone["grade_id"], done["grade_id"]
    return saved(notebook)


@mangled(base="style_windows")
def metadata_stripped(notebook: Notebook) -> Files:
    for cell in notebook["cells"]:
        cell["metadata"] = {}
        cell.pop("id", None)
    return saved(notebook)


@mangled(base="style_windows")
def cells_of_no_known_kind(notebook: Notebook) -> Files:
    notebook["cells"] += [{"cell_type": "video", "metadata": {}, "source": "x"}, {"source": 3}, 5]
    return saved(notebook)


@mangled(base="unsolved", refused="not JSON")
def not_json(notebook: Notebook) -> Files:
    return {NAME: b'{"cells": [ and then the laptop went to sleep'}


@mangled(base="unsolved", refused="empty")
def empty_file(notebook: Notebook) -> Files:
    return {NAME: b""}


@mangled(base="unsolved", refused="not a notebook")
def json_list(notebook: Notebook) -> Files:
    return {NAME: b"[1, 2, 3]"}


@mangled(base="unsolved", refused="not a notebook")
def json_object(notebook: Notebook) -> Files:
    return {NAME: b"{}"}


@mangled(base="style_windows")
def wrong_file_name(notebook: Notebook) -> Files:
    return {"homework (1).ipynb": saved(notebook)[NAME]}


@mangled(base="unsolved", refused=NAME)
def two_wrong_file_names(notebook: Notebook) -> Files:
    return {name: saved(notebook)[NAME] for name in ("homework (1).ipynb", "homework.ipynb")}


@mangled(base="style_windows")
def saved_as_utf_16_text(notebook: Notebook) -> Files:
    return {f"{NAME}.txt": saved(notebook)[NAME].decode().encode("utf-16")}


@mangled(base="style_windows")
def format_3(notebook: Notebook) -> Files:
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["input"] = cell.pop("source")
    worksheets = [{"cells": notebook.pop("cells")}]
    return saved(notebook | {"nbformat": 3, "nbformat_minor": 0, "worksheets": worksheets})


@mangled(base="wrong_zeros")
def course_lib_beside(notebook: Notebook) -> Files:
    return saved(notebook) | {"course_lib/__init__.py": b"raise SystemExit('imported')\n"}


@mangled(base="wrong_zeros")
def autograders_beside(notebook: Notebook) -> Files:
    return saved(notebook) | {"autograders/__init__.py": CHEAT, "autograders.py": CHEAT}


@mangled(base="style_windows")
def torch_beside(notebook: Notebook) -> Files:
    return saved(notebook) | {"torch.py": b"raise SystemExit('imported')\n"}
