"""Hidden groups of notebook 03: full precision, extreme windows, arrays that are not in C order."""

from typing import Any

from autograders.authoring.cases import Draw, draw, given
from autograders.checks.exercise import Recipe

Pair = int | tuple[int, int]


def _forward(*x: int, kernel: Pair, stride: Pair, dtype: str = "float32", **how: Any) -> Draw:
    return draw(dtype, x=x, kernel=given(kernel), stride=given(stride), **how)


def _backward(*x: int, kernel: Pair, stride: Pair, dtype: str = "float32", **how: Any) -> Draw:
    (height, width), (down, right) = (
        v if isinstance(v, tuple) else (v, v) for v in (kernel, stride)
    )
    dy = (*x[:2], (x[2] - height) // down + 1, (x[3] - width) // right + 1)
    return draw(dtype, dy=dy, x=x, kernel=given(kernel), stride=given(stride), **how)


_FORWARD = {
    "double precision": (
        _forward(3, 2, 8, 7, kernel=3, stride=2, dtype="float64"),
        _forward(2, 4, 5, 9, kernel=(2, 3), stride=(1, 2), dtype="float64"),
    ),
    "a window as large as the image, and of one number": (
        _forward(2, 3, 4, 5, kernel=(4, 5), stride=2),
        _forward(3, 2, 6, 7, kernel=1, stride=(2, 3)),
    ),
    "strides larger than the window, tensors that are not in C order": (
        _forward(2, 3, 9, 8, kernel=2, stride=3, c_order=False),
        _forward(3, 2, 7, 10, kernel=(1, 3), stride=(2, 4), dtype="float64", c_order=False),
    ),
}

_BACKWARD = {
    "double precision": (
        _backward(3, 2, 8, 7, kernel=3, stride=2, dtype="float64"),
        _backward(2, 4, 5, 9, kernel=(2, 3), stride=(1, 2), dtype="float64"),
    ),
    "a window as large as the image, and of one number": (
        _backward(2, 3, 4, 5, kernel=(4, 5), stride=2),
        _backward(3, 2, 6, 7, kernel=1, stride=(2, 3)),
    ),
    "strides larger than the window, tensors that are not in C order": (
        _backward(2, 3, 9, 8, kernel=2, stride=3, c_order=False),
        _backward(3, 2, 7, 10, kernel=(1, 3), stride=(2, 4), dtype="float64", c_order=False),
    ),
}


def _sensitivity(name: str, *x: int, shift: Pair, dtype: str = "float32", **how: Any) -> Draw:
    return draw(dtype, f=given(Recipe(name)), x=x, shift=given(shift), **how)


GROUPS = {
    "max_pool2d": _FORWARD,
    "avg_pool2d": _FORWARD,
    "max_pool2d_backward": _BACKWARD,
    "avg_pool2d_backward": _BACKWARD,
    "shift_sensitivity": {
        "double precision": (
            _sensitivity("every_second_pixel", 3, 2, 8, 6, shift=(-3, 1), dtype="float64"),
            _sensitivity("upper_left_quarter", 2, 3, 5, 8, shift=3, dtype="float64"),
        ),
        "tensors that are not in C order": (
            _sensitivity("squares", 2, 3, 6, 9, shift=(2, 1), c_order=False),
            _sensitivity("brighter_to_the_right", 3, 2, 7, 4, shift=(0, -1), c_order=False),
        ),
    },
    "debug-route-gradient": {
        "double precision": (
            _backward(2, 3, 9, 7, kernel=3, stride=2, dtype="float64"),
            _backward(3, 2, 6, 8, kernel=4, stride=1, dtype="float64"),
        ),
    },
}
