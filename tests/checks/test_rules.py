"""A rule passes every right answer, and says in words what is wrong with the others."""

import numpy as np
import pytest
import torch

from autograders.checks.exercise import Case
from autograders.checks.judging.function_arguments import RECIPES
from autograders.checks.judging.rules import RULES
from autograders.checks.load import load_assignment

# Three windows of 2 x 2 in one row, whose maxima are 5 (three times), 2 (once) and 0 (twice);
# the last row and column belong to no window.
X = np.array(
    [[[[5, 1, 2, 1, 0, -1, 9], [5, 5, -3, 0, 0, -2, 9], [9, 9, 9, 9, 9, 9, 9]]]], dtype="float32"
)
DY = np.array([[[[6, -4, 3]]]], dtype="float32")


def verdict(*dx: list[float], dy: np.ndarray = DY, kernel=2, stride=(2, 2)) -> str | None:
    """What the rule says of the answer with these three rows."""
    arguments = {"dy": dy, "x": X, "kernel": kernel, "stride": stride}
    case = Case(arguments, {"dx": np.zeros(X.shape)}, {"dx": 1e-5}, {}, "float32")
    return RULES["tied-maxima"]({"dx": np.array(dx, dtype="float64")[None, None]}, case)


ZEROS = [0.0] * 7


@pytest.mark.parametrize(
    "first",
    [((6, 0), (0, 0)), ((0, 0), (6, 0)), ((0, 0), (0, 6)), ((2, 0), (2, 2)), ((1, 0), (0, 5))],
)
@pytest.mark.parametrize("last", [(3, 0), (0, 3), (1.5, 1.5)])
def test_any_share_among_the_maxima_is_right(first, last):
    (a, b), (c, d) = first
    rows = [a, b, -4, 0, last[0], 0, 0], [c, d, 0, 0, last[1], 0, 0], ZEROS
    assert verdict(*rows) is None
    assert verdict(*rows, kernel=(2, 2), stride=2) is None


def test_rounding_is_forgiven():
    third = 2 + 1e-6
    assert verdict([third, 1e-6, -4, 0, 3, 0, 0], [third, third, 0, 0, 0, 0, 0], ZEROS) is None


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        (
            ([6, 0, -4, 0, 3, 0, 0], [6, 6, 0, 0, 0, 0, 0], ZEROS),
            "the largest numbers of the window at [0, 0, 0, 0] of dy get 18 in all; "
            "6 was expected, shared among them as you like",
        ),
        (
            ([6, 0, -4, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0, 0], ZEROS),
            "the largest numbers of the window at [0, 0, 0, 2] of dy get 0 in all; "
            "3 was expected, shared among them as you like",
        ),
        (
            ([6, 0, -4, 0, 3, 0, 0], [0, 0, 0, 7, 0, 0, 0], ZEROS),
            "dx is 7 at [0, 0, 1, 3], no maximum of a window; 0 was expected",
        ),
        (
            ([6, 0, -4, 0, 3, 0, 1], [0, 0, 0, 0, 0, 0, 0], ZEROS),
            "dx is 1 at [0, 0, 0, 6], no maximum of a window; 0 was expected",
        ),
        (
            ([6, 0, -4, 0, 3, 0, 0], [0, 0, 0, 0, 0, 0, 0], [0, 0, -2, 0, 0, 0, 0]),
            "dx is -2 at [0, 0, 2, 2], no maximum of a window; 0 was expected",
        ),
        (
            ([9, 0, -4, 0, 3, 0, 0], [-3, 0, 0, 0, 0, 0, 0], ZEROS),
            "one of the largest numbers of the window at [0, 0, 0, 0] of dy gets less than none",
        ),
    ],
)
def test_a_wrong_answer_is_told_in_words(rows, sentence):
    assert verdict(*rows) == sentence


def test_only_cases_with_ties_have_the_rule():
    """Where no two numbers of a window are equal there is one right answer."""
    exercise = load_assignment("03-pooling").exercises["max_pool2d_backward"]
    for group in exercise.groups:
        for case in group.cases:
            assert (case.rule == "tied-maxima") == (group.title.startswith("equal maxima"))
            if case.rule:
                assert case.arguments["kernel"] == case.arguments["stride"]
            else:
                assert np.unique(case.arguments["x"]).size == case.arguments["x"].size


@pytest.mark.parametrize("name", RECIPES)
def test_a_recipe_keeps_dtype_batch_and_channels(name):
    for dtype in (torch.float32, torch.float64):
        x = torch.randn(2, 3, 6, 9, dtype=dtype, generator=torch.Generator().manual_seed(0))
        y = RECIPES[name](x)
        assert y.dtype == dtype
        assert y.shape[:2] == x.shape[:2]
        assert y.norm() > 0
