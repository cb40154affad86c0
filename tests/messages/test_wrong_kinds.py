"""An answer of the wrong kind is told what kind it is, in plain words, in every exercise."""

import json
from dataclasses import replace

import numpy as np
import pytest
import torch
from helpers import ROOT

from autograders.checks.exercise import Case, Exercise
from autograders.checks.judging.compare import difference
from autograders.checks.judging.judge import judge
from autograders.checks.load import load_assignment, module_name

ASSIGNMENTS = sorted(
    path.stem
    for path in ROOT.glob("notebooks/*/*.ipynb")
    if (ROOT / "autograders/exercises" / f"{module_name(path.stem)}.py").exists()
)
EXERCISES = [
    pytest.param(exercise, id=f"{assignment[:2]}-{name}")
    for assignment in ASSIGNMENTS
    for name, exercise in load_assignment(assignment).exercises.items()
]
TORCH = [e for e in EXERCISES if e.values[0].library == "torch"]
ARRAYS = [e for e in EXERCISES if e.values[0].library != "number"]
NUMBERS = [e for e in EXERCISES if e.values[0].library == "number"]


def _compared(exercise: Exercise) -> tuple[Case, str]:
    """A visible case, and the first of its results that is compared."""
    case = exercise.groups[-1 - exercise.hidden_groups].cases[0]
    return case, next(iter(case.expected))


def _told(exercise: Exercise, change) -> str:
    """What is said where `change` is made to the first compared result of a right answer."""
    case, first = _compared(exercise)
    results = [_right(exercise, case, name) for name in exercise.outputs]
    place = exercise.outputs.index(first)
    assert not difference(_whole(results), exercise, case, "cpu")
    results[place] = change(results[place])
    wrong = difference(_whole(results), exercise, case, "cpu")
    assert wrong
    return wrong.detail


def _right(exercise: Exercise, case: Case, name: str):
    if name not in case.expected:
        return None
    if exercise.library == "number":
        return case.expected[name].item()
    array = np.array(case.expected[name], case.dtype)
    return torch.from_numpy(array) if exercise.library == "torch" else array


def _whole(results):
    return results[0] if len(results) == 1 else tuple(results)


def _other(dtype: str) -> str:
    return "float64" if dtype == "float32" else "float32"


@pytest.mark.parametrize("exercise", ARRAYS)
def test_another_dtype(exercise):
    case, name = _compared(exercise)

    def change(value):
        dtype = _other(case.dtype)
        return value.to(getattr(torch, dtype)) if torch.is_tensor(value) else value.astype(dtype)

    assert _told(exercise, change) == (
        f"{name} has dtype {_other(case.dtype)}; {case.dtype} was expected, that of the arguments"
    )


@pytest.mark.parametrize("dtype", ["bfloat16", "float16", "int64", "bool"])
@pytest.mark.parametrize("exercise", TORCH)
def test_a_dtype_that_numpy_lacks_or_that_has_no_fractions(exercise, dtype):
    case, name = _compared(exercise)
    assert _told(exercise, lambda y: y.to(getattr(torch, dtype))) == (
        f"{name} has dtype {dtype}; {case.dtype} was expected, that of the arguments"
    )


@pytest.mark.parametrize("exercise", TORCH)
def test_another_device(exercise):
    _, name = _compared(exercise)
    assert _told(exercise, lambda y: y.to("meta")) == f"{name} is on device meta; cpu was expected"


@pytest.mark.parametrize("exercise", ARRAYS)
def test_another_shape(exercise):
    case, name = _compared(exercise)
    shape = case.expected[name].shape
    assert _told(exercise, lambda y: y[None]) == (
        f"{name} has shape {(1, *shape)}; {shape} was expected"
    )


@pytest.mark.parametrize("exercise", EXERCISES)
def test_not_a_number(exercise):
    case, name = _compared(exercise)
    many = case.expected[name].size
    words = f"has {many} of {many} values that are not finite numbers; the first is nan at ["
    if case.expected[name].ndim == 0:
        words = "is nan; a finite number was expected"

    def change(value):
        return np.full_like(value, np.nan) if isinstance(value, np.ndarray) else value * np.nan

    told = _told(exercise, change)
    assert told.startswith(f"{name} {words}")


@pytest.mark.parametrize("exercise", EXERCISES)
def test_none(exercise):
    case, _ = _compared(exercise)
    wrong = difference(None, exercise, case, "cpu")
    assert wrong
    assert wrong.detail == "it returned None: is it written, and does it end in `return`?"


@pytest.mark.parametrize("exercise", ARRAYS)
def test_an_integer(exercise):
    _, name = _compared(exercise)
    assert _told(exercise, lambda y: 3).startswith(f"{name} is an int; a ")


@pytest.mark.parametrize("exercise", NUMBERS)
def test_an_array_where_a_number_was_asked(exercise):
    _, name = _compared(exercise)
    assert _told(exercise, lambda n: np.array([n, n])) == (
        f"{name} is a numpy array of shape (2,); a number was expected"
    )


@pytest.mark.parametrize("exercise", EXERCISES)
def test_not_written_yet(exercise):
    def unfinished(*_, **__):
        raise NotImplementedError("not yet")

    verdict = judge(replace(exercise, groups=exercise.groups[:1]), unfinished)
    wrong = verdict.groups[0][1][0].wrong
    assert wrong
    line = unfinished.__code__.co_firstlineno + 1
    words = json.dumps("not yet")
    assert wrong.detail == (
        f"it raised NotImplementedError: not yet (line {line}: raise NotImplementedError({words}))"
    )
