"""The demo of a kernel that slides over an image."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from course_lib.widgets.demo import STATIC, Demo, Function, matrix

SLIDE_X = ((0, 80, 40), (20, 40, 0), (0, 0, 40))
SLIDE_K = ((0, 0.25), (0.5, 1))
LARGEST = 12


class SlidingKernel(Demo):
    """Products and sum at each place of a kernel on an image; a student's outputs beside them.

    Args:
        x: (H, W) with at most 12 rows and columns; the slide's example where none is given.
        k: (KH, KW), not larger than x.
        bias: added to each output.
        flip: true convolution, with k turned, instead of cross-correlation.
        student: a function `(x, k)` of two numpy arrays, or `(x, w, b)` of torch tensors
            (1, 1, H, W), (1, 1, KH, KW) and (1,). It runs here, in the cell.
        diagnose: called with the student's arguments and the result; the sentence it returns, or
            None, is shown as the likely mistake.
        seconds: how long the student's function may take.

    Raises:
        ValueError: x or k is no matrix of finite numbers of these sizes.
    """

    demo = "sliding_kernel"
    sentence = "A kernel slides over an image; at each place its products are added up."
    depends = ("x", "k", "bias", "flip")
    _esm = STATIC / "sliding_kernel.js"

    def __init__(
        self,
        x: ArrayLike = SLIDE_X,
        k: ArrayLike = SLIDE_K,
        *,
        bias: float = 0.0,
        flip: bool = False,
        student: Function | None = None,
        diagnose: Callable[..., str | None] | None = None,
        seconds: float = 2.0,
    ) -> None:
        image = matrix("x", x, (LARGEST, LARGEST))
        kernel = matrix("k", k, image.shape)
        state = {"x": image.tolist(), "k": kernel.tolist(), "bias": float(bias), "flip": flip}
        super().__init__(state, student, diagnose, seconds)

    def arguments(self) -> tuple[Any, ...]:
        image, kernel = np.array(self.state["x"]), np.array(self.state["k"])
        if self._student is None or not _takes_bias(self._student):
            return image, kernel
        import torch

        x, w = (torch.from_numpy(array)[None, None] for array in (image, kernel))
        return x, w, torch.tensor([self.state["bias"]], dtype=torch.float64)


def _takes_bias(function: Function) -> bool:
    parameters = inspect.signature(function).parameters.values()
    needed = [p for p in parameters if p.default is p.empty and p.kind is not p.VAR_KEYWORD]
    return len(needed) > 2
