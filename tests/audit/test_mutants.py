"""Faults are put in one at a time, each kind of them, and in the same order every time."""

import ast

import pytest

from autograders.audit.mutants import mutants

KINDS = [
    ("return x + b", ["return x - b", "return x * b", "return x", "return b"]),
    ("return (h - k) // s", ["return -(-(h - k) // s)", "return (k - h) // s"]),
    ("total += x", ["total = x", "total -= x", "pass"]),
    ("return x < y", ["return x <= y", "return x > y"]),
    ("return x if a and b else y", ["return x if a or b else y", "return x", "return y"]),
    ("return x[1:n:2]", ["return x[:n:2]", "return x[1:n + 1:2]", "return x[1:n]"]),
    ("return x.flip(2)", ["return x", "return x.flip(3)", "return x.flip(1)"]),
    ("return (var + eps).sqrt()", ["return var.sqrt() + eps"]),
    ("return x.mean(dim=0)", ["return x.sum(dim=0)", "return x.mean()", "return x.mean(dim=1)"]),
    ("return x.var(0, correction=0)", ["return x.var(0, correction=1)", "return x.var(0)"]),
    ("return f(x, w)", ["return f(w, x)", "return f(x)", "return x"]),
    ("h, w = x.shape", ["w, h = x.shape"]),
    ("for i in range(n):\n    g(i)", ["for i in range(n + 1):", "for i in [*range(n)][:-1]:"]),
    ("if a:\n    g(a)", ["if not a:", "if True:"]),
    ("return einsum('nc,oc->no', x, w)", ["return einsum('nc,oc->on', x, w)"]),
    ("return mode == 'zeros'", ["return mode == 'other zeros'", "return mode != 'zeros'"]),
    ("with no_grad():\n    g()", ["if True:"]),
]


def lines(source: str) -> list[str]:
    return [mutant.line for mutant in mutants(source)]


@pytest.mark.parametrize(("right", "wrong"), KINDS)
def test_each_kind_of_fault_is_tried(right: str, wrong: list[str]) -> None:
    body = "\n".join(f"    {line}" for line in right.splitlines())
    found = lines(f"def f():\n{body}")
    assert [line for line in wrong if f"2: {line}" not in found] == []


def test_names_that_stand_together_are_taken_for_each_other() -> None:
    found = lines("def f(dy, x):\n    rows, columns = x.shape\n    return dy[rows]")
    assert "2: rows, columns = dy.shape" in found
    assert "3: return x[rows]" in found
    assert "3: return dy[columns]" in found


def test_a_default_is_mistaken() -> None:
    assert "1: def f(x, eps=2e-05):" in lines("def f(x, eps=1e-5):\n    return x")


def test_each_mutant_is_another_program_that_can_be_compiled() -> None:
    source = 'def f(x, k):\n    """Not looked at: 1 + 1."""\n    return x[:, 1:] * k + x.sum(dim=0)'
    sources = [mutant.source for mutant in mutants(source)]
    right = "def f(x, k):\n    return x[:, 1:] * k + x.sum(dim=0)"
    assert len({right, *sources}) == len(sources) + 1
    assert sources == [ast.unparse(ast.parse(text)) for text in sources]
    assert sources == [mutant.source for mutant in mutants(source)]


def test_what_cannot_make_a_difference_is_left_alone() -> None:
    assert not [line for line in lines("def f(x, k):\n    return x.dtype") if "k.dtype" in line]
    found = lines("def f(x):\n    return list(zip(x, x, strict=True))")
    assert not [line for line in found if "strict=False" in line or "zip(x, x))" in line]


def test_of_a_long_line_only_what_is_around_the_fault_is_kept() -> None:
    terms = " + ".join(f"term{i}" for i in range(40))
    shown = lines(f"def f():\n    return {terms}")
    [line] = [line for line in shown if "- term20" in line]
    assert line.startswith("2: ... ")
    assert line.endswith(" ...")
    assert len(line) < 60
