"""Both sides against the node tests of the ONNX standard, all of those that are in their scope."""

import importlib
import math
from types import SimpleNamespace

import numpy as np
import onnx
import pytest
import torch
from onnx.backend.test.case import node as node_tests

from course_lib.ops import conv, norm, pool
from course_lib.reference import conv as torch_conv
from course_lib.reference import norm as torch_norm
from course_lib.reference import pool as torch_pool

SIDES = {
    "ops": SimpleNamespace(conv=conv, norm=norm, pool=pool),
    "reference": SimpleNamespace(conv=torch_conv, norm=torch_norm, pool=torch_pool),
}
FILES = {
    "Conv": "conv",
    "MaxPool": "maxpool",
    "AveragePool": "averagepool",
    "BatchNormalization": "batch_normalization",
    "InstanceNormalization": "instance_normalization",
    "LayerNormalization": "layernormalization",
    "GroupNormalization": "groupnormalization",
}


def collect():
    """The node tests of the seven operators, not those that spell an operator out in others."""
    np.random.seed(0)  # the standard draws its inputs while it is imported
    for file in FILES.values():
        importlib.import_module(f"{node_tests.__name__}.{file}")
    cases = [c for c in node_tests._NodeTestCases if c.model.graph.node[0].op_type in FILES]
    return sorted(cases, key=lambda case: case.name)


def attributes_of(case):
    return {a.name: onnx.helper.get_attribute_value(a) for a in case.model.graph.node[0].attribute}


def out_of_scope(case):
    """The attribute, output or type that the operations do not have, or nothing."""
    [node], given = case.model.graph.node, attributes_of(case)
    if node.op_type == "AveragePool" and set(given.get("dilations", [1])) != {1}:
        return f"dilations={given['dilations']} (averages are not dilated)"
    if node.op_type == "MaxPool" and len(node.output) > 1:
        return "output Indices (maxima are returned without their places)"
    dtype = case.data_sets[0][0][0].dtype
    return None if dtype in ("float32", "float64") else f"type {dtype} (numbers are floating)"


CASES = collect()
IN_SCOPE = [case for case in CASES if not out_of_scope(case)]
LEFT_OUT = {case.name: reason for case in CASES if (reason := out_of_scope(case))}


def padding_of(given, size):
    """(before, after) for each axis, as given or as auto_pad asks for."""
    dims = len(size)
    if "pads" in given:
        return tuple(zip(given["pads"][:dims], given["pads"][dims:], strict=True))
    if "auto_pad" not in given:
        return 0
    pairs = []
    strides = given.get("strides", [1] * dims)
    for n, kernel, stride in zip(size, given["kernel_shape"], strides, strict=True):
        total = max(0, (math.ceil(n / stride) - 1) * stride + kernel - n)
        less, more = total // 2, total - total // 2
        pairs.append((less, more) if given["auto_pad"] == b"SAME_UPPER" else (more, less))
    return tuple(pairs)


def answer(side, operator, given, inputs):
    """The answer of one side to a node with these attributes."""
    x, *rest = inputs
    eps = given.get("epsilon", 1e-5)
    padding = padding_of(given, x.shape[2:]) if "kernel_shape" in given else 0
    stride, dilation = given.get("strides", 1), given.get("dilations", 1)
    ceil = bool(given.get("ceil_mode", 0))
    match operator:
        case "Conv":
            [w] = rest  # none has a bias
            b = w.reshape(len(w), -1)[:, 0] * 0
            return side.conv.conv_nd(x, w, b, stride, padding, dilation, given.get("group", 1))
        case "MaxPool":
            return side.pool.max_pool_nd(x, given["kernel_shape"], stride, padding, dilation, ceil)
        case "AveragePool":
            include = bool(given.get("count_include_pad", 0))
            return side.pool.avg_pool_nd(x, given["kernel_shape"], stride, padding, ceil, include)
        case "BatchNormalization":
            training = bool(given.get("training_mode", 0))
            momentum = 1 - given.get("momentum", 0.9)  # the standard's is the share of the old
            y, mean, var = side.norm.batchnorm_forward(x, *rest, training, momentum, eps)
            if not training:
                return y
            # The standard moves running_var toward the biased variance, we toward the unbiased.
            n, old = math.prod(x.shape) // x.shape[1], rest[-1]
            kept = (1 - momentum) * old
            return y, mean, kept + (var - kept) * ((n - 1) / n)
        case "InstanceNormalization":
            return side.norm.instancenorm_forward(x, *rest, eps)
        case "LayerNormalization":  # its first axes are the batch, here there is always one
            return side.norm.layernorm_forward(x[None], *rest, eps)[0]
        case "GroupNormalization":
            return side.norm.groupnorm_forward(x, *rest, given["num_groups"], eps)


@pytest.mark.parametrize("side", ["ops", "reference"])
@pytest.mark.parametrize("case", IN_SCOPE, ids=lambda case: case.name)
def test_node(case, side):
    [(inputs, expected)] = case.data_sets
    inputs = [np.array(a) for a in inputs]
    if side == "reference":
        inputs = [torch.from_numpy(a) for a in inputs]
    got = answer(SIDES[side], case.model.graph.node[0].op_type, attributes_of(case), inputs)
    got = got if isinstance(got, tuple) else (got,)
    assert len(got) == len(expected) or case.name.startswith("test_layer")  # mean, deviation too
    for ours, theirs in zip(got, expected, strict=False):
        assert tuple(ours.shape) == theirs.shape
        np.testing.assert_allclose(np.asarray(ours), theirs, case.rtol, 1e-5)


@pytest.mark.parametrize("name", LEFT_OUT)
def test_left_out(name, record_property):
    """Each node test that is out of scope is named, with its reason, in the test run's output."""
    record_property("left out", f"{name}: {LEFT_OUT[name]}")
    assert LEFT_OUT[name]


def test_the_node_tests_are_those_of_all_seven_operators():
    assert {case.model.graph.node[0].op_type for case in IN_SCOPE} == set(FILES)
