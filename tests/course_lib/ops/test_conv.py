"""Our convolution against torch's, on drawn shapes and arguments, and against numbers by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DataObject
from operations import agree, array, convolutions, drawn, spoiled, upstream

from course_lib.ops import conv as ours
from course_lib.reference import conv as theirs


@drawn
@given(convolutions())
def test_conv_nd_agrees_with_torch(case):
    arrays, rest = case
    agree(ours.conv_nd, theirs.conv_nd, *arrays, **rest)


@drawn
@given(convolutions(), st.data())
def test_conv_nd_backward_agrees_with_autograd(case, data: DataObject):
    (x, w, b), rest = case
    dy = upstream(data.draw, ours.conv_nd(x, w, b, **rest))
    agree(ours.conv_nd_backward, theirs.conv_nd_backward, dy, x, w, **rest)


@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")
@drawn
@given(convolutions(), st.data())
def test_nan_and_infinity_reach_what_they_reach_in_torch(case, data: DataObject):
    (x, w, b), rest = case
    x, w = spoiled(data.draw, x), spoiled(data.draw, w)
    agree(ours.conv_nd, theirs.conv_nd, x, w, b, **rest)
    dy = spoiled(data.draw, upstream(data.draw, ours.conv_nd(x, w, b, **rest)))
    agree(ours.conv_nd_backward, theirs.conv_nd_backward, dy, x, w, **rest)


@drawn
@given(st.data())
def test_compose_kernels_agrees_with_torch_and_with_two_convolutions(data: DataObject):
    dims = data.draw(st.integers(1, 3))
    small = st.integers(1, 3)
    c, m, o = (data.draw(small) for _ in range(3))
    kernel1, kernel2 = (tuple(data.draw(small) for _ in range(dims)) for _ in range(2))
    dtype = data.draw(st.sampled_from(["float32", "float64"]))
    k1 = data.draw(array((m, c, *kernel1), dtype))
    k2 = data.draw(array((o, m, *kernel2), dtype))
    agree(ours.compose_kernels, theirs.compose_kernels, k1, k2)

    x = data.draw(array((2, c, *(p + q for p, q in zip(kernel1, kernel2, strict=True))), dtype))
    once = ours.conv_nd(x, ours.compose_kernels(k1, k2), np.zeros(o, dtype))
    between = ours.conv_nd(x, k1, np.zeros(m, dtype))
    twice = ours.conv_nd(between, k2, np.zeros(o, dtype))
    np.testing.assert_allclose(once, twice, atol=1e-4 if dtype == "float32" else 1e-12)


@drawn
@given(st.data())
def test_the_two_sums_over_matrices_agree_with_torch(data: DataObject):
    kernel = data.draw(st.tuples(st.integers(1, 4), st.integers(1, 4)))
    size = tuple(n + data.draw(st.integers(0, 4)) for n in kernel)
    dtype = data.draw(st.sampled_from(["float32", "float64"]))
    x, k = data.draw(array(size, dtype)), data.draw(array(kernel, dtype))
    for name in ("cross_correlate2d", "convolve2d"):
        got = getattr(ours, name)(x, k)
        expected = getattr(theirs, name)(x, k)
        assert got.dtype == expected.dtype == dtype
        np.testing.assert_allclose(got, expected, atol=1e-5 if dtype == "float32" else 1e-12)


def test_the_slides_numbers():
    x = np.array([[0, 80, 40], [20, 40, 0], [0, 0, 40]], "float32")
    k = np.array([[0, 0.25], [0.5, 1]], "float32")
    assert ours.cross_correlate2d(x, k).tolist() == [[70, 30], [10, 40]]
    assert ours.convolve2d(x, k).tolist() == [[45, 110], [40, 40]]
    layer = ours.conv_nd(x[None, None], k[None, None], np.array([5], "float32"))
    assert layer.tolist() == [[[[75, 35], [15, 45]]]]


def test_numbers_that_a_stride_leaves_unread_get_gradient_zero():
    x, w = np.arange(5.0).reshape(1, 1, 5), np.array([[[2.0, 3.0]]])
    dx, dw, db = ours.conv_nd_backward(np.array([[[1.0]]]), x, w, stride=4)
    assert dx.tolist() == [[[2, 3, 0, 0, 0]]]
    assert (dw.tolist(), db.tolist()) == ([[[0, 1]]], [1])


def test_padding_modes_by_hand():
    x, w, b = np.array([[[1.0, 2, 4]]]), np.ones((1, 1, 1)), np.zeros(1)
    padded = {
        "zeros": [0, 0, 1, 2, 4, 0],
        "reflect": [4, 2, 1, 2, 4, 2],
        "replicate": [1, 1, 1, 2, 4, 4],
        "circular": [2, 4, 1, 2, 4, 1],
    }
    for mode, expected in padded.items():
        y = ours.conv_nd(x, w, b, padding=((2, 1),), padding_mode=mode)
        assert y.tolist() == [[expected]], mode
