"""nbgrader's second step with a submission: run it, away from the files that came with it."""

from __future__ import annotations

import os
import shutil
import time
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
from nbgrader.utils import is_grade

from autograders.grading.examiner.notebook_run import DEMOS_AT_FULL_TIME
from autograders.notebook.file import LARGEST
from autograders.notebook.names.needed_cells import cells_to_run, is_demo
from autograders.notebook.names.set_up_again import set_up_again

# A cell that ends with exit() would take the kernel down at some later moment, and other cells
# with it: here it ends nothing.
NO_EXIT = "get_ipython().ask_exit = lambda: None"
LOST = ("CellTimeoutError", "DeadKernelError")
RESTARTS = 10


class Execute(NbGraderExecute):
    """Runs the cells, of demos those that others need, in a kernel that sees nothing of the
    submission but copies of the weights in it.

    A cell in which the kernel dies or hangs is lost; the next ones run in a new kernel, in which
    the ungraded cells before them have been run again. Before each graded cell the locked cells
    that set the notebook up are run once more: a student's variable that happens to be called
    `check` or `np` costs nothing.
    """

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any], km: Any = None
    ) -> tuple[NotebookNode, dict[str, Any]]:
        self._restarts = 0
        self._weights = weights_beside(resources["metadata"].get("path"))
        to_run = cells_to_run(nb.cells)
        self._setup = set_up_again(to_run)
        self._is_run = [any(cell is each for each in to_run) for cell in nb.cells]
        self._for_demos = DEMOS_AT_FULL_TIME * self.timeout
        return super().preprocess(nb, resources, km)

    def preprocess_cell(
        self, cell: NotebookNode, resources: dict[str, Any], index: int
    ) -> tuple[NotebookNode, dict[str, Any]]:
        if self._restarts > RESTARTS or not self._is_run[index]:
            return cell, resources
        try:
            if is_demo(cell):
                self._run_demo(index)
                return cell, resources
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

    def _run_demo(self, index: int) -> None:
        """Runs a demo for the names that it makes, in time of its own; what it puts out, and the
        weights that it trains, are no part of the submission."""
        if self._for_demos < 1:
            return
        start, seconds = time.monotonic(), self.timeout
        self.set_trait("timeout", min(seconds, round(self._for_demos)))
        try:
            self._run_again(index)
        finally:
            self.set_trait("timeout", seconds)
            self._for_demos -= time.monotonic() - start
            self._put_weights()

    def _run_again(self, index: int) -> None:
        """Runs a cell and leaves its outputs as they are."""
        cell = self.nb.cells[index]
        self.execute_cell(deepcopy(cell), index)
        self.nb.cells[index] = cell

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
        self._work = self._folder / f"work-{self._restarts}"
        self._work.mkdir()
        self._put_weights()
        quiet = {"stdout": DEVNULL, "stderr": DEVNULL}  # cells' output comes in messages
        return {"cwd": str(self._work), "env": _environment(self._folder / "ipython"), **quiet}

    def _put_weights(self) -> None:
        """Puts the weights that were handed in, and no others, where the kernel works."""
        for file in self._work.glob("*.safetensors"):
            file.unlink()
        for file in self._weights:
            shutil.copyfile(file, self._work / file.name)

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
                if not self._is_run[i] or is_grade(cell) or _is_lost(cell):
                    continue
                if is_demo(cell):
                    self._run_demo(i)
                else:
                    self._run_again(i)
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
