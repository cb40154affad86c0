"""What can go wrong at one place of a program: each kind of fault that the audit tries."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

Confused = Mapping[str, frozenset[str]]

OPERATORS: Mapping[type[ast.operator], tuple[type[ast.operator], ...]] = {
    ast.Add: (ast.Sub, ast.Mult),
    ast.Sub: (ast.Add, ast.Mult),
    ast.Mult: (ast.Div, ast.Add),
    ast.Div: (ast.Mult,),
    ast.FloorDiv: (ast.Mod, ast.Mult),
    ast.Mod: (ast.FloorDiv,),
    ast.Pow: (ast.Mult,),
}
COMPARISONS: Mapping[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.GtE),
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.LtE),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
}
NAMES = {
    "mean": "sum",
    "sum": "mean",
    "amax": "amin",
    "max": "min",
    "argmax": "argmin",
    "var": "std",
    "norm": "sum",
    "zeros": "ones",
    "zeros_like": "ones_like",
    "new_zeros": "new_ones",
    "empty_like": "zeros_like",
    "eval": "train",
    "train": "eval",
    "relu": "tanh",
    "max_pool2d": "avg_pool2d",
    "unfold": "fold",
    "conj": "abs",
}


def partners(tree: ast.AST) -> Confused:
    """For each name those that are easily taken for it: its neighbours among the parameters or in
    one assignment, the variables of the loops around its own."""
    found: dict[str, set[str]] = {}

    def confuse(names: list[str]) -> None:
        for one, other in pairwise(names):
            if one != other:
                found.setdefault(one, set()).add(other)
                found.setdefault(other, set()).add(one)

    for node in ast.walk(tree):
        match node:
            case ast.arguments(args=args):
                confuse([a.arg for a in args])
            case ast.Tuple(elts=elements, ctx=ast.Store()):
                confuse([e.id for e in elements if isinstance(e, ast.Name)])
            case ast.For(target=ast.Name(id=outer), body=[ast.For(target=ast.Name(id=inner)), *_]):
                confuse([outer, inner])
    return {name: frozenset(others) for name, others in found.items()}


def faults(node: ast.AST, parent: ast.AST, confused: Confused) -> Iterator[ast.AST]:
    """What may stand wrongly in the place of `node`, where that can make a difference."""
    match parent, node:
        case ast.Attribute(attr="dtype" | "device" | "new_zeros"), _:
            return  # all arguments agree in these
        case ast.keyword(arg="strict"), _:
            return
        case ast.keyword(arg="dim"), ast.Tuple():
            return  # the order of axes that are reduced
    match node:
        case ast.Name(id=name, ctx=ast.Load()):
            yield from (ast.Name(other) for other in sorted(confused.get(name, ())))
        case ast.Constant(value=value):
            yield from (ast.Constant(other) for other in _constants(value))
        case ast.BinOp() | ast.AugAssign():
            yield from _arithmetic(node)
        case ast.Compare() | ast.BoolOp() | ast.UnaryOp() | ast.IfExp():
            yield from _logic(node)
        case ast.Call():
            yield from _calls(node)
        case ast.Attribute(value, name) if name in NAMES:
            yield ast.Attribute(value, NAMES[name])
        case ast.Slice(lower, upper, step):
            yield from _slices(lower, upper, step)
        case ast.Tuple(elts=elements) | ast.List(elts=elements):
            yield from (type(node)(swapped) for swapped in _swapped(elements))
        case ast.comprehension(target, iterated, conditions, is_async) if conditions:
            yield ast.comprehension(target, iterated, [], is_async)
    if isinstance(node, ast.stmt):
        yield from _statements(node)


def _constants(value: object) -> Iterator[Any]:
    match value:
        case bool():
            yield not value
        case int():
            yield from (value + 1, value - 1)
        case float():
            yield from (2 * value, value / 10, 0.0, 1.0)
        case str() if "->" in value:  # the letters of einsum
            for i in range(len(value) - 1):
                if value[i].isalpha() and value[i + 1].isalpha():
                    yield value[:i] + value[i + 1] + value[i] + value[i + 2 :]
        case str():
            yield f"other {value}"


def _arithmetic(node: ast.BinOp | ast.AugAssign) -> Iterator[ast.AST]:
    others = OPERATORS.get(type(node.op), ())
    if isinstance(node, ast.AugAssign):
        yield ast.Assign([node.target], node.value, lineno=0)
        yield from (ast.AugAssign(node.target, other(), node.value) for other in others)
        return
    left, right = node.left, node.right
    yield from (ast.BinOp(left, other(), right) for other in others)
    yield from (left, right)
    if not isinstance(node.op, (ast.Add, ast.Mult)):
        yield ast.BinOp(right, node.op, left)
    if isinstance(node.op, ast.FloorDiv):  # rounded up
        negative = ast.BinOp(ast.UnaryOp(ast.USub(), left), ast.FloorDiv(), right)
        yield ast.UnaryOp(ast.USub(), negative)


def _logic(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.Compare(left, [operator], [right]):
            others = COMPARISONS.get(type(operator), ())
            yield from (ast.Compare(left, [other()], [right]) for other in others)
        case ast.Compare(left, [first, second], [middle, right]):
            yield ast.Compare(left, [first], [middle])
            yield ast.Compare(middle, [second], [right])
            yield ast.Compare(left, [first, *_others(second)], [middle, right])
            yield ast.Compare(left, [*_others(first), second], [middle, right])
        case ast.BoolOp(operator, values):
            yield ast.BoolOp(ast.Or() if isinstance(operator, ast.And) else ast.And(), values)
            yield from values
        case ast.UnaryOp(_, operand):
            yield operand
        case ast.IfExp(_, chosen, otherwise):
            yield from (chosen, otherwise)


def _others(operator: ast.cmpop) -> list[ast.cmpop]:
    return [COMPARISONS[type(operator)][0]()]


def _calls(node: ast.Call) -> Iterator[ast.AST]:
    function, given, named = node.func, node.args, node.keywords
    if isinstance(function, ast.Attribute):
        yield function.value  # the call is left out: no flip, no root, no copy
        match function.value:
            case ast.BinOp(left, ast.Add(), right):  # added outside: eps beside the root
                moved = ast.Call(ast.Attribute(left, function.attr), given, named)
                yield ast.BinOp(moved, ast.Add(), right)
    if given:
        yield given[0]
    yield from (ast.Call(function, swapped, named) for swapped in _swapped(given))
    for i in range(len(given)):
        if len(given) > 1:
            yield ast.Call(function, given[:i] + given[i + 1 :], named)
    for i, keyword in enumerate(named):
        if keyword.arg != "strict":
            yield ast.Call(function, given, named[:i] + named[i + 1 :])
    if isinstance(function, ast.Name) and function.id in ("range", "slice"):
        for i, argument in enumerate(given):
            for off in _off_by_one(argument):
                yield ast.Call(function, [*given[:i], off, *given[i + 1 :]], named)


def _slices(
    lower: ast.expr | None, upper: ast.expr | None, step: ast.expr | None
) -> Iterator[ast.AST]:
    if lower:
        yield ast.Slice(None, upper, step)
        yield from (ast.Slice(off, upper, step) for off in _off_by_one(lower))
    if upper:
        yield ast.Slice(lower, None, step)
        yield from (ast.Slice(lower, off, step) for off in _off_by_one(upper))
    if step:
        yield ast.Slice(lower, upper, None)


def _off_by_one(node: ast.expr) -> Iterator[ast.expr]:
    for operator in (ast.Add(), ast.Sub()):
        yield ast.BinOp(node, operator, ast.Constant(1))


def _swapped(nodes: list[ast.expr]) -> Iterator[list[ast.expr]]:
    for i in range(len(nodes) - 1):
        yield [*nodes[:i], nodes[i + 1], nodes[i], *nodes[i + 2 :]]


def _statements(node: ast.stmt) -> Iterator[ast.AST]:
    match node:
        case ast.FunctionDef() | ast.ClassDef() | ast.Return() | ast.Pass():
            return
        case ast.If(test, body, otherwise):
            yield ast.If(ast.UnaryOp(ast.Not(), test), body, otherwise)
            yield ast.If(ast.Constant(True), body, otherwise)
        case ast.For(target, iterated, body):  # its first pass alone, and all but the last
            for part in (ast.Slice(None, ast.Constant(1)), ast.Slice(None, ast.Constant(-1))):
                passes = ast.Subscript(ast.List([ast.Starred(iterated)]), part)
                yield ast.For(target, passes, body, [], lineno=0)
        case ast.With(_, body):
            yield ast.If(ast.Constant(True), body, [])
    yield ast.Pass()
