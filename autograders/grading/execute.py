"""nbgrader's second step with a submission: run it, away from the files that came with it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from pathlib import Path
from subprocess import DEVNULL
from tempfile import TemporaryDirectory
from typing import Any

from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode, ValidationError
from nbformat.v4 import new_output
from nbgrader.preprocessors import Execute as NbGraderExecute
from nbgrader.utils import is_grade, is_locked
from traitlets import default

from autograders.notebook.file import LARGEST

# A cell that ends with exit() would take the kernel down at some later moment, and other cells
# with it: here it ends nothing.
NO_EXIT = "get_ipython().ask_exit = lambda: None"
LOST = ("CellTimeoutError", "DeadKernelError")
RESTARTS = 10


class Execute(NbGraderExecute):
    """Runs every cell but those tagged `demo`, in a kernel that sees nothing of the submission
    but copies of the weights in it.

    A cell in which the kernel dies or hangs is lost; the next ones run in a new kernel, in which
    the ungraded cells before them have been run again. Before each graded cell the locked cells
    that set the notebook up are run once more: a student's variable that happens to be called
    `check` or `np` costs nothing.
    """

    @default("skip_cells_with_tag")
    def _skip_cells_with_tag_default(self) -> str:
        return "demo"

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any], km: Any = None
    ) -> tuple[NotebookNode, dict[str, Any]]:
        self._restarts = 0
        self._weights = weights_beside(resources["metadata"].get("path"))
        self._setup = "\n".join(cell.source for cell in nb.cells if _sets_up(cell))
        return super().preprocess(nb, resources, km)

    def preprocess_cell(
        self, cell: NotebookNode, resources: dict[str, Any], index: int
    ) -> tuple[NotebookNode, dict[str, Any]]:
        if self._restarts > RESTARTS:
            return cell, resources
        try:
            if is_grade(cell):
                self._run_silently(self._setup)
            return super().preprocess_cell(cell, resources, index)
        except (DeadKernelError, CellTimeoutError) as error:
            cell.outputs.append(error_output(type(error).__name__, "The kernel died or hung here."))
            self._start_again(index)
            return cell, resources
        except (RecursionError, ValidationError) as error:  # an output that no notebook can hold
            cell.outputs.append(error_output(type(error).__name__, "The output is not valid."))
            return cell, resources

    @contextmanager
    def setup_kernel(self, **kwargs: Any) -> Iterator[None]:
        """The kernel, in a folder of its own that is empty and goes away with it."""
        with TemporaryDirectory(prefix="grading-", ignore_cleanup_errors=True) as name:
            self._folder = Path(name)
            with super().setup_kernel(**self._surroundings(), **kwargs):
                yield

    def start_new_kernel_client(self) -> Any:
        client = super().start_new_kernel_client()
        self._run_silently(NO_EXIT)
        return client

    def _run_silently(self, source: str) -> None:
        """Runs `source` before what the kernel is asked next; its answer is not waited for."""
        self.kc.execute(source, silent=True, store_history=False, allow_stdin=False)

    def create_kernel_manager(self) -> Any:
        manager = super().create_kernel_manager()
        manager.transport = "ipc"  # many kernels may start at once: no ports to fight over
        manager.connection_file = str(self._folder / f"kernel-{self._restarts}.json")
        return manager

    def _surroundings(self) -> dict[str, Any]:
        work = self._folder / f"work-{self._restarts}"
        work.mkdir()
        for file in self._weights:
            shutil.copyfile(file, work / file.name)
        quiet = {"stdout": DEVNULL, "stderr": DEVNULL}  # cells' output comes in messages
        return {"cwd": str(work), "env": _environment(self._folder / "ipython"), **quiet}

    def _start_again(self, index: int) -> None:
        """A new kernel in the state of the lost one before cell `index`, but for lost cells."""
        self._restarts += 1
        if self._restarts > RESTARTS:
            return
        self._cleanup_kernel()
        self.create_kernel_manager()
        self.start_new_kernel(**self._surroundings())
        self.start_new_kernel_client()
        try:
            for i, cell in enumerate(self.nb.cells[:index]):
                if not is_grade(cell) and not _is_lost(cell):
                    self.execute_cell(deepcopy(cell), i)
                    self.nb.cells[i] = cell
        except (DeadKernelError, CellTimeoutError):
            self._restarts = RESTARTS + 1


def weights_beside(folder: str | None) -> list[Path]:
    """The files of trained weights in the folder of a submission."""
    found = sorted(Path(folder).glob("*.safetensors")) if folder else []
    return [
        file
        for file in found
        if file.is_file() and not file.is_symlink() and file.stat().st_size <= LARGEST
    ]


def _sets_up(cell: NotebookNode) -> bool:
    tags = cell.metadata.get("tags", [])
    return (
        cell.cell_type == "code" and is_locked(cell) and not is_grade(cell) and "demo" not in tags
    )


def _is_lost(cell: NotebookNode) -> bool:
    return any(output.get("ename") in LOST for output in cell.get("outputs", []))


def error_output(name: str, message: str) -> NotebookNode:
    """An error as a kernel would report it; to nbgrader it means no points."""
    return new_output("error", ename=name, evalue=message, traceback=[f"{name}: {message}"])


def _environment(ipython: Path) -> dict[str, str]:
    """The grader's environment without what would change which Python code is found or run."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "IPYTHON"))}
    return kept | {
        "IPYTHONDIR": str(ipython),  # no start-up files, and none left for the next submission
        "NBGRADER_EXECUTION": "autograde",
        "OMP_NUM_THREADS": "1",  # the same sums however many notebooks run beside this one
        "PYTHONHASHSEED": "0",
        "PYTHONNOUSERSITE": "1",
        "PYTHONSAFEPATH": "1",
    }
