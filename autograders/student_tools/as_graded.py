"""A notebook tried in the form in which it will be graded, before it is handed in."""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from subprocess import DEVNULL
from tempfile import TemporaryDirectory
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import DeadKernelError
from nbformat import NotebookNode

from autograders.notebook.names.cell_names import cell_names
from autograders.notebook.names.needed_cells import cells_to_run, is_demo, is_graded
from autograders.notebook.names.set_up_again import set_up_again
from autograders.notebook.rebuild import Rebuilt, rebuild
from autograders.notebook.slots import grade_id, role

CELL_SECONDS = 30  # which a cell has when it is graded
ALL_SECONDS = 120
# A cell that calls exit() ends nothing, as when it is graded.
NO_EXIT = "get_ipython().ask_exit = lambda: None"
NO_NAME = re.compile(r"NameError: name '(\w+)' is not defined(?: \(line (\d+))?")
COLOURS = re.compile(r"\x1b\[[0-9;]*m")


def try_as_graded(handed_in: Path, released: Path) -> Iterator[str]:
    """Sentences on the cells that stop where they run as they are graded, and did not stop in the
    student's notebook.

    The cells that grading runs are run from top to bottom in a new kernel, in a folder that holds
    the trained weights and nothing else. It takes about two minutes at most, and changes nothing.

    Args:
        handed_in: the notebook that was written to be handed in, with the student's outputs.
        released: the notebook as it was released, in the student's package, which is imported.
    """
    submitted = nbformat.read(handed_in, as_version=4)
    rebuilt = rebuild(submitted, nbformat.read(released, as_version=4))
    notebook = rebuilt.notebook
    try:
        weights = sorted(handed_in.parent.glob("*.safetensors"))
        tried = _Trial(notebook, weights, released.parents[2])
        tried.run()
    except Exception as error:  # where no kernel starts, the work is handed in all the same
        yield f"Your notebook could not be tried as it is graded: {type(error).__name__}: {error}"
        return
    found = [
        sentence
        for i in tried.ran
        for sentence in _compare(notebook.cells, i, _outputs(rebuilt, notebook.cells[i]["id"]))
    ]
    yield from found
    if tried.stopped:
        yield tried.stopped
    elif not found:
        yield "Your notebook was tried as it is graded: no cell stops that did not stop for you."


def _outputs(rebuilt: Rebuilt, cell: str) -> list[Any]:
    origin = rebuilt.origins.get(cell)
    return origin.outputs if origin and isinstance(origin.outputs, list) else []


class _Trial(NotebookClient):
    """One run; `ran` are the places of the cells that were run, demos left out, and `stopped` is
    the sentence that says why it went no further."""

    def __init__(self, notebook: NotebookNode, weights: list[Path], package: Path) -> None:
        super().__init__(
            notebook,
            kernel_name="python3",
            allow_errors=True,
            timeout=CELL_SECONDS,
            interrupt_on_timeout=True,
            # without this it waits for as long as a cell does not heed the interrupt
            error_on_timeout={"ename": "TimeoutError", "evalue": "", "traceback": []},
        )
        self.ran: list[int] = []
        self.stopped = ""
        self._weights = weights
        self._package = package

    def run(self) -> None:
        """Runs the cells, each with what came of it in its outputs."""
        with TemporaryDirectory(prefix="as-graded-", ignore_cleanup_errors=True) as folder:
            for file in self._weights:
                shutil.copyfile(file, Path(folder, file.name))
            quiet = {"stdout": DEVNULL, "stderr": DEVNULL}
            with self.setup_kernel(cwd=folder, env=_environment(self._package), **quiet):
                self._silently(NO_EXIT)
                self._run_cells()

    def _run_cells(self) -> None:
        code = cells_to_run(self.nb.cells)
        again, end = set_up_again(code), time.monotonic() + ALL_SECONDS
        places = [i for i, cell in enumerate(self.nb.cells) if any(cell is each for each in code)]
        for i in places:
            cell = self.nb.cells[i]
            if time.monotonic() > end:
                self.stopped = f"{_where(self.nb.cells, i)} was not tried: it would take too long."
                return
            if is_graded(cell):
                self._silently(again)
            try:
                self.execute_cell(cell, i)
            except DeadKernelError:
                self.stopped = f"{_where(self.nb.cells, i)} ended the Python that ran it."
                return
            if not is_demo(cell):
                self.ran.append(i)

    def _silently(self, source: str) -> None:
        self.kc.execute(source, silent=True, store_history=False, allow_stdin=False)


