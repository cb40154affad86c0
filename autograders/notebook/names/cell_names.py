"""The names that a cell's source reads, binds and changes, found without running it."""

from __future__ import annotations

import ast
import keyword
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from autograders.notebook.names.scopes import Scope, bound_by

EVERYTHING = "*"  # what `from m import *` binds
MAGIC = re.compile(r"(\s*)([\w, ]+=)?\s*(?:%%?(\w+)|!!?|\?\??)(.*)")
HELP = re.compile(r"(\s*)([\w.]+)\?\??\s*")
Argument = tuple[str, int | str]  # a function's name, and the argument's place or name


@dataclass
class CellNames:
    """Global names of one cell, by what it does with them."""

    read: set[str] = field(default_factory=set)  # while it runs, before it has bound them itself
    read_later: set[str] = field(default_factory=set)  # when a function of it is called
    bound: set[str] = field(default_factory=set)  # perhaps: in a branch, by a function
    bound_surely: set[str] = field(default_factory=set)
    defined: set[str] = field(default_factory=set)  # those of `bound` by def, class or import
    changed: set[str] = field(default_factory=set)  # a part of the value: x[0] = 1, x.append(1)
    passed: set[tuple[Argument, str]] = field(default_factory=set)
    changed_arguments: set[Argument] = field(default_factory=set)  # by functions that it defines


def cell_names(source: str) -> CellNames:
    """The names of a code cell, in IPython's syntax; none where it cannot be read, and run."""
    try:
        reader = _Reader()
        reader.block(_parse(source).body)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return CellNames()
    return reader.names


def _parse(source: str) -> ast.Module:
    """Python as it is; of IPython's own lines the names in them, since any of them may be read."""
    try:
        return ast.parse(source)
    except SyntaxError:
        return ast.parse("\n".join(map(_as_python, source.splitlines())))


def _as_python(line: str) -> str:
    if found := MAGIC.fullmatch(line):
        indent, target, magic, text = found.groups(default="")
        if magic == "time" and not target and text.strip():
            return indent + text.strip()
    elif found := HELP.fullmatch(line):
        indent, target, text = found[1], "", found[2]
    else:
        return line
    names = [n for n in re.findall(r"\b[^\W\d]\w*", text) if not keyword.iskeyword(n)]
    return f"{indent}{target}[{', '.join(names)}]"


