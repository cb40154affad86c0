"""The reference against torch's own layers, with the names and signatures that ours have."""

import importlib
import inspect

import pytest
import torch
from hypothesis import assume, given
from operations import convolutions, drawn, poolings
from torch import nn

from course_lib.reference import conv, norm, pool

CONVOLUTION = {1: nn.Conv1d, 2: nn.Conv2d, 3: nn.Conv3d}
MAX = {1: nn.MaxPool1d, 2: nn.MaxPool2d, 3: nn.MaxPool3d}
AVERAGE = {1: nn.AvgPool1d, 2: nn.AvgPool2d, 3: nn.AvgPool3d}


def functions(module):
    """The public functions that a module defines."""
    return {
        name: value
        for name, value in inspect.getmembers(module, inspect.isfunction)
        if value.__module__ == module.__name__ and not name.startswith("_")
    }


@pytest.mark.parametrize("name", ["conv", "pool", "norm"])
def test_both_sides_have_the_same_names_and_signatures(name):
    ours = functions(importlib.import_module(f"course_lib.ops.{name}"))
    theirs = functions(importlib.import_module(f"course_lib.reference.{name}"))
    assert set(ours) == set(theirs) - {"conv2d_backward"}  # an exercise's own name
    for function, mine in ours.items():
        parameters = inspect.signature(mine).parameters.values()
        others = inspect.signature(theirs[function]).parameters.values()
        assert [(p.name, p.default) for p in parameters] == [(p.name, p.default) for p in others]


def per_axis(value, dims):
    return (value,) * dims if isinstance(value, int) else tuple(value)


@drawn
@given(convolutions())
def test_conv_nd_is_torchs_layer_wherever_that_pads_both_sides_alike(case):
    arrays, rest = case
    dims = arrays[0].ndim - 2
    padding = per_axis(rest["padding"], dims)
    assume(all(isinstance(p, int) for p in padding))
    x, w, b = map(torch.tensor, arrays)
    layer = CONVOLUTION[dims](
        x.shape[1],
        len(w),
        tuple(w.shape[2:]),
        per_axis(rest["stride"], dims),
        padding,
        per_axis(rest["dilation"], dims),
        rest["groups"],
        padding_mode=rest["padding_mode"],
    )
    layer.weight, layer.bias = nn.Parameter(w), nn.Parameter(b)
    torch.testing.assert_close(conv.conv_nd(x, w, b, **rest), layer(x).detach())


@drawn
@given(poolings(dilated=True))
def test_max_pool_nd_is_torchs_layer_wherever_that_allows_the_padding(case):
    x, rest = case
    dims = x.ndim - 2
    kernel, dilation, padding = (per_axis(rest[n], dims) for n in ("kernel", "dilation", "padding"))
    assume(all(isinstance(p, int) for p in padding))
    assume(all(2 * p <= k for p, k in zip(padding, kernel, strict=True)))
    stride = None if rest["stride"] is None else per_axis(rest["stride"], dims)
    layer = MAX[dims](kernel, stride, padding, dilation, ceil_mode=rest["ceil_mode"])
    x = torch.tensor(x)
    torch.testing.assert_close(pool.max_pool_nd(x, **rest), layer(x), rtol=0, atol=0)


@drawn
@given(poolings(dilated=False))
def test_avg_pool_nd_is_torchs_layer_wherever_that_allows_the_padding(case):
    x, rest = case
    dims = x.ndim - 2
    kernel, padding = (per_axis(rest[n], dims) for n in ("kernel", "padding"))
    assume(all(isinstance(p, int) for p in padding))
    assume(all(2 * p <= k for p, k in zip(padding, kernel, strict=True)))
    assume(dims < 3 or all(k <= n for k, n in zip(kernel, x.shape[2:], strict=True)))  # 3d's own
    stride = None if rest["stride"] is None else per_axis(rest["stride"], dims)
    x = torch.tensor(x)
    for include in (True, False):
        layer = AVERAGE[dims](kernel, stride, padding, rest["ceil_mode"], include)
        torch.testing.assert_close(pool.avg_pool_nd(x, **rest, count_include_pad=include), layer(x))


@pytest.mark.parametrize("training", [True, False])
def test_batchnorm_is_torchs_layer_and_leaves_its_statistics(training):
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(4, 3, 5, 2, generator=generator)
    gamma, beta, mean = torch.randn(3, 3, generator=generator)
    var = torch.rand(3, generator=generator) + 0.5
    layer = nn.BatchNorm2d(3, eps=1e-3, momentum=0.3).train(training)
    layer.weight, layer.bias = nn.Parameter(gamma), nn.Parameter(beta)
    layer.running_mean, layer.running_var = mean.clone(), var.clone()
    kept = mean.clone(), var.clone()
    got = norm.batchnorm_forward(x, gamma, beta, mean, var, training, 0.3, 1e-3)
    expected = layer(x).detach(), layer.running_mean, layer.running_var
    torch.testing.assert_close(got, expected)
    torch.testing.assert_close((mean, var), kept)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32, torch.float64])
def test_answers_keep_the_dtype(dtype):
    x, w, b = (
        torch.ones(2, 3, 5, 4, dtype=dtype),
        torch.ones(4, 3, 2, 3, dtype=dtype),
        torch.ones(4),
    )
    y = conv.conv_nd(x, w, b.to(dtype), padding=1, padding_mode="reflect")
    gradients = conv.conv_nd_backward(y, x, w, padding=1, padding_mode="reflect")
    pooled = pool.max_pool_nd(x, 2), pool.avg_pool_nd(x, 2, ceil_mode=True)
    assert {t.dtype for t in (y, *gradients, *pooled)} == {dtype}


def test_answers_stay_on_the_device():
    x, w, b = (torch.ones(s, device="meta") for s in ((2, 3, 5, 4), (4, 3, 2, 3), (4,)))
    y = conv.conv_nd(x, w, b, padding=((1, 0), (0, 2)))
    assert (y.device.type, y.shape) == ("meta", (2, 4, 5, 4))
    assert {g.device.type for g in conv.conv_nd_backward(y, x, w, padding=((1, 0), (0, 2)))} == {
        "meta"
    }


def test_a_gradient_can_flow_through_every_forward():
    x = torch.randn(2, 4, 5, 6, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    v = torch.linspace(0.5, 2, 4, dtype=torch.float64)
    w = torch.linspace(-1, 1, 4 * 2 * 9, dtype=torch.float64).reshape(4, 2, 3, 3)
    for forward in (
        lambda x: conv.conv_nd(x, w, v, 2, 1, groups=2, padding_mode="circular"),
        lambda x: pool.max_pool_nd(x, 3, 2, 1),
        lambda x: pool.avg_pool_nd(x, 3, 2, 1, True, False),
        lambda x: norm.batchnorm_forward(x, v, v, v, v, training=True)[0],
        lambda x: norm.groupnorm_forward(x, v, v, 2),
    ):
        assert torch.autograd.gradcheck(forward, x.requires_grad_())
