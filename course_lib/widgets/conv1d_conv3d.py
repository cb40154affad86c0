"""The demo of convolution in one and in three dimensions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray

from course_lib.widgets.demo import STATIC, Demo, Function, whole

SIGNAL = (0, 1, 0, 2, 1, 6, 8, 7, 8, 6, 1, 0)
MOST = {1: (16,), 3: (5, 6, 6)}
KERNELS: dict[int, ArrayLike] = {1: [-1, 1], 3: [[[1, 0]], [[0, 1]]]}


class Conv1dConv3d(Demo):
    """A kernel along a signal or through a volume: products and sum at each place.

    Args:
        x: (L,) with at most 16 numbers, or (D, H, W) with at most 5, 6 and 6; a signal without.
        k: as many axes, not larger than x; without it one that shows what changes.
        stride: 1 to 3, for all axes.
        padding: zeros at each end of a signal, 0 to 3.
        dilation: 1 to 3, of a signal's kernel.
        student: the notebook's `conv1d(x, w, b)` or `conv3d(x, w, b)`, called with float64 tensors
            (1, 1, L) or (1, 1, D, H, W), and a bias of zero. It runs here, in the cell.
        diagnose, seconds: as `SlidingKernel` takes them.

    Raises:
        ValueError: x or k is no array of finite numbers of these sizes, an option is outside its
            range, or a student's function is given together with options that it does not have.
    """

    demo = "conv1d_conv3d"
    sentence = "A kernel slides along a signal, or through the planes of a volume."
    depends = ("dimensions", "x", "k", "stride", "padding", "dilation")
    _esm = STATIC / "conv1d_conv3d.js"

    def __init__(
        self,
        x: ArrayLike = SIGNAL,
        k: ArrayLike | None = None,
        stride: int = 1,
        padding: int = 0,
        dilation: int = 1,
        *,
        student: Function | None = None,
        diagnose: Callable[..., str | None] | None = None,
        seconds: float = 2.0,
    ) -> None:
        values = _array("x", x, None)
        kernel = _array("k", KERNELS[values.ndim] if k is None else k, values.shape)
        volume = values.ndim == 3
        state: dict[str, Any] = {
            "dimensions": values.ndim,
            "x": values.tolist(),
            "k": kernel.tolist(),
            "stride": whole("stride", stride, 1, 3),
            "padding": whole("padding", padding, 0, 0 if volume else 3),
            "dilation": whole("dilation", dilation, 1, 1 if volume else 3),
        }
        if volume:
            state["at"] = [0, 0, 0]
        super().__init__(state, student, diagnose, seconds)

    def arguments(self) -> tuple[Any, ...]:
        if [self.state[name] for name in ("stride", "padding", "dilation")] != [1, 0, 1]:
            raise ValueError(
                "stride, padding or dilation is set; a student's function has none of them"
            )
        x, k = (torch.tensor(self.state[name], dtype=torch.float64) for name in ("x", "k"))
        return x[None, None], k[None, None], torch.zeros(1, dtype=torch.float64)


def _array(name: str, value: ArrayLike, most: tuple[int, ...] | None) -> NDArray[np.float64]:
    """One or three axes of finite numbers, none longer than `most`. Raises ValueError."""
    made = np.asarray(value, dtype=np.float64)
    if made.ndim not in MOST or not made.size or not np.isfinite(made).all():
        raise ValueError(f"{name} has shape {made.shape}; expected (L,) or (D, H, W), all finite")
    limit = most or MOST[made.ndim]
    if len(limit) != made.ndim or any(s > t for s, t in zip(made.shape, limit, strict=True)):
        raise ValueError(f"{name} has shape {made.shape}; expected at most {limit}")
    return made