def _environment(package: Path) -> dict[str, str]:
    path = os.pathsep.join(filter(None, (str(package), os.environ.get("PYTHONPATH"))))
    return {**os.environ, "PYTHONPATH": path, "NBGRADER_EXECUTION": "autograde"}


def _compare(cells: list[NotebookNode], i: int, before: list[Any]) -> Iterator[str]:
    """What a cell tells that it did not tell in the student's notebook, where it was `before`."""
    outputs = cells[i].outputs
    if is_graded(cells[i]):
        text, old = _text(outputs), _text(before)
        for name, line in dict.fromkeys(NO_NAME.findall(text)):
            if name not in {known for known, _ in NO_NAME.findall(old)}:
                yield _no_name(cells, _answer_place(cells, i), name, line)
        return
    known = {output.ename for output in before if output.output_type == "error"}
    for output in outputs:
        if output.output_type != "error" or output.ename in known:
            continue
        line = _line(output.traceback)
        missing = NO_NAME.search(f"{output.ename}: {output.evalue}")
        if missing:
            yield _no_name(cells, i, missing[1], line)
        elif output.ename == "KeyboardInterrupt":
            yield (
                f"{_where(cells, i)} took longer than {CELL_SECONDS} seconds, which a cell has "
                "when it is graded, and was interrupted."
            )
        else:
            told = f"{output.ename}: {output.evalue}".splitlines()[0]
            yield f"{_where(cells, i, line)} stops when it is graded: {told}"


def _no_name(cells: list[NotebookNode], i: int, name: str, line: str) -> str:
    return (
        f"{_where(cells, i, line)} uses `{name}`, which is not there when it is graded: "
        f"{_why_not_there(cells, i, name)}"
    )


def _why_not_there(cells: list[NotebookNode], i: int, name: str) -> str:
    makers = [
        k
        for k, cell in enumerate(cells)
        if cell.cell_type == "code" and name in cell_names(cell.source).bound
    ]
    if not makers:
        return "no cell of the notebook makes it. Make it in a cell of your own above."
    if min(makers) > i:
        return f"{_where(cells, makers[0])} makes it, which comes later."
    return f"{_where(cells, makers[0])} should make it, and does not come so far."


def _answer_place(cells: list[NotebookNode], i: int) -> int:
    """The answer that a graded cell asks about, or the graded cell itself."""
    used = cell_names(cells[i].source).read
    answers = [
        k
        for k in range(i)
        if role(cells[k]) == "answer" and used & cell_names(cells[k].source).bound
    ]
    return answers[-1] if answers else i


def _where(cells: list[NotebookNode], i: int, line: str = "") -> str:
    """The cell in words, as the start of a sentence."""
    name = grade_id(cells[i])
    if role(cells[i]) == "answer":
        words = f"Your answer to {name.removesuffix('-solution').removesuffix('-answer')}"
    elif name:
        words = f"The cell {name}"
    else:
        above = [grade_id(cell) for cell in cells[:i] if grade_id(cell)]
        words = f"Your own cell after {above[-1]}" if above else "Your own cell at the top"
    return f"{words}, line {line}," if line else words


def _line(traceback: list[str]) -> str:
    """The line of the cell at which it stopped, "" where that is not told."""
    found = re.search(r"line (\d+)", COLOURS.sub("", "\n".join(traceback)))
    return found[1] if found else ""


def _text(outputs: list[Any]) -> str:
    return "\n".join(output.text for output in outputs if output.output_type == "stream")
