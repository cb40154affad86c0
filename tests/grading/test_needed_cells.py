"""Demos are run while grading where another cell may see what they made, and only there."""

import nbformat
import pytest
from helpers import ROOT
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

from autograders.notebook.names.needed_cells import LONGEST, cells_to_run, is_demo
from autograders.notebook.names.set_up_again import set_up_again
from autograders.notebook.rebuild import rebuild


def demo(name: str, source: str) -> NotebookNode:
    settings = {"grade_id": name, "locked": True, "grade": False, "solution": False}
    return new_code_cell(source, id=name, metadata={"nbgrader": settings, "tags": ["demo"]})


def locked(name: str, source: str, grade: bool = False) -> NotebookNode:
    settings = {"grade_id": name, "locked": True, "grade": grade, "solution": False}
    return new_code_cell(source, id=name, metadata={"nbgrader": settings})


own = new_code_cell
A, B, C = demo("A", "x = [1]"), demo("B", "y = x"), demo("C", "def tool():\n    return y")
FIT = demo("FIT", "def fit(net, data):\n    net.update(data)")
NET = demo("NET", "net = {}")
FITTED = demo("FITTED", "fit(net, 3)")

CASES = {
    "nothing is read": ([A, B, C, own("1 + 1")], ""),
    "a name": ([A, B, C, own("print(x)")], "A"),
    "with what it needs": ([A, B, C, own("y")], "AB"),
    "through a function of a demo": ([A, B, C, own("tool()")], "ABC"),
    "inside a function": ([A, B, C, own("def f():\n    return y")], "AB"),
    "inside a function in a function": ([A, own("def f():\n    return lambda: x")], "A"),
    "in a method": ([A, own("class T:\n    def m(self):\n        return x")], "A"),
    "in the body of a class": ([A, own("class T:\n    m = x")], "A"),
    "an attribute": ([A, own("x.append(2)")], "A"),
    "a part": ([A, own("x[0] = 2")], "A"),
    "added to": ([A, own("x += [2]")], "A"),
    "deleted": ([A, own("del x")], "A"),
    "in an f-string": ([A, own("print(f'{x}')")], "A"),
    "a default": ([A, own("def f(a=x):\n    return a")], "A"),
    "a decorator": ([C, own("@tool\ndef f(): ...")], "C"),
    "a comprehension": ([A, own("[i for i in x]")], "A"),
    "a name of a comprehension alone": ([A, own("[x for x in range(3)]")], ""),
    "a comprehension's name and a global": ([A, own("[x for x in range(3)] + x")], "A"),
    "a local name": ([A, own("def f():\n    x = 1\n    return x")], ""),
    "an argument": ([A, own("def f(x):\n    return x")], ""),
    "declared global": ([A, own("def f():\n    global x\n    x = x + [1]\n    return x")], "A"),
    "defined by itself": ([A, own("x = 1\nprint(x)")], ""),
    "defined in one branch": ([A, own("if input:\n    x = 1\nprint(x)")], "A"),
    "defined in both branches": ([A, own("if input:\n    x = 1\nelse:\n    x = 2\nprint(x)")], ""),
    "defined if nothing fails": ([A, own("try:\n    x = 1\nfinally:\n    print(x)")], "A"),
    "defined before, in a cell": ([A, own("x = 1"), own("x")], ""),
    "defined before the demo": ([own("x = 1"), A, own("x")], "A"),
    "deleted and made anew": ([A, own("x = 1\ndel x\nx = 2"), own("x")], ""),
    "used above the demo only": ([own("x = 1\nprint(x)"), A], ""),
    "a function called below": ([own("def f():\n    return x"), A, own("f()")], "A"),
    "through another function": (
        [own("def f():\n    return x"), own("def g():\n    return f()"), A, own("g()")],
        "A",
    ),
    "a function called above only": ([own("def f():\n    return x"), own("f()"), A], ""),
    "what a later demo changes": ([A, demo("D", "x.append(2)"), own("x")], "AD"),
    "what a function of a demo changes": ([NET, FIT, FITTED, own("net")], ["NET", "FIT", "FITTED"]),
    "what a function only looks at": ([NET, C, demo("D", "tool(net)"), own("net")], ["NET"]),
    "a demo's function written anew": ([C, own("def tool():\n    return 1"), own("tool()")], ""),
    "timed": ([A, own("%time z = x")], "A"),
    "a timed cell": ([A, own("%%time\nz = x")], "A"),
    "in a magic": ([A, own("%timeit -n 2 len(x)")], "A"),
    "in the shell": ([A, own("files = !ls {x}")], "A"),
    "asked about": ([A, own("x?")], "A"),
    "after a magic": ([A, own("%matplotlib inline\nprint(x)")], "A"),
    "awaited": ([A, own("await x")], "A"),
    "matched": ([A, own("match 1:\n    case [x]:\n        pass\nx")], "A"),
    "bound by a match": ([A, own("match x:\n    case [first]:\n        pass")], "A"),
    "a star import of a demo": ([demo("D", "from m import *"), own("z")], "D"),
    "a star import of one's own": ([A, own("from m import *\nx")], "A"),
    "no Python": ([A, own("x ( is not")], ""),
    "only a graded cell": ([A, locked("g", "check('g', x)", grade=True)], "A"),
}


