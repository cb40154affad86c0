"""From an exercise's specification to its cases: expected numbers, tolerances, mistaken answers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any

import numpy as np
import torch

from autograders.cases import Draw, arrays
from autograders.compare import same_arrays
from autograders.exercise import Arrays, Assignment, Case, Exercise, Group, Mistake

Function = Callable[..., Any]
ROUNDING = 64  # units in the last place of the sum of |terms|: far above any order of summation


@dataclass(frozen=True)
class KnownMistake:
    """A wrong function with the sentence that names what is wrong, and the section about it."""

    wrong: Function
    sentence: str
    section: str


@dataclass(frozen=True)
class Specification:
    """An exercise as its author writes it.

    `reference` answers with the exercise's own kind of arrays and must be a sum of products of
    its arguments, so that its answer on absolute values bounds the rounding errors.
    """

    name: str
    points: float
    library: str
    outputs: tuple[str, ...]
    reference: Function
    groups: Mapping[str, tuple[Draw, ...]]
    mistakes: Mapping[str, KnownMistake] = field(default_factory=dict)
    forbidden: tuple[str, ...] = ()


def build_assignment(name: str, module: str) -> Assignment:
    """The assignment `name` from `autograders.exercises.<module>` and, where the hidden groups
    are, from `autograders.hidden.<module>`."""
    public = import_module(f"autograders.exercises.{module}")
    hidden: ModuleType | None = None
    key = ""
    if find_spec("autograders.hidden"):
        hidden = import_module(f"autograders.hidden.{module}")
        key = import_module("autograders.hidden.key").hidden_key()
    exercises = {}
    for specification in public.EXERCISES:
        more = hidden.GROUPS.get(specification.name, {}) if hidden else {}
        exercises[specification.name] = _exercise(name, specification, more, key)
    predictions = {prediction.name: prediction for prediction in public.PREDICTIONS}
    return Assignment(name, exercises, predictions, dict(public.BREAK_POINTS))


def _exercise(
    assignment: str, asked: Specification, hidden: Mapping[str, tuple[Draw, ...]], key: str
) -> Exercise:
    def group(title: str, draws: tuple[Draw, ...], secret: str) -> Group:
        seeds = (f"{assignment}/{asked.name}/{title}/{i}{secret}" for i in range(len(draws)))
        cases = tuple(_case(asked, d, seed) for d, seed in zip(draws, seeds, strict=True))
        return Group(title, cases, hidden=bool(secret))

    groups = [group(title, draws, "") for title, draws in asked.groups.items()]
    groups += [group(title, draws, f"/{key}") for title, draws in hidden.items()]
    mistakes = {name: Mistake(m.sentence, m.section) for name, m in asked.mistakes.items()}
    return Exercise(
        asked.name,
        asked.points,
        asked.library,
        asked.outputs,
        asked.forbidden,
        tuple(groups),
        mistakes,
        len(hidden),
    )


def _case(asked: Specification, described: Draw, seed: str) -> Case:
    given = arrays(described, seed)
    exact = {name: array.astype("float64") for name, array in given.items()}

    def answer(function: Function, arguments: Arrays) -> Arrays:
        results = _answer(asked, function, arguments)
        return {name: results[name] for name in described.outputs or asked.outputs}

    expected = answer(asked.reference, exact)
    bound = answer(asked.reference, {name: abs(array) for name, array in exact.items()})
    unit = float(np.finfo(described.dtype).eps)
    tolerance = {name: ROUNDING * unit * float(bound[name].max()) for name in expected}
    mistaken: dict[str, Arrays] = {}
    for name, mistake in asked.mistakes.items():
        try:
            wrong = answer(mistake.wrong, exact)
        except (RuntimeError, ValueError, IndexError):
            wrong = {}
        if not wrong or not same_arrays(wrong, expected, tolerance):
            mistaken[name] = wrong
    return Case(given, expected, tolerance, mistaken, described.dtype, described.c_order)


def _answer(asked: Specification, function: Function, exact: Arrays) -> dict[str, np.ndarray]:
    if asked.library == "torch":
        result = function(*(torch.from_numpy(array) for array in exact.values()))
    else:
        result = function(*exact.values())
    results = result if len(asked.outputs) > 1 else (result,)
    return {
        name: np.array(array.numpy() if isinstance(array, torch.Tensor) else array)
        for name, array in zip(asked.outputs, results, strict=True)
    }
