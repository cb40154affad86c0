"""One way through a submission's cells, in a student's process and those that take its place."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograders.grading.deadline import Deadline
from autograders.grading.session import Lost, Student, WarmProcess

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
    the cells before have been run again. A cell that was lost is run again up to the statement at
    which it was lost.

    Args:
        process: where students' processes come from.
        cells: of one submission.
        files: by name, what lies in a process's folder.
        seconds: how long a cell may take.
        end: by `time.monotonic`, when the submission must be done.
        kept: how many statements of a cell are run, where it was lost; those of cells that are
            lost here are added.
    """

    def __init__(
        self,
        process: WarmProcess,
        cells: Sequence[Cell],
        files: Mapping[str, bytes],
        seconds: float,
        end: float,
        kept: dict[int, int],
    ) -> None:
        self._process, self._cells, self._files = process, cells, files
        self._seconds, self._end, self._kept = seconds, end, kept
        self._set_up = set_up(cells)
        self._restarts = 0
        self.student = self._new_student()

    def deadline(self) -> Deadline:
        """When a cell that starts now must be done."""
        return Deadline(self._seconds, self._end)

    def run(self, i: int) -> Any:
        """What cell `i` puts out, as its process tells it. Raises Lost; the next cell can be run
        all the same, with what cell `i` defined before it was lost."""
        try:
            return self._run(i)
        except Lost:
            self.go_on_before(i + 1)
            raise

    def set_up(self, deadline: Deadline) -> None:
        """Runs what sets the notebook up once more. Raises Lost."""
        if self._set_up:
            self.student.ask("run", deadline, source=self._set_up)

    def go_on_before(self, i: int) -> None:
        """A new process in the state of the lost one before cell `i`, if it is lost."""
        while self.student.is_gone and self._restarts <= MOST_RESTARTS:
            self._restarts += 1
            if self._restarts > MOST_RESTARTS:
                return
            self.student = self._new_student()
            for k in range(i):
                if not self._cells[k].is_grade and not self.student.is_gone:
                    with contextlib.suppress(Lost):
                        self._run(k)

    def _run(self, i: int) -> Any:
        try:
            source, most = self._cells[i].source, self._kept.get(i)
            return self.student.ask("run", self.deadline(), source=source, most=most)
        except Lost:
            self._kept[i] = max(0, self.student.begun - 1)
            raise

    def _new_student(self) -> Student:
        student = self._process.new_student()
        try:
            for name, content in self._files.items():
                array = np.frombuffer(content, "uint8")
                student.ask("save", self.deadline(), name=name, content=array)
        except Lost:
            student.end()
        return student
