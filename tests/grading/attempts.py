"""Submissions of the small assignment: what students do to a notebook, and what it must earn."""

import copy
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grading.nbgrader_course import run
from grading.small_course import NAME, find, hand_in, index, solved_notebook, write_course

Notebook = dict[str, Any]
RIGHT = {"double": 3.0, "triple": 2.0, "predict-sum": 1.0, "unit": 1.0, "manual-why": None}
WRONG_DOUBLE = "def double(x):\n    return 0"


@dataclass(frozen=True)
class Attempt:
    """One student's change to the solved notebook and the scores that are not the full ones."""

    change: Callable[[Notebook], None]
    scores: dict[str, float | None] = field(default_factory=dict)
    beside: dict[str, str] = field(default_factory=dict)  # files beside the notebook

    @property
    def expected(self) -> dict[str, float | None]:
        return RIGHT | self.scores


def released_course(folder: Path, students: Iterable[str]) -> Path:
    """A course at `folder` in which the small assignment was released and handed in."""
    write_course(folder)
    assert run(folder, "nbgrader", "generate_assignment", NAME).returncode == 0
    write_attempts(folder, students)
    return folder


def write_attempts(course: Path, students: Iterable[str]) -> None:
    """The attempts of `students` as submissions in `course`, made from its released notebook."""
    released = json.loads((course / "release" / NAME / f"{NAME}.ipynb").read_text())
    for student in students:
        attempt = ATTEMPTS[student]
        notebook = solved_notebook(released)
        attempt.change(notebook)
        folder = hand_in(course, student, notebook).parent
        for name, text in attempt.beside.items():
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_text(text)


def _own(notebook: Notebook, after: str, source: str) -> None:
    cell = {"cell_type": "code", "metadata": {}, "source": source, "outputs": []}
    notebook["cells"].insert(index(notebook, after) + 1, cell | {"execution_count": None})


def _answer(notebook: Notebook, grade_id: str, source: str) -> None:
    find(notebook, grade_id)["source"] = source


def _setting(**changes: Any) -> Callable[[Notebook], None]:
    """A wrong answer to double, and its check cell's nbgrader settings changed."""

    def change(notebook: Notebook) -> None:
        _answer(notebook, "double-solution", WRONG_DOUBLE)
        find(notebook, "double")["metadata"]["nbgrader"].update(changes)

    return change


def _skip_execution(notebook: Notebook) -> None:
    _answer(notebook, "double-solution", WRONG_DOUBLE)
    for grade_id in ("double", "double-solution"):
        find(notebook, grade_id)["metadata"]["tags"] = ["skip-execution", "demo"]


def _edit_check(notebook: Notebook) -> None:
    _answer(notebook, "double-solution", WRONG_DOUBLE)
    _answer(notebook, "double", "3.0")


def _drop_metadata(notebook: Notebook) -> None:
    _answer(notebook, "double-solution", WRONG_DOUBLE)
    find(notebook, "double")["metadata"] = {}


def _drop_grade_id(notebook: Notebook) -> None:
    _answer(notebook, "double-solution", WRONG_DOUBLE)
    del find(notebook, "double")["metadata"]["nbgrader"]["grade_id"]


def _delete(*grade_ids: str) -> Callable[[Notebook], None]:
    def change(notebook: Notebook) -> None:
        for grade_id in grade_ids:
            del notebook["cells"][index(notebook, grade_id)]

    return change


def _swap_ids(notebook: Notebook) -> None:
    double, triple = find(notebook, "double"), find(notebook, "triple")
    double["metadata"]["nbgrader"]["grade_id"] = "triple"
    triple["metadata"]["nbgrader"]["grade_id"] = "double"


def _add_graded_cell(notebook: Notebook) -> None:
    extra = copy.deepcopy(find(notebook, "double")) | {"id": "extra", "source": "100.0"}
    extra["metadata"]["nbgrader"].update(grade_id="bonus", points=100)
    notebook["cells"].append(extra)


def _duplicate(notebook: Notebook) -> None:
    for grade_id in ("double", "double-solution"):
        at = index(notebook, grade_id)
        notebook["cells"].insert(at, copy.deepcopy(notebook["cells"][at]))


