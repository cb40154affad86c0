"""The demo of a kernel that slides over an image."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from course_lib.widgets.demo import STATIC, Demo
from course_lib.widgets.student import outcome

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
    _esm = STATIC / "sliding_kernel.js"

    def __init__(
        self,
        x: ArrayLike = SLIDE_X,
        k: ArrayLike = SLIDE_K,
        *,
        bias: float = 0.0,
        flip: bool = False,
        student: Callable[..., Any] | None = None,
        diagnose: Callable[..., str | None] | None = None,
        seconds: float = 2.0,
    ) -> None:
        image = _matrix("x", x, (LARGEST, LARGEST))
        kernel = _matrix("k", k, image.shape)
        self._student, self._diagnose, self._seconds = student, diagnose, seconds
        state = {"x": image.tolist(), "k": kernel.tolist(), "bias": float(bias), "flip": flip}
        super().__init__(state=state, given={"start": state})
        if student is not None:
            self.rerun()

    def rerun(self) -> None:
        """Run the student's function on the numbers that the demo now shows."""
        if self._student is None:
            raise ValueError("this demo has no student's function; make it with student=...")
        ran = {key: self.state[key] for key in ("x", "k", "bias", "flip")}
        image, kernel = np.array(ran["x"]), np.array(ran["k"])
        arguments: tuple[Any, ...] = (image, kernel)
        if _takes_bias(self._student):
            import torch

            x, w = (torch.from_numpy(array)[None, None] for array in (image, kernel))
            arguments = (x, w, torch.tensor([ran["bias"]], dtype=torch.float64))
        done = outcome(self._student, arguments, self._seconds, self._diagnose)
        self.given = {**self.given, "student": done, "ran": ran}


def _takes_bias(function: Callable[..., Any]) -> bool:
    parameters = inspect.signature(function).parameters.values()
    needed = [p for p in parameters if p.default is p.empty and p.kind is not p.VAR_KEYWORD]
    return len(needed) > 2


def _matrix(name: str, value: ArrayLike, most: tuple[int, ...]) -> NDArray[np.float64]:
    matrix = np.asarray(value, dtype=np.float64)
    if matrix.ndim != 2 or not matrix.size or not np.isfinite(matrix).all():
        raise ValueError(
            f"{name} has shape {matrix.shape}; expected a matrix of finite numbers, at least 1 × 1"
        )
    if matrix.shape[0] > most[0] or matrix.shape[1] > most[1]:
        raise ValueError(
            f"{name} is {matrix.shape[0]} × {matrix.shape[1]}; "
            f"expected at most {most[0]} × {most[1]}"
        )
    return matrix
