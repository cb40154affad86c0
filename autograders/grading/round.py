"""One way through a submission's cells, in a student's process and those that take its place."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograders.grading.session import Gone, Lost, OutOfTime, Student, WarmProcess

MOST_RESTARTS = 10
CELLS_AT_FULL_TIME = 20  # a submission in which more cells than these take all their time is ended
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


class Clock:
    """The time of one submission: how long a cell may take, and all of them together.

    Demos have time of their own, anew in each round, and take none from the other cells.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._end = time.monotonic() + CELLS_AT_FULL_TIME * seconds

    def start_round(self) -> None:
        """Gives the demos their time."""
        self._for_demos = DEMOS_AT_FULL_TIME * self._seconds

    def deadline(self) -> float:
        """When a cell that starts now must be done."""
        return min(time.monotonic() + self._seconds, self._end)

    @contextmanager
    def demo(self) -> Iterator[float]:
        """When a demo that starts now, and takes as long as this block, must be done."""
        start = time.monotonic()
        try:
            yield start + min(self._seconds, self._for_demos)
        finally:
            took = time.monotonic() - start
            self._for_demos = max(0, self._for_demos - took)
            self._end += took


class Round:
    """`student` is the process that the cells run in. Where it is lost a new one goes on, in which
    the cells before have been run again, but for those that are `lost`.

    Args:
        process: where students' processes come from.
        cells: of one submission.
        files: by name, what lies in a process's folder.
        clock: of this submission.
        lost: cells that are not run again; those that are lost here are added.
        set_up_again: what is run before each graded cell.
    """

    def __init__(
        self,
        process: WarmProcess,
        cells: Sequence[Cell],
        files: Mapping[str, bytes],
        clock: Clock,
        lost: set[int],
        set_up_again: str,
    ) -> None:
        self._process, self._cells, self._files = process, cells, files
        self._clock, self._lost = clock, lost
        clock.start_round()
        self._set_up_again = set_up_again
        self._restarts = 0
        self.student = self._new_student()

    def run(self, i: int) -> Any:
        """What cell `i` puts out, as its process tells it. Raises Lost; the next cell can be run
        all the same."""
        try:
            return self._run(i)
        except Lost:
            self.go_on_before(i)
            raise

    def _run(self, i: int) -> Any:
        """As `run`. A demo that took too long has made some of its names and may do so again."""
        cell = self._cells[i]
        try:
            if not cell.is_demo:
                return self.student.ask("run", self._clock.deadline(), source=cell.source)
            with self._clock.demo() as deadline:
                return self.student.ask("run", deadline, source=cell.source)
        except Lost as lost:
            if not (cell.is_demo and isinstance(lost, OutOfTime)):
                self._lost.add(i)
            raise

    def set_up_again(self, deadline: float) -> None:
        """Runs what sets the notebook up once more. Raises Lost."""
        if self._set_up_again:
            self.student.ask("run", deadline, source=self._set_up_again)

    def go_on_before(self, i: int) -> None:
        """A new process in the state of the lost one before cell `i`, if it is lost."""
        if not self.student.is_gone:
            return
        self._restarts += 1
        if self._restarts > MOST_RESTARTS:
            return
        self.student = self._new_student()
        for k in range(i):
            if not self._cells[k].is_grade and k not in self._lost:
                try:
                    self._run(k)
                except OutOfTime:
                    pass
                except Gone:
                    return self.go_on_before(i)

    def _new_student(self) -> Student:
        student = self._process.new_student()
        try:
            for name, content in self._files.items():
                array = np.frombuffer(content, "uint8")
                student.ask("save", self._clock.deadline(), name=name, content=array)
        except Lost:
            student.end()
        return student
