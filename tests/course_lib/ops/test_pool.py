"""Our pooling against torch's, on drawn shapes and arguments, and against numbers by hand."""

import numpy as np
import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.strategies import DataObject
from operations import agree, assert_close, drawn, poolings, spoiled, upstream
from torch.nn import functional as F

from course_lib.ops import pool as ours
from course_lib.reference import pool as theirs


@drawn
@given(poolings(dilated=True))
def test_max_pool_nd_agrees_with_torch(case):
    x, rest = case
    agree(ours.max_pool_nd, theirs.max_pool_nd, x, **rest)


@drawn
@given(poolings(dilated=True), st.data())
def test_max_pool_nd_backward_agrees_with_autograd(case, data: DataObject):
    x, rest = case
    y = ours.max_pool_nd(x, **rest)
    assume(np.isfinite(y).all())  # a window of padding alone, which dilation makes possible
    agree(ours.max_pool_nd_backward, theirs.max_pool_nd_backward, upstream(data.draw, y), x, **rest)


@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")
@drawn
@given(poolings(dilated=False), st.data())
def test_nan_and_infinity_reach_what_they_reach_in_torch(case, data: DataObject):
    x, rest = case
    x = spoiled(data.draw, x)
    for name in ("max_pool_nd", "avg_pool_nd"):
        forward, backward = (getattr(ours, name + suffix) for suffix in ("", "_backward"))
        agree(forward, getattr(theirs, name), x, **rest)
        dy = spoiled(data.draw, upstream(data.draw, forward(x, **rest)))
        agree(backward, getattr(theirs, f"{name}_backward"), dy, x, **rest)


def test_the_last_nan_of_a_window_gets_the_gradient_as_in_torch():
    x = np.array([[[9, np.nan, 1, np.nan, 2]]])
    dx = ours.max_pool_nd_backward(np.array([[[5.0]]]), x, kernel=5)
    assert dx.tolist() == [[[0, 0, 0, 5, 0]]]


@drawn
@given(poolings(dilated=False), st.booleans(), st.data())
def test_avg_pool_nd_agrees_with_torch_forward_and_backward(case, include, data: DataObject):
    x, rest = case
    rest["count_include_pad"] = include
    agree(ours.avg_pool_nd, theirs.avg_pool_nd, x, **rest)
    dy = upstream(data.draw, ours.avg_pool_nd(x, **rest))
    agree(ours.avg_pool_nd_backward, theirs.avg_pool_nd_backward, dy, x, **rest)


def test_the_slides_numbers():
    x = np.array([[[[1, 4, 1, 4], [5, 6, 7, 8], [3, 2, 1, 0], [1, 2, 3, 4]]]], "float32")
    assert ours.max_pool_nd(x, 2).tolist() == [[[[6, 8], [3, 4]]]]
    assert ours.avg_pool_nd(x, 2).tolist() == [[[[4, 5], [2, 2]]]]


def test_equal_maxima_give_the_gradient_to_the_first_as_in_torch():
    x = np.array([[[[7, 7, 1], [7, 2, 7]]]], "float32")
    dy = np.array([[[[5, 3]]]], "float32")
    dx = ours.max_pool_nd_backward(dy, x, kernel=2, stride=1)
    assert dx.tolist() == [[[[5, 3, 0], [0, 0, 0]]]]
    leaf = torch.from_numpy(x).requires_grad_()
    F.max_pool2d(leaf, 2, 1).backward(torch.from_numpy(dy))
    assert_close(dx, leaf.grad)


@pytest.mark.parametrize(
    ("include", "expected"), [(True, [1 / 2, 5 / 2, 9 / 2]), (False, [1, 5 / 2, 9 / 2])]
)
def test_padding_counts_in_the_mean_only_where_it_is_asked_to(include, expected):
    x = np.array([[[1.0, 2, 3, 4, 5]]])
    y = ours.avg_pool_nd(x, 2, padding=((1, 0),), count_include_pad=include)
    assert y.tolist() == [[expected]]


def test_an_overhanging_window_averages_what_is_there():
    x = np.array([[[1.0, 2, 3, 4, 6]]])
    assert ours.avg_pool_nd(x, 2, ceil_mode=True).tolist() == [[[1.5, 3.5, 6]]]
    assert ours.max_pool_nd(-x, 2, ceil_mode=True).tolist() == [[[-1, -3, -6]]]
