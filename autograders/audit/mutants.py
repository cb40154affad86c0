"""Small faults put into a right answer, one at a time."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from autograders.audit.answers import RightAnswer, right_answers
from autograders.audit.faults import faults, partners

LONGEST = 44  # characters of a line that are shown


@dataclass(frozen=True)
class Mutant:
    """A right answer with one fault: its source, and the line with the fault after its number.

    Lines are counted in the answer as `ast.unparse` writes it, without its docstring; of a long
    one only what is around the fault is kept.
    """

    line: str
    source: str


def wrong_answers(course: Path, assignments: Sequence[str]) -> list[tuple[RightAnswer, Mutant]]:
    """All mutants of all right answers of some assignments of the course in the folder `course`."""
    answers = [answer for name in assignments for answer in right_answers(course, name)]
    return [(answer, mutant) for answer in answers for mutant in mutants(answer.source)]


def mutants(source: str) -> list[Mutant]:
    """Every mutant of the function or class in `source`, each once, in the order of its places."""
    tree = _without_docstrings(ast.parse(source))
    right = ast.unparse(tree)
    found = {right: Mutant("", right)}
    confused = partners(tree)
    for parent, field, index, node in _places(tree):
        for faulty in faults(node, parent, confused):
            _put(parent, field, index, faulty)
            wrong = ast.unparse(tree)
            if wrong not in found and _compiles(wrong):
                found[wrong] = _mutant(right, wrong)
        _put(parent, field, index, node)
    del found[right]
    return list(found.values())


def _places(tree: ast.AST) -> list[tuple[ast.AST, str, int | None, ast.AST]]:
    """Each node below `tree` with where it hangs: its parent, the field, the place in a list."""
    places: list[tuple[ast.AST, str, int | None, ast.AST]] = []
    for parent in ast.walk(tree):
        for field, value in ast.iter_fields(parent):
            if isinstance(value, ast.AST):
                places.append((parent, field, None, value))
            elif isinstance(value, list):
                nodes = enumerate(value)
                places += [(parent, field, i, n) for i, n in nodes if isinstance(n, ast.AST)]
    return places


def _put(parent: ast.AST, field: str, index: int | None, node: ast.AST) -> None:
    if index is None:
        setattr(parent, field, node)
    else:
        getattr(parent, field)[index] = node


def _mutant(right: str, wrong: str) -> Mutant:
    before, after = right.splitlines(), wrong.splitlines()
    pairs = enumerate(zip(before, after, strict=False))
    number = next((i for i, (b, a) in pairs if b != a), len(after) - 1)
    shown = _around(after[number].strip(), before[number].strip())
    return Mutant(f"{number + 1}: {shown}", wrong)


def _around(line: str, other: str) -> str:
    """The line, or of a long one what is around the place where it differs from the other."""
    if len(line) <= LONGEST:
        return line
    begin = _shared(line, other)
    end = len(line) - _shared(line[begin:][::-1], other[begin:][::-1])
    margin = max(0, LONGEST - (end - begin)) // 2
    first, last = max(0, begin - margin), min(len(line), end + margin)
    return f"{'... ' * (first > 0)}{line[first:last]}{' ...' * (last < len(line))}"


def _shared(one: str, other: str) -> int:
    """How many letters both begin with."""
    letters = enumerate(zip(one, other, strict=False))
    return next((i for i, (a, b) in letters if a != b), min(len(one), len(other)))


def _without_docstrings(tree: ast.Module) -> ast.Module:
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and ast.get_docstring(node):
            node.body = node.body[1:]
    return tree


def _compiles(source: str) -> bool:
    with warnings.catch_warnings(action="ignore"):  # "'int' object is not callable"
        try:
            compile(source, "mutant", "exec")
        except SyntaxError:
            return False
    return True
