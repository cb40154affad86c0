"""nbgrader's second step with a submission: run it in the sandbox, examine it from outside."""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import select
import subprocess
import sys
import tempfile
from typing import Any

from nbformat import NotebookNode, from_dict
from nbgrader.preprocessors import NbGraderPreprocessor
from nbgrader.utils import is_grade, is_locked, is_solution
from traitlets import Bool, Enum, Integer

from autograders.grading.examiner.isolation import strongest_isolation
from autograders.grading.sandboxed.walls.card import WEAKER
from autograders.grading.steps.execute import weights_beside
from autograders.grading.steps.own_outputs import left_to_show, show_outputs
from autograders.notebook.names.needed_cells import cells_to_run, is_demo, sets_up
from autograders.notebook.names.set_up_again import set_up_again
from autograders.system.folders import without_hidden_cases

START_SECONDS = 300
END_SECONDS = 10
CELLS_AT_FULL_TIME = 65  # somewhat more than the examiner allows, both rounds' demos included


class IsolatedExecute(NbGraderPreprocessor):
    """Runs the cells in a sandbox, of demos those that others need, and works the graded ones
    outside it.

    One examiner's process is kept for all the submissions that this process grades.
    """

    timeout = Integer(
        30, help="How many seconds of processor time a cell may take, and six times by the clock."
    ).tag(config=True)
    accept_weaker = Bool(
        False, help="Whether to grade where the sandbox lacks Landlock or seccomp."
    ).tag(config=True)
    device = Enum(
        ("cpu", "cuda"), "cpu", help="With cuda, tensors are asked for on the graphics card too."
    ).tag(config=True)

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        if missing := without_hidden_cases():
            raise CannotGradeHere(missing)
        require_enough(self.accept_weaker)
        if self.device == "cuda":
            require_card()
            self.log.warning(WEAKER)
        cells = cells_to_run(nb.cells)
        folder = resources["metadata"].get("path")
        request = {
            "assignment": resources["nbgrader"]["notebook"],
            "device": self.device,
            "cells": [
                {
                    "source": cell.source,
                    "is_grade": is_grade(cell) and not is_solution(cell),
                    "sets_up": sets_up(cell),
                    "is_demo": is_demo(cell),
                }
                for cell in cells
            ],
            "points": {
                cell.source: cell.metadata.nbgrader.points if is_grade(cell) else None
                for cell in cells
                if is_locked(cell)
            },
            "weights": [str(path.resolve()) for path in weights_beside(folder)],
            "seconds": self.timeout,
            "set_up_again": set_up_again(cells),
            "budget": vars(left_to_show(nb)),
        }
        reply = _examiner().ask(request, CELLS_AT_FULL_TIME * self.timeout)
        proofs = {
            cells[int(place)].metadata.nbgrader.grade_id: proof
            for place, proof in reply["proofs"].items()
        }
        if proofs:
            nb.metadata.setdefault("course", NotebookNode())["proofs"] = from_dict(proofs)
        outputs = reply["outputs"]
        for count, (cell, its) in enumerate(zip(cells, outputs, strict=True), 1):
            cell.execution_count = None if is_demo(cell) else count
            cell.outputs = [from_dict(output) for output in its]
        show_outputs(nb)
        return nb, resources


class CannotGradeHere(Exception):
    """Nothing may be graded on this machine; the message says why."""


def require_enough(accept_weaker: bool) -> None:
    """Raises CannotGradeHere where the sandbox lacks Landlock or seccomp, unless accepted."""
    isolation = strongest_isolation()
    if not (isolation.is_enough or accept_weaker):
        raise CannotGradeHere(
            f"the sandbox would be {isolation} only, and a submission could read and change your "
            "files: grade on Linux 5.13 or later, see docs/security.md, or accept it with "
            "--accept-weaker"
        )


def require_card() -> None:
    """Raises CannotGradeHere where students' code cannot be given a graphics card."""
    import torch  # which a worker does not need otherwise

    if not torch.cuda.is_available():
        raise CannotGradeHere(
            "--device cuda needs a graphics card that torch sees; `course doctor` says what it sees"
        )
    if "bubblewrap" not in strongest_isolation().layers:
        raise CannotGradeHere(
            "--device cuda needs bubblewrap: without it all processes of the machine could be seen"
        )


def unproved(notebook: NotebookNode) -> dict[str, str]:
    """The graded functions of which it is not proved what they are made of, and why."""
    proofs = notebook.metadata.get("course", {}).get("proofs", {})
    return {name: why for name, why in proofs.items() if why}


class ExaminerFailed(RuntimeError):
    """The examiner's process gave no outputs; the message says why."""


class ExaminerProcess:
    """The examiner, started afresh with an environment that holds nothing of this process's."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-m", "autograders.grading.examiner.process"],
            env=_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    @property
    def is_running(self) -> bool:
        """Whether it can be asked."""
        return self._process.poll() is None

    def ask(self, request: dict[str, Any], seconds: float) -> Any:
        """The examiner's reply to a request. Raises ExaminerFailed, CannotGradeHere, and OSError
        where its disk failed."""
        assert self._process.stdin
        assert self._process.stdout
        try:
            self._process.stdin.write(json.dumps(request).encode() + b"\n")
            self._process.stdin.flush()
        except OSError as error:
            raise ExaminerFailed(f"the examiner's process has ended: {error}") from error
        readable, _, _ = select.select([self._process.stdout], [], [], START_SECONDS + seconds)
        line = self._process.stdout.readline() if readable else b""
        if not line.endswith(b"\n"):
            self.close()
            raise ExaminerFailed("the examiner's process gave no answer and was ended")
        reply = json.loads(line)
        if "stop" in reply:
            raise CannotGradeHere(reply["stop"])
        if "refused" in reply:
            raise OSError(*reply["refused"])
        if "problem" in reply:
            raise ExaminerFailed(reply["problem"])
        return reply

    def close(self) -> None:
        """Ends the process; its students end with it, and its folder is removed."""
        assert self._process.stdin
        assert self._process.stdout
        with contextlib.suppress(OSError):
            self._process.stdin.close()
        try:
            self._process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()


_running: list[ExaminerProcess] = []


def _examiner() -> ExaminerProcess:
    if not _running or not _running[0].is_running:
        _running[:] = [ExaminerProcess()]
    return _running[0]


@atexit.register
def _end() -> None:
    for examiner in _running:
        examiner.close()


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "HOME") if name in os.environ}
    return kept | {
        "TMPDIR": tempfile.gettempdir(),  # what it leaves when killed goes with this process's
        "NBGRADER_EXECUTION": "autograde",
        "OMP_NUM_THREADS": "1",  # the same sums however many submissions are graded at once
        "OPENBLAS_NUM_THREADS": "1",
        "PYTHONHASHSEED": "0",
    }
