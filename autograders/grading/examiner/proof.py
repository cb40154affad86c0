"""Whether a function is made of operations that its exercise allows.

Its operations on one case are recorded, and the record is replayed on numbers that its process has
never seen: if what comes out is right, the record is a program of allowed operations that does the
exercise, whoever wrote it. That shows that there is such a program, not that the function ran it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import torch

from autograders.authoring.cases import Draw, generator
from autograders.checks.exercise import Case, Exercise, Group
from autograders.checks.judging.answer import fresh_arguments
from autograders.checks.judging.compare import difference
from autograders.checks.judging.forbidden import FAMILIES, Use
from autograders.checks.judging.function_arguments import passable
from autograders.grading.examiner.deadline import Deadline
from autograders.grading.examiner.notebook_run import TimeBudget
from autograders.grading.examiner.secret_inputs import coded, in_an_order, redrawn
from autograders.grading.examiner.session import Forkserver, StudentClient, StudentCodeLost
from autograders.grading.sandboxed.replay.record import MOST_BYTES
from autograders.hidden.key import hidden_key

SECONDS = 10.0  # of processor time that recording may take, and replaying
DRAWS = 2  # of secret numbers: in a few cases rounding errors grow
NOT_TOLD = "its words are not told, for they could hold what a hidden test asks"


@dataclass(frozen=True)
class Proof:
    """What came of it: the forbidden operation that was found; or why the function is `unproved`;
    or neither, and it is proved."""

    forbidden: Use | None = None
    unproved: str = ""


class _Unproved(Exception):
    """Nothing is proved. The words are one of a few: they must not tell a hidden case."""


class _Forbidden(Exception):
    """An operation that the exercise forbids, of some family."""


class Prover:
    """Proves functions of one submission; the process that replays starts with the first, and
    another one takes its place where it is lost.

    Args:
        process: where it comes from.
        budget: of time, of the submission.
    """

    def __init__(self, process: Forkserver, budget: TimeBudget) -> None:
        self._process, self._budget = process, budget
        self._replayer: StudentClient | None = None

    def prove(
        self, student: StudentClient, function: int, exercise: Exercise, passed: Sequence[Group]
    ) -> Proof:
        """What function number `function` of `student` is made of, where it gets the groups
        `passed` right."""
        try:
            for case in _cases_to_prove(exercise, passed):
                record = self._record(student, function, exercise, case)
                self._try(record, exercise, case)
        except _Forbidden as found:
            return Proof(use_in_hidden_case(str(found)))
        except _Unproved as reason:
            return Proof(unproved=str(reason))
        return Proof()

    def close(self) -> None:
        """Ends the process that replays."""
        if self._replayer:
            self._replayer.end()

    def _record(
        self, student: StudentClient, function: int, exercise: Exercise, case: Case
    ) -> np.ndarray:
        try:
            reply = student.ask(
                "record",
                self._deadline(),
                function=function,
                arguments=fresh_arguments(case),
                keywords=list(case.keywords),
                families=list(exercise.forbidden),
            )
        except StudentCodeLost:
            raise _Unproved("recording what it does took too long or ended its process") from None
        match reply:
            case {"uses": [use, *_]}:
                raise _Forbidden(family_of(use, exercise))
            case {"record": np.ndarray() as record} if record.nbytes <= MOST_BYTES:
                return record
        raise _Unproved("what it does could not be recorded")

    def _try(self, record: np.ndarray, exercise: Exercise, case: Case) -> None:
        """Replays a record on secret numbers, which are the same for the same record."""
        digest = hashlib.sha256(record.tobytes()).hexdigest()
        for draw in range(DRAWS):
            random = generator(f"{digest}/{draw}/{hidden_key()}")
            reply = self._replayed(record, exercise, case, redrawn(case, random))
            if reply == {"failed": "OtherBranch"} and "pooling" in exercise.forbidden:
                reply = self._replayed_in_order(record, exercise, case, random)
            if reply is True:
                return
        match reply:
            case {"unknown": [*names]}:
                ours = {str(name).removesuffix(".default") for name in names} & _torchs_operations()
                for family in exercise.forbidden:
                    pattern = FAMILIES[family][0]
                    if any(re.search(pattern, name.partition("::")[2]) for name in ours):
                        raise _Forbidden(family)
                raise _Unproved("it uses an operation that is not on the list")
            case {"failed": "OtherBranch"}:
                raise _Unproved("what it does depends on the numbers that it is given")
            case {"failed": _}:
                raise _Unproved("the record of what it does could not be replayed")
        raise _Unproved("the record of what it does gives wrong results with other numbers")

    def _replayed(
        self, record: np.ndarray, exercise: Exercise, case: Case, arrays: dict[str, np.ndarray]
    ) -> Any:
        """Whether a record gives the right results for these arrays; or why it gives none."""
        assert exercise.right_case
        described = Draw({}, case.dtype, False, case.c_order, tuple(case.expected), case.rule)
        secret = exercise.right_case(described, {**case.arguments, **arrays})
        reply = self._ask("replay", record, secret)
        match reply:
            case {"results": [result]} if len(exercise.outputs) == 1:
                return difference(result, exercise, secret, "cpu") is None
            case {"results": [*results]}:
                return difference(results, exercise, secret, "cpu") is None
        return reply

    def _replayed_in_order(
        self, record: np.ndarray, exercise: Exercise, case: Case, random: np.random.Generator
    ) -> Any:
        """As `_replayed`, with numbers of which those that the record compared are in its order."""
        codes = Case({**case.arguments, **coded(case)}, {}, {}, {}, case.dtype, case.c_order)
        pairs = self._ask("compare", record, codes)
        if not isinstance(pairs, np.ndarray) or pairs.ndim != 2 or pairs.dtype != np.float64:
            return {"failed": "OtherBranch"}
        arrays = in_an_order(case, pairs, random)
        if arrays is None:
            return {"failed": "OtherBranch"}
        return self._replayed(record, exercise, case, arrays)

    def _ask(self, do: str, record: np.ndarray, case: Case) -> Any:
        arguments = [passable(value, "torch") for value in fresh_arguments(case).values()]
        inputs = [value for value in arguments if isinstance(value, torch.Tensor)]
        if self._replayer is None or self._replayer.is_gone:
            self._replayer = self._process.new_student()
        try:
            return self._replayer.ask(
                do, self._deadline(), record=record, inputs=inputs, seconds=SECONDS
            )
        except StudentCodeLost:
            self._replayer.end()  # whatever it did there, the next one finds nothing of it
            raise _Unproved("replaying what it does took too long or ended its process") from None

    def _deadline(self) -> Deadline:
        return self._budget.deadline(SECONDS)


def needs_proof(exercise: Exercise) -> bool:
    """Whether torch has operations that it may not call, and records can tell."""
    return bool(set(exercise.forbidden) - {"autograd"}) and exercise.library == "torch"


def _cases_to_prove(exercise: Exercise, passed: Sequence[Group]) -> list[Case]:
    """The first hidden case, which has all sizes and arguments different and so needs as much as
    any, and one of each switch that it has otherwise, as batch norm's training is; or, of a
    function that gets it wrong, perhaps on purpose, one case of each group that it gets right,
    since the easiest of them says nothing of the others.

    Raises:
        _Unproved: where none can be tried with other numbers.
    """
    provable = [group for group in exercise.groups if not group.cases[0].rule]
    hardest = next((group for group in provable if group.hidden), None)
    right = [group for group in provable if any(group is each for each in passed)]
    if not right:
        raise _Unproved("no case that it gets right can be tried with other numbers")
    if not any(group is hardest for group in right):
        return [group.cases[0] for group in right]
    cases: list[Case] = []
    switches: set[tuple[str, Any]] = set()
    for group in sorted(right, key=lambda group: group is not hardest):
        case = group.cases[0]
        found = {(n, value) for n, value in case.arguments.items() if isinstance(value, bool | str)}
        if not cases or found - switches:
            cases.append(case)
            switches |= found
    return cases


def use_in_hidden_case(family: str) -> Use:
    """What is told of a forbidden operation that was found with hidden numbers."""
    meaning = FAMILIES[family][1] if family else "which it may not"
    return Use("an operation in a hidden case", meaning, NOT_TOLD)


def family_of(use: Any, exercise: Exercise) -> str:
    """The forbidden family that a process says that it used; the first one if it says none."""
    meaning = use[1] if isinstance(use, list) and len(use) == 3 else ""
    known = [family for family in exercise.forbidden if FAMILIES[family][1] == meaning]
    return next(iter([*known, *exercise.forbidden]), "")


@cache
def _torchs_operations() -> frozenset[str]:
    return frozenset(torch._C._dispatch_get_all_op_names())