def _check_first(notebook: Notebook) -> None:
    notebook["cells"].insert(0, notebook["cells"].pop(index(notebook, "double")))


def _instead(call: str, result: str) -> str:
    """Code that has IPython run `result` where a cell begins with `call`."""
    return (
        "get_ipython().input_transformers_cleanup.append(\n"
        f"    lambda lines: [{result!r}] if lines and lines[0].startswith({call!r}) else lines\n)"
    )


def _odd_json(notebook: Notebook) -> None:
    """What is JSON and no notebook's, wherever a notebook may have anything."""
    notebook["metadata"]["language"] = 3
    notebook.update(nbformat="four", nbformat_minor=None)
    odd: list[Any] = [None, 3, "x", [None, 3, {}], [{"output_type": None, "data": [None]}]]
    for cell, outputs in zip(notebook["cells"], odd, strict=False):
        cell["outputs"] = outputs
    notebook["cells"] += [None, 3, "x", [], {}, {"cell_type": "code"}, {"source": None}]


def _no_scores(notebook: Notebook) -> None:
    """Checks that end in what nbgrader by itself gives full points for."""
    _own(notebook, "double-solution", _instead('check("double"', "float('nan')"))
    _own(notebook, "triple-solution", _instead('check("triple"', "True"))
    _own(notebook, "predict-sum-answer", _instead("predict(", "-1.0"))


def _no_numbers(notebook: Notebook) -> None:
    tensor = "class T:\n    def __repr__(self):\n        return 'tensor(3.)'\n\n\n"
    _own(notebook, "double-solution", tensor + _instead('check("double"', "T()"))
    _own(notebook, "triple-solution", _instead('check("triple"', "None"))
    _own(notebook, "predict-sum-answer", _instead("predict(", "99.0"))


def _renamed_over(notebook: Notebook) -> None:
    """Names of the set-up that a student's cell uses for something else cost nothing."""
    _own(notebook, "double-solution", "check = predict = 3")


def _no_asserts(notebook: Notebook) -> None:
    source = (
        "import ast\n\n\nclass Drop(ast.NodeTransformer):\n"
        "    def visit_Assert(self, node):\n        return ast.Pass()\n\n\n"
        "get_ipython().ast_transformers.append(Drop())\n" + WRONG_DOUBLE
    )
    _answer(notebook, "double-solution", source)


def _exit(notebook: Notebook) -> None:
    _answer(notebook, "triple-solution", "import os\n\n\ndef triple(x):\n    os._exit(0)")


def _always_exit(notebook: Notebook) -> None:
    for _ in range(15):
        _own(notebook, "setup", "import os\n\nos._exit(0)")


def _late_answer(notebook: Notebook) -> None:
    source = (
        "import time\n\n\ndef double(x):\n    try:\n        time.sleep(60)\n"
        "    except KeyboardInterrupt:\n        return 2 * x"
    )
    _answer(notebook, "double-solution", source)


def _hang(notebook: Notebook) -> None:
    source = (
        "import time\n\n\ndef triple(x):\n    while True:\n        try:\n"
        "            time.sleep(60)\n        except KeyboardInterrupt:\n            pass"
    )
    _answer(notebook, "triple-solution", source)


def _look_around(notebook: Notebook) -> None:
    source = (
        "import os\n\nassert os.listdir() == []\nassert 'PYTHONPATH' not in os.environ\n\n\n"
        "def double(x):\n    import json, colorsys  # two that the kernel has and has not loaded\n"
        "    return 2 * x"
    )
    _answer(notebook, "double-solution", source)


def _copy(source: str, after: str) -> Callable[[Notebook], None]:
    """A copy of the answer to double with this text, below the cell `after`."""

    def change(notebook: Notebook) -> None:
        cell = copy.deepcopy(find(notebook, "double-solution")) | {"id": "a-copy", "source": source}
        notebook["cells"].insert(index(notebook, after) + 1, cell)

    return change


def _untouched_and_copied(notebook: Notebook) -> None:
    _copy(find(notebook, "double-solution")["source"], "manual-why")(notebook)
    _answer(notebook, "double-solution", "def double(x):\n    # YOUR CODE HERE\n    ...")


