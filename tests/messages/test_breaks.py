"""Inputs that expose faulty implementations: only valid ones count, and faults are told after."""

import pytest
import torch

from autograders import checks_for


def ramp(*shape):
    return torch.arange(1.0, torch.Size(shape).numel() + 1).reshape(shape)


EVERYTHING = (ramp(2, 2, 4, 3).flip(0), ramp(3, 2, 3, 2), ramp(3))
PLAIN = (ramp(1, 1, 3, 3), torch.ones(1, 1, 2, 2), ramp(1))


@pytest.fixture
def breaks():
    return checks_for("01-discrete-convolution").breaks


def test_one_rich_input_exposes_all(breaks, capsys):
    assert breaks("breaks-conv2d", [EVERYTHING]) == 5
    assert capsys.readouterr().out == (
        "5 of 5 faulty implementations exposed. 5 of 5\n"
        "  A: exposed. Its fault: the bias follows the row of the output, not the filter\n"
        "  B: exposed. Its fault: only the first input channel is used\n"
        "  C: exposed. Its fault: the kernel is flipped\n"
        "  D: exposed. Its fault: every image of the batch gets the result of the first\n"
        "  E: exposed. Its fault: height and width of the kernel are swapped\n"
    )


def test_a_plain_input_exposes_none_and_reveals_none(breaks, capsys):
    points = breaks("breaks-conv2d", [PLAIN])
    assert type(points) is float
    assert points == 0
    assert "fault:" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("exposing", "letter"),
    [
        ((ramp(1, 1, 4, 4), torch.ones(2, 1, 2, 2), ramp(2)), "A"),
        ((ramp(1, 2, 3, 3), torch.ones(1, 2, 2, 2), ramp(1)), "B"),
        ((ramp(1, 1, 3, 3), torch.tensor([[[[1.0, 2], [2, 3]]]]), ramp(1)), "C"),
        ((ramp(2, 1, 3, 3), torch.ones(1, 1, 2, 2), ramp(1)), "D"),
        ((ramp(1, 1, 4, 4), torch.ones(1, 1, 2, 1), ramp(1)), "E"),
    ],
)
def test_each_fault_can_be_exposed_alone(breaks, capsys, exposing, letter):
    assert breaks("breaks-conv2d", [PLAIN, exposing]) == 1
    exposed = [line[2] for line in capsys.readouterr().out.splitlines() if "exposed. Its" in line]
    assert exposed == [letter]


x, w, b = EVERYTHING
INVALID = [
    (3, "it must be a tuple (x, w, b)"),
    ((x, w), "it must be a tuple (x, w, b)"),
    ((x.numpy(), w, b), "x, w and b must be torch tensors of floats"),
    ((x.int(), w, b), "x, w and b must be torch tensors of floats"),
    ((x.double(), w, b), "x, w and b must be all float32 or all float64"),
    ((x[0], w, b), "x and w need 4 axes and b one; they have 3, 4 and 1"),
    ((x[:, :1], w, b), "shapes (2, 1, 4, 3), (3, 2, 3, 2), (3,) do not fit together"),
    ((x[:, :, :2], w, b), "the kernel is larger than the image"),
    ((x[:0], w, b), "no argument may be empty or have more than 100000 numbers"),
    ((x * torch.nan, w, b), "the numbers must be finite and at most a million"),
    ((x * 1e7, w, b), "the numbers must be finite and at most a million"),
    ((x.to("meta"), w, b), "its tensors must be dense and on the CPU"),
    ((x, w.to_sparse(), b), "its tensors must be dense and on the CPU"),
]


@pytest.mark.parametrize(("given", "words"), INVALID)
def test_an_invalid_input_earns_nothing_and_says_why(breaks, capsys, given, words):
    assert breaks("breaks-conv2d", [given]) == 0
    assert capsys.readouterr().out.splitlines()[1] == (
        f"  input 1 is not valid and exposes nothing: {words}"
    )


def test_an_input_that_asks_for_gradients_is_an_input(breaks, capsys):
    x, w, b = EVERYTHING
    assert breaks("breaks-conv2d", [(x.clone().requires_grad_(), w, b)]) == 5
    assert capsys.readouterr().err == ""


def test_an_invalid_input_does_not_spoil_the_others(breaks):
    assert breaks("breaks-conv2d", [3, EVERYTHING]) == 5


@pytest.mark.parametrize(
    ("inputs", "words"),
    [
        (None, "no inputs yet: give a list of at most 5 tuples of arguments\n"),
        ([], "no inputs yet: give a list of at most 5 tuples of arguments\n"),
        ([EVERYTHING] * 6, "6 inputs are too many: at most 5 count\n"),
    ],
)
def test_no_list_of_inputs_earns_nothing(breaks, capsys, inputs, words):
    assert breaks("breaks-conv2d", inputs) == 0
    assert capsys.readouterr().out == words
