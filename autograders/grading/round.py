"""One way through a submission's cells, in a student's process and those that take its place."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograders.grading.session import Gone, Lost, OutOfTime, Student, WarmProcess

MOST_RESTARTS = 10


@dataclass(frozen=True)
class Cell:
    """A code cell: `is_grade` where the examiner works it; `sets_up` where it is run once more
    before each of those, so that a student's variable called `np` costs nothing."""

    source: str
    is_grade: bool
    sets_up: bool


def set_up(cells: Sequence[Cell]) -> str:
    """The source of all cells that set the notebook up."""
    return "\n".join(cell.source for cell in cells if cell.sets_up)


class Round:
    """`student` is the process that the cells run in. Where it is lost a new one goes on, in which
    the cells before have been run again, but for those that are `lost`.

    Args:
        process: where students' processes come from.
        cells: of one submission.
        files: by name, what lies in a process's folder.
        seconds: how long a cell may take.
        end: by `time.monotonic`, when the submission must be done.
        lost: cells that are not run again; those that are lost here are added.
    """

    def __init__(
        self,
        process: WarmProcess,
        cells: Sequence[Cell],
        files: Mapping[str, bytes],
        seconds: float,
        end: float,
        lost: set[int],
    ) -> None:
        self._process, self._cells, self._files = process, cells, files
        self._seconds, self._end, self._lost = seconds, end, lost
        self._set_up = set_up(cells)
        self._restarts = 0
        self.student = self._new_student()

    def deadline(self) -> float:
        """When a cell that starts now must be done."""
        return min(time.monotonic() + self._seconds, self._end)

    def run(self, i: int) -> Any:
        """What cell `i` puts out, as its process tells it. Raises Lost; the next cell can be run
        all the same."""
        try:
            return self.student.ask("run", self.deadline(), source=self._cells[i].source)
        except Lost:
            self._lost.add(i)
            self.go_on_before(i)
            raise

    def set_up(self, deadline: float) -> None:
        """Runs what sets the notebook up once more. Raises Lost."""
        if self._set_up:
            self.student.ask("run", deadline, source=self._set_up)

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
                    self.student.ask("run", self.deadline(), source=self._cells[k].source)
                except OutOfTime:
                    self._lost.add(k)
                except Gone:
                    self._lost.add(k)
                    return self.go_on_before(i)

    def _new_student(self) -> Student:
        student = self._process.new_student()
        try:
            for name, content in self._files.items():
                array = np.frombuffer(content, "uint8")
                student.ask("save", self.deadline(), name=name, content=array)
        except Lost:
            student.end()
        return student
