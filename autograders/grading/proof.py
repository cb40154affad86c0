"""Whether a function is made of operations that its exercise allows: the numbers of one case stay
out of its process, and each operation is asked for, looked up here, and done by the executor."""

from __future__ import annotations

import builtins
import re
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import torch

from autograders.answer import fresh_arguments
from autograders.compare import difference
from autograders.exercise import Case, Exercise
from autograders.forbidden import FAMILIES, Use
from autograders.grading.deadline import Deadline
from autograders.grading.remote_tensor import MOST_AT_ONCE
from autograders.grading.session import Lost, OutOfTime, Student, WarmProcess
from autograders.recipes import passable

MOST_OPERATIONS = 5000
BITS_READ = 8  # of each number of the arguments: enough to branch on, too few to compute with
PATIENCE = 10.0  # seconds that a function may take to believe that it is over
MOST_STOPS = 20
# Results whose shape tells numbers, and shapes that change behind the back of who asked.
_NOT_SERVED = re.compile(
    r"aten::((set_|resize.*|nonzero.*|masked_select|_?unique.*|argwhere|from_file|"
    r"(t|transpose|squeeze|unsqueeze|swapaxes|swapdims)_|.*sparse.*)\..*|where\.default)"
)


@dataclass
class Proof:
    """What came of it: the forbidden operation that was asked for; or why nothing is proved; or
    neither, and the function is made of what is allowed. `operations` counts what it asked for, by
    name, as evidence."""

    forbidden: Use | None = None
    inconclusive: str = ""
    operations: dict[str, int] = field(default_factory=dict)


class _NotServed(Exception):
    """An operation that cannot be done at a distance."""


class _Forbidden(Exception):
    """An operation that the exercise forbids."""

    def __init__(self, use: Use) -> None:
        super().__init__(use.operation)
        self.use = use


class Prover:
    """Proves functions of one submission; its executor starts with the first."""

    def __init__(self, process: WarmProcess) -> None:
        self._process = process
        self._executor: Student | None = None

    def prove(
        self, student: Student, function: int, exercise: Exercise, case: Case, deadline: Deadline
    ) -> Proof:
        """Has the function number `function` of `student` work on `case` without its numbers."""
        proof = Proof()
        try:
            result = self._result(student, function, exercise, case, deadline, proof)
            wrong = difference(result, exercise, case, "cpu")
            proof.inconclusive = f"with its numbers elsewhere {wrong.kind}" if wrong else ""
        except _Forbidden as found:
            proof.forbidden = found.use
        except (_NotServed, OutOfTime) as reason:
            proof.inconclusive = str(reason)
        return proof

    def close(self) -> None:
        """Ends the executor."""
        if self._executor:
            self._executor.end()

    def _result(
        self,
        student: Student,
        function: int,
        exercise: Exercise,
        case: Case,
        deadline: Deadline,
        proof: Proof,
    ) -> Any:
        arguments = {
            name: passable(value, exercise.library) for name, value in fresh_arguments(case).items()
        }
        tensors = {name: v for name, v in arguments.items() if isinstance(v, torch.Tensor)}
        bits = BITS_READ * sum(tensor.numel() for tensor in tensors.values())
        described = self._ask("take", deadline, tensors=list(tensors.values()))
        remote = dict(zip(tensors, described, strict=True))
        message = {
            "do": "prove",
            "function": function,
            "arguments": {n: None if n in tensors else v for n, v in arguments.items()},
            "remote": remote,
            "keywords": list(case.keywords),
        }
        while True:
            reply = student.exchange(message, deadline)
            match reply:
                case {"operations": [*operations]} if len(operations) <= MOST_AT_ONCE:
                    try:
                        for operation in operations:
                            _permit(operation, exercise, proof)
                        told = self._operate(operations, deadline)
                        bits -= _information(told)
                        if bits < 0:
                            raise _NotServed("it reads too many numbers one by one")
                    except (_NotServed, _Forbidden):
                        _stop(student)
                        raise
                    message = {"told": told}
                case {"result": result}:
                    return self._fetched(result, deadline)
                case {"failed": str(words)}:
                    kind = words.partition(":")[0]  # its own words could hold a hidden case
                    kind = kind if hasattr(builtins, kind) else "an error"
                    raise _NotServed(f"with its numbers elsewhere it raised {kind}")
                case _:
                    raise _NotServed("its process gave no answer that could be read")

    def _operate(self, operations: list[Any], deadline: Deadline) -> Any:
        told = self._ask("operate", deadline, operations=operations)
        if isinstance(told, dict) and "unreadable" in told:
            raise _NotServed(f"at a distance {told['unreadable']}")
        return told

    def _fetched(self, result: Any, deadline: Deadline) -> Any:
        several = isinstance(result, list)
        parts = result if several else [result]
        numbers = [p["remote"] for p in parts if isinstance(p, dict) and set(p) == {"remote"}]
        if len(numbers) != len(parts):
            raise _NotServed("its result is not made of the arguments")
        tensors = self._ask("give", deadline, numbers=numbers)
        return tensors if several else tensors[0]

    def _ask(self, do: str, deadline: Deadline, **details: Any) -> Any:
        """Like Student.ask of the executor: that it is lost proves nothing."""
        if deadline.is_over_by_clock():
            raise _NotServed("its operations take too long one by one")
        try:
            if self._executor is None or self._executor.is_gone:
                self._executor = self._process.new_student()
            return self._executor.ask(do, deadline, **details)
        except Lost as lost:
            raise _NotServed(f"an operation could not be done: {lost}") from None


def _permit(operation: Any, exercise: Exercise, proof: Proof) -> None:
    """Notes an operation; raises where it is forbidden, or cannot be served."""
    match operation:
        case {"operation": str(name), "overload": str(overload)}:
            pass
        case _:
            raise _NotServed("its process asks for what cannot be read")
    if (name if overload == "default" else f"{name}.{overload}") not in _operations():
        raise _NotServed("it asks for what is no operation of torch's")  # a word of its own
    proof.operations[name] = proof.operations.get(name, 0) + 1
    for family in exercise.forbidden:
        pattern, meaning = FAMILIES[family]
        if re.search(pattern, name.partition("::")[2]):
            raise _Forbidden(Use(name, meaning, "found by doing its operations one by one"))
    full_name = f"{name}.{overload}"
    if not name.startswith("aten::") or _NOT_SERVED.fullmatch(full_name):
        raise _NotServed(f"it uses {full_name}, which cannot be done at a distance")
    if sum(proof.operations.values()) > MOST_OPERATIONS:
        raise _NotServed(f"it uses more than {MOST_OPERATIONS:,} operations")


@cache
def _operations() -> frozenset[str]:
    return frozenset(torch._C._dispatch_get_all_op_names())


def _information(told: Any) -> int:
    """How many bits about the arguments an operation's result tells."""
    if isinstance(told, bool):
        return 1
    if isinstance(told, int):
        return 1 + told.bit_length()
    return 32 if isinstance(told, float) else 0


def _stop(student: Student) -> None:
    """Tells the function that it is over, until it believes it."""
    deadline = Deadline(PATIENCE)
    for _ in range(MOST_STOPS):
        reply = student.exchange({"stop": True}, deadline)
        if not (isinstance(reply, dict) and "operations" in reply):
            return
    student.end()
