"""What people write at the top of a cell costs nobody the function below it: each statement of
`statements.txt` stands above a small right function, in the sandbox and in an ordinary kernel."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

from autograders.grading.examiner.deadline import Deadline
from autograders.grading.examiner.isolation import Isolation, strongest_isolation
from autograders.grading.examiner.process import write_edition
from autograders.grading.examiner.session import Forkserver, StudentClient

RIGHT = "def right(a, b):\n    return 2 * a + b"
NO_BUBBLEWRAP = Isolation(frozenset({"landlock", "seccomp"}))
# Some of which a kernel needs no program, network, package or device that a machine may lack.
IN_A_KERNEL = (
    *("seeds", "matplotlib inline", "autoreload", "autosave", "cd to a new folder", "who", "store"),
    *("time of a cell", "writefile", "run of a file", "shell line that fails", "bash"),
    *("nvidia-smi assigned", "get_ipython().getoutput", "os.system asked", "await a task"),
    *("subprocess, guarded by its kinds", "thread pool of multiprocessing", "asyncio.run, tried"),
    *("what multiprocessing shares", "sqlite in a file", "chmod", "shutil", "temporary files"),
    *("faulthandler", "input, guarded", "exit at the end", "an error below", "own magic"),
)
IN_A_CONTAINER = ("await a task", "sqlite in a file", "what multiprocessing shares", "shutil")


def statements() -> dict[str, list[str]]:
    """By name, the cells of each statement, the last of which defines `right`."""
    parts = Path(__file__).with_name("statements.txt").read_text().split("\n--- ")[1:]
    found = {}
    for part in parts:
        name, _, body = part.partition("\n")
        cells = [cell.strip("\n") for cell in body.split("# next cell")]
        if "def right(" not in body:
            cells[-1] = f"{cells[-1]}\n\n{RIGHT}".lstrip()
        found[name] = cells
    return found


STATEMENTS = statements()


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Forkserver]:
    folder = tmp_path_factory.mktemp("statements")
    yield from started(folder, strongest_isolation())


@pytest.fixture(scope="module")
def process_in_a_container(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Forkserver]:
    folder = tmp_path_factory.mktemp("container")
    yield from started(folder, NO_BUBBLEWRAP)


@pytest.fixture(scope="module")
def in_a_kernel(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """By name, what `right(20, 1)` is in a kernel after a statement; nothing where it is not."""
    show = "print(right(20, 1))\ndel right"
    notebook = new_notebook()
    for name in IN_A_KERNEL:
        notebook.cells += [new_code_cell(cell) for cell in STATEMENTS[name]]
        notebook.cells.append(new_code_cell(show, metadata={"name": name}))
    place = {"metadata": {"path": str(tmp_path_factory.mktemp("kernel"))}}
    NotebookClient(notebook, resources=place, allow_errors=True, timeout=120).execute()
    return {
        cell.metadata.name: "".join(output.get("text", "") for output in cell.outputs)
        for cell in notebook.cells
        if "name" in cell.metadata
    }


@pytest.mark.parametrize("name", STATEMENTS)
def test_the_function_below_it_is_right_in_the_sandbox(process: Forkserver, name: str) -> None:
    assert result_after(process, STATEMENTS[name]) == 41


@pytest.mark.parametrize("name", IN_A_CONTAINER)
def test_it_is_without_bubblewrap_as_well(process_in_a_container: Forkserver, name: str) -> None:
    assert result_after(process_in_a_container, STATEMENTS[name]) == 41


@pytest.mark.parametrize("name", IN_A_KERNEL)
def test_an_ordinary_kernel_says_the_same(in_a_kernel: dict[str, str], name: str) -> None:
    assert in_a_kernel[name] == "41\n"


TOLD = {
    "!pip install -q einops": "`!pip install -q einops` is not run while grading.",
    "%pip install einops": "`%pip install einops` is not run while grading.",
    "%%bash\nls": "`%%bash` is not run while grading.",
    'import os; code = os.system("ls")': "`ls` is not run while grading.",
    "open('/etc/passwd')": "`open('/etc/passwd')` is not possible while grading and was passed "
    "over: PermissionError: [Errno 13] Permission denied: '/etc/passwd'",
    "import subprocess\nsubprocess.run(['ls'])": "`subprocess.run(['ls'])` is not possible while "
    "grading and was passed over: FileNotFoundError: [Errno 2] No program is started while "
    "grading: 'ls'",
    "import missing": "`import missing` is not possible while grading and was passed over: "
    "ModuleNotFoundError: No module named 'missing'",
}


@pytest.mark.parametrize("source", TOLD)
def test_one_line_says_what_was_not_done(process_in_a_container: Forkserver, source: str) -> None:
    student = process_in_a_container.new_student()
    told = student.ask("run", Deadline(30), source=source)
    student.end()
    assert told == [{"kind": "stream", "text": TOLD[source] + "\n"}]


OWN_FAULTS = {
    "1 / 0": "ZeroDivisionError",
    "undefined_name": "NameError",
    "assert False": "AssertionError",
    "raise ValueError('no file')": "ValueError",
    "import torch; torch.ones(2) @ torch.ones(3)": "RuntimeError",
    "try:\n    open('/etc/passwd')\nexcept OSError:\n    1 / 0": "ZeroDivisionError",
    "raise SystemExit": "SystemExit",
}


@pytest.mark.parametrize("source", OWN_FAULTS)
def test_a_fault_of_its_own_ends_the_cell_and_is_told(process: Forkserver, source: str) -> None:
    student = process.new_student()
    told = student.ask("run", Deadline(30), source=f"above = 1\n{source}\nbelow = 1")
    names = [student.ask("look_up", Deadline(30), name=name) for name in ("above", "below")]
    student.end()
    assert [each.get("name") for each in told if each["kind"] == "error"] == [OWN_FAULTS[source]]
    assert names == [{"value": 1}, {"missing": True}]


def started(folder: Path, isolation: Isolation) -> Iterator[Forkserver]:
    (folder / "scratch").mkdir()
    process = Forkserver(isolation, write_edition(folder, "01-small"), folder / "scratch")
    yield process
    process.close()


def result_after(process: Forkserver, cells: list[str]) -> Any:
    """What `right(20, 1)` is in a student's process after these cells."""
    student = process.new_student()
    try:
        for cell in ["first = 1", *cells]:
            student.ask("run", Deadline(30), source=cell)
        return called(student, "right", [20, 1])
    finally:
        student.end()


def called(student: StudentClient, name: str, arguments: list[Any]) -> Any:
    """The result of a function that the process may know; else the reply."""
    found = student.ask("look_up", Deadline(30), name=name)
    if "function" not in found:
        return found
    given = {str(i): value for i, value in enumerate(arguments)}
    asked = {"probe": "", "library": "numpy", "keywords": [], "families": [], "device": "cpu"}
    student.ask("hold", Deadline(30), **found, arguments=given, **asked)
    return student.ask("call", Deadline(30)).get("result")
