"""What earns nothing in any exercise or task: one answer for all cases, junk as an input or a
prediction; and a fault is told only to those who exposed it."""

from itertools import product

import numpy as np
import pytest
import torch
from helpers import ROOT, read_solutions

from autograders import checks_for
from autograders.checks.breaks import break_task
from autograders.checks.exercise import Exercise
from autograders.checks.load import load_assignment, module_name
from autograders.system.folders import assignments

ASSIGNMENTS = {name: load_assignment(name) for name in assignments(ROOT)}
EXERCISES = [
    pytest.param(exercise, id=f"{name[:2]}-{exercise.name}")
    for name, assignment in ASSIGNMENTS.items()
    for exercise in assignment.exercises.values()
    if exercise.probe != "table_row"  # the slide's table is one answer
]
BREAKS = [(name, task) for name, a in ASSIGNMENTS.items() for task in a.break_points]
PREDICTIONS = [(name, task) for name, a in ASSIGNMENTS.items() for task in a.predictions]


@pytest.mark.parametrize("exercise", EXERCISES)
def test_no_one_answer_is_right_in_all_cases_of_a_group(exercise: Exercise) -> None:
    for group in exercise.groups:
        expected = [case.expected for case in group.cases]
        for output in exercise.outputs:
            numbers = [e[output].ravel() for e in expected if output in e]
            assert not numbers or np.ptp(np.concatenate(numbers)) > 0, (group.title, output)
        whole = {tuple((n, a.shape, a.tobytes()) for n, a in e.items()) for e in expected}
        assert len(whole) > 1, group.title


def exposing(assignment: str) -> list[tuple]:
    """Inputs that a right sample gives."""
    folder = ROOT / "tests" / "samples" / "solutions" / module_name(assignment)
    source = next(
        answers["inputs"]
        for path in sorted(folder.glob("*.py"))
        if not path.stem.startswith("wrong_")
        for answers in [read_solutions(path).answers]
    )
    defined: dict = {"np": np, "torch": torch}
    exec(source, defined)
    return defined["inputs"]


@pytest.mark.parametrize(("assignment", "task"), BREAKS)
def test_an_input_with_junk_in_any_place_exposes_nothing(assignment, task, capsys) -> None:
    breaks = checks_for(assignment).breaks
    given = exposing(assignment)[0]
    assert breaks(task, [given]) > 0
    capsys.readouterr()
    junk = [None, "x", object(), float("nan"), torch.ones(()), torch.ones(2, 2) * torch.nan, {}]
    for place, wrong in product(range(len(given)), junk):
        spoilt = (*given[:place], wrong, *given[place + 1 :])
        assert breaks(task, [spoilt]) == 0, (place, wrong)
    for no_input in (None, 3, "x", {}, [None], [()], [given[:-1]], [(*given, None)], [given] * 6):
        assert breaks(task, no_input) == 0, no_input
    assert "fault:" not in capsys.readouterr().out


@pytest.mark.parametrize(("assignment", "task"), BREAKS)
def test_a_fault_is_told_only_where_it_is_exposed(assignment, task, capsys) -> None:
    inputs = exposing(assignment)
    faults = list(break_task(task).faulty)
    for given in ([], *([each] for each in inputs), inputs):
        points = checks_for(assignment).breaks(task, given)
        told = capsys.readouterr().out
        exposed = [fault for fault in faults if fault in told]
        most = ASSIGNMENTS[assignment].break_points[task]
        assert points == pytest.approx(most * len(exposed) / len(faults))


@pytest.mark.parametrize(("assignment", "task"), PREDICTIONS)
def test_what_is_no_answer_to_a_prediction_earns_nothing(assignment, task, capsys) -> None:
    predict = checks_for(assignment).predict
    for value in (None, ..., "", " ", [], {}, float("nan"), object(), "?!", [None], 1j):
        assert predict(task, value) == 0, value
    assert "right" not in capsys.readouterr().out
