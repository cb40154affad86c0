"""nbgrader's second step with a submission: run it, away from the files that came with it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from nbformat.v4 import new_output
from nbgrader.preprocessors import Execute as NbGraderExecute
from traitlets import default


class Execute(NbGraderExecute):
    """Runs every cell but those tagged `demo`, in a kernel that sees nothing of the submission.

    A kernel that dies or hangs costs the cell that did it and those that then did not run.
    """

    @default("skip_cells_with_tag")
    def _skip_cells_with_tag_default(self) -> str:
        return "demo"

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any], km: Any = None
    ) -> tuple[NotebookNode, dict[str, Any]]:
        self._kernel_lost = False
        return super().preprocess(nb, resources, km)

    def preprocess_cell(
        self, cell: NotebookNode, resources: dict[str, Any], index: int
    ) -> tuple[NotebookNode, dict[str, Any]]:
        if self._kernel_lost:
            return cell, resources
        try:
            return super().preprocess_cell(cell, resources, index)
        except (DeadKernelError, CellTimeoutError) as error:
            self._kernel_lost = True
            cell.outputs.append(error_output(type(error).__name__, "The kernel died or hung here."))
            return cell, resources

    @contextmanager
    def setup_kernel(self, **kwargs: Any) -> Iterator[None]:
        """The kernel, in a folder of its own that is empty and goes away with it."""
        with TemporaryDirectory(prefix="grading-", ignore_cleanup_errors=True) as name:
            folder = Path(name)
            (folder / "work").mkdir()
            self.create_kernel_manager()
            self.km.transport = "ipc"  # many kernels may start at once: no ports to fight over
            self.km.connection_file = str(folder / "kernel.json")
            where = {"cwd": str(folder / "work"), "env": _environment(folder / "ipython")}
            with super().setup_kernel(**where, **kwargs):
                yield


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
