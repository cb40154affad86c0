"""The gradient check measures, compares, and says in words what the size of the error means."""

import doctest
import math

import pytest
import torch

import course_lib.gradcheck
from course_lib.gradcheck import gradcheck


def square(x: torch.Tensor) -> torch.Tensor:
    return x**2


@pytest.fixture
def x() -> torch.Tensor:
    return torch.tensor([[1.0, -2.0, 0.5], [3.0, 0.25, -1.0]], dtype=torch.float64)


@pytest.fixture
def dy() -> torch.Tensor:
    return torch.tensor([[0.5, 1.0, -2.0], [1.5, 2.5, -1.0]], dtype=torch.float64)


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (0.0, "dx: largest relative error below 1e-7: right\n"),
        (
            1e-6,
            "dx: largest relative error 1e-06: look again: too large for double precision, "
            "unless the function has a kink here\n",
        ),
        (1e-3, "dx: largest relative error 1e-03: probably wrong\n"),
        (0.2, "dx: largest relative error 2e-01: wrong\n"),
    ],
)
def test_each_band_has_its_words(x, dy, error, line, capsys):
    dx = 2 * x * dy
    dx[1, 0] *= (1 + error) / (1 - error)  # so that |a - n| / (|a| + |n|) is `error`
    largest = gradcheck(square, x, dy, dx)
    assert largest == pytest.approx(error, rel=1e-3, abs=1e-8)
    text = capsys.readouterr().out
    assert text.startswith(line)
    assert ("at [1, 0]" in text) == (error > 0)


def test_the_worst_entry_is_shown_with_both_numbers(x, dy, capsys):
    dx = 2 * x * dy
    dx[0, 2] = 7
    gradcheck(square, x, dy, dx, "dgamma")
    assert capsys.readouterr().out == (
        "dgamma: largest relative error 1e+00: wrong\n    at [0, 2] yours is 7, measured is -2\n"
    )


def test_a_gradient_that_is_not_written_yet_is_said_to_be_none(x, dy, capsys):
    assert math.isnan(gradcheck(square, x, dy, None, "dw"))
    assert capsys.readouterr().out == "dw: nothing to check yet, it is None\n"


def test_nothing_is_modified_and_a_transposed_input_is_fine(x, dy):
    before = x.clone()
    assert gradcheck(square, x.T, dy.T, 2 * x.T * dy.T) < 1e-7
    assert torch.equal(x, before)


def test_a_gradient_of_zero_has_no_error(x, dy):
    assert gradcheck(lambda x: x[:1], x, dy[:1], torch.cat([dy[:1], 0 * dy[1:]])) < 1e-7


def test_an_upstream_gradient_of_ones_hides_a_mistake(x, dy):
    def mirrored(dy: torch.Tensor) -> torch.Tensor:
        return 2 * x * dy.flip(1)

    ones = torch.ones_like(x)
    assert gradcheck(square, x, ones, mirrored(ones)) < 1e-7
    assert gradcheck(square, x, dy, mirrored(dy)) > 1e-2


def test_single_precision_is_refused(x, dy):
    with pytest.raises(TypeError, match=r"^x is torch.float32; gradcheck needs torch.float64$"):
        gradcheck(square, x.float(), dy, x)
    with pytest.raises(TypeError, match=r"^dw is torch.float32"):
        gradcheck(square, x, dy, x.float(), "dw")


def test_shapes_that_do_not_fit_are_refused(x, dy):
    with pytest.raises(ValueError, match=r"^dx has shape \(3, 2\); x has shape \(2, 3\)$"):
        gradcheck(square, x, dy, x.T)
    with pytest.raises(ValueError, match=r"^dy has shape \(3, 2\); f\(x\) has shape \(2, 3\)$"):
        gradcheck(square, x, dy.T, x)


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_a_gradient_that_is_no_number_is_wrong(x, dy, bad, capsys):
    dx = 2 * x * dy
    dx[1, 2] = bad
    assert gradcheck(square, x, dy, dx) == math.inf
    assert capsys.readouterr().out == (
        f"dx: largest relative error inf: wrong\n    at [1, 2] yours is {bad:g}, measured is 2\n"
    )


def test_a_single_number_has_a_gradient():
    x = torch.tensor(3.0, dtype=torch.float64)
    assert gradcheck(square, x, torch.ones_like(x), 2 * x) < 1e-7


def test_tensors_that_take_part_in_autograd_are_fine(x, dy):
    weight = torch.ones(3, dtype=torch.float64, requires_grad=True)
    leaf = x.clone().requires_grad_()
    assert gradcheck(lambda x: weight * x**2, leaf, dy, 2 * leaf * dy) < 1e-7
    assert leaf.grad is None


def test_what_is_no_tensor_is_named(x, dy):
    with pytest.raises(TypeError, match=r"^dx is of type list; it must be a tensor$"):
        gradcheck(square, x, dy, [1.0])
    with pytest.raises(TypeError, match=r"^f\(x\) is of type NoneType; it must be a tensor$"):
        gradcheck(lambda x: None, x, dy, dy)
    empty = x[:0]
    with pytest.raises(ValueError, match=r"^x has shape \(0, 3\); it must hold at least one"):
        gradcheck(square, empty, empty, empty)


def test_the_examples_print_what_they_say():
    assert doctest.testmod(course_lib.gradcheck).failed == 0
