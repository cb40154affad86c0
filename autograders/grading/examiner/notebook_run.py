"""One way through a submission's cells, in a student's process and those that take its place."""

from __future__ import annotations

import contextlib
import math
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograders.grading.examiner.deadline import Deadline
from autograders.grading.examiner.session import Forkserver, StudentClient, StudentCodeLost

MOST_RESTARTS = 10
# By the clock: a submission in which more cells than these take all their time is ended,
CELLS_AT_FULL_TIME = 40
DEMOS_AT_FULL_TIME = 10  # and demos of a round that take more time than these are interrupted


@dataclass(frozen=True)
class Cell:
    """A code cell: `is_grade` where the examiner works it; `sets_up` where the examiner runs it as
    well; `is_demo` where it is run for the names that it makes, in time of its own."""

    source: str
    is_grade: bool
    sets_up: bool
    is_demo: bool = False


def set_up(cells: Sequence[Cell]) -> str:
    """The source of all cells that set the notebook up."""
    return "\n".join(cell.source for cell in cells if cell.sets_up)


class TimeBudget:
    """The time of one submission: how long a cell may take, and all of them together.

    Demos have time of their own, anew in each round, and take none from the other cells.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._end = time.monotonic() + CELLS_AT_FULL_TIME * seconds

    def start_round(self) -> None:
        """Gives the demos their time."""
        self._for_demos = DEMOS_AT_FULL_TIME * self._seconds

    def deadline(self, seconds: float = math.inf) -> Deadline:
        """When what starts now must be done: a cell, or what may take no more than `seconds`."""
        return Deadline(min(self._seconds, seconds), self._end)

    @contextlib.contextmanager
    def demo(self) -> Iterator[Deadline]:
        """When a demo that starts now, and takes as long as this block, must be done."""
        start = time.monotonic()
        try:
            yield Deadline(min(self._seconds, self._for_demos))
        finally:
            took = time.monotonic() - start
            self._for_demos = max(0, self._for_demos - took)
            self._end += took


class NotebookRun:
    """`student` is the process that the cells run in. Where it is lost a new one goes on, in which
    the cells before have been run again. A cell that was lost is run again up to the statement at
    which it was lost.

    Args:
        process: where students' processes come from.
        cells: of one submission.
        files: by name, what lies in a process's folder.
        budget: of time, of this submission.
        kept: how many statements of a cell are run, where it was lost; those of cells that are
            lost here are added.
        set_up_again: what is run before each graded cell.
    """

    def __init__(
        self,
        process: Forkserver,
        cells: Sequence[Cell],
        files: Mapping[str, bytes],
        budget: TimeBudget,
        kept: dict[int, int],
        set_up_again: str,
    ) -> None:
        self._process, self._cells, self._files = process, cells, files
        self._budget, self._kept = budget, kept
        budget.start_round()
        self._set_up_again = set_up_again
        self._restarts = 0
        self.student = self._new_student()

    def run(self, i: int) -> Any:
        """What cell `i` puts out, as its process tells it. Raises StudentCodeLost; the next
        cell can be run all the same, with what cell `i` defined before it was lost."""
        try:
            return self._run(i)
        except StudentCodeLost:
            self.go_on_before(i + 1)
            raise

    def set_up_again(self, deadline: Deadline) -> None:
        """Runs what sets the notebook up once more. Raises StudentCodeLost."""
        if self._set_up_again:
            self.student.ask("run", deadline, source=self._set_up_again)

    def go_on_before(self, i: int) -> None:
        """A new process in the state of the lost one before cell `i`, if it is lost."""
        while self.student.is_gone and self._restarts <= MOST_RESTARTS:
            self._restarts += 1
            if self._restarts > MOST_RESTARTS:
                return
            self.student = self._new_student()
            for k in range(i):
                if not self._cells[k].is_grade and not self.student.is_gone:
                    with contextlib.suppress(StudentCodeLost):
                        self._run(k)

    def _run(self, i: int) -> Any:
        cell, most = self._cells[i], self._kept.get(i)
        try:
            if not cell.is_demo:
                deadline = self._budget.deadline()
                return self.student.ask("run", deadline, source=cell.source, most=most)
            with self._budget.demo() as deadline:
                return self.student.ask("run", deadline, source=cell.source, most=most)
        except StudentCodeLost:
            self._kept[i] = max(0, self.student.begun - 1)
            raise

    def _new_student(self) -> StudentClient:
        student = self._process.new_student()
        try:
            for name, content in self._files.items():
                array = np.frombuffer(content, "uint8")
                student.ask("save", self._budget.deadline(), name=name, content=array)
        except StudentCodeLost:
            student.end()
        return student
