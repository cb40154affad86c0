"""What a student's zip must not hold: each function gives the places where it does."""

import ast
import io
import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib.metadata import packages_distributions, requires
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
from helpers import ROOT, source_of
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from autograders.checks.load import load_assignment

Files = Mapping[str, bytes]

INSTRUCTORS = (
    "autograders/audit/",
    "autograders/authoring/",
    "autograders/edition/demos.py",
    "autograders/edition/points.py",
    "autograders/edition/release.py",
    "autograders/edition/workspace.py",
    "autograders/exercises/",
    "autograders/grading/",
    "autograders/hidden/",
    "autograders/instructor_report/",
    "autograders/lms/",
    "autograders/site/",
    "course_lib/reference/",
    "course_lib/ops/",
    "notebooks/",
    "tests/",
    "solutions/",
)
TOOLS_LEAVE = re.compile(
    r"(^|/)(\.|__pycache__|build/|dist/|[^/]*\.egg-info)|\.(pyc|pyo|so|log|db)$"
)
TELLING = 10
MARKS = (b"BEGIN SOLUTION", b"END SOLUTION", b"BEGIN HIDDEN", b"END HIDDEN")


def instructors_files(files: Files) -> list[str]:
    return [name for name in files if name.startswith(INSTRUCTORS)]


def tools_files(files: Files) -> list[str]:
    return [name for name in files if TOOLS_LEAVE.search(name)]


def marked_solutions(files: Files) -> list[str]:
    return [name for name, content in files.items() if any(mark in content for mark in MARKS)]


def solution_lines(files: Files) -> list[str]:
    """Lines of the source notebook's solutions that occur in a file.

    A line that the source notebook has outside its solutions as well is no secret.
    """
    public, secret = _public_and_secret_lines(_assignment(files))
    return [
        f"{name}: {line}"
        for name, content in files.items()
        for line in sorted((secret - public) & _lines(_as_text(name, content)))
    ]


def hidden_key(files: Files) -> list[str]:
    """Files that hold the key of the hidden cases."""
    key = (ROOT / "autograders" / "hidden" / "key").read_bytes().strip()
    return [name for name, content in files.items() if key in content]


def hidden_cases(files: Files) -> list[str]:
    """Hidden groups of which an array that is in no visible case lies in the zip.

    An array of a few numbers may be the same by chance: it counts where it has TELLING or more.
    """
    name = _assignment(files)
    stored = np.load(io.BytesIO(files[f"autograders/visible/{name}.npz"]))
    there = {stored[name].tobytes() for name in stored}
    assignment = load_assignment(name)
    exercises = assignment.exercises.values()
    groups = [(e.name, group) for e in exercises for group in (*e.groups, *e.again.values())]
    visible = {a for _, group in groups if not group.hidden for a in _arrays(group)}
    secret = [(name, group) for name, group in groups if group.hidden]
    assert secret
    return [
        f"{name}: {group.title}"
        for name, group in secret
        if (set(_arrays(group)) - visible) & there
    ]


def functions_of_exercises(files: Files) -> list[str]:
    """Definitions in a module under the name of an exercise."""
    exercises = load_assignment(_assignment(files)).exercises
    return [
        f"{name}: {node.name}"
        for name, tree in _modules(files)
        for node in ast.walk(tree)
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and node.name in exercises
    ]


def absent_imports(files: Files) -> list[str]:
    """Imports of modules that neither the zip nor its dependencies bring."""
    installed = _installed_names(files["pyproject.toml"].decode())
    return [
        f"{name}: {module}"
        for name, tree in _modules(files)
        for module in _imports(tree)
        if not _is_there(module, files, installed)
    ]


SEARCHES: dict[str, Callable[[Files], list[str]]] = {
    "instructor's files": instructors_files,
    "what tools leave": tools_files,
    "solution marks": marked_solutions,
    "lines of solutions": solution_lines,
    "the key of the hidden cases": hidden_key,
    "hidden cases": hidden_cases,
    "exercises' functions": functions_of_exercises,
    "imports of what is absent": absent_imports,
}


def _is_there(module: str, files: Files, installed: set[str]) -> bool:
    top = module.partition(".")[0]
    if top not in ("autograders", "course_lib"):
        return top in sys.stdlib_module_names or top in installed
    path = module.replace(".", "/")
    return f"{path}.py" in files or f"{path}/__init__.py" in files


def _imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Import():
                yield from (alias.name for alias in node.names)
            case ast.ImportFrom(module=str(module), level=0):
                yield module
                if module in ("autograders", "course_lib"):
                    submodules = (f"{module}.{alias.name}" for alias in node.names)
                    yield from (name for name in submodules if name != "autograders.checks_for")
            case ast.ImportFrom():
                yield f"relative import in line {node.lineno}"


def _installed_names(pyproject: str) -> set[str]:
    """What can be imported where the dependencies of `pyproject`, and theirs, are installed."""
    waiting = re.findall(r'^    "(.+)",$', pyproject, re.M)
    reached: set[str] = set()
    while waiting:
        requirement = Requirement(waiting.pop())
        name = canonicalize_name(requirement.name)
        is_wanted = requirement.marker is None or requirement.marker.evaluate({"extra": ""})
        if is_wanted and name not in reached:
            reached.add(name)
            waiting += requires(name) or []
    return {
        name
        for name, distributions in packages_distributions().items()
        if reached & {canonicalize_name(distribution) for distribution in distributions}
    }


def _assignment(files: Files) -> str:
    [name] = [PurePosixPath(n).stem for n in files if n.startswith("autograders/released/")]
    return name


def _public_and_secret_lines(assignment: str) -> tuple[set[str], set[str]]:
    path = ROOT / "notebooks" / assignment / f"{assignment}.ipynb"
    public: set[str] = set()
    secret: set[str] = set()
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        *solutions, rest = re.split(r"### END SOLUTION", source_of(cell))
        for part in solutions:
            before, _, solution = part.partition("### BEGIN SOLUTION")
            public |= _lines(before)
            secret |= _lines(solution)
        public |= _lines(rest)
    return public, secret


def _lines(text: str) -> set[str]:
    return {line.strip() for line in text.splitlines() if len(line.strip()) >= 10}


def _as_text(name: str, content: bytes) -> str:
    """Modules and prose as they are, notebooks as their sources, nothing for other files."""
    if name.endswith(".ipynb"):
        return "\n".join(source_of(cell) for cell in json.loads(content)["cells"])
    return content.decode() if Path(name).suffix in (".py", ".md", ".toml", ".json") else ""


def _modules(files: Files) -> Iterable[tuple[str, ast.AST]]:
    return [(n, ast.parse(content)) for n, content in files.items() if n.endswith(".py")]


def _arrays(group: Any) -> Iterator[bytes]:
    for case in group.cases:
        for array in (*case.arguments.values(), *case.expected.values()):
            if np.size(array) >= TELLING:
                yield np.asarray(array).tobytes()
