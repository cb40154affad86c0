"""A torch module read as layers: a copy of it without numbers runs once, and each operation on
tensors that come from its input is written down with the operations whose outputs it takes."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode, resolve_name

from course_lib.shapes.layers import Shape
from course_lib.shapes.network import Node
from course_lib.shapes.torch_calls import layer_of


def read_module(module: nn.Module, in_shape: Shape) -> list[Node]:
    """The layers of a module in the order in which it runs them.

    Args:
        module: on any device; it is not run and not changed, a copy without numbers is.
        in_shape: of one image.

    Returns:
        The layers, each with the rows whose outputs it takes.

    Raises:
        TypeError: if it is no module.
        ValueError: if it does something that the layers of this package do not describe, or learns
            parameters that none of them has.
    """
    if not isinstance(module, nn.Module):
        raise TypeError(f"network is {module!r}; expected a list of layers or a torch module")
    ghost = _without_numbers(module).eval()
    dtype = next((p.dtype for p in module.parameters()), torch.get_default_dtype())
    image = torch.empty((1, *in_shape), dtype=dtype, device="meta")
    recorder = _Recorder(image)
    for path, part in ghost.named_modules():
        part.register_forward_pre_hook(partial(recorder.enter, path))
        part.register_forward_hook(recorder.leave)
    with torch.no_grad(), recorder:
        ghost(image)
    _expect_all_counted(module, recorder)
    return recorder.nodes


class _Recorder(TorchFunctionMode):
    """Writes down each operation on a tensor that comes from the image."""

    def __init__(self, image: Tensor) -> None:
        super().__init__()
        self.nodes: list[Node] = []
        self.parameters = 0
        self._row_of = {id(image): 0}
        self._kept = [image]  # so that no id is given to a second tensor
        self._paths: list[str] = []

    def enter(self, path: str, *_: object) -> None:
        self._paths.append(path)

    def leave(self, *_: object) -> None:
        self._paths.pop()

    def __torch_function__(
        self, func: Callable[..., Any], types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:
        keywords = kwargs or {}
        inputs = list(self._known((*args, *keywords.values())))
        shapes = [tuple(tensor.shape[1:]) for tensor in inputs]
        result = func(*args, **keywords)
        if inputs and any(isinstance(part, Tensor) for part in _parts(result)):
            name = (resolve_name(func) or repr(func)).rpartition(".")[2].rstrip("_")
            self._write_down(name, inputs, shapes, result, args, keywords)
        return result

    def _write_down(
        self,
        name: str,
        inputs: list[Tensor],
        shapes: list[Shape],
        result: Any,
        args: Any,
        keywords: Any,
    ) -> None:
        path = self._paths[-1] if self._paths else ""
        try:
            layer = layer_of(name, shapes, result, args, keywords)
            step = layer.step(shapes[0])
        except (TypeError, ValueError) as fault:
            raise type(fault)(f"network{path and '.'}{path}: {fault}") from None
        if step.shape != tuple(result.shape[1:]):
            raise ValueError(
                f"network{path and '.'}{path}: {name} gave {tuple(result.shape[1:])}; "
                f"expected {step.shape}, as its arguments say"
            )
        self.nodes.append(Node(layer, tuple(self._row_of[id(t)] for t in inputs), path))
        self.parameters += step.parameters
        self._kept.append(result)
        self._row_of[id(result)] = len(self.nodes)

    def _known(self, values: Iterable[Any]) -> Iterable[Tensor]:
        for value in values:
            yield from (part for part in _parts(value) if id(part) in self._row_of)


def _expect_all_counted(module: nn.Module, recorder: _Recorder) -> None:
    numbers = sum(parameter.numel() for parameter in module.parameters())
    if recorder.parameters != numbers:
        raise ValueError(
            f"network has {numbers:,} parameters and its layers, as they ran, "
            f"{recorder.parameters:,}; expected each to be used in one layer, once"
        )


def _without_numbers(module: nn.Module) -> nn.Module:
    """A copy whose parameters and buffers have shapes and no storage."""
    ghosts: dict[int, Any] = {id(b): b.to("meta") for b in module.buffers()}
    for parameter in module.parameters():
        ghosts[id(parameter)] = nn.Parameter(parameter.to("meta"), requires_grad=False)
    return copy.deepcopy(module, ghosts)


def _parts(value: Any) -> Iterable[Any]:
    return value if isinstance(value, (tuple, list)) else (value,)
