"""Of a copied answer cell the last copy before its check counts, and no other copy is lost."""

import contextlib
import copy
from collections.abc import Callable
from typing import Any

import pytest
from grading.small_course import DOUBLE, find, index, released_notebook, solved_notebook

from autograders.notebook.rebuild import Rebuilt, rebuild

Notebook = dict[str, Any]
STUB = "def double(x):\n    # YOUR CODE HERE\n    ..."
SCRATCH = "def double(x):\n    return 0  # faster?"
BROKEN = "def double(x:\n    return 2 * x"
OLDER = "def double(x):\n    return x + x + 1"
LAMBDA = "double = lambda x: 2 * x"


def write(source: str) -> Callable[[Notebook], None]:
    """Puts this text into the answer's cell."""
    return lambda notebook: find(notebook, "double-solution").update(source=source)


def copied(source: str, beside: str, step: int, **changes: Any) -> Callable[[Notebook], None]:
    """A copy of the answer's cell with this text, before (0) or behind (1) the cell `beside`."""

    def change(notebook: Notebook) -> None:
        cell = copy.deepcopy(find(notebook, "double-solution"))
        cell |= {"id": f"copy-{len(notebook['cells'])}", "source": source, **changes}
        at = index(notebook, beside) + step if beside else len(notebook["cells"])
        notebook["cells"].insert(at, cell)

    return change


def twice(notebook: Notebook) -> None:
    """The whole notebook once more, below."""
    again = [cell | {"id": f"{cell['id']}-2"} for cell in copy.deepcopy(notebook["cells"])]
    notebook["cells"] += again


def second_half(source: str) -> Callable[[Notebook], None]:
    return lambda notebook: find({"cells": notebook["cells"][::-1]}, "double-solution").update(
        source=source
    )


def check_copied(notebook: Notebook) -> None:
    notebook["cells"].append(copy.deepcopy(find(notebook, "double")) | {"id": "check-2"})


def check_first(notebook: Notebook) -> None:
    notebook["cells"].insert(0, notebook["cells"].pop(index(notebook, "double")))


def check_deleted(notebook: Notebook) -> None:
    del notebook["cells"][index(notebook, "double")]


def without_ids(notebook: Notebook) -> None:
    for cell in notebook["cells"]:
        cell.pop("id", None)
        cell["metadata"] = {}


ANSWER, CHECK, END = "double-solution", "double", ""
# what was done to a notebook in which double is solved; the text that counts
COPIES: dict[str, tuple[tuple[Callable[[Notebook], None], ...], str]] = {
    "scratch at the end": ((copied(SCRATCH, END, 0),), DOUBLE),
    "scratch at the end, without metadata": ((copied(SCRATCH, END, 0, metadata={}),), DOUBLE),
    "scratch with the same id": ((copied(SCRATCH, END, 0, id=f"id-{ANSWER}"),), DOUBLE),
    "scratch below the check": ((copied(SCRATCH, CHECK, 1),), DOUBLE),
    "scratch above": ((copied(SCRATCH, ANSWER, 0),), DOUBLE),
    "scratch as text": ((copied(SCRATCH, END, 0, cell_type="markdown"),), DOUBLE),
    "scratch above, below and at the end": (
        (copied(OLDER, ANSWER, 0), copied(SCRATCH, CHECK, 1), copied(BROKEN, END, 0)),
        DOUBLE,
    ),
    "good one below the first": ((write(OLDER), copied(DOUBLE, ANSWER, 1)), DOUBLE),
    "good one below a broken one": ((write(BROKEN), copied(DOUBLE, ANSWER, 1)), DOUBLE),
    "good one above, first untouched": ((write(STUB), copied(DOUBLE, ANSWER, 0)), DOUBLE),
    "good one above, first blank": ((write(" \n"), copied(DOUBLE, ANSWER, 0)), DOUBLE),
    "good one above, below it broken": ((write(BROKEN), copied(DOUBLE, ANSWER, 0)), DOUBLE),
    "good one below the check, first untouched": (
        (write(STUB), copied(DOUBLE, CHECK, 1)),
        DOUBLE,
    ),
    "good one below the check, first broken": ((write(BROKEN), copied(DOUBLE, END, 0)), DOUBLE),
    "the same without metadata": ((write(STUB), copied(DOUBLE, END, 0, metadata={})), DOUBLE),
    "the same above": ((write(STUB), copied(DOUBLE, ANSWER, 0, metadata={})), DOUBLE),
    "as a lambda": ((write(STUB), copied(LAMBDA, ANSWER, 1, metadata={})), LAMBDA),
    "wrong one last before the check": ((copied(SCRATCH, CHECK, 0),), SCRATCH),
    "only wrong ones before the check": ((write(SCRATCH), copied(DOUBLE, END, 0)), SCRATCH),
    "last of two below the check": (
        (write(STUB), copied(OLDER, CHECK, 1), copied(DOUBLE, END, 0)),
        DOUBLE,
    ),
    "check copied behind the good one": (
        (write(STUB), copied(DOUBLE, END, 0), check_copied, copied(SCRATCH, END, 0)),
        DOUBLE,
    ),
    "check copied with the scratch": ((copied(SCRATCH, END, 0), check_copied), DOUBLE),
    "check deleted": ((check_deleted, copied(SCRATCH, END, 0)), DOUBLE),
    "check first": ((check_first, copied(OLDER, ANSWER, 0)), DOUBLE),
    "untouched copies": ((copied(STUB, ANSWER, 1), copied(STUB, END, 0, metadata={})), DOUBLE),
    "untouched copy without metadata": ((copied(STUB, ANSWER, 1, metadata={}),), DOUBLE),
    "untouched copy without ids": (
        (copied(STUB, ANSWER, 1, metadata={}), without_ids),
        DOUBLE,
    ),
    "no ids, scratch at the end": ((copied(SCRATCH, END, 0), without_ids), DOUBLE),
    "all twice": ((twice,), DOUBLE),
    "all twice, worked on in the first": ((twice, second_half(STUB)), DOUBLE),
    "all twice, scratch in the second": ((twice, second_half(SCRATCH)), DOUBLE),
    "all twice, worked on in the second": ((twice, write(STUB), second_half(DOUBLE)), DOUBLE),
    "all twice, without ids": ((twice, second_half(SCRATCH), without_ids), DOUBLE),
    "helper in a copy before": (
        (write("two = 2"), copied("def double(x):\n    return two * x", ANSWER, 1)),
        "def double(x):\n    return two * x",
    ),
    "helper in a copy behind": (
        (copied("def help(x):\n    return x", ANSWER, 1),),
        DOUBLE,
    ),
}


