"""Answers of types near what was asked count as what they are, and odd ones are wrong answers and
no fault of ours: in a kernel, and once they have been sent from a sandboxed process."""

import collections
import decimal
import enum
import fractions
import os
import pathlib
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pytest
import torch
from checks.odd_values import ODD, odd_value
from helpers import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from autograders.checks.breaks import break_task, judge_breaks
from autograders.checks.exercise import Case, Exercise
from autograders.checks.judging.compare import difference
from autograders.checks.judging.judge import judge
from autograders.checks.judging.plain_data import NotAsAsked, plain, unrolled
from autograders.checks.load import load_assignment
from autograders.checks.predictions import judge_prediction
from autograders.checks.trained_weights import judge_weights
from autograders.grading.sandboxed.wire import decode, encode
from course_lib.lenet5 import lenet5_table

ASSIGNMENTS = sorted(path.stem for path in ROOT.glob("notebooks/*/*.ipynb"))
EXERCISES = [
    pytest.param(exercise, id=f"{name[:2]}-{exercise.name}")
    for name in ASSIGNMENTS
    for exercise in load_assignment(name).exercises.values()
]
quick = settings(max_examples=12, deadline=None, database=None, derandomize=True)


class Whole(int):
    """A whole number of somebody's own."""


class OwnArray(np.ndarray):
    """An array of somebody's own."""


class OwnPath(os.PathLike):
    """A path of somebody's own."""

    def __fspath__(self) -> str:
        return "none.safetensors"


class OwnTensor(torch.Tensor):
    """A tensor of somebody's own."""


NUMBERS = (
    *(float, np.float64, np.longdouble, np.array, torch.tensor, fractions.Fraction),
    *(decimal.Decimal, nn.Parameter, lambda n: nn.Parameter(torch.tensor(float(n)).double())),
)
WHOLE_NUMBERS = (Whole, np.int64, np.uint32, lambda n: enum.IntEnum("Size", {"N": n}).N)
ARRAYS = (
    *(np.ma.array, lambda y: y.view(OwnArray), lambda y: np.array(y, order="F")),
    lambda y: np.flip(np.flip(y)) if y.ndim else y,
)
TENSORS = (nn.Parameter, lambda y: y.as_subclass(OwnTensor), lambda y: y.clone().requires_grad_())
CONTAINERS = (
    *(tuple, list, collections.deque, collections.UserList),
    lambda results: collections.namedtuple("Results", [f"r{i}" for i in range(len(results))])(
        *results
    ),
)


def same_verdict(value: Any, exercise: Exercise, case: Case) -> bool:
    """Whether an answer is right, asserted to be the same before and after it is sent."""
    here = plain(value)
    there = decode(encode(here)[4:])
    wrongs = [difference(each, exercise, case, "cpu") for each in (here, there)]
    assert (wrongs[0] is None) == (wrongs[1] is None), wrongs
    return wrongs[0] is None


def right_results(exercise: Exercise, case: Case) -> list[Any]:
    """The right results; None for those that the case does not compare."""
    made: list[Any] = []
    for name in exercise.outputs:
        array = np.array(case.expected.get(name, 0.0), case.dtype)
        if exercise.library == "number":
            whole = float(array) == int(array)
            made.append(int(array) if whole else float(case.expected[name]))
        else:
            made.append(torch.from_numpy(array) if exercise.library == "torch" else array)
    return made


def cousins_of(result: Any) -> Any:
    """What makes a cousin of a result."""
    if isinstance(result, int):
        return st.sampled_from(NUMBERS[:-2] + WHOLE_NUMBERS)
    if isinstance(result, float):
        return st.sampled_from(NUMBERS[:7])
    return st.sampled_from(TENSORS if torch.is_tensor(result) else ARRAYS)


@quick
@given(data=st.data())
@pytest.mark.parametrize("exercise", EXERCISES)
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_cousin_of_an_answer_is_as_right_as_it(exercise: Exercise, data: st.DataObject) -> None:
    group = data.draw(st.sampled_from(exercise.groups))
    case = group.cases[0]
    results = right_results(exercise, case)
    is_right = data.draw(st.booleans())
    if not is_right:
        place = exercise.outputs.index(next(iter(case.expected)))
        results[place] = results[place] + 1
    cousins = [data.draw(cousins_of(result))(result) for result in results]
    container = data.draw(st.sampled_from(CONTAINERS))
    answer = cousins[0] if len(cousins) == 1 else container(cousins)
    assert same_verdict(answer, exercise, case) == is_right


def test_numbers_may_come_in_an_array_or_a_size() -> None:
    exercise = load_assignment("02-padding-and-stride").exercises["conv_cost"]
    case = next(c for g in exercise.groups for c in g.cases if len(c.expected) == 2)
    right = [int(case.expected[name]) for name in exercise.outputs]
    for kind in (np.array, torch.tensor, torch.Size):
        assert same_verdict(kind(right), exercise, case)
        assert not same_verdict(kind([n + 1 for n in right]), exercise, case)


