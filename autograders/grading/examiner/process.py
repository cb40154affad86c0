"""The examiner's process: it holds the hidden cases and runs no student's code.

It reads requests as lines of JSON, one for each submission, and answers each by a line. It is
started by `autograders.grading.steps.isolate` with an environment of its own.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import select
import shutil
import sys
import threading
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TextIO

import torch

from autograders.checks.load import load_assignment
from autograders.checks.stored import write_bundle
from autograders.edition.contents import ROOT, files_below, package_files
from autograders.edition.points import disagreement
from autograders.grading.examiner.canary import WrongVerdict, try_canary
from autograders.grading.examiner.examination import examine
from autograders.grading.examiner.isolation import strongest_isolation
from autograders.grading.examiner.notebook_run import Cell
from autograders.grading.examiner.session import Forkserver
from autograders.grading.limits import EXAMINER, limit_memory
from autograders.grading.sandboxed.budget import Budget
from autograders.system.os_errors import OF_THE_DISK, naming, os_error

GRADING = ROOT / "autograders" / "grading"
SUBMISSIONS_A_PROCESS = 200
END_SECONDS = 3.0


class Examiner:
    """Answers requests, with one warm student process for each assignment, tried by a canary."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._processes: dict[tuple[str, str], Forkserver] = {}
        self._used: dict[tuple[str, str], int] = {}

    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        """The `outputs` of a request's cells and the `proofs` of the graded ones, as Examined has
        them; or the `problem` for which there are none; or why grading must `stop`; or the number,
        the words and the file of what was `refused` by the system."""
        assignment, device = request["assignment"], request["device"]
        weights = [Path(path) for path in request["weights"]]
        cells = [Cell(**cell) for cell in request["cells"]]
        try:
            if wrong := disagreement(request["points"], "the gradebook"):
                first = f"run `course release {assignment.partition('-')[0]}` first"
                return {"stop": f"{wrong}; {first}"}
            process = self._process(assignment, device)
            with TemporaryDirectory(dir=self._folder) as folder:
                for path in weights:
                    shutil.copyfile(path, Path(folder, path.name))
                os.chdir(folder)
                try:
                    examined = examine(
                        process,
                        cells,
                        weights,
                        request["seconds"],
                        request["set_up_again"],
                        Budget(**request["budget"]),
                    )
                finally:
                    os.chdir(self._folder)
        except WrongVerdict as error:
            self._close(assignment, device)
            return {"stop": str(error)}
        except MemoryError:
            self._close(assignment, device)
            return {"problem": f"it takes more than {EXAMINER >> 30} GiB of memory to examine it"}
        except Exception as error:
            self._close(assignment, device)
            return refused(error) or {"problem": f"{type(error).__name__}: {error}"}
        return {"outputs": examined.outputs, "proofs": examined.proofs}

    def close(self) -> None:
        """Ends the student processes."""
        for assignment, device in list(self._processes):
            self._close(assignment, device)

    def _process(self, assignment: str, device: str) -> Forkserver:
        key = assignment, device
        self._used[key] = self._used.get(key, 0) + 1
        if self._used[key] > SUBMISSIONS_A_PROCESS:
            self._close(*key)
        if key not in self._processes:
            edition = write_edition(self._folder, assignment)
            scratch = self._folder / f"scratch-{assignment}"
            scratch.mkdir(exist_ok=True)
            process = Forkserver(strongest_isolation(), edition, scratch, device)
            self._processes[key] = process
            self._used[key] = 1
            try_canary(process, strongest_isolation(), self._folder)
            gc.freeze()  # what is loaded by now stays, and need not be gone over each time
        return self._processes[key]

    def _close(self, assignment: str, device: str) -> None:
        process = self._processes.pop((assignment, device), None)
        if process:
            process.close()


def write_edition(folder: Path, assignment: str) -> Path:
    """The student edition with the visible cases of `assignment`, and what serves the examiner."""
    edition = folder / assignment
    if edition.exists():
        return edition
    new = folder / f".{assignment}"  # a half is no edition
    shutil.rmtree(new, ignore_errors=True)
    ours = (GRADING / "__init__.py", *files_below(GRADING / "sandboxed"))
    added = {path.relative_to(ROOT).as_posix(): path.read_bytes() for path in ours}
    for name, content in {**package_files(), **added}.items():
        path = new / name
        with naming(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    visible = new / "autograders" / "visible" / f"{assignment}.npz"
    with naming(visible), contextlib.suppress(ValueError):  # no exercises of the course's form
        visible.parent.mkdir()
        write_bundle(load_assignment(assignment), visible)
    (new / "data").symlink_to(ROOT / "data")
    return new.rename(edition)


def refused(error: Exception) -> dict[str, Any] | None:
    """The reply that it was the system's disk that failed, if so."""
    found = os_error(error)
    if found is None or found.errno not in OF_THE_DISK:
        return None
    return {"refused": [found.errno, found.strerror, found.filename]}


def main() -> None:
    """Answers each line of the standard input by one of the standard output, until it ends."""
    limit_memory(EXAMINER)
    torch.set_num_threads(1)
    replies = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # whatever prints here is no reply
    try:
        _answer_all(replies)
    except OSError as error:
        print(json.dumps(refused(error) or {"problem": str(error)}), file=replies, flush=True)


def _answer_all(replies: TextIO) -> None:
    with TemporaryDirectory(prefix="examiner-", ignore_cleanup_errors=True) as folder:
        os.chdir(folder)
        threading.Thread(target=_end_with_parent, args=(folder,), daemon=True).start()
        examiner = Examiner(Path(folder))
        try:
            for line in sys.stdin:
                print(json.dumps(examiner.answer(json.loads(line))), file=replies, flush=True)
        finally:
            examiner.close()


def _end_with_parent(folder: str) -> None:
    """Ends this process, in the middle of a submission too, where nobody is left to hear of it."""
    asked = select.poll()
    asked.register(0, 0)  # tells only that the other end is closed
    asked.poll()
    time.sleep(END_SECONDS)  # in which a process that is not in work ends by itself
    shutil.rmtree(folder, ignore_errors=True)
    os._exit(1)


if __name__ == "__main__":
    main()
