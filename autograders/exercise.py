"""An exercise is data: what is asked, the cases that decide, and the mistakes that have a name."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

Arrays = Mapping[str, np.ndarray]


@dataclass(frozen=True)
class Recipe:
    """An argument that is a function: its name in `autograders.recipes`."""

    name: str


@dataclass(frozen=True)
class Case:
    """One call: arguments in the order of the signature and what must come back.

    An argument is an array (numpy's here, whatever the exercise takes), a plain value (a number, a
    word, a tuple or list of them) or a `Recipe`; those in `keywords` are passed by name.
    `expected` holds the right numbers by the name of each output that is compared, `tolerance` the
    largest error that rounding explains. `mistaken` has an entry for each known mistake, and each
    pair of them made together, whose answer differs from the right one in this case, an empty one
    where it has no answer for these arguments. `rule` is the name, in `autograders.rules`, of what
    decides where it is not that numbers are equal. `plainer` holds the case with one argument
    made plainer, once for each.
    """

    arguments: Mapping[str, Any]
    expected: Arrays
    tolerance: Mapping[str, float]
    mistaken: Mapping[str, Arrays]
    dtype: str
    c_order: bool = True
    keywords: tuple[str, ...] = ()
    rule: str = ""
    plainer: tuple["Plainer", ...] = ()

    def __str__(self) -> str:
        told = [_told(name, value) for name, value in self.arguments.items()]
        if any(isinstance(value, np.ndarray) for value in self.arguments.values()):
            told.append(self.dtype)
        return ", ".join(told if self.c_order else [*told, "not in C order"])


@dataclass(frozen=True)
class Plainer:
    """A case with one argument changed: which, how in words, and the case that it is then."""

    what: str
    words: str
    case: Case


@dataclass(frozen=True)
class Group:
    """Cases that stand or fall together; a rung of the ladder that the student sees."""

    title: str
    cases: tuple[Case, ...]
    hidden: bool = False


@dataclass(frozen=True)
class Mistake:
    """A known mistake: what a teaching assistant would say, and where the notebook explains it."""

    sentence: str
    section: str


@dataclass(frozen=True)
class Exercise:
    """A function that students write.

    `library` is "numpy" or "torch", what array arguments and results are, or "number", what the
    results are; `outputs` names the results; `forbidden` names the families of operations of
    `autograders.forbidden` it may not use; `hidden_groups` counts the groups that are graded only
    after handing in; `probe` is the name, in `autograders.probes`, of what asks an answer that is
    no function of a case's arguments: a class, or a function of models and loaders; `together`
    names the pairs of mistakes that cases know as one; `again` has, by the title of a visible
    group, a hidden one of the same cases with other numbers, without which it is not passed;
    `right_case` makes the case of a `Draw` and its arguments, on the instructor's machine.
    """

    name: str
    points: float
    library: str
    outputs: tuple[str, ...]
    forbidden: tuple[str, ...]
    groups: tuple[Group, ...]
    mistakes: Mapping[str, Mistake]
    hidden_groups: int
    probe: str = ""
    together: tuple[tuple[str, str], ...] = ()
    again: Mapping[str, Group] = field(default_factory=dict)
    right_case: Callable[[Any, dict[str, Any]], Case] | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Prediction:
    """A question answered before the run that shows the answer, known here by its digest only.

    `form` says what an answer looks like: a number of numbers ("numbers", n) or letters out of
    an alphabet ("letters", "ABC").
    """

    name: str
    points: float
    form: tuple[str, int | str]
    digest: str


@dataclass(frozen=True)
class Goal:
    """What trained weights should do: `measure` reads their file and gives the share of right
    answers; each of `steps` that it reaches earns the same points."""

    title: str
    steps: tuple[float, ...]
    measure: Callable[[Path], float]


@dataclass(frozen=True)
class TrainedWeights:
    """A task whose answer is the file `file` with parameters of `shapes`, all different.

    `goals` are there on the instructor's machine only; `hidden_goals` counts them.
    """

    name: str
    points: float
    file: str
    shapes: tuple[tuple[int, ...], ...]
    hidden_goals: int = 0
    goals: tuple[Goal, ...] = ()


@dataclass(frozen=True)
class Assignment:
    """All that a notebook asks for and that is graded by a program."""

    name: str
    exercises: Mapping[str, Exercise]
    predictions: Mapping[str, Prediction]
    break_points: Mapping[str, float] = field(default_factory=dict)
    weights: Mapping[str, TrainedWeights] = field(default_factory=dict)

    def points(self) -> dict[str, float]:
        """The points of each grade cell, by its grade_id."""
        tasks: list[Exercise | Prediction | TrainedWeights] = [
            *self.exercises.values(),
            *self.predictions.values(),
            *self.weights.values(),
        ]
        return {task.name: task.points for task in tasks} | dict(self.break_points)


def _told(name: str, value: Any) -> str:
    if isinstance(value, np.ndarray):
        return f"{name} {value.shape}"
    return f"{name}={value.name if isinstance(value, Recipe) else repr(value)}"


def module_name(assignment: str) -> str:
    """The module that holds an assignment's exercises: `01-discrete-convolution` has
    `discrete_convolution`.

    Raises:
        ValueError: for a name that is not of the form NN-name.
    """
    match = re.fullmatch(r"\d\d-([a-z0-9]+(?:-[a-z0-9]+)*)", assignment)
    if not match:
        raise ValueError(
            f"assignment is {assignment!r}; it must be a full name such as 01-discrete-convolution"
        )
    return match[1].replace("-", "_")


@cache
def load_assignment(name: str) -> Assignment:
    """The assignment with its cases: built from the exercises where they are (with the hidden
    groups, on the instructor's machine), else read from the arrays of the student edition.

    Raises:
        ValueError: where neither knows an assignment of that name.
    """
    module = module_name(name)
    # by folder, not by import: an editable install of the project would answer for the edition
    if (Path(__file__).parent / "exercises").is_dir():
        if not find_spec(f"autograders.exercises.{module}"):
            raise ValueError(f"there is no assignment {name!r} in autograders/exercises")
        return import_module("autograders.build").build_assignment(name, module)
    path = _visible_cases() / f"{name}.npz"
    if not path.exists():
        raise ValueError(
            f"there is no assignment {name!r}: {path} is missing; unpack its zip again"
        )
    return import_module("autograders.bundle").read_bundle(path)


def _visible_cases() -> Path:
    """The folder beside this module, or, where a wheel was installed, in the folder worked in."""
    here = Path(__file__).parent / "visible"
    folder = None if here.is_dir() else import_module("autograders.folders").find_student_folder()
    return folder / "autograders" / "visible" if folder else here
