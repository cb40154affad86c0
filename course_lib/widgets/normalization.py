"""The demo of normalization: who shares a mean, in training and in evaluation."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from course_lib.widgets.demo import STATIC, Demo, Function, choice, whole

KINDS = ("batch", "layer", "instance", "group")
PARTS = (0.01, 0.1, 0.3, 1.0)
EPS = 1e-5


class Normalization(Demo):
    """Batch, layer, instance and group norm on a stream of batches (4, 4, 2, 3).

    Args:
        kind: "batch", "layer", "instance" or "group".
        groups: 1, 2 or 4, for "group".
        training: False for the running averages, with "batch".
        part: how far the running averages move toward each batch, torch's momentum: 0.01, 0.1,
            0.3 or 1.
        step: how many batches were seen before, 0 to 23.
        student: the notebook's function of that kind, `batchnorm2d_forward`, `layernorm_forward`
            (x stretched to rows), `instancenorm_forward` or `groupnorm_forward`, called with
            float64 tensors, gamma 1, beta 0. It runs here, in the cell.
        diagnose, seconds: as `SlidingKernel` takes them.

    Raises:
        ValueError: an argument is none of these.
    """

    demo = "normalization"
    sentence = "Normalization layers differ in which numbers share a mean and a variance."
    depends = ("kind", "groups", "training", "part", "step")
    _esm = STATIC / "normalization.js"

    def __init__(
        self,
        kind: str = "batch",
        groups: int = 2,
        training: bool = True,
        part: float = 0.1,
        step: int = 0,
        *,
        student: Function | None = None,
        diagnose: Callable[..., str | None] | None = None,
        seconds: float = 2.0,
    ) -> None:
        if groups not in (1, 2, 4):
            raise ValueError(f"groups is {groups!r}; expected 1, 2 or 4")
        if part not in PARTS:
            raise ValueError(f"part is {part!r}; expected one of {PARTS}")
        state = {
            "kind": choice("kind", kind, KINDS),
            "groups": groups,
            "training": bool(training),
            "part": part,
            "step": whole("step", step, 0, 23),
        }
        function = student and _first_result(student)
        super().__init__(state, function, diagnose, seconds)

    def arguments(self) -> tuple[Any, ...]:
        state = self.state
        x = _batch(state["step"])
        one, zero = torch.ones(4).double(), torch.zeros(4).double()
        if state["kind"] == "layer":
            return x.reshape(4, -1), torch.ones(24).double(), torch.zeros(24).double(), EPS
        if state["kind"] == "instance":
            return x, one, zero, EPS
        if state["kind"] == "group":
            return x, one, zero, state["groups"], EPS
        means, variances = self._averages()
        return x, one, zero, means, variances, state["training"], state["part"], EPS

    def _averages(self) -> tuple[torch.Tensor, torch.Tensor]:
        """The running averages before the present batch, by torch."""
        layer = torch.nn.BatchNorm2d(4, momentum=self.state["part"]).double()
        with torch.no_grad():
            for step in range(self.state["step"]):
                layer(_batch(step))
        assert layer.running_mean is not None
        assert layer.running_var is not None
        return layer.running_mean, layer.running_var


def _batch(step: int) -> torch.Tensor:
    """(4, 4, 2, 3), float64: the numbers of js/normalization.mjs."""
    n, c, p = np.ogrid[:4, :4, :6]
    mixed = (37 * n + 19 * c + 53 * p + 71 * step + 29 * n * p + 11 * step * p + 17 * p * p) % 41
    centres = np.array([2, -1, 0, 4])[:, None]
    spreads = np.array([1, 0.5, 2, 1.5])[:, None]
    return torch.from_numpy(centres + spreads * (mixed - 20) / 10).reshape(4, 4, 2, 3)


def _first_result(function: Function) -> Function:
    """`function` without what it returns beside the outputs."""

    @functools.wraps(function)
    def outputs(*arguments: Any) -> Any:
        result = function(*arguments)
        return result[0] if isinstance(result, tuple) else result

    return outputs
