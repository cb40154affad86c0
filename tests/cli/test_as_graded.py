"""`course check` tries what is handed in as it is graded, and tells what stops only there."""

import copy
from pathlib import Path

import nbformat
import pytest
from cli.student import make_student_folder, notebook_of, write
from click.testing import CliRunner
from grading.small_course import NAME, solved_notebook
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook, new_output

from autograders.cli import main
from autograders.student_tools import as_graded
from autograders.student_tools.as_graded import try_as_graded

SETUP = '''
def check(name, function):
    """As the course's own says it."""
    try:
        return 1.0 if function(2) == 4 else 0.0
    except Exception as error:
        line = error.__traceback__.tb_next.tb_lineno
        print(f"it raised {type(error).__name__}: {error} (line {line}: ...)")
        return 0.0
'''
RAN = [new_output("stream", name="stdout", text="it ran\n")]


def cell(name: str, source: str, kind: str, *tags: str) -> NotebookNode:
    settings = {"grade_id": name, "schema_version": 3, "grade": False, "solution": False}
    settings |= {"locked": kind != "solution", "task": False, kind: True}
    if kind == "grade":
        settings["points"] = 1
    metadata = {"nbgrader": settings, **({"tags": list(tags)} if tags else {})}
    return new_code_cell(source, id=name, metadata=metadata)


def own(source: str, outputs: list[NotebookNode] = RAN) -> NotebookNode:
    return new_code_cell(source, outputs=outputs, execution_count=1, metadata={})


RELEASED = [
    cell("setup", SETUP.strip(), "locked"),
    cell("demo-tools", "factor = 2", "locked", "demo"),
    cell("demo-hidden", 'exec("hidden = 2")', "locked", "demo"),
    cell("double-solution", "def double(x):\n    ...", "solution"),
    cell("double", 'check("double", double)', "grade"),
    cell("twice-solution", "def twice(x):\n    ...", "solution"),
    cell("twice", 'check("twice", twice)', "grade"),
]


def told(folder: Path, double: str, *cells: NotebookNode, twice: str = "") -> list[str]:
    """What is told of the notebook with these answers and, at its end, these own cells."""
    released, handed_in = folder / "released.ipynb", folder / "handed-in.ipynb"
    nbformat.write(new_notebook(cells=RELEASED), released)
    filled = copy.deepcopy(RELEASED)
    filled[3].source, filled[5].source = double, twice or filled[5].source
    filled[4].outputs = RAN
    nbformat.write(new_notebook(cells=[*filled, *cells]), handed_in)
    return list(try_as_graded(handed_in, released))


def test_what_runs_as_it_did_is_said_to(tmp_path: Path) -> None:
    known = [new_output("error", ename="ZeroDivisionError", evalue="", traceback=[])]
    assert told(
        tmp_path,
        "def double(x):\n    return factor * x",
        own("factor + 1"),
        own("1 / 0", known),
        own("exit()"),
        own("print('goes on')"),
    ) == ["Your notebook was tried as it is graded: no cell stops that did not stop for you."]


def test_each_cell_that_stops_is_told_with_its_line_and_why(tmp_path: Path) -> None:
    assert told(
        tmp_path,
        "def double(x):\n    y = x\n    return 2 * y * device",
        own("'device' + gone"),
        own("1\nlater"),
        own("later = 3"),
        own("hidden"),
        own("open('data.csv')"),
        twice="def twice(x):\n    return hidden * x",
    ) == [
        "Your answer to double, line 3, uses `device`, which is not there when it is graded: "
        "no cell of the notebook makes it. Make it in a cell of your own above.",
        "Your answer to twice, line 2, uses `hidden`, which is not there when it is graded: "
        "no cell of the notebook makes it. Make it in a cell of your own above.",
        "Your own cell after twice, line 1, uses `gone`, which is not there when it is graded: "
        "no cell of the notebook makes it. Make it in a cell of your own above.",
        "Your own cell after twice, line 2, uses `later`, which is not there when it is graded: "
        "Your own cell after twice makes it, which comes later.",
        "Your own cell after twice, line 1, uses `hidden`, which is not there when it is graded: "
        "no cell of the notebook makes it. Make it in a cell of your own above.",
        "Your own cell after twice, line 1, stops when it is graded: FileNotFoundError: "
        "[Errno 2] No such file or directory: 'data.csv'",
    ]


def test_a_cell_that_takes_too_long_is_interrupted_and_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(as_graded, "CELL_SECONDS", 1)
    assert told(tmp_path, "double = None", own("while True:\n    pass"), own("import os")) == [
        "Your own cell after twice took longer than 1 seconds, which a cell has when it is "
        "graded, and was interrupted."
    ]


def test_a_kernel_that_ends_is_told(tmp_path: Path) -> None:
    assert told(tmp_path, "double = None", own("import os\nos._exit(3)")) == [
        "Your own cell after twice ended the Python that ran it."
    ]


def test_it_stops_when_its_time_is_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(as_graded, "ALL_SECONDS", -1)
    assert told(tmp_path, "double = None") == [
        "The cell setup was not tried: it would take too long."
    ]


def test_course_check_tries_it_after_it_is_written_and_ends_as_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = make_student_folder(tmp_path / "cnn-course")
    monkeypatch.chdir(folder)
    notebook = solved_notebook()
    notebook["cells"].append({**own("nowhere"), "id": "own-1"})
    write(notebook_of(folder), notebook)
    done = CliRunner().invoke(main, ["check", NAME])
    assert done.exit_code == 0
    assert done.output.index("Its receipt") < done.output.index("uses `nowhere`")
    assert (folder / "hand-in" / f"{NAME}.ipynb").is_file()