def made(name: str) -> tuple[Notebook, Rebuilt]:
    notebook = solved_notebook()
    for change in COPIES[name][0]:
        change(notebook)
    return notebook, rebuild(notebook, released_notebook())


def doubles_at_the_check(notebook: Any) -> int | None:
    """double(5) where one kernel, run from top to bottom, comes to the check of it."""
    names: dict[str, Any] = {}
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            if cell["source"] == 'check("double", double)':
                return names["double"](5) if "double" in names else None
            with contextlib.suppress(Exception):
                exec(cell["source"], names)
    raise AssertionError("there is no check")


@pytest.mark.parametrize("name", COPIES)
def test_the_copy_counts_that_one_kernel_would_have_at_the_check(name: str) -> None:
    notebook, found = made(name)
    assert find(found.notebook, "double-solution").source == COPIES[name][1]
    names: dict[str, Any] = {}
    exec(COPIES[name][1].replace("two", "2"), names)
    assert doubles_at_the_check(found.notebook) == names["double"](5)
    sources = [cell.source for cell in found.notebook.cells]
    for cell in notebook["cells"]:
        untouched = cell["source"].strip() in ("", STUB)
        assert untouched or cell["source"] in sources


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("scratch at the end", "2 times; copy 1 counts, the last before its check that defines"),
        ("good one below the first", "2 times; copy 2 counts, the last before its check that"),
        ("good one below the check, first untouched", "2 times; copy 2 counts, the last that"),
        ("scratch above, below and at the end", "4 times; copy 2 counts, the last before its"),
    ],
)
def test_it_is_said_which_counts_and_why(name: str, sentence: str) -> None:
    [note] = made(name)[1].notes
    assert note.startswith(f"The answer cell double-solution was there {sentence}")


def test_a_value_is_taken_from_where_one_kernel_would_have_it_and_nowhere_else() -> None:
    for beside, counts in (("predict-sum-answer", True), ("title", False), ("manual-why", False)):
        notebook = solved_notebook()
        find(notebook, "predict-sum-answer")["source"] = "total = None\n# YOUR CODE HERE\n..."
        cell = {"cell_type": "code", "metadata": {}, "source": "total = 15", "id": "mine"}
        at = 1 if beside == "title" else index(notebook, beside) + 1
        notebook["cells"].insert(at, cell)
        answer = find(rebuild(notebook, released_notebook()).notebook, "predict-sum-answer")
        assert (answer.source == "total = 15") == counts
