"""What our operations and torch's say, word for word the same, about arguments that do not fit."""

import re

import numpy as np
import pytest
import torch

from course_lib.ops import conv, norm, pool
from course_lib.reference import conv as torch_conv
from course_lib.reference import norm as torch_norm
from course_lib.reference import pool as torch_pool

OPS = {**vars(conv), **vars(pool), **vars(norm)}
REFERENCE = {**vars(torch_conv), **vars(torch_pool), **vars(torch_norm)}


def a(*shape, dtype="float32"):
    return np.ones(shape, dtype)


X, W, B = a(2, 6, 5, 4), a(8, 6, 3, 3), a(8)
G = a(6)
ERRORS = [
    # arrays
    ("conv_nd", (a(2, 6, 5, 4, dtype="int64"), W, B), {}, TypeError,
     "x has dtype int64; it must be float32 or float64"),
    ("conv_nd", (X, W.astype("float64"), B), {}, TypeError,
     "w has dtype float64; it must be float32, as x"),
    ("conv_nd", (X, W, a(8, dtype="bool")), {}, TypeError,
     "b has dtype bool; it must be float32 or float64"),
    ("conv_nd", (a(0, 6, 5, 4), W, B), {}, ValueError,
     "x has shape (0, 6, 5, 4); no axis may be empty"),
    ("conv_nd", (X, a(8, 6, 0, 3), B), {}, ValueError,
     "w has shape (8, 6, 0, 3); no axis may be empty"),
    # convolution
    ("conv_nd", (a(5, 4), W, B), {}, ValueError,
     "x has shape (5, 4); it must be (N, C, *size) with one to three sizes"),
    ("conv_nd", (X, a(8, 6, 3), B), {}, ValueError,
     "w has shape (8, 6, 3); it must be (C_out, C / groups, *kernel) with 4 axes, as x"),
    ("conv_nd", (X, a(8, 4, 3, 3), B), {"groups": 2}, ValueError,
     "x has 6 channels; with groups=2 and w of shape (8, 4, 3, 3) it must have 8"),
    ("conv_nd", (X, W, B), {"groups": 4}, ValueError,
     "groups is 4; it must divide the 6 channels of x"),
    ("conv_nd", (X, a(8, 2, 3, 3), B), {"groups": 3}, ValueError,
     "groups is 3; it must divide the 8 filters of w"),
    ("conv_nd", (X, W, B), {"groups": 0}, ValueError,
     "groups is 0; it must be an integer of at least 1"),
    ("conv_nd", (X, W, B), {"groups": 2.0}, TypeError,
     "groups is 2.0; it must be an integer of at least 1"),
    ("conv_nd", (X, W, a(7)), {}, ValueError,
     "b has shape (7,); it must be (8,), one number for each filter of w"),
    ("conv_nd", (X, W, B), {"dilation": (2, 2)}, ValueError,
     "w has a kernel of (3, 3), which spans (5, 5) with dilation (2, 2); "
     "it must fit into the padded input, (5, 4)"),
    ("conv_nd", (X, W, B), {"stride": 0}, ValueError,
     "stride is 0; it must be an integer of at least 1, or 2 of them"),
    ("conv_nd", (X, W, B), {"stride": (1, 2, 3)}, ValueError,
     "stride is (1, 2, 3); it must be an integer of at least 1, or 2 of them"),
    ("conv_nd", (X, W, B), {"stride": 1.5}, TypeError,
     "stride is 1.5; it must be an integer of at least 1, or 2 of them"),
    ("conv_nd", (X, W, B), {"dilation": True}, TypeError,
     "dilation is True; it must be an integer of at least 1, or 2 of them"),
    ("conv_nd", (X, W, B), {"padding": -1}, ValueError,
     "padding is -1; it must be an integer of at least 0, or 2 of them, "
     "or a pair (before, after) in place of each"),
    ("conv_nd", (X, W, B), {"padding": ((1, 2, 3), 0)}, ValueError,
     "padding is ((1, 2, 3), 0); it must be an integer of at least 0, or 2 of them, "
     "or a pair (before, after) in place of each"),
    ("conv_nd", (X, W, B), {"padding": ()}, ValueError,
     "padding is (); it must be an integer of at least 0, or 2 of them, "
     "or a pair (before, after) in place of each"),
    ("conv_nd", (X, W, B), {"padding": "same"}, TypeError,
     "padding is 'same'; it must be an integer of at least 0, or 2 of them, "
     "or a pair (before, after) in place of each"),
    ("conv_nd", (X, W, B), {"padding_mode": "mirror"}, ValueError,
     "padding_mode is 'mirror'; it must be one of zeros, reflect, replicate, circular"),
    ("conv_nd", (X, W, B), {"padding": 4, "padding_mode": "reflect"}, ValueError,
     "padding is 4; with padding_mode='reflect' and an input of (5, 4) it must be at most (4, 3)"),
    ("conv_nd", (X, W, B), {"padding": (0, 5), "padding_mode": "circular"}, ValueError,
     "padding is (0, 5); with padding_mode='circular' and an input of (5, 4) "
     "it must be at most (5, 4)"),
    ("conv_nd_backward", (a(2, 8, 3, 3), X, W), {}, ValueError,
     "dy has shape (2, 8, 3, 3); it must be (2, 8, 3, 2), the shape of the output"),
    ("compose_kernels", (a(4, 3, 2), a(5, 3, 2)), {}, ValueError,
     "k2 has 3 channels; it must have 4, as many as k1 has filters"),
    ("compose_kernels", (a(4, 3, 2), a(5, 4, 2, 2)), {}, ValueError,
     "k2 has shape (5, 4, 2, 2); it must be (O, M, *kernel) with 3 axes, as k1"),
    # pooling
    ("max_pool_nd", (X, 6), {}, ValueError,
     "kernel is (6, 6), which spans (6, 6) with dilation (1, 1); "
     "it must fit into the padded input, (5, 4)"),
    ("max_pool_nd", (X, 0), {}, ValueError,
     "kernel is 0; it must be an integer of at least 1, or 2 of them"),
    ("max_pool_nd", (X, 2), {"padding": 2}, ValueError,
     "padding is 2; it must be smaller than what the kernel spans, (2, 2)"),
    ("max_pool_nd", (X, 2), {"ceil_mode": 1}, TypeError,
     "ceil_mode is 1; it must be True or False"),
    ("max_pool_nd_backward", (a(2, 6, 2, 3), X, 2), {}, ValueError,
     "dy has shape (2, 6, 2, 3); it must be (2, 6, 2, 2), the shape of the output"),
    ("avg_pool_nd", (X, 2), {"count_include_pad": None}, TypeError,
     "count_include_pad is None; it must be True or False"),
    ("avg_pool_nd_backward", (a(2, 6, 2, 2), X, (2, 1)), {}, ValueError,
     "dy has shape (2, 6, 2, 2); it must be (2, 6, 2, 4), the shape of the output"),
    # norms
    ("batchnorm_forward", (X, G, a(5), G, G, True), {}, ValueError,
     "beta has shape (5,); it must be (6,), one number for each channel of x"),
    ("batchnorm_forward", (X, G, G, G, G, 1), {}, TypeError,
     "training is 1; it must be True or False"),
    ("batchnorm_forward", (a(1, 6), G, G, G, G, True), {}, ValueError,
     "x has shape (1, 6); it must have more than one number in each channel for training"),
    ("batchnorm_forward", (X, G, G, G, G, True), {"momentum": 1.1}, ValueError,
     "momentum is 1.1; it must be a number from 0 to 1"),
    ("batchnorm_forward", (X, G, G, G, G, True), {"momentum": None}, TypeError,
     "momentum is None; it must be a number from 0 to 1"),
    ("batchnorm_backward", (X, X, G), {"eps": -1e-5}, ValueError,
     "eps is -1e-05; it must be a number of at least 0"),
    ("batchnorm_backward", (a(2, 6), X, G), {}, ValueError,
     "dy has shape (2, 6); it must be (2, 6, 5, 4), the shape of x"),
    ("layernorm_forward", (X, G, G), {}, ValueError,
     "gamma has shape (6,); it must be (4,), the last sizes of x"),
    ("layernorm_forward", (X, a(5, 4), a(4)), {}, ValueError,
     "beta has shape (4,); it must be (5, 4), as gamma"),
    ("layernorm_forward", (a(3, 4), a(3, 4), a(3, 4)), {}, ValueError,
     "gamma has shape (3, 4); it must be the last sizes of x"),
    ("layernorm_backward", (a(2, 6, 5, 3), X, a(4)), {}, ValueError,
     "dy has shape (2, 6, 5, 3); it must be (2, 6, 5, 4), the shape of x"),
    ("instancenorm_forward", (a(2, 6, 1), G, G), {}, ValueError,
     "x has shape (2, 6, 1); it must have more than one number in each channel of an image"),
    ("instancenorm_backward", (a(2, 6, 4, 5), X, G), {}, ValueError,
     "dy has shape (2, 6, 4, 5); it must be (2, 6, 5, 4), the shape of x"),
    ("groupnorm_forward", (X, G, G), {"groups": 4}, ValueError,
     "groups is 4; it must divide the 6 channels of x"),
    ("groupnorm_forward", (a(2, 6), G, G), {"groups": 6}, ValueError,
     "x has shape (2, 6); it must have more than one number in each group of an image, "
     "with groups=6"),
    ("groupnorm_backward", (X, X, a(4)), {"groups": 2}, ValueError,
     "gamma has shape (4,); it must be (6,), one number for each channel of x"),
    ("fuse_conv_bn", (W, B, B, B, a(6), B), {}, ValueError,
     "mean has shape (6,); it must be (8,), one number for each filter of w"),
    ("fuse_conv_bn", (a(8, 6), B, B, B, B, B), {}, ValueError,
     "w has shape (8, 6); it must be (C_out, C / groups, *kernel) with one to three sizes"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "arguments", "rest", "kind", "text"), ERRORS)
