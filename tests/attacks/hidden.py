"""Attacks on hidden cases, through assignment 01 as it is released."""

import json
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grading.nbgrader_course import by_hand, run, scores
from helpers import ASSIGNMENT, ROOT, graded_cell, questions, solution_cell, submission
from samples.graded import released_course

from attacks.road import Run, gained_points, lost_points
from attacks.unproved import EASIEST, FORGED, ROADS, UNDONE, forging
from autograders.checks.exercise import Exercise, Group
from autograders.checks.load import load_assignment

SOLUTIONS = ROOT / "tests" / "samples" / "solutions" / "discrete_convolution"
EXERCISES = load_assignment(ASSIGNMENT).exercises
PREDICTED = ("slide_sums", "dot_length", "output_shape", "parameters", "self_flip")

# What every attack has to hand: each call's first number as letters that no page holds by chance.
SPY = """
import struct
import torch
seen = []
def code(value):
    return struct.pack(">d", float(np.asarray(value).reshape(-1)[0])).hex()
def spying(function):
    def call(*arguments):
        if type(arguments[0]) in (np.ndarray, torch.Tensor):
            seen.insert(0, code(arguments[0]))
            open("seen", "a").write(seen[0])
        return wrapped(function, *arguments)
    return call
"""
WRITTEN_DOWN = """
def wrapped(function, *arguments):
    from autograders.checks.load import load_assignment
    exercises = load_assignment("01-discrete-convolution").exercises
    exercise = exercises.get(function.__name__, exercises["debug-input-gradient"])
    for case in [case for group in exercise.groups for case in group.cases]:
        given = list(case.arguments.values())
        if all(np.array_equal(one, other) for one, other in zip(given, arguments)):
            kind = torch.from_numpy if exercise.library == "torch" else np.asarray
            some = next(iter(case.expected.values()))
            found = [case.expected.get(name, some) for name in exercise.outputs]
            found = [kind(np.asarray(value, case.dtype)) for value in found]
            return found[0] if len(found) == 1 else tuple(found)
"""
TOLD = f"""
def wrapped(function, *arguments):
    for name in {PREDICTED}:
        globals()[name] = " ".join(seen[:3])
    if type(arguments[0]) not in (np.ndarray, torch.Tensor):
        raise ValueError(" ".join(seen[:8]))
    if "backward" in function.__name__:
        raise ValueError(" ".join(seen[:16]))
    if "conv3d" in function.__name__:
        return torch.full((1,), np.asarray(arguments[0]).flat[0].item())
    return function(*arguments)
"""
# What an oracle asks of its number `n`, which it reads off a hidden case, is told in many ways.
ORACLE = """
import json, os
def frame(value):
    header = json.dumps({"value": value, "arrays": []}).encode()
    return struct.pack("<II", len(header) + 4, len(header)) + header
def wrapped(function, *arguments):
    if "64" not in str(arguments[0].dtype):
        return function(*arguments)
    match function.__name__:
        case "cross_correlate2d":
            return np.zeros((1, n))
        case "convolve2d":
            raise ValueError(str(n))
        case "conv2d":
            os._exit(n)
        case "compose_kernels":
            os.write(3, frame({"dict": [["result", n], ["uses", {"list": [["n"] * n] * 3}]]}))
        case "conv1d":
            return torch.full((1, 1, 1), n, dtype=torch.float64)
        case "conv3d":
            raise type("E" * n, (Exception,), {})
    return "n" * n
"""
# The rule's own watch undone, and torch called by roads round it.
UNTOLD = """
import threading
from torch.utils._python_dispatch import _disable_current_modes
def backward(dy, x, w):
    x, w = x.clone().requires_grad_(), w.clone().requires_grad_()
    windows = x.unfold(2, w.shape[2], 1).unfold(3, w.shape[3], 1)
    y = torch.einsum("ncijpq,ocpq->noij", windows, w)
    engine = torch.autograd.Variable._execution_engine
    engine.run_backward((y,), (dy,), False, False, (), True, True)
    return x.grad, w.grad, dy.sum((0, 2, 3))
def wrapped(function, *arguments):
    found = []
    chosen = backward if function.__name__ == "conv2d_backward" else function
    def elsewhere():
        with _disable_current_modes():
            found.append(chosen(*arguments))
    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()
    return found[0]
"""
# torch's convolution on tensors of another layout, for which it has kernels of its own; of what
# takes arrays of numpy there is no record.
OTHER_LAYOUT = """
def wrapped(function, *arguments):
    if type(arguments[0]) is not np.ndarray:
        return function(*arguments)
    x, k = (torch.tensor(np.array(a, "float32"))[None, None] for a in arguments)
    k = k.flip((2, 3)) if function.__name__ == "convolve2d" else k
    y = torch.nn.functional.conv2d(x.to_mkldnn(), k).to_dense()
    return y[0, 0].numpy().astype(arguments[0].dtype)
"""


Earns = Callable[[Exercise], float]


@dataclass(frozen=True)
class HiddenAttack:
    """`source` stands in the first cell and wraps every function of `answers`, or it is all that
    answers `conv2d`; `earns` says what its honest part earns."""

    kind: str
    source: str
    earns: Earns
    answers: str = "windows"
    is_conv2d: bool = False

    def write(self, released: Path) -> dict[str, Any]:
        """The notebook that is handed in."""
        notebook = submission(released, SOLUTIONS / f"{self.answers}.py")
        cells = notebook["cells"]
        if self.is_conv2d:
            cell = solution_cell(cells, "conv2d", questions(cells)["conv2d"])
            cell["source"] = f"import torch.nn.functional as F\n{self.source}"
            return notebook
        source = SPY + self.source
        for grade_id, name in questions(cells).items():
            if grade_id in EXERCISES:
                cell = solution_cell(cells, grade_id, name)
                cell["source"] += f"\n\n{source}\n{name} = spying({name})"
                source = ""
        show = {"source": "print(seen)", "metadata": {}, "outputs": [], "execution_count": None}
        cells.append({"cell_type": "code", "id": "shows", **show})
        return notebook


