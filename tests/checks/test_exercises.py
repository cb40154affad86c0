"""Rules that hold for every exercise of every notebook, written once and run over all of them."""

from dataclasses import replace
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest
import torch

from autograders.authoring.build import Specification
from autograders.checks.exercise import Case, Exercise
from autograders.checks.judging.answer import fresh_arguments
from autograders.checks.judging.compare import same_arrays
from autograders.checks.judging.function_arguments import passable
from autograders.checks.judging.judge import judge
from autograders.checks.load import load_assignment, module_name

ROOT = Path(__file__).parents[2]
ASSIGNMENTS = sorted(
    path.stem
    for path in ROOT.glob("notebooks/*/*.ipynb")
    if (ROOT / "autograders/exercises" / f"{module_name(path.stem)}.py").exists()
)


def _specifications(assignment: str) -> tuple[Specification, ...]:
    return import_module(f"autograders.exercises.{module_name(assignment)}").EXERCISES


EXERCISES = [
    pytest.param(assignment, specification, id=f"{assignment[:2]}-{specification.name}")
    for assignment in ASSIGNMENTS
    for specification in _specifications(assignment)
]
MISTAKES = [
    pytest.param(*parameter.values, name, id=f"{parameter.id}-{name}")
    for parameter in EXERCISES
    for name in parameter.values[1].mistakes
]


def _without(probe: str):
    return [e for e in EXERCISES if e.values[1].probe != probe]


@pytest.fixture
def exercise(assignment: str, specification: Specification) -> Exercise:
    """Built where it is asked for: `-k 03-max_pool2d` builds one notebook's cases and no more."""
    return load_assignment(assignment).exercises[specification.name]


def _allowed(exercise: Exercise) -> Exercise:
    """The exercise without its ban: references and mistakes are written with torch's operations."""
    return replace(exercise, forbidden=())


@pytest.mark.parametrize(("assignment", "specification"), EXERCISES)
def test_the_reference_earns_every_point(specification, exercise):
    verdict = judge(_allowed(exercise), specification.reference)
    assert verdict.points == exercise.points
    assert verdict.mistakes == ()


@pytest.mark.parametrize(
    ("assignment", "specification"), [e for e in EXERCISES if e.values[1].forbidden]
)
def test_the_reference_is_what_may_not_be_called(specification, exercise):
    verdict = judge(exercise, specification.reference)
    assert verdict.forbidden
    assert verdict.points == 0


@pytest.mark.parametrize(("assignment", "specification", "name"), MISTAKES)
def test_a_known_mistake_is_named_and_loses_points(specification, exercise, name):
    wrong = specification.mistakes[name].wrong
    verdict = judge(_allowed(exercise), wrong)
    assert verdict.mistakes == (name,)
    assert verdict.points < exercise.points


@pytest.mark.parametrize(("assignment", "specification", "name"), MISTAKES)
def test_two_visible_cases_separate_a_mistake_from_every_other(specification, exercise, name):
    cases = [case for group in exercise.groups if not group.hidden for case in group.cases]
    for other in set(exercise.mistakes) - {name}:
        separating = [case for case in cases if _separates(case, name, other)]
        assert len(separating) >= 2, other


def _separates(case: Case, one: str, other: str) -> bool:
    if not case.mistaken.get(one):
        return False
    return not case.mistaken.get(other) or not same_arrays(
        case.mistaken[one], case.mistaken[other], case.tolerance
    )


def _key(values):
    return tuple(
        np.asarray(v).tobytes() if isinstance(v, (np.ndarray, torch.Tensor)) else repr(v)
        for v in values
    )


def _empty_answer(exercise: Exercise, fill):
    """A function that answers with the right shapes and dtypes and `fill`'s numbers."""
    answers = {}
    for group in exercise.groups:
        for case in group.cases:
            fresh = fresh_arguments(case)
            made = {name: passable(value, exercise.library) for name, value in fresh.items()}
            by_position = [v for name, v in made.items() if name not in case.keywords]
            answers[_key(by_position + [made[name] for name in case.keywords])] = case

    def function(*by_position, **by_name):
        case = answers[_key([*by_position, *by_name.values()])]
        made = [
            fill(case.expected[n].shape).astype(case.dtype) if n in case.expected else None
            for n in exercise.outputs
        ]
        if exercise.library == "torch":
            made = [None if a is None else torch.from_numpy(np.asarray(a)) for a in made]
        return made[0] if len(made) == 1 else tuple(made)

    return function


@pytest.mark.parametrize("fill", [np.zeros, np.ones, np.random.default_rng(0).standard_normal])
@pytest.mark.parametrize(("assignment", "specification"), EXERCISES)
def test_an_answer_that_is_right_only_in_shape_earns_nothing(specification, exercise, fill):
    exercise = replace(exercise, probe="")
    verdict = judge(exercise, _empty_answer(exercise, lambda shape: np.array(fill(shape))))
    assert verdict.points == 0
    first = verdict.groups[0][1][0].wrong
    assert first
    assert first.kind in ("the values are wrong", "the number is wrong")


@pytest.mark.parametrize(("assignment", "specification"), _without("lenet5"))
def test_case_arrays_have_sizes_that_tell_a_transposition(specification, exercise):
    """In some case of each exercise, every axis of every argument differs from its neighbours;
    LeNet-5 takes square images."""
    cases = [case for group in exercise.groups for case in group.cases]
    assert any(
        all(
            a.shape[-1] != a.shape[-2] or a.shape[-2:] == (1, 1)
            for a in case.arguments.values()
            if isinstance(a, np.ndarray) and a.ndim > 1
        )
        for case in cases
    )


@pytest.mark.parametrize(("assignment", "specification"), EXERCISES)
def test_cases_stay_small_enough_for_plain_loops(specification, exercise):
    for group in exercise.groups:
        for case in group.cases:
            assert sum(a.size for a in case.expected.values()) <= 1000, str(case)


@pytest.mark.parametrize(("assignment", "specification"), _without("table_row"))
def test_every_exercise_has_hidden_groups_in_double_precision(specification, exercise):
    """But for the one table of the slide, which leaves nothing to draw anew."""
    hidden = [group for group in exercise.groups if group.hidden]
    assert len(hidden) == exercise.hidden_groups > 0
    cases = [case for group in hidden for case in group.cases]
    takes_arrays = any(isinstance(v, np.ndarray) for c in cases for v in c.arguments.values())
    assert not takes_arrays or any(case.dtype == "float64" for case in cases)


@pytest.mark.parametrize(("assignment", "specification"), EXERCISES)
def test_mistakes_cost_more_than_rounding_explains(specification, exercise):
    """Wrong numbers lie at least ten tolerances away: no right answer is near a wrong one."""
    for group in exercise.groups:
        for case in group.cases:
            for name, answer in case.mistaken.items():
                same_shape = [n for n in answer if answer[n].shape == case.expected[n].shape]
                if answer and len(same_shape) == len(answer):
                    far = [
                        abs(answer[n] - case.expected[n]).max() - 10 * case.tolerance[n]
                        for n in same_shape
                    ]
                    assert max(far) > 0, (name, str(case))
