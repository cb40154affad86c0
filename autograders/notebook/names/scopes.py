"""Which names belong to a function, a class or a comprehension of a source, and not to its cell."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


@dataclass
class Scope:
    """What is not global in a function, a comprehension or the body of a class."""

    local: set[str] = field(default_factory=set)
    declared_global: set[str] = field(default_factory=set)
    changed: set[str] = field(default_factory=set)  # of which a part is changed in it
    kind: str = "class"

    @classmethod
    def of_function(cls, node: Function) -> Scope:
        arguments = {each.arg for each in ast.walk(node.args) if isinstance(each, ast.arg)}
        scope = cls(arguments, kind="function")
        body = [node.body] if isinstance(node, ast.Lambda) else node.body
        inside = list(_nodes_of_scope(body))
        for each in inside:
            if isinstance(each, ast.Global):
                scope.declared_global.update(each.names)
            scope.local.update(bound_by(each))
        scope.local -= scope.declared_global
        return scope


def _nodes_of_scope(nodes: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """All nodes below that belong to the same scope."""
    for node in nodes:
        if isinstance(node, COMPREHENSIONS):
            yield from (each for each in ast.walk(node) if isinstance(each, ast.NamedExpr))
        else:
            yield node
            if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                yield from _nodes_of_scope(ast.iter_child_nodes(node))


def bound_by(node: ast.AST) -> Iterator[str]:
    """The names that a node itself binds."""
    match node:
        case ast.NamedExpr(target=ast.Name(id=name)):
            yield name
        case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
            yield name
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            yield node.name
        case ast.Import() | ast.ImportFrom():
            yield from (alias.asname or alias.name.partition(".")[0] for alias in node.names)
        case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)):
            yield name
        case ast.MatchStar(name=str(name)) | ast.MatchMapping(rest=str(name)):
            yield name