@pytest.mark.parametrize("case", CASES)
def test_the_demos_that_are_needed_are_run_in_their_order(case: str) -> None:
    cells, expected = CASES[case]
    assert [cell.id for cell in cells_to_run(cells) if is_demo(cell)] == list(expected)


def test_a_module_of_the_set_up_is_not_changed_by_its_use() -> None:
    cells = [locked("setup", "import torch"), demo("D", "torch.manual_seed(0)"), own("torch")]
    assert [cell.id for cell in cells_to_run(cells)][:-1] == ["setup"]


def test_all_demos_are_run_where_there_is_too_much_to_read() -> None:
    cells = [A, own(f"text = '{'a' * LONGEST}'")]
    assert cells_to_run(cells) == cells


@pytest.mark.parametrize(
    "source", ["(" * 100_000, "-" * 100_000 + "1", "a" + ".b" * 100_000, "x = '\0'", "\udc80"]
)
def test_no_source_is_too_strange(source: str) -> None:
    assert A in cells_to_run([A, own(source), own("x")])


@pytest.mark.parametrize("path", sorted(ROOT.glob("notebooks/*/*.ipynb")), ids=lambda p: p.stem)
def test_a_notebook_of_the_course_needs_no_demo_by_itself(path) -> None:
    cells = nbformat.read(path, as_version=4).cells
    assert not any(is_demo(cell) for cell in cells_to_run(cells))


@pytest.mark.parametrize(("source", "ran"), [("draw()", []), ("draw(2)", ["free"])])
def test_a_free_demo_is_run_where_the_student_has_edited_it(source: str, ran: list[str]) -> None:
    free = new_code_cell("draw()", id="free", metadata={"tags": ["demo"]})
    handed_in = new_notebook(cells=[new_code_cell(source, id="free")])
    notebook = rebuild(handed_in, new_notebook(cells=[free])).notebook
    assert [cell.id for cell in cells_to_run(notebook.cells)] == ran


SET_UP = locked("setup", "import copy, time\nfrom m import a, b\ncheck = a.check")
GRADED = locked("f", "check('f', f)", grade=True)


@pytest.mark.parametrize(
    ("students", "expected"),
    [
        ("copy = 3", SET_UP.source),  # a variable that happens to be called so
        ("def copy(x): ...", "import time\nfrom m import a, b\ncheck = a.check"),
        ("class b: ...\nimport other as a", "import copy, time\ncheck = a.check"),
        ("def check(*_):\n    return 20.0", SET_UP.source),  # graded cells call ours
    ],
)
def test_a_function_of_a_students_own_is_not_set_up_over(students: str, expected: str) -> None:
    assert set_up_again([SET_UP, own(students), GRADED]) == expected
