"""Hidden groups of notebook 05: double precision, arrays that are not in C order, other values of
momentum and eps, variances near 1e-6.

All are in double precision: there every mistake is far from what rounding explains, whatever the
key draws.
"""

from typing import Any

from autograders.authoring.cases import Draw, draw, given
from autograders.exercises.normalization import (
    backward,
    forward,
    fusion,
    grouped,
    normed,
    tiny,
    variances,
)

_DOUBLE = "double precision, not in C order"
_SMALL = "tiny variances and another eps, in double precision"


def _batch_norm(*shapes: tuple[int, ...]) -> dict[str, tuple[Draw, ...]]:
    first, second, third = shapes

    def double(x: Any, training: bool, **more: Any) -> Draw:
        return forward(x, training, dtype="float64", **more)

    return {
        "training, double precision": (
            double(first, True),
            double(second, True, c_order=False),
        ),
        "another momentum and eps, tiny variances": (
            double(third, True, momentum=given(0.7), eps=given(0.01)),
            double(tiny(*second, seed=3), True, momentum=given(0.01)),
        ),
        "evaluation, double precision": (
            double(third, False, c_order=False),
            double(tiny(*first, seed=4), False, eps=given(0.01)),
        ),
    }


def _backward(*shapes: tuple[int, int]) -> dict[str, tuple[Draw, ...]]:
    first, second = shapes
    return {
        _DOUBLE: (
            backward(first, dtype="float64"),
            backward(second, dtype="float64", c_order=False),
        ),
        _SMALL: (
            backward(tiny(*first, seed=5), dtype="float64"),
            backward(second, dtype="float64", eps=given(0.2)),
        ),
    }


def _norm(*shapes: tuple[int, ...]) -> dict[str, tuple[Draw, ...]]:
    first, second = shapes
    return {
        _DOUBLE: (
            normed(first, dtype="float64"),
            normed(second, dtype="float64", c_order=False),
        ),
        _SMALL: (
            normed(tiny(*first, seed=6), dtype="float64"),
            normed(second, dtype="float64", eps=given(0.2)),
        ),
    }


GROUPS = {
    "batchnorm_forward": _batch_norm((7, 5), (5, 4), (6, 3)),
    "batchnorm2d_forward": _batch_norm((2, 3, 5, 4), (3, 4, 2, 5), (4, 2, 3, 6)),
    "batchnorm_backward": _backward((7, 4), (6, 5)),
    "fuse_conv_bn": {
        _DOUBLE: (
            fusion(5, 3, 3, 2, dtype="float64"),
            fusion(3, 4, 1, 3, dtype="float64", c_order=False),
        ),
        _SMALL: (
            fusion(4, 2, 2, 3, dtype="float64", var=1e-6 * variances(4)),
            fusion(3, 3, 3, 1, dtype="float64", eps=given(0.2)),
        ),
    },
    "layernorm_forward": _norm((4, 7), (5, 6)),
    "layernorm_backward": _backward((3, 7), (4, 6)),
    "instancenorm_forward": _norm((2, 3, 5, 4), (4, 2, 3, 6)),
    "groupnorm_forward": {
        _DOUBLE: (
            grouped((2, 6, 3, 4), 3, dtype="float64"),
            grouped((3, 8, 2, 3), 2, dtype="float64", c_order=False),
        ),
        _SMALL: (
            grouped(tiny(2, 6, 4, 3, seed=7), 2, dtype="float64"),
            grouped((4, 6, 2, 3), 3, dtype="float64", eps=given(0.2)),
        ),
    },
    "debug-running-statistics": {
        "double precision": (
            draw("float64", batches=(4, 5, 3), momentum=given(0.9)),
            draw("float64", batches=(6, 3, 4), c_order=False),
        ),
    },
}
