"""One submission, from its first cell to its last, with the student's code at a distance."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograders.grading.examiner.deadline import Deadline
from autograders.grading.examiner.hidden_answer import RemoteAnswer
from autograders.grading.examiner.notebook_run import Cell, NotebookRun, TimeBudget, set_up
from autograders.grading.examiner.proof import Prover
from autograders.grading.examiner.session import (
    Forkserver,
    ProcessDied,
    SandboxFailed,
    StudentCodeLost,
)
from autograders.grading.examiner.visible_answer import VisibleAnswer
from autograders.grading.sandboxed.budget import LARGEST_WEIGHTS, MOST_WEIGHTS, Budget
from autograders.grading.sandboxed.cells import Shell, as_outputs, run_cell, safe_outputs

LOST = {
    "CellTimeout": "it took too long and was interrupted",
    "ProcessDied": "it took too long and was stopped, or its process ended",
}
KEPT = "what the cell defined before that counts"


@dataclass(frozen=True)
class Examined:
    """Every cell's outputs, in nbformat's form; and, by the place of each graded cell of whose
    function it was tried, why it is not proved what that is made of: "" where it is."""

    outputs: list[list[Any]]
    proofs: dict[int, str]


def examine(
    process: Forkserver,
    cells: Sequence[Cell],
    weights: Sequence[Path],
    seconds: float,
    set_up_again: str | None = None,
    budget: Budget | None = None,
) -> Examined:
    """Runs the cells of one submission and works the graded ones.

    The cells go through the student's process twice. In the first round they run for their
    outputs, and the graded cells' visible cases are asked. In the second, in a new process, the
    hidden ones are asked, and what the student's own cells put out is thrown away: nothing that is
    shown can hold what a hidden case was.

    A cell that hangs, or ends its process, is lost from that statement on, and that cell only: the
    next ones go on in the same process, or in a new one in which the statements before it have been
    run again.

    Args:
        process: where the student's processes come from.
        weights: files of trained weights that were handed in beside the notebook; they lie in the
            current folder as well, and nothing else does.
        seconds: how long a cell may take, all calls of a graded cell together.
        set_up_again: what is run in the student's process before each graded cell, if that is
            something else than the cells that set up.
        budget: what the cells may show; a submission's whole one if it is not given.

    Demos among the cells put nothing out.
    """
    again = set_up(cells) if set_up_again is None else set_up_again
    shows = budget or Budget()
    examination = _Examination(process, cells, weights, seconds, again, shows)
    outputs = examination.show() | examination.grade()
    return Examined([outputs[i] for i in range(len(cells))], examination.proofs)


class _Examination:
    def __init__(
        self,
        process: Forkserver,
        cells: Sequence[Cell],
        weights: Sequence[Path],
        seconds: float,
        set_up_again: str,
        shows: Budget,
    ) -> None:
        self._process, self._cells, self._set_up_again = process, cells, set_up_again
        self._shows = shows
        small = [path for path in weights if path.stat().st_size <= LARGEST_WEIGHTS]
        self._files = {path.name: path.read_bytes() for path in small[:MOST_WEIGHTS]}
        self._budget = TimeBudget(seconds)
        self._lost: set[int] = set()  # graded cells that are not worked again
        self._kept: dict[int, int] = {}  # see NotebookRun
        self._round: NotebookRun
        self._found_first: dict[int, dict[str, Any]] = {}
        self.proofs: dict[int, str] = {}

    def show(self) -> dict[int, list[Any]]:
        """The outputs of the cells that are not graded, and of graded ones that were lost, from a
        process that sees no hidden case."""
        self._start_round()
        outputs = {}
        for i, cell in enumerate(self._cells):
            if not cell.is_grade:
                ran = self._run(i)
                outputs[i] = [] if cell.is_demo else self._shows.shown(ran)
            elif lost := self._rehearse(i):
                outputs[i] = lost
        self._round.student.end()
        return outputs

    def grade(self) -> dict[int, list[Any]]:
        """The outputs of the graded cells that were not lost already."""
        self._start_round()
        self._prover = Prover(self._process, self._budget)
        outputs = {}
        for i, cell in enumerate(self._cells):
            if i in self._lost:
                continue
            if cell.is_grade:
                outputs[i] = self._work(i)
            else:
                self._run(i)
        self._round.student.end()
        self._prover.close()
        return outputs

    def _start_round(self) -> None:
        """Our own shell and a student's process, both new, with the locked cells run here."""
        shell = Shell.instance()
        shell.reset()
        shell.InteractiveTB.set_mode("Minimal")  # no traceback of ours is told, and they are slow
        told = run_cell(set_up(self._cells))
        if wrong := [each for each in told if each["kind"] == "error"]:
            raise RuntimeError(f"the locked cells do not run: {wrong[0]['words']}")
        self._ours = set(shell.user_ns) | set(dir(builtins))
        self._round = NotebookRun(
            self._process,
            self._cells,
            self._files,
            self._budget,
            self._kept,
            self._set_up_again,
        )

    def _run(self, i: int) -> list[Any]:
        try:
            told = self._round.run(i)
        except StudentCodeLost as lost:
            told_of = _told_of(lost)
            told_of["words"] += f"; {KEPT}"
            return _without_lines([told_of], i)
        if isinstance(told, dict):
            words = "The outputs are far too large."
            return _without_lines([{"kind": "error", "name": "TooLarge", "words": words}], i)
        return safe_outputs(told, i + 1)

    def _rehearse(self, i: int) -> list[Any]:
        """Asks what a graded cell may show, for the second round; its outputs if it is lost."""
        deadline = self._budget.deadline()
        try:
            found = self._found(i, deadline)
        except StudentCodeLost as lost:
            told = [_told_of(lost)]
        else:
            self._found_first[i] = found
            asks = any(isinstance(value, VisibleAnswer) for value in found.values())
            told = self._told(i, found) if asks else []
        self._round.go_on_before(i)
        lost_here = [each for each in told if each.get("name") in LOST]
        if lost_here:
            self._lost.add(i)
        return _without_lines(lost_here, i)

    def _work(self, i: int) -> list[Any]:
        """A graded cell: the check is here, what it checks is in the student's process."""
        deadline = self._budget.deadline()
        try:
            found = self._found_again(i, deadline)
        except StudentCodeLost as lost:
            told = [_told_of(lost)]
        else:
            told = self._told(i, found)
            for value in found.values():
                if isinstance(value, RemoteAnswer) and value.proof:
                    self.proofs[i] = value.proof.unproved
        self._round.go_on_before(i)
        for each in told:
            if each.get("name") in LOST:  # how its process ended could be a word, too
                each["words"] = LOST[each["name"]]
        return _without_lines(told, i)

    def _found(self, i: int, deadline: Deadline) -> dict[str, Any]:
        """The student's values under the names that a graded cell uses and the locked cells do not
        define."""
        names = {
            n.id for n in ast.walk(ast.parse(self._cells[i].source)) if isinstance(n, ast.Name)
        }
        found: dict[str, Any] = {}
        self._round.set_up_again(deadline)
        for name in sorted(names - self._ours):
            match self._round.student.ask("look_up", deadline, name=name):
                case {"function": int(number)}:
                    found[name] = VisibleAnswer(self._round.student, number, deadline)
                case {"value": value}:
                    found[name] = value
                case {"missing": True}:
                    pass
                case _:
                    found[name] = _Unreadable()
        return found

    def _found_again(self, i: int, deadline: Deadline) -> dict[str, Any]:
        """As they were found in the first round, the functions as they are in this one."""
        found = dict(self._found_first[i])
        self._round.set_up_again(deadline)
        for name, value in found.items():
            if isinstance(value, VisibleAnswer):
                match self._round.student.ask("look_up", deadline, name=name):
                    case {"function": int(number)}:
                        found[name] = RemoteAnswer(
                            self._round.student, number, deadline, self._prover, value.said
                        )
                    case _:
                        raise ProcessDied("no such function")
        return found

    def _told(self, i: int, found: dict[str, Any]) -> list[dict[str, Any]]:
        """What a graded cell puts out here, with what was found of the student's."""
        namespace = Shell.instance().user_ns
        namespace.update(found)
        told = run_cell(self._cells[i].source)
        for name in found:
            namespace.pop(name, None)
        for each in told:
            if each.get("name") == SandboxFailed.__name__:  # no fault of the student's
                raise SandboxFailed(each["words"])
        return told


class _Unreadable:
    """Stands for a value that is no data, or far too much of it."""

    def __repr__(self) -> str:
        return "a value that could not be read"


def _told_of(lost: StudentCodeLost) -> dict[str, Any]:
    return {"kind": "error", "name": type(lost).__name__, "words": str(lost)}


def _without_lines(told: list[dict[str, Any]], i: int) -> list[Any]:
    """Outputs of a graded cell: a traceback would show our own lines."""
    for each in told:
        if each["kind"] == "error":
            each["text"] = f"{each['name']}: {each['words']}"
    return as_outputs(told, i + 1)