def _of(exercise: Exercise, passed: Callable[[Group], bool]) -> float:
    return round(exercise.points * sum(map(passed, exercise.groups)) / len(exercise.groups), 2)


def _nothing(exercise: Exercise) -> float:
    return 0.0


def _in_single_precision(exercise: Exercise) -> float:
    if exercise.name in ("conv2d", "compose_kernels"):  # which end the process or its talk
        return 0.0
    return _of(exercise, lambda group: all(case.dtype == "float32" for case in group.cases))


def _but_what_tells(exercise: Exercise) -> float:
    return 0.0 if exercise.name in ("conv2d_backward", "conv3d") else exercise.points


def _but_conv2d(exercise: Exercise) -> float:
    return 0.0 if exercise.name == "conv2d" else exercise.points


def _but_with_arrays(exercise: Exercise) -> float:
    return 0.0 if exercise.library == "numpy" else exercise.points


HIDDEN_ATTACKS = {
    "hard-coded": HiddenAttack("hard-coded", WRITTEN_DOWN, _nothing),
    "oracle-3": HiddenAttack("oracle", f"n = 3\n{ORACLE}", _in_single_precision),
    "oracle-5": HiddenAttack("oracle", f"n = 5\n{ORACLE}", _in_single_precision),
    "told": HiddenAttack("told-by-errors", TOLD, _but_what_tells),
    "forbidden": HiddenAttack("forbidden", UNTOLD, _nothing, "wrong_torch"),
    "other-layout": HiddenAttack("forbidden", OTHER_LAYOUT, _but_with_arrays),
}
UNPROVED = (
    ROADS
    | {"the easiest alone": EASIEST}
    | {f"a forged record, {name}": forging(name) for name in FORGED}
)
HIDDEN_ATTACKS |= {
    f"conv2d by {name}": HiddenAttack("unproved", UNDONE + source, _but_conv2d, is_conv2d=True)
    for name, source in UNPROVED.items()
}


@dataclass(frozen=True)
class HiddenGraded:
    """The course after the run, and what the run printed."""

    course: Path
    printed: str

    def got(self, student: str) -> list[str]:
        """What an attack came to that it should not, in words."""
        return self.gained(student) + lost_points(self._scores(student), self._due(student))

    def gained(self, student: str) -> list[str]:
        """As `got`, without what it cost only itself."""
        shown = self.shown(student)
        gained = gained_points(self._scores(student), self._due(student))
        return gained + ["reads: a hidden case"] * any(code in shown for code in codes(True))

    def _scores(self, student: str) -> Mapping[str, float | None]:
        """What counts: the points of what waits for a person are only proposed."""
        waits = by_hand(self.course, student)
        found = scores(self.course).get(student, {})
        return {name: 0.0 if name in waits else score for name, score in found.items()}

    def _due(self, student: str) -> dict[str, float]:
        earns = HIDDEN_ATTACKS[student].earns
        return {name: earns(exercise) for name, exercise in EXERCISES.items()}

    def shown(self, student: str) -> str:
        """The graded notebook, without what was handed in, and the feedback page."""
        path = self.course / "autograded" / student / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
        page = self.course / "feedback" / student / ASSIGNMENT / f"{ASSIGNMENT}.html"
        notebook = json.loads(path.read_text()) if path.exists() else {"cells": []}
        outputs = [cell.get("outputs") for cell in notebook["cells"]]
        told = json.dumps([outputs, notebook.get("metadata")])
        return told + (page.read_text() if page.exists() else "")

    def told(self, student: str) -> list[str]:
        """The text of each exercise's check, or why there is none."""
        path = self.course / "autograded" / student / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
        cells = json.loads(path.read_text())["cells"]
        first = [graded_cell(cells, name)["outputs"][0] for name in EXERCISES]
        return ["".join(output.get("text") or output["traceback"]) for output in first]


def codes(hidden: bool) -> set[str]:
    """The first number of each hidden, or each visible, case and of no other, as SPY writes it."""
    first: dict[bool, set[str]] = {True: set(), False: set()}
    for exercise in EXERCISES.values():
        for group in exercise.groups:
            for case in group.cases:
                number = next(iter(case.arguments.values())).flat[0]
                first[group.hidden].add(struct.pack(">d", float(number)).hex())
    return first[hidden] - first[not hidden]


def grade_hidden_attacks(
    folder: Path, run_of: Run, attacks: Mapping[str, HiddenAttack] = HIDDEN_ATTACKS
) -> HiddenGraded:
    """What came of `attacks`, each a student, in a new course in the empty `folder`, with a
    feedback page for each."""
    course = released_course(folder / "course", ASSIGNMENT)
    for student, attack in attacks.items():
        path = course / "submitted" / student / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
        path.parent.mkdir(parents=True)
        released = course / "release" / ASSIGNMENT / path.name
        path.write_text(json.dumps(attack.write(released)))
    printed = run_of.grade(folder, ASSIGNMENT)
    run(course, "nbgrader", "generate_feedback", ASSIGNMENT)
    return HiddenGraded(course, printed)