@pytest.mark.parametrize("odd", ODD)
def test_an_odd_value_is_a_wrong_answer_of_every_exercise(odd: str) -> None:
    for parameter in EXERCISES:
        (exercise,) = parameter.values
        if exercise.probe or (exercise.library == "number" and odd == "liar"):
            continue
        try:
            here = plain(odd_value(odd))
        except (NotAsAsked, RuntimeError):
            continue  # told as such, or raised by the answer
        assert difference(here, exercise, exercise.groups[0].cases[0], "cpu")


def _network(make: Any) -> Any:
    class Network(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            shapes = load_assignment("04-lenet5").weights["weights"].shapes
            self.all = nn.ParameterList([torch.ones(shape) for shape in shapes])

        def forward(self, x: Any) -> Any:
            return make()

    return Network


PROBED = [e for e in EXERCISES if e.values[0].probe]


@pytest.mark.parametrize("exercise", PROBED)
def test_an_odd_value_is_a_wrong_answer_where_a_probe_asks(exercise: Exercise) -> None:
    one = replace(exercise.groups[0], cases=exercise.groups[0].cases[:1])
    small = replace(exercise, groups=(one,), again={})
    for odd in ODD:
        make = partial(odd_value, odd)
        answers = [lambda *_, made=make: made()]
        if exercise.name == "LeNet5":
            answers.append(_network(make))
        if exercise.name == "lenet5_table":
            answers += [
                lambda made=make: [made()] * 11,
                lambda made=make: [(made(), (1, 28, 28), None)] * 11,
                lambda made=make: [("Input", made(), None)] * 11,
                lambda made=make: [("Input", (1, made(), 28), None)] * 11,
            ]
        for answer in answers:
            assert judge(small, answer).points == 0, odd


def _row(change: Any) -> Any:
    return lambda: [change(*row) for row in lenet5_table()]


Row = collections.namedtuple("Row", "name output weight")


@pytest.mark.parametrize(
    "table",
    [
        _row(Row),
        _row(lambda n, out, w: (np.str_(n), torch.Size(out), torch.Size(w or ()))),
        _row(lambda n, out, w: (n, np.array(out), w and torch.tensor(w))),
        _row(lambda n, out, w: (n, [float(size) for size in out], w and tuple(map(np.int32, w)))),
        lambda: np.array([*map(tuple, _row(Row)())], dtype=object),
        lambda: (row for row in lenet5_table()),
    ],
)
def test_a_table_may_be_of_any_cousins(table: Any) -> None:
    exercise = load_assignment("04-lenet5").exercises["lenet5_table"]
    assert judge(exercise, table).points == exercise.points
    assert judge(exercise, lambda: list(table())[::-1]).points < exercise.points


@pytest.mark.parametrize(
    "of", [frozenset, tuple, np.array, iter, lambda names: dict.fromkeys(names).keys()]
)
def test_names_may_come_in_any_collection(of: Any) -> None:
    exercise = load_assignment("04-lenet5").exercises["ladder-gradients"]

    def silent(model: nn.Module, x: Any, y: Any) -> Any:
        model.zero_grad()
        nn.functional.cross_entropy(model(x), y).backward()
        names = [n for n, p in model.named_parameters() if p.grad is None or not p.grad.any()]
        return of(list(map(np.str_, names)))

    assert judge(exercise, silent).points == exercise.points


Letters = enum.StrEnum("Letters", {"A": "A", "C": "C", "F": "F"})


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("predict-self-flip", lambda: np.array(["A", "C", "F"])),
        ("predict-self-flip", lambda: frozenset("ACF")),
        ("predict-self-flip", lambda: dict.fromkeys("ACF").keys()),
        ("predict-self-flip", lambda: dict(enumerate("ACF")).values()),
        ("predict-self-flip", lambda: np.str_("ACF")),
        ("predict-self-flip", lambda: list(Letters)),
        ("predict-self-flip", lambda: filter("ACF".count, "ABCDEF")),
        ("predict-self-flip", lambda: pathlib.PurePosixPath("A/C/F")),
        ("predict-dot-length", lambda: np.uint8(75)),
        ("predict-dot-length", lambda: Whole(75)),
        ("predict-dot-length", lambda: range(75, 76)),
        ("predict-dot-length", lambda: fractions.Fraction(150, 2)),
        ("predict-dot-length", lambda: torch.Size([75])),
        ("predict-dot-length", lambda: nn.Parameter(torch.tensor(75.0))),
        ("predict-dot-length", lambda: np.longdouble(75)),
        ("predict-dot-length", lambda: np.array([75], dtype=object)),
        ("predict-dot-length", lambda: torch.tensor([[75]], dtype=torch.bfloat16)),
        ("predict-dot-length", lambda: np.ma.array([[75]])),
        ("predict-slide-sums", lambda: [[np.int64(45), 110.0], torch.tensor([40, 40])]),
        ("predict-slide-sums", lambda: ((45, 110), (40, (40,)))),
        ("predict-slide-sums", lambda: map(int, ["45", "110", "40", "40"])),
    ],
)
def test_a_prediction_may_be_of_any_cousin(name: str, make: Any) -> None:
    asked = load_assignment("01-discrete-convolution").predictions[name]
    assert judge_prediction(asked, make())[0] == asked.points
    assert judge_prediction(asked, decode(encode(unrolled(make()))[4:]))[0] == asked.points