class _Reader(ast.NodeVisitor):
    """Goes through statements in the order in which they run."""

    def __init__(self) -> None:
        self.names = CellNames()
        self._scopes: list[Scope] = []

    @property
    def _is_later(self) -> bool:
        return any(scope.kind == "function" for scope in self._scopes)

    def block(self, statements: Iterable[ast.stmt]) -> None:
        for statement in statements:
            self.visit(statement)

    def _branches(self, *blocks: list[ast.stmt]) -> None:
        """Blocks of which one runs; what all of them bind is bound surely."""
        before, after = set(self.names.bound_surely), []
        for block in blocks:
            self._set_sure(before)
            self.block(block)
            after.append(set(self.names.bound_surely))
        self._set_sure(set.intersection(*after))

    def _set_sure(self, names: set[str]) -> None:
        self.names.bound_surely.clear()
        self.names.bound_surely.update(names)

    def _read(self, name: str) -> None:
        if not self._is_global(name):
            return
        if self._is_later:
            self.names.read_later.add(name)
        elif name not in self.names.bound_surely:
            self.names.read.add(name)

    def _bind(self, name: str, defines: bool = False) -> None:
        if self._scopes and name not in self._scopes[-1].declared_global:
            return
        self.names.bound.add(name)
        if defines:
            self.names.defined.add(name)
        if not self._scopes:
            self.names.bound_surely.add(name)

    def _is_global(self, name: str) -> bool:
        for scope in reversed(self._scopes):
            if name in scope.declared_global:
                return True
            if name in scope.local:
                return False
        return True

    @contextmanager
    def _inside(self, scope: Scope) -> Iterator[Scope]:
        self._scopes.append(scope)
        yield scope
        self._scopes.pop()

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Load):
            self._read(node.id)
        else:
            self._bind(node.id)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        self._note_change(node)

    def visit_Subscript(self, node: ast.Subscript) -> None:
        self._note_change(node)

    def _note_change(self, node: ast.Attribute | ast.Subscript) -> None:
        if not isinstance(node.ctx, ast.Load):
            self._change(node)
        self.generic_visit(node)

    def _change(self, node: ast.expr) -> None:
        while isinstance(node, (ast.Attribute, ast.Subscript)):
            node = node.value
        if not isinstance(node, ast.Name):
            return
        if self._is_global(node.id):
            self.names.changed.add(node.id)
        for scope in self._scopes:
            scope.changed.add(node.id)

    def visit_Expr(self, node: ast.Expr) -> None:
        if isinstance(node.value, ast.Call) and isinstance(node.value.func, ast.Attribute):
            self._change(node.value.func)  # whose result nobody wants: it is called for its effect
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        if isinstance(node.func, ast.Name):
            given: list[tuple[int | str, ast.expr]] = [*enumerate(node.args)]
            given += [(each.arg or "", each.value) for each in node.keywords]
            for place, value in given:
                if isinstance(value, ast.Name) and self._is_global(value.id):
                    self.names.passed.add(((node.func.id, place), value.id))
        self.generic_visit(node)

    def visit_Assign(self, node: ast.Assign) -> None:
        self.visit(node.value)
        for target in node.targets:
            self.visit(target)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        self.visit(node.annotation)
        if node.value:
            self.visit(node.value)
            self.visit(node.target)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        self.visit(node.value)
        if isinstance(node.target, ast.Name):
            self._read(node.target.id)
            self._change(node.target)
        self.visit(node.target)

    def visit_Delete(self, node: ast.Delete) -> None:
        for target in node.targets:
            if isinstance(target, ast.Name):
                self._read(target.id)
            self.visit(target)

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        self.visit(node.value)
        comprehensions = []
        while self._scopes and self._scopes[-1].kind == "comprehension":
            comprehensions.append(self._scopes.pop())
        before = set(self.names.bound_surely)
        self.visit(node.target)
        if comprehensions:
            self._set_sure(before)  # of no iteration
        self._scopes += comprehensions[::-1]

    def visit_If(self, node: ast.If) -> None:
        self.visit(node.test)
        self._branches(node.body, node.orelse)

    def visit_While(self, node: ast.While) -> None:
        self.visit(node.test)
        self._branches(node.body, node.orelse)

    def visit_For(self, node: ast.For | ast.AsyncFor) -> None:
        self.visit(node.iter)
        before = set(self.names.bound_surely)
        self.visit(node.target)
        self.block(node.body)
        self._set_sure(before)
        self._branches(node.orelse, [])

    visit_AsyncFor = visit_For

    def visit_Try(self, node: Any) -> None:
        before = set(self.names.bound_surely)
        self.block([*node.body, *node.orelse])
        self._set_sure(before)
        for handler in node.handlers:
            if handler.type:
                self.visit(handler.type)
            if handler.name:
                self._bind(handler.name)
            self.block(handler.body)
            self._set_sure(before)
        self.block(node.finalbody)

    visit_TryStar = visit_Try

    def visit_Match(self, node: ast.Match) -> None:
        self.visit(node.subject)
        before = set(self.names.bound_surely)
        for case in node.cases:
            self.visit(case)
            self._set_sure(before)

    def _bind_and_go_on(self, node: ast.AST) -> None:
        for name in bound_by(node):
            self._bind(name)
        self.generic_visit(node)

    visit_MatchAs = visit_MatchStar = visit_MatchMapping = _bind_and_go_on

    def visit_Import(self, node: ast.Import | ast.ImportFrom) -> None:
        for name in bound_by(node):
            self._bind(name, defines=True)

    visit_ImportFrom = visit_Import

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        for each in (*node.decorator_list, node.returns):
            if each:
                self.visit(each)
        self.visit(node.args)
        with self._inside(Scope.of_function(node)) as scope:
            self.block(node.body)
        for place, argument in enumerate((*node.args.posonlyargs, *node.args.args)):
            if argument.arg in scope.changed:
                self.names.changed_arguments |= {(node.name, place), (node.name, argument.arg)}
        self._bind(node.name, defines=True)

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self.visit(node.args)
        with self._inside(Scope.of_function(node)):
            self.visit(node.body)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        for each in (*node.decorator_list, *node.bases, *node.keywords):
            self.visit(each)
        with self._inside(Scope()):
            self.block(node.body)
        self._bind(node.name, defines=True)

    def _comprehension(self, node: Any) -> None:
        first, *rest = node.generators
        self.visit(first.iter)
        bound = (ast.walk(generator.target) for generator in node.generators)
        targets = {name for nodes in bound for each in nodes for name in bound_by(each)}
        with self._inside(Scope(targets, kind="comprehension")):
            parts = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
            for each in (*first.ifs, *(p for g in rest for p in (g.iter, *g.ifs)), *parts):
                self.visit(each)

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = _comprehension
