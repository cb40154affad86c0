"""An answer in words waits for a person wherever it stands, and nobody waits who wrote nothing."""

import copy
from collections.abc import Callable
from typing import Any

import pytest
from grading.small_course import find, index, released_notebook, solved_notebook
from nbformat import NotebookNode, from_dict

from autograders.notebook.rebuild import Rebuilt, rebuild
from autograders.notebook.written import words_of_code

Notebook = dict[str, Any]
WORDS = "Both sums slip by one, so K must be odd."
STUB = "YOUR ANSWER HERE"
TASK = (
    "## Explain one\n\nWhich *sizes* of a kernel have a middle, and why only these?\n\n| points |"
)
DEEPNOTE = (
    "<a style='text-decoration:none' href='https://localhost'>\n<img alt='Created in deepnote.com' "
    "src='data:image/svg+xml;base64,PHN2'> </img>\nCreated in <span>Deepnote</span></a>"
)
COLAB = '<a href="https://localhost"><img src="https://localhost/x.svg" alt="Open In Colab"/></a>'


def own(source: str, kind: str = "markdown") -> dict[str, Any]:
    more = {"outputs": [], "execution_count": None} if kind == "code" else {}
    return {"cell_type": kind, "metadata": {}, "source": source, "id": f"o-{len(source)}", **more}


def released() -> NotebookNode:
    """The small assignment with a text for its task, a picture of it, and a section after it."""
    notebook = released_notebook()
    at = index(notebook, "manual-why")
    task = own(TASK) | {"id": "task"}
    demo = copy.deepcopy(find(notebook, "demo-slow")) | {"id": "demo-why"}
    demo["metadata"]["nbgrader"]["grade_id"] = "demo-why"
    end = own("## What you can do now\n\nRead it again.") | {"id": "end"}
    notebook.cells[at:at] = [from_dict(task), from_dict(demo)]
    notebook.cells.append(from_dict(end))
    return notebook


def unanswered() -> Notebook:
    notebook = solved_notebook(released())
    find(notebook, "manual-why")["source"] = STUB
    return notebook


def answered(notebook: Notebook) -> Rebuilt:
    return rebuild(notebook, released())


def without_ids(notebook: Notebook) -> None:
    notebook["nbformat_minor"] = 2
    for k, cell in enumerate(notebook["cells"]):
        cell.pop("id", None)
        cell["metadata"] = {"cell_id": f"{k:05d}"}


def insert(cell: dict[str, Any], step: int) -> Callable[[Notebook], None]:
    """Puts a cell before (0) or behind (1) that of the task."""
    return lambda notebook: notebook["cells"].insert(index(notebook, "manual-why") + step, cell)


def write(source: str, kind: str = "markdown") -> Callable[[Notebook], None]:
    return lambda notebook: find(notebook, "manual-why").update(source=source, cell_type=kind)


def retype(*cells: dict[str, Any]) -> Callable[[Notebook], None]:
    """Puts these cells where that of the task was."""

    def change(notebook: Notebook) -> None:
        at = index(notebook, "manual-why")
        notebook["cells"][at : at + 1] = cells

    return change


def add_to_task(text: str) -> Callable[[Notebook], None]:
    def change(notebook: Notebook) -> None:
        cell = next(cell for cell in notebook["cells"] if cell.get("id") == "task")
        cell["source"] += text

    return change


def both(*changes: Callable[[Notebook], Any]) -> Callable[[Notebook], None]:
    def change(notebook: Notebook) -> None:
        for each in changes:
            each(notebook)

    return change


def copied(source: str) -> Callable[[Notebook], None]:
    """The task's own cell once more, with this text."""

    def change(notebook: Notebook) -> None:
        cell = copy.deepcopy(find(notebook, "manual-why")) | {"id": "copy", "source": source}
        notebook["cells"].insert(index(notebook, "manual-why") + 1, cell)

    return change


