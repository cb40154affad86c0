"""The demo of pooling and of what a shift does to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from numpy.typing import ArrayLike

from course_lib.widgets.demo import STATIC, Demo, Function, choice, matrix, pair, whole

IMAGE = (
    (0, 1, 0, 2, 0, 0, 1, 0),
    (0, 9, 8, 3, 0, 1, 0, 2),
    (1, 7, 9, 6, 2, 0, 0, 0),
    (0, 2, 5, 9, 8, 1, 0, 1),
    (0, 0, 1, 6, 9, 7, 2, 0),
    (2, 0, 0, 1, 5, 9, 4, 0),
    (0, 1, 0, 0, 2, 3, 1, 0),
    (0, 0, 2, 0, 0, 1, 0, 3),
)


class Pooling(Demo):
    """The largest or the mean of each window, before and after the image is shifted.

    Args:
        x: (H, W) with at most 10 rows and columns; without one, a band from corner to corner.
        operation: "max" or "mean".
        kernel: 1 to 4, not larger than x.
        stride: 1 to 4.
        shift: an integer, or (down, right), -4 to 4 each; what leaves comes in again.
        student: `(x, kernel, stride)`, x a torch tensor (1, 1, H, W), shifted already. It runs
            here, in the cell.
        diagnose, seconds: as `SlidingKernel` takes them.

    Raises:
        ValueError: an argument is outside its range.
    """

    demo = "pooling"
    sentence = (
        "Pooling keeps the largest or the mean of each window; a shift changes what it keeps."
    )
    depends = ("x", "operation", "kernel", "stride", "shift")
    _esm = STATIC / "pooling.js"

    def __init__(
        self,
        x: ArrayLike = IMAGE,
        operation: str = "max",
        kernel: int = 2,
        stride: int = 2,
        shift: int | tuple[int, int] = 0,
        *,
        student: Function | None = None,
        diagnose: Callable[..., str | None] | None = None,
        seconds: float = 2.0,
    ) -> None:
        image = matrix("x", x, (10, 10))
        state = {
            "x": image.tolist(),
            "operation": choice("operation", operation, ("max", "mean")),
            "kernel": whole("kernel", kernel, 1, min(4, *image.shape)),
            "stride": whole("stride", stride, 1, 4),
            "shift": pair("shift", shift, -4, 4),
        }
        super().__init__(state, student, diagnose, seconds)

    def arguments(self) -> tuple[Any, ...]:
        shifted = np.roll(np.array(self.state["x"]), self.state["shift"], axis=(0, 1))
        return torch.from_numpy(shifted)[None, None], self.state["kernel"], self.state["stride"]
