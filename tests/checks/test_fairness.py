"""Right answers get full points, whatever their style, and rounding fails none of them."""

import importlib
from functools import cache

import numpy as np
import pytest
import torch
from checks.right_answers import right_answers
from helpers import ROOT

from autograders.authoring.build import Specification
from autograders.authoring.cases import Draw, Given
from autograders.checks.judging.judge import judge
from autograders.checks.load import load_assignment, module_name
from autograders.checks.reporting.report import report

ASSIGNMENTS = sorted(path.stem for path in ROOT.glob("notebooks/*/*.ipynb"))
ASKED = [  # not built, so that a run of one exercise builds one notebook's cases
    (assignment, asked)
    for assignment in ASSIGNMENTS
    for asked in importlib.import_module(
        f"autograders.exercises.{module_name(assignment)}"
    ).EXERCISES
]
NAMES = [(assignment, asked.name) for assignment, asked in ASKED]
ANSWERS = cache(right_answers)


def _first_case(asked: Specification) -> Draw:
    return next(iter(asked.groups.values()))[0]


def _assert_full_points(assignment, name, function):
    exercise = load_assignment(assignment).exercises[name]
    verdict = judge(exercise, function)
    assert verdict.points == exercise.points, report(verdict)


@pytest.mark.parametrize(("assignment", "name"), NAMES)
def test_every_style_gets_full_points(assignment, name):
    for function in ANSWERS(assignment)[name].values():
        _assert_full_points(assignment, name, function)


@pytest.mark.parametrize("assignment", [a for a in ASSIGNMENTS if a[:2] != "04"])
def test_there_are_several_styles_of_each_exercise(assignment):
    few = {
        name: list(styles)
        for name, styles in ANSWERS(assignment).items()
        if len(styles) < 3 and not name.startswith("debug")
    }
    assert few == {}


def _arrays(values):
    return [v for v in values if isinstance(v, (np.ndarray, torch.Tensor))]


def _each(change, results):
    """What `change` makes of each array of the results."""
    if isinstance(results, (tuple, list)):
        return type(results)(_each(change, result) for result in results)
    return change(results) if _arrays([results]) else results


def _cast(array, like, double=False):
    """In double precision, or in that of `like`."""
    if isinstance(array, torch.Tensor):
        return array.to(torch.float64 if double else like.dtype)
    return array.astype("float64" if double else like.dtype)


def _in_double(function):
    """Works in double precision inside."""

    def answer(*given, **options):
        [like, *_] = _arrays(given)
        wide = [_cast(v, like, double=True) if _arrays([v]) else v for v in given]
        return _each(lambda array: _cast(array, like), function(*wide, **options))

    return answer


def _laid_out_otherwise(function):
    """Gives results that are not contiguous in memory."""

    def spread(array):
        if isinstance(array, torch.Tensor):
            return torch.stack([array, array], -1)[..., 0]
        return np.stack([array, array], -1)[..., 0]

    return lambda *given, **options: _each(spread, function(*given, **options))


def _on_own_copies(function):
    """Changes own copies of the arguments in place, before and after it has used them."""

    def answer(*given, **options):
        copies = [v.clone() if isinstance(v, torch.Tensor) else v for v in given]
        copies = [v.copy() if isinstance(v, np.ndarray) else v for v in copies]
        for array in _arrays(copies):
            array += 1
            array -= 1
            array[...] = next(v for v, c in zip(given, copies, strict=True) if c is array)
        results = _each(lambda a: a + 0, function(*copies, **options))
        for array in _arrays(copies):
            array *= 0
        return results

    return answer


def _as_autograd_function(function):
    """The forward pass of a torch.autograd.Function, whose results ask for gradients."""

    def answer(*given, **options):
        class Own(torch.autograd.Function):
            @staticmethod
            def forward(ctx, *inputs):
                return function(*inputs, **options)

            @staticmethod
            def backward(ctx, *_):
                raise NotImplementedError

        first = next(i for i, v in enumerate(given) if isinstance(v, torch.Tensor))
        inputs = [v.clone().requires_grad_() if i == first else v for i, v in enumerate(given)]
        return Own.apply(*inputs)

    return answer


def _as_list(function):
    """Gives several results as a list."""

    def answer(*given, **options):
        results = function(*given, **options)
        return list(results) if isinstance(results, tuple) else results

    return answer


MANNERS = (_in_double, _laid_out_otherwise, _on_own_copies, _as_autograd_function, _as_list)
OF_ARRAYS = [
    (assignment, asked.name)
    for assignment, asked in ASKED
    if not asked.probe
    and not all(isinstance(v, Given) for v in _first_case(asked).arguments.values())
]


@pytest.mark.parametrize("manner", MANNERS)
@pytest.mark.parametrize(("assignment", "name"), OF_ARRAYS)
def test_every_manner_gets_full_points(assignment, name, manner):
    exercise = load_assignment(assignment).exercises[name]
    if exercise.library == "numpy" and manner is _as_autograd_function:
        return
    _assert_full_points(assignment, name, manner(ANSWERS(assignment)[name]["notebook"]))


@pytest.mark.parametrize("kind", [np.int64, np.float64, torch.tensor, np.array])
@pytest.mark.parametrize("name", ["output_size", "receptive_field", "conv_cost"])
def test_a_number_may_be_of_any_kind(name, kind):
    function = ANSWERS("02-padding-and-stride")[name]["notebook"]

    def answer(*given, **options):
        result = function(*given, **options)
        return tuple(map(kind, result)) if isinstance(result, tuple) else kind(result)

    _assert_full_points("02-padding-and-stride", name, answer)


@pytest.fixture
def fairness(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    return importlib.import_module("fairness")


def test_rounding_fails_no_right_answer_on_cases_drawn_anew(fairness):
    trials = list(fairness.trials(70))
    assert len({trial.exercise for trial in trials}) > 30
    assert {trial.case.dtype for trial in trials} == {"float32", "float64"}
    assert [(t.exercise, t.style, str(t.case), t.wrong) for t in trials if t.wrong] == []
    assert max(trial.share for trial in trials) < 0.5