def test_both_sides_name_what_does_not_fit(name, arguments, rest, kind, text):
    tensors = [torch.from_numpy(v) if isinstance(v, np.ndarray) else v for v in arguments]
    for side, given in ((OPS, arguments), (REFERENCE, tensors)):
        with pytest.raises(kind) as raised:
            side[name](*given, **rest)
        assert str(raised.value) == text
        assert raised.type is kind


@pytest.mark.parametrize("name", ["cross_correlate2d", "convolve2d"])
@pytest.mark.parametrize(
    ("x", "k", "text"),
    [
        (a(3, 4), a(4, 3), "k has shape (4, 3); it must fit into x, (3, 4)"),
        (a(3), a(1, 1), "x has shape (3,); it must be (H, W)"),
        (a(3, 4), a(2), "k has shape (2,); it must be (KH, KW)"),
    ],
)
def test_matrices_that_do_not_fit(name, x, k, text):
    for side in (OPS, REFERENCE):
        with pytest.raises(ValueError, match=f"^{re.escape(text)}$"):
            side[name](x, k)


def test_each_side_takes_its_own_arrays_only():
    with pytest.raises(TypeError, match=r"^x is of type list; it must be of type ndarray$"):
        conv.conv_nd([[1.0]], W, B)
    with pytest.raises(TypeError, match=r"^w is of type Tensor; it must be of type ndarray$"):
        conv.conv_nd(X, torch.from_numpy(W), B)
    with pytest.raises(TypeError, match=r"^b is of type ndarray; it must be of type Tensor$"):
        torch_conv.conv_nd(torch.from_numpy(X), torch.from_numpy(W), B)


def test_our_numpy_takes_no_half_precision():
    with pytest.raises(TypeError, match=r"^x has dtype float16; it must be float32 or float64$"):
        pool.max_pool_nd(X.astype("float16"), 2)


def test_tensors_on_two_devices_are_refused():
    with pytest.raises(ValueError, match=r"^w is on meta; it must be on cpu, as x$"):
        torch_conv.conv_nd(torch.ones(1, 1, 2), torch.ones(1, 1, 2, device="meta"), torch.ones(1))