def _words(text: str, *, instead: bool = False) -> Callable[[Notebook], None]:
    """The answer in words in a cell of the student's own, below the task's or instead of it."""

    def change(notebook: Notebook) -> None:
        at = index(notebook, "manual-why")
        _answer(notebook, "manual-why", "YOUR ANSWER HERE")
        cell = {"cell_type": "markdown", "id": "words", "metadata": {}, "source": text}
        notebook["cells"][at : at + 1] = [cell] if instead else [notebook["cells"][at], cell]

    return change


def _nothing(notebook: Notebook) -> None:
    pass


ATTEMPTS = {
    "honest": Attempt(_nothing),
    "skip-execution": Attempt(_skip_execution, {"double": 0.0}),
    "edited-check": Attempt(_edit_check, {"double": 0.0}),
    "more-points": Attempt(_setting(points=100), {"double": 0.0}),
    "not-graded": Attempt(_setting(grade=False), {"double": 0.0}),
    "a-solution": Attempt(_setting(solution=True), {"double": 0.0}),
    "not-locked": Attempt(_setting(locked=False), {"double": 0.0}),
    "a-task": Attempt(_setting(task=True), {"double": 0.0}),
    "renamed": Attempt(_setting(grade_id="other"), {"double": 0.0}),
    "schema-1": Attempt(_setting(schema_version=1), {"double": 0.0}),
    "schema-99": Attempt(_setting(schema_version=99), {"double": 0.0}),
    "no-metadata": Attempt(_drop_metadata, {"double": 0.0}),
    "no-grade-id": Attempt(_drop_grade_id, {"double": 0.0}),
    "no-check": Attempt(_delete("double")),
    "no-answer-and-check": Attempt(
        _delete("double", "double-solution"), {"double": 0.0, "unit": 0.0}
    ),
    "swapped-ids": Attempt(_swap_ids),
    "one-more": Attempt(_add_graded_cell),
    "duplicates": Attempt(_duplicate),
    "check-first": Attempt(_check_first),
    "other-kernel": Attempt(lambda nb: nb["metadata"]["kernelspec"].update(name="julia")),
    "null-kernel": Attempt(lambda nb: nb["metadata"].update(kernelspec=None)),
    "odd-json": Attempt(_odd_json),
    "null-metadata": Attempt(lambda nb: nb.update(metadata=None)),
    "no-scores": Attempt(_no_scores),
    "no-numbers": Attempt(_no_numbers),
    "renamed-over": Attempt(_renamed_over),
    "no-asserts": Attempt(_no_asserts, {"double": 0.0}),
    "exit": Attempt(_exit, {"triple": 0.0}),
    "always-exit": Attempt(
        _always_exit, {"double": 0.0, "triple": 0.0, "predict-sum": 0.0, "unit": 0.0}
    ),
    "late-answer": Attempt(_late_answer, {"double": 0.0, "unit": 0.0}),
    "hang": Attempt(_hang, {"triple": 0.0}),
    "ours": Attempt(
        lambda nb: _answer(nb, "triple-solution", "def triple(x):\n    return 'ours'"),
        {"triple": None},
    ),
    "shadows": Attempt(
        _look_around,
        beside={
            "colorsys.py": "raise RuntimeError('from beside the notebook')",
            "sitecustomize.py": "raise RuntimeError('from beside the notebook')",
            "course_lib/__init__.py": "raise RuntimeError('from beside the notebook')",
        },
    ),
    "scratch-copy": Attempt(_copy(WRONG_DOUBLE, "double")),
    "copy-before-check": Attempt(_copy(WRONG_DOUBLE, "double-solution"), {"double": 0.0}),
    "untouched-and-copied": Attempt(_untouched_and_copied),
    "words-below": Attempt(_words("Because it adds up.")),
    "words-retyped": Attempt(_words("Because it adds up.", instead=True)),
    "no-words-below": Attempt(_words("## My answer"), {"manual-why": 0.0}),
    "blank-words": Attempt(lambda nb: _answer(nb, "manual-why", " \n"), {"manual-why": 0.0}),
    "empty": Attempt(
        lambda nb: nb.update(cells=[]),
        {"double": 0.0, "triple": 0.0, "predict-sum": 0.0, "unit": 0.0, "manual-why": 0.0},
    ),
}
