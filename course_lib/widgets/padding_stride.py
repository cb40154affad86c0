"""The demo of padding, stride, dilation and groups."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from course_lib.widgets.demo import STATIC, Demo, Function, choice, pair, whole

MODES = ("zeros", "reflect", "replicate", "circular")
Pair = int | tuple[int, int]


class PaddingStride(Demo):
    """Which inputs each output reads, how many outputs there are, and what a layer costs.

    Args:
        size: 1 to 9; it and the next four are an integer, or one for rows and one for columns.
        kernel: 1 to 5.
        stride: 1 to 4.
        padding: 0 to 3.
        dilation: 1 to 3; 1 means none.
        mode: what the padding is filled with, a name as torch's `padding_mode`.
        channels: in and out, 1 to 8 each.
        groups: divides both.
        student: `(x, w, b, stride, padding, dilation, groups)` of torch tensors (1, 1, H, W),
            (1, 1, KH, KW) of ones and (1,) of zero, and pairs. It runs here, in the cell.
        diagnose, seconds: as `SlidingKernel` takes them.

    What does not fit together, the browser brings to the nearest setting that does.

    Raises:
        ValueError: an argument is outside its range.
    """

    demo = "padding_stride"
    sentence = "Padding, stride, dilation and groups decide which inputs an output reads."
    depends = ("size", "kernel", "stride", "padding", "dilation", "mode")
    _esm = STATIC / "padding_stride.js"

    def __init__(
        self,
        size: Pair = 7,
        kernel: Pair = 3,
        stride: Pair = 2,
        padding: Pair = 1,
        dilation: Pair = 1,
        *,
        mode: str = "zeros",
        channels: tuple[int, int] = (4, 6),
        groups: int = 1,
        student: Function | None = None,
        diagnose: Callable[..., str | None] | None = None,
        seconds: float = 2.0,
    ) -> None:
        slide = {
            "size": pair("size", size, 1, 9),
            "kernel": pair("kernel", kernel, 1, 5),
            "stride": pair("stride", stride, 1, 4),
            "padding": pair("padding", padding, 0, 3),
            "dilation": pair("dilation", dilation, 1, 3),
        }
        state = {
            **slide,
            "linked": all(rows == columns for rows, columns in slide.values()),
            "mode": choice("mode", mode, MODES),
            "channels": pair("channels", channels, 1, 8),
            "groups": whole("groups", groups, 1, 8),
        }
        super().__init__(state, student, diagnose, seconds)

    def arguments(self) -> tuple[Any, ...]:
        if self.state["mode"] != "zeros":
            raise ValueError(
                f"the padding is {self.state['mode']}; a student's conv2d pads with zeros"
            )
        rows, columns = self.state["size"]
        x = torch.arange(rows * columns, dtype=torch.float64).reshape(1, 1, rows, columns) % 10
        w = torch.ones(1, 1, *self.state["kernel"], dtype=torch.float64)
        settings = (tuple(self.state[name]) for name in ("stride", "padding", "dilation"))
        return x, w, torch.zeros(1, dtype=torch.float64), *settings, 1
