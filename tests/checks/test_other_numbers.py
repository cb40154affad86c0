"""Where hidden cases are, to know the answers to the visible ones earns nothing."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from helpers import ROOT

from autograders.checks.exercise import Case, Exercise, Recipe
from autograders.checks.judging.function_arguments import passable
from autograders.checks.judging.judge import judge
from autograders.checks.load import load_assignment
from autograders.checks.reporting.report import report
from autograders.system.folders import assignments

EXERCISES = {
    f"{name[:2]} {exercise.name}": exercise
    for name in assignments(ROOT)
    for exercise in load_assignment(name).exercises.values()
}
# Whole numbers are given, not drawn; what is asked by a probe is no table of answers.
NUMBERS = {"02 output_size", "02 receptive_field", "02 conv_cost"}
GUARDED = [name for name, exercise in EXERCISES.items() if exercise.again]


def remembering(exercise: Exercise) -> Callable[..., Any]:
    """A function that has the visible cases' answers and nothing else."""
    visible = [case for group in exercise.groups if not group.hidden for case in group.cases]
    known = {_key(list(case.arguments.values())): case for case in visible}

    def function(*by_position: Any, **by_name: Any) -> Any:
        case = known.get(_key([*by_position, *by_name.values()]), visible[0])
        results = tuple(_result(exercise, case, name) for name in exercise.outputs)
        return results if len(results) > 1 else results[0]

    return function


def _key(arguments: list[Any]) -> str:
    """Arrays and plain values as text; which function is passed is not asked."""
    plain = [argument for argument in arguments if not callable(argument)]
    plain = [argument for argument in plain if not isinstance(argument, Recipe)]
    return repr([np.asarray(a).tolist() if hasattr(a, "shape") else a for a in plain])


def _result(exercise: Exercise, case: Case, output: str) -> Any:
    expected = case.expected.get(output, np.zeros(1)).astype(case.dtype)
    return passable(expected, exercise.library)


def test_every_exercise_that_draws_numbers_is_guarded_in_every_step() -> None:
    unguarded = {name for name, exercise in EXERCISES.items() if not exercise.again}
    assert unguarded == NUMBERS | {name for name, e in EXERCISES.items() if e.probe}
    for name in GUARDED:
        exercise = EXERCISES[name]
        visible = {group.title for group in exercise.groups if not group.hidden}
        assert exercise.again.keys() == visible, name


@pytest.mark.parametrize("name", GUARDED)
def test_visible_answers_alone_earn_nothing(name: str) -> None:
    exercise = EXERCISES[name]
    verdict = judge(exercise, remembering(exercise))
    visible = [attempts for group, attempts in verdict.groups if not group.hidden]
    assert all(attempt.wrong is None for attempts in visible for attempt in attempts)
    assert verdict.points == 0
    assert (
        report(verdict)
        .splitlines()[1]
        .startswith(f"  Look first at 1. {exercise.groups[0].title}, with other numbers (hidden): ")
    )


@pytest.mark.parametrize("name", GUARDED)
def test_the_other_case_differs_in_its_numbers_alone(name: str) -> None:
    exercise = EXERCISES[name]
    for title, again in exercise.again.items():
        [visible] = [group.cases for group in exercise.groups if group.title == title]
        for other in again.cases:
            same = [case for case in visible if str(case) == str(other)]
            assert same, title
            assert all(
                _key([*case.arguments.values()]) != _key([*other.arguments.values()])
                for case in same
            )


def test_a_right_answer_is_right_with_other_numbers() -> None:
    exercise = EXERCISES["01 conv1d"]
    verdict = judge(exercise, torch.nn.functional.conv1d)
    assert all(attempt.wrong is None for tried in verdict.again.values() for attempt in tried)
    assert len(verdict.again) == len(exercise.again)
