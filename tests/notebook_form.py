"""Rules that every source notebook keeps; each yields a sentence for each place that breaks it."""

import ast
import builtins
import importlib
import json
import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import numpy as np
import torch
from helpers import Cell, source_of

from autograders.checks.load import load_assignment

Notebook = dict[str, Any]
Rule = Callable[[Notebook], Iterator[str]]
LONGEST_CELL = 40  # lines: a cell fits a screen
FIELDS = {"grade", "grade_id", "locked", "schema_version", "solution", "task"}
TASKS = ("predict-", "breaks-", "debug-", "ladder-", "recall-", "manual-", "weights")
FORBIDDEN = {  # family -> what no cell but a demo reads as an attribute or imports
    "convolution": r"(lazy_?)?conv(_?transpose)?_?\dd?|convolution",
    "pooling": r"\w*pool\w*",
    "normalization": r"(lazy_?|sync_?)?(batch|layer|group|instance|rms|local_?response)_?norm"
    r"(_?\dd?)?",
    "autograd": r"autograd|backward|v?jvp|requires_grad_?",
}
ANSWERS = r"scipy|reference|ops"  # what answers, where anything is forbidden


def written(notebook: Notebook) -> str:
    """The one text a notebook is committed as."""
    return json.dumps(notebook, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def no_outputs(notebook: Notebook) -> Iterator[str]:
    for cell in _code(notebook):
        if cell["outputs"] or cell["execution_count"] is not None:
            yield f"{cell['id']} has been run: clear its output"


def standard_kernel(notebook: Notebook) -> Iterator[str]:
    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    if notebook["metadata"].get("kernelspec") != kernel:
        yield "the kernel is not the standard one"
    if (notebook["nbformat"], notebook["nbformat_minor"]) != (4, 5):
        yield "the format is not 4.5"


def unique_names(notebook: Notebook) -> Iterator[str]:
    for what, names in (
        ("cell id", [cell["id"] for cell in notebook["cells"]]),
        ("grade_id", [_grading(cell)["grade_id"] for cell in notebook["cells"] if _grading(cell)]),
    ):
        yield from (
            f"{what} {name} is used twice" for name in {n for n in names if names.count(n) > 1}
        )


def hundred_points(notebook: Notebook) -> Iterator[str]:
    graded = [_grading(cell) for cell in notebook["cells"] if _grading(cell).get("grade")]
    total = sum(grading["points"] for grading in graded)
    by_hand = sum(grading["points"] for grading in graded if grading["solution"])
    if total != 100:
        yield f"the points add up to {total}"
    if by_hand > 10:
        yield f"{by_hand} points are given by hand, at most 10 may be"


def nbgrader_fields(notebook: Notebook) -> Iterator[str]:
    for cell in notebook["cells"]:
        grading = _grading(cell)
        if cell["cell_type"] == "code" and not grading:
            yield f"{cell['id']} is code that nbgrader does not know"
        if not grading:
            continue
        expected = FIELDS | ({"points"} if grading.get("grade") else set())
        if set(grading) != expected:
            yield f"{cell['id']} has the fields {sorted(grading)}"
        elif grading["schema_version"] != 3:
            yield f"{cell['id']} has another schema"
        elif grading["locked"] == grading["solution"] or grading["task"]:
            yield f"{cell['id']} must be either locked or a solution"


def demos_are_tagged(notebook: Notebook) -> Iterator[str]:
    for cell in notebook["cells"]:
        grading, tags = _grading(cell), cell["metadata"].get("tags", [])
        named = grading.get("grade_id", "").startswith("demo-")
        if tags != (["demo"] if named else []):
            yield f"{cell['id']} has the tags {tags}"
        if named and (grading["grade"] or not grading["locked"]):
            yield f"{cell['id']} is a demo and must be locked and not graded"


def imports_are_set_up(notebook: Notebook) -> Iterator[str]:
    """What an answer may use exists when it is graded: demos are not run by themselves."""
    for cell in _code(notebook):
        nodes = ast.walk(_tree(cell))
        if cell["id"] != "setup" and any(isinstance(n, ast.Import | ast.ImportFrom) for n in nodes):
            yield f"{cell['id']} imports what the cell setup should import"


def grades_follow_answers(notebook: Notebook) -> Iterator[str]:
    seen: dict[str, Cell] = {}
    for cell in notebook["cells"]:
        grading = _grading(cell)
        name = grading.get("grade_id", "")
        if grading.get("grade") and not grading["solution"]:
            kind = "answer" if name.startswith(TASKS) else "solution"
            asked = re.fullmatch(rf'(check|predict|breaks)\("{name}", (\w+)\)', source_of(cell))
            if not asked:
                yield f"{name} is not one call with its own name"
            elif f"{name}-{kind}" not in seen:
                yield f"{name} has no cell {name}-{kind} before it"
            elif asked[2] not in _defined(seen[f"{name}-{kind}"]):
                yield f"{name}-{kind} does not define {asked[2]}"
        seen[name] = cell


def solutions_are_marked(notebook: Notebook) -> Iterator[str]:
    for cell in notebook["cells"]:
        marks = re.findall(r"### (BEGIN|END) SOLUTION", source_of(cell))
        if marks != (["BEGIN", "END"] if _grading(cell).get("solution") else []):
            yield f"{cell['id']} has the marks {marks}"


def solutions_hold_one_function(notebook: Notebook) -> Iterator[str]:
    for cell in _solutions(notebook):
        name = cell["id"].removesuffix("-solution")
        body = [n for n in _tree(cell).body if not isinstance(n, (ast.Import, ast.ImportFrom))]
        if [getattr(node, "name", None) for node in body] != [name]:
            yield f"{cell['id']} does not hold exactly {name}"


def docstrings_are_complete(notebook: Notebook) -> Iterator[str]:
    for cell in _solutions(notebook):
        for function in (n for n in _tree(cell).body if isinstance(n, ast.FunctionDef)):
            text = ast.get_docstring(function) or ""
            for argument in function.args.args:
                if not re.search(rf"^ +{argument.arg}: .*\(", text, re.MULTILINE):
                    yield f"{function.name} does not say the shape of {argument.arg}"
            if not re.search(r"Returns:\n.+dtype", text, re.DOTALL):
                yield f"{function.name} does not say what it returns and of which dtype"


def demos_define_nothing_for_others(notebook: Notebook) -> Iterator[str]:
    demos = [cell for cell in _code(notebook) if _is_demo(cell)]
    others = [cell for cell in _code(notebook) if not _is_demo(cell)]
    own = set().union(*map(_defined, others))
    from_demos = set().union(*map(_defined, demos)) - own
    for cell in others:
        read = {n.id for n in ast.walk(_tree(cell)) if isinstance(n, ast.Name)} - _locals(cell)
        yield from (f"{cell['id']} uses {name} of a demo" for name in sorted(read & from_demos))


def forbidden_only_in_demos(notebook: Notebook) -> Iterator[str]:
    families = _forbidden(notebook["metadata"]["assignment"])
    if not families:
        return
    names = "|".join([*(FORBIDDEN[family] for family in families), ANSWERS])
    pattern = re.compile(names, re.IGNORECASE)
    for cell in _code(notebook):
        if _is_demo(cell):
            continue
        names = []
        for node in ast.walk(_tree(cell)):
            if isinstance(node, ast.Attribute):
                names.append(node.attr)
            elif isinstance(node, ast.Import):
                names += [part for alias in node.names for part in alias.name.split(".")]
            elif isinstance(node, ast.ImportFrom) and node.module != "course_lib.widgets":
                names += [*(node.module or "").split("."), *(alias.name for alias in node.names)]
        yield from (f"{cell['id']} uses {name}" for name in names if pattern.fullmatch(name))


def pictures_have_words(notebook: Notebook) -> Iterator[str]:
    """Pictures are shown by `plots.show`, which writes the sentence that each plot returns."""
    for cell in _code(notebook):
        calls = [node for node in ast.walk(_tree(cell)) if isinstance(node, ast.Call)]
        shown = {id(node.args[0]) for node in calls if ast.unparse(node.func) == "plots.show"}
        for call in calls:
            name = ast.unparse(call.func)
            if name.startswith("plots.") and name != "plots.show" and id(call) not in shown:
                yield f"{cell['id']} draws with {name} without plots.show"
            if name.startswith("plt."):
                yield f"{cell['id']} draws with {name}, which has no words"
            if name in ("plots.images", "plots.filtered"):
                sentence = call.args[-1]
                if not (isinstance(sentence, ast.Constant) and str(sentence.value).endswith(".")):
                    yield f"{cell['id']} says nothing about its picture"


def functions_in_prose_exist(notebook: Notebook) -> Iterator[str]:
    modules = _imports(notebook)
    known = set(dir(builtins)).union(*map(_defined, _code(notebook)), modules)
    for cell in notebook["cells"]:
        if cell["cell_type"] != "markdown":
            continue
        for path in re.findall(r"`([A-Za-z_][\w.]*)\(", source_of(cell)):
            root, *rest = path.split(".")
            if not rest:
                found = root in known
            elif root in modules:
                found = _has(importlib.import_module(modules[root]), rest)
            else:  # a variable: an array or a tensor
                found = _has(torch.Tensor, rest) or _has(np.ndarray, rest)
            if not found:
                yield f"{cell['id']} speaks of {path}, which does not exist"


def cells_fit_a_screen(notebook: Notebook) -> Iterator[str]:
    for cell in notebook["cells"]:
        lines = len(source_of(cell).splitlines())
        if lines > LONGEST_CELL:
            yield f"{cell['id']} has {lines} lines"


def headings_are_in_order(notebook: Notebook) -> Iterator[str]:
    text = "\n".join(source_of(c) for c in notebook["cells"] if c["cell_type"] == "markdown")
    numbers = [int(n) for n in re.findall(r"^## (\d+) · ", text, re.MULTILINE)]
    if numbers != list(range(1, len(numbers) + 1)):
        yield f"the sections are numbered {numbers}"
    levels = [len(marks) for marks in re.findall(r"^(#+) ", text, re.MULTILINE)]
    if levels[:1] != [1] or any(b > a + 1 for a, b in pairwise(levels)):
        yield f"a heading skips a level: {levels}"
    titles = re.findall(r"^##? (.*)$", text, re.MULTILINE)
    if levels.count(1) != 1 or len(set(titles)) < len(titles):
        yield f"there is not one title, or two sections have the same: {titles}"


def markdown_can_be_heard(notebook: Notebook) -> Iterator[str]:
    """Pictures and links in prose have words, and every column of a table its heading."""
    for cell in notebook["cells"]:
        if cell["cell_type"] != "markdown":
            continue
        text = source_of(cell)
        wordless = re.search(r"!\[\s*\]\(", text) or re.search(r'<img\b(?![^>]* alt="\w)', text)
        if wordless:
            yield f"{cell['id']} has a picture without words"
        for words in re.findall(r"(?<!!)\[([^]]*)\]\(", text):
            if words.strip().lower() in ("", "here", "link", "this") or "://" in words:
                yield f"{cell['id']} has a link that says {words!r}"
        for header in re.findall(r"^\|(.*)\|\n\|[ :|-]+\|$", text, re.MULTILINE):
            if not all(map(str.strip, header.split("|"))):
                yield f"{cell['id']} has a table with the columns {header.strip()!r}"


RULES: tuple[Rule, ...] = (
    no_outputs,
    standard_kernel,
    unique_names,
    hundred_points,
    nbgrader_fields,
    demos_are_tagged,
    imports_are_set_up,
    grades_follow_answers,
    solutions_are_marked,
    solutions_hold_one_function,
    docstrings_are_complete,
    demos_define_nothing_for_others,
    forbidden_only_in_demos,
    pictures_have_words,
    functions_in_prose_exist,
    cells_fit_a_screen,
    headings_are_in_order,
    markdown_can_be_heard,
)


def _forbidden(assignment: str) -> list[str]:
    """The families of operations that any exercise of the notebook forbids."""
    exercises = load_assignment(assignment).exercises.values()
    return sorted({family for exercise in exercises for family in exercise.forbidden})


def _grading(cell: Cell) -> dict[str, Any]:
    return cell["metadata"].get("nbgrader", {})


def _code(notebook: Notebook) -> list[Cell]:
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def _solutions(notebook: Notebook) -> list[Cell]:
    return [cell for cell in _code(notebook) if cell["id"].endswith("-solution")]


def _is_demo(cell: Cell) -> bool:
    return "demo" in cell["metadata"].get("tags", [])


def _tree(cell: Cell) -> ast.Module:
    return ast.parse(source_of(cell))


def _defined(cell: Cell) -> set[str]:
    """The names that a cell leaves behind."""
    inside = _locals(cell)
    names: set[str] = set()
    for node in ast.walk(_tree(cell)):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            names.add(node.name)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            names |= {alias.asname or alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names |= {node.id} - inside
    return names


def _locals(cell: Cell) -> set[str]:
    """The names that belong to the functions and comprehensions of a cell."""
    names: set[str] = set()
    for node in ast.walk(_tree(cell)):
        if isinstance(node, (ast.FunctionDef, ast.Lambda)):
            names |= {argument.arg for argument in node.args.args}
        if isinstance(node, (ast.FunctionDef, ast.comprehension)):
            stored = ast.walk(node.target if isinstance(node, ast.comprehension) else node)
            names |= {
                n.id for n in stored if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
            }
    return names


def _imports(notebook: Notebook) -> dict[str, str]:
    """The short name of each module that the notebook imports -> its full name."""
    modules = {}
    for cell in _code(notebook):
        for node in ast.walk(_tree(cell)):
            if isinstance(node, ast.Import):
                modules |= {a.asname or a.name.split(".")[0]: a.name for a in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module in ("course_lib", "torch"):
                modules |= {alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    return modules


def _has(owner: object, path: list[str]) -> bool:
    for name in path:
        if not hasattr(owner, name):
            return False
        owner = getattr(owner, name)
    return True