@pytest.mark.parametrize(
    "value", [[True], {75}, "75", b"75", {"75": 75}, np.array(True), 75j, 10**400, [75, 75], [[]]]
)
def test_what_is_no_number_is_none_in_a_cousin_either(value: Any) -> None:
    asked = load_assignment("01-discrete-convolution").predictions["predict-dot-length"]
    assert judge_prediction(asked, value)[0] == 0
    assert judge_prediction(asked, decode(encode(unrolled(value))[4:]))[0] == 0


@pytest.mark.parametrize("odd", ODD)
def test_an_odd_value_is_no_right_prediction(odd: str) -> None:
    for name in ASSIGNMENTS:
        for asked in load_assignment(name).predictions.values():
            assert judge_prediction(asked, odd_value(odd))[0] < asked.points


def ramp(*shape: int) -> torch.Tensor:
    return torch.arange(1.0, torch.Size(shape).numel() + 1).reshape(shape)


X, W, B = ramp(2, 2, 4, 3).flip(0), ramp(3, 2, 3, 2), ramp(3)
Input = collections.namedtuple("Input", "x w b")


@pytest.mark.parametrize(
    "make",
    [
        lambda: [Input(X, W, B)],
        lambda: zip([X], [W], [B], strict=True),
        lambda: ((x, W, B) for x in [X]),
        lambda: collections.deque([[X.as_subclass(OwnTensor), nn.Parameter(W), B]]),
    ],
)
def test_inputs_may_be_of_any_cousins(make: Any) -> None:
    with torch.no_grad():
        assert judge_breaks(break_task("breaks-conv2d"), 5, make())[0] == 5
        sent = decode(encode(unrolled(make()))[4:])
        assert judge_breaks(break_task("breaks-conv2d"), 5, sent)[0] == 5


@pytest.mark.parametrize(
    "pair",
    [(1, 2), [1, 2], np.array([1, 2]), torch.tensor([1, 2]), torch.Size([1, 2]), range(1, 3)],
)
def test_options_of_an_input_may_be_of_any_cousins(pair: Any) -> None:
    x, w, b = ramp(2, 2, 5, 6), ramp(4, 2, 2, 3), ramp(4)
    given = [(x, w, b, pair, np.int64(0), torch.tensor(1), 1)]
    with torch.no_grad():
        assert judge_breaks(break_task("breaks-options"), 5, given)[0] == 2
        assert judge_breaks(break_task("breaks-max_pool2d"), 5, [(x, pair, pair)])[0] >= 1


@pytest.mark.parametrize("odd", ODD)
def test_an_odd_input_exposes_nothing(odd: str) -> None:
    make = partial(odd_value, odd)
    x, v = ramp(2, 2, 3, 3), ramp(3)
    for task in ("breaks-conv2d", "breaks-options", "breaks-max_pool2d", "breaks-batchnorm"):
        given = [
            make(),
            [make()],
            [(make(), make(), make()), (x, make(), make()), (x, x, ramp(2), *(make(),) * 4)],
            [(ramp(2, 3), v, v, v, v, make() if odd not in ("bool", "numpy bool") else 1)],
        ]
        for inputs in given:
            with torch.no_grad():
                points, text = judge_breaks(break_task(task), 5, inputs)
            assert points == 0, text


@pytest.mark.filterwarnings("ignore:The PyTorch API of nested tensors:UserWarning")
def test_an_input_whose_shape_cannot_be_read_is_not_valid() -> None:
    ragged = torch.nested.nested_tensor([X[0], X[1, :, :3]])
    points, text = judge_breaks(break_task("breaks-conv2d"), 5, [(ragged, W, B), (X, W, B)])
    assert points == 5
    assert "input 1 is not valid and exposes nothing: the right function cannot take it (" in text


@pytest.mark.parametrize("odd", ODD)
def test_an_odd_name_is_no_file_of_weights(odd: str) -> None:
    asked = load_assignment("04-lenet5").weights["weights"]
    assert judge_weights(asked, odd_value(odd))[0] == 0


def test_a_path_is_the_name_of_a_file(tmp_path: Any, monkeypatch: Any) -> None:
    monkeypatch.chdir(tmp_path)
    asked = load_assignment("04-lenet5").weights["weights"]
    for path in (pathlib.Path("none.safetensors"), np.str_("none.safetensors"), OwnPath()):
        for name in (path, decode(encode(unrolled(path))[4:])):
            assert "there is no file none.safetensors" in judge_weights(asked, name)[1]
