"""The demo of receptive fields through a stack of layers."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from course_lib.widgets.demo import STATIC, Demo, Function, whole

MOST_LAYERS = 5


class ReceptiveField(Demo):
    """Which inputs a unit behind several layers sees, in theory and measured, and what sees it.

    Args:
        layers: one to five of (kernel, stride) or (kernel, stride, dilation), the first layer
            first: kernel 1 to 5, stride 1 to 3, dilation 1 to 4.
        size: inputs along the one axis that is shown, 1 to 24.
        padded: zeros around every layer, so that stride 1 keeps the size of an odd kernel.
        student: `receptive_field(layers)` of notebook 02, with a list of pairs (kernel, stride).
            It runs here, in the cell.
        diagnose, seconds: as `SlidingKernel` takes them.

    What does not fit on so many inputs, the browser brings to the nearest setting that does.

    Raises:
        ValueError: an argument is outside its range, or a student's function is given together
            with a dilation, of which it knows nothing.

    Source: Araujo, Norris, Sim 2019, "Computing receptive fields of convolutional neural networks".
    """

    demo = "receptive_field"
    sentence = "A unit behind several layers sees a field of inputs that grows with each layer."
    depends = ("layers",)
    _esm = STATIC / "receptive_field.js"

    def __init__(
        self,
        layers: Sequence[Sequence[int]] = ((3, 1), (3, 1), (3, 1)),
        size: int = 15,
        *,
        padded: bool = True,
        student: Function | None = None,
        diagnose: Callable[..., str | None] | None = None,
        seconds: float = 2.0,
    ) -> None:
        if not 1 <= len(layers) <= MOST_LAYERS:
            raise ValueError(f"layers has {len(layers)} layers; expected 1 to {MOST_LAYERS}")
        state = {
            "layers": [_layer(f"layers[{index}]", layer) for index, layer in enumerate(layers)],
            "size": whole("size", size, 1, 24),
            "padded": bool(padded),
            "at": [len(layers), size // 2],
        }
        super().__init__(state, student and _as_matrix(student), diagnose, seconds)

    def arguments(self) -> tuple[Any, ...]:
        layers = self.state["layers"]
        if any(dilation > 1 for _, _, dilation in layers):
            raise ValueError("a layer has a dilation; a student's receptive_field knows of none")
        return ([(kernel, stride) for kernel, stride, _ in layers],)


def _layer(name: str, layer: Sequence[int]) -> list[int]:
    if len(layer) not in (2, 3):
        raise ValueError(
            f"{name} is {layer!r}; expected (kernel, stride) or (kernel, stride, dilation)"
        )
    parts = ("kernel", 5), ("stride", 3), ("dilation", 4)
    numbers = (*layer, 1)[:3]
    return [
        whole(f"the {part} of {name}", number, 1, most)
        for (part, most), number in zip(parts, numbers, strict=True)
    ]


def _as_matrix(function: Function) -> Function:
    """`function` whose single number is a matrix of one entry, as the demos compare them."""

    @functools.wraps(function)
    def answer(*arguments: Any) -> Any:
        result = function(*arguments)
        return result if result is None or np.ndim(result) else [[result]]

    return answer
