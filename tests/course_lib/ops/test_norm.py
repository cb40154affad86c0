"""Our normalisation against torch's, on drawn shapes and arguments, and against numbers by hand."""

import math
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DataObject
from operations import TOLERANCE, agree, array, divisors, drawn, images, upstream

from course_lib.ops import conv
from course_lib.ops import norm as ours
from course_lib.reference import norm as theirs

EPS = st.sampled_from([1e-5, 1e-3, 0.1])


def norms_agree(name: str, *arrays: np.ndarray, eps: float = 1e-5, **rest: Any) -> None:
    """Both sides give the same. Deviations are drawn near 0 as well: there the terms that are
    summed, and rounding errors with them, grow with one over the root of eps."""
    scale = math.prod(max(1.0, float(abs(a).max())) for a in arrays) / math.sqrt(eps) / 8
    agree(getattr(ours, name), getattr(theirs, name), *arrays, scale=scale, eps=eps, **rest)


@drawn
@given(images(spatial=0), EPS, st.booleans(), st.sampled_from([0.0, 0.1, 0.5, 1.0]), st.data())
def test_batchnorm_agrees_with_torch(case, eps, training, momentum, data: DataObject):
    x, gamma, beta = case
    mean = data.draw(array(gamma.shape, str(x.dtype)))
    var = data.draw(array(gamma.shape, str(x.dtype))) ** 2
    rest = {"training": training, "momentum": momentum, "eps": eps}
    norms_agree("batchnorm_forward", x, gamma, beta, mean, var, **rest)
    dy = upstream(data.draw, x)
    norms_agree("batchnorm_backward", dy, x, gamma, eps=eps)


@drawn
@given(images(spatial=0), EPS, st.data())
def test_layernorm_agrees_with_torch(case, eps, data: DataObject):
    x, _, _ = case
    shape = x.shape[data.draw(st.integers(1, x.ndim - 1)) :]
    gamma, beta = (data.draw(array(shape, str(x.dtype))) for _ in range(2))
    norms_agree("layernorm_forward", x, gamma, beta, eps=eps)
    dy = upstream(data.draw, x)
    norms_agree("layernorm_backward", dy, x, gamma, eps=eps)


@drawn
@given(images(), EPS, st.data())
def test_instancenorm_agrees_with_torch(case, eps, data: DataObject):
    x, gamma, beta = case
    norms_agree("instancenorm_forward", x, gamma, beta, eps=eps)
    dy = upstream(data.draw, x)
    norms_agree("instancenorm_backward", dy, x, gamma, eps=eps)


@drawn
@given(images(), EPS, st.data())
def test_groupnorm_agrees_with_torch(case, eps, data: DataObject):
    x, gamma, beta = case
    rest = {"groups": data.draw(st.sampled_from(divisors(len(gamma)))), "eps": eps}
    norms_agree("groupnorm_forward", x, gamma, beta, **rest)
    dy = upstream(data.draw, x)
    norms_agree("groupnorm_backward", dy, x, gamma, **rest)


@drawn
@given(images(spatial=2), EPS, st.data())
def test_fuse_conv_bn_agrees_with_torch_and_with_the_two_layers(case, eps, data: DataObject):
    x, gamma, beta = case
    dtype, channels = str(x.dtype), len(gamma)
    w = data.draw(array((channels, channels, *(2,) * (x.ndim - 2)), dtype))
    b, mean = (data.draw(array((channels,), dtype)) for _ in range(2))
    var = data.draw(array((channels,), dtype)) ** 2 + x.dtype.type(0.1)
    agree(ours.fuse_conv_bn, theirs.fuse_conv_bn, w, b, gamma, beta, mean, var, eps=eps)

    fused = conv.conv_nd(x, *ours.fuse_conv_bn(w, b, gamma, beta, mean, var, eps))
    y = conv.conv_nd(x, w, b)
    y, _, _ = ours.batchnorm_forward(y, gamma, beta, mean, var, training=False, eps=eps)
    np.testing.assert_allclose(fused, y, atol=TOLERANCE[dtype] * 10 * abs(y).max())


def test_batches_larger_than_one_part_agree_with_torch():
    rng = np.random.default_rng(0)
    x, dy = rng.standard_normal((2, 9, 6, 60, 50)).astype("float32")
    gamma, beta = rng.standard_normal((2, 6)).astype("float32")
    norms_agree("batchnorm_backward", dy, x, gamma)
    norms_agree("groupnorm_forward", x, gamma, beta, groups=2)
    norms_agree("groupnorm_backward", dy, x, gamma, groups=2)


def test_running_statistics_move_by_momentum_toward_the_unbiased_variance():
    x = np.array([[1.0, 10], [3, 10], [5, 13]])
    _, mean, var = ours.batchnorm_forward(
        x, np.ones(2), np.zeros(2), np.array([0.0, 1]), np.array([1.0, 2]), True, momentum=0.5
    )
    assert mean.tolist() == [1.5, 6]  # batch means 3 and 11
    assert var.tolist() == [2.5, 2.5]  # batch variances 8 / 2 and 6 / 2


@pytest.mark.parametrize("training", [True, False])
def test_running_statistics_that_came_in_stay_as_they_were(training):
    mean, var = np.zeros(2), np.ones(2)
    x = np.arange(6.0).reshape(3, 2)
    ours.batchnorm_forward(x, np.ones(2), np.zeros(2), mean, var, training)
    assert (mean.tolist(), var.tolist()) == ([0, 0], [1, 1])


def test_group_norm_lies_between_layer_and_instance_norm():
    x = np.random.default_rng(1).standard_normal((3, 4, 5, 2))
    one, zero = np.ones(4), np.zeros(4)
    layer = ours.layernorm_forward(x, np.ones(x.shape[1:]), np.zeros(x.shape[1:]))
    np.testing.assert_allclose(ours.groupnorm_forward(x, one, zero, groups=1), layer)
    instance = ours.instancenorm_forward(x, one, zero)
    np.testing.assert_allclose(ours.groupnorm_forward(x, one, zero, groups=4), instance)


def test_a_momentum_or_eps_in_double_precision_leaves_single_precision_single():
    one, x = np.ones(3, "float32"), np.ones((2, 3, 5, 4), "float32")
    w = np.ones((3, 3, 1, 1), "float32")
    results = ours.batchnorm_forward(x, one, one, one, one, True, np.float64(0.1), np.float64(1e-5))
    results += ours.fuse_conv_bn(w, one, one, one, one, one, np.float64(1e-5))
    assert {r.dtype for r in results} == {np.dtype("float32")}


@pytest.mark.parametrize("side", [ours, theirs])
def test_layernorm_of_one_axis_is_refused(side):
    one = np.ones(4, "float32")
    one = torch.from_numpy(one) if side is theirs else one
    with pytest.raises(ValueError, match=r"^x has shape \(4,\); it must be \(N, D\)"):
        side.layernorm_forward(one, one, one)