ANSWERS = {
    "in its cell": (write(WORDS), "here"),
    "below what was there": (write(f"{STUB}\n\n{WORDS}"), "here"),
    "in one number": (write("7"), "here"),
    "in a raw cell": (write(WORDS, "raw"), "here"),
    "in a code cell": (write(WORDS, "code"), "here"),
    "in Chinese": (write("核的大小必须是奇数"), "here"),
    "in a picture": (write("![sketch.png](attachment:sketch.png)"), "here"),
    "in a copy": (copied(WORDS), "here"),
    "in its cell before an empty copy": (both(write(WORDS), copied("")), "here"),
    "below": (insert(own(WORDS), 1), "below"),
    "above": (insert(own(WORDS), 0), "above"),
    "in the task's section": (insert(own(WORDS), -1), "above"),
    "above and below": (both(insert(own(WORDS), 0), insert(own("And."), 1)), "above and below"),
    "below a blank one": (both(write(" \n"), insert(own(WORDS), 1)), "below"),
    "below a comment": (both(write("<!-- todo -->"), insert(own(WORDS), 1)), "below"),
    "below, raw": (insert(own(WORDS, "raw"), 1), "below"),
    "below, in comments": (insert(own(f"# {WORDS}\n\n# So.", "code"), 1), "below"),
    "below, as a string": (insert(own(f'"""\n{WORDS}\n"""', "code"), 1), "below"),
    "below, printed": (insert(own(f"print('{WORDS}')", "code"), 1), "below"),
    "below, prose as code": (insert(own(WORDS, "code"), 1), "below"),
    "below, a picture": (insert(own("![](attachment:image.png)"), 1), "below"),
    "below, second cell": (
        both(insert(own(WORDS), 1), insert(own("import os", "code"), 1)),
        "below",
    ),
    "retyped": (retype(own(WORDS)), "above"),
    "retyped in comments": (retype(own(f"# {WORDS}", "code")), "above"),
    "without ids": (both(write(WORDS), without_ids), "above"),
    "without ids, at the end": (
        both(write(WORDS), without_ids, lambda nb: nb["cells"].append(own(DEEPNOTE))),
        "above",
    ),
    "in the task's text": (add_to_task(f"\n\n{WORDS}"), "above"),
    "behind the task's text": (add_to_task(f" {WORDS}"), "above"),
    "merged with the task's text": (both(retype(), add_to_task(f"\n\n{STUB}\n{WORDS}")), "above"),
    "moved, and words beside it": (
        lambda nb: nb["cells"].extend([nb["cells"].pop(index(nb, "manual-why")), own(WORDS)]),
        "below",
    ),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_words_are_found_where_they_stand(name: str) -> None:
    change, side = ANSWERS[name]
    notebook = unanswered()
    change(notebook)
    found = answered(notebook)
    assert found.answers == {"manual-why": side}
    last = [WORDS.rstrip("."), "奇数", "7", "attachment:", "And"]
    assert any(words in cell.source for cell in found.notebook.cells for words in last)


EXPERIMENT = "rates = [0.1, 0.2]\nname = 'sgd'\nfor rate in rates:\n    # slow\n    print(rate)"
NOTHING = {
    "the stub": lambda notebook: None,
    "no cell": retype(),
    "blank": write(" \n\t"),
    "a comment": write("<!-- my notes -->"),
    "a heading": write(f"## My answer\n\n{STUB}"),
    "an empty heading": insert(own("## "), 1),
    "a heading of one's own": insert(own("### My answer:"), 1),
    "the stub as code": write(f"# {STUB}", "code"),
    "an empty copy": copied(""),
    "the task's text": insert(own(TASK), 1),
    "a line of the task": insert(own("> which sizes of a kernel have a middle,"), 1),
    "a trailer": both(insert(own(DEEPNOTE), 1), insert(own(COLAB), 1)),
    "a link to a tool": insert(own("[![Open In Colab](https://localhost/x.svg)](https://x)"), 1),
    "code": insert(own(EXPERIMENT, "code"), 1),
    "code with magic": insert(own("%timeit double(3)\n!pip install some thing", "code"), 1),
    "broken code": insert(own("for i in range(3)\n    print(i", "code"), 1),
    "an empty print": insert(own("print()", "code"), 1),
    "a value": insert(own("name = 'two words'", "code"), 1),
    "notes elsewhere": lambda nb: nb["cells"].insert(3, own(WORDS)),
    "notes after the next section": lambda nb: nb["cells"].append(own(WORDS)),
    "notes in another text": lambda nb: nb["cells"][0].update(source=f"# A small\n{WORDS}"),
    "no ids": without_ids,
    "an older text": lambda nb: next(c for c in nb["cells"] if c.get("id") == "task").update(
        source=TASK.replace("why only these?", "why only those that you see?")
    ),
}


@pytest.mark.parametrize("name", NOTHING)
def test_nobody_waits_who_wrote_nothing(name: str) -> None:
    notebook = unanswered()
    NOTHING[name](notebook)
    assert answered(notebook).answers == {"manual-why": ""}


@pytest.mark.parametrize("where", ["title", "between", "task"])
def test_words_in_released_text_are_kept_below_it(where: str) -> None:
    notebook = unanswered()
    cell = next(cell for cell in notebook["cells"] if cell.get("id") == where)
    cell["source"] += f"\n\n{WORDS}"
    found = answered(notebook)
    sources = [cell.source for cell in found.notebook.cells]
    texts = {cell.get("id"): cell.source for cell in released().cells}
    assert sources[sources.index(texts[where]) + 1] == WORDS
    assert found.repairs == []
    assert [note.endswith("is kept below it.") for note in found.notes] == [True]


@pytest.mark.parametrize(
    "source",
    [
        "x = torch.randn(3, 4)  # a batch of four",
        "match value:\n    case Point(x, y):\n        pass\n    case Other:\n        pass",
        "x if y else z, not a, lambda b: b",
        "def f(a, b, c):\n    '''All the words of a docstring'''\n    return a, b",
        "print('accuracy', value)",
        "%%time\nmodel = train(network, data)",
        "σ = np.sqrt(μ)",
    ],
)
def test_code_says_nothing_in_words(source: str) -> None:
    assert words_of_code(source) == ""
