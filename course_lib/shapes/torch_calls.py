"""Torch's operations as layers: the name and the arguments of a call give the layer that it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from torch import Tensor

from course_lib.arguments import Numbers, Padding
from course_lib.shapes.layers import Add, Flatten, Layer, Linear, Norm, Pointwise, Shape, by
from course_lib.shapes.windowed import AvgPool, Conv, MaxPool, Pad


def layer_of(name: str, shapes: list[Shape], result: Any, args: Any, keywords: Any) -> Layer:
    """The layer that is the operation `name`. Raises ValueError if there is none."""
    if name in _READERS and len(shapes) == 1:
        return _READERS[name](*args, **keywords)
    if name in _POINTWISE and len(shapes) == 1:
        return Pointwise(_POINTWISE[name])
    if name == "add" and len(shapes) == 2:
        return Add()
    if name in ("flatten", "reshape", "view") and result.shape == (1, result.numel()):
        return Flatten()
    raise ValueError(
        f"it does {name} on {' and '.join(map(by, shapes))}; expected convolution, pooling, "
        "a fully connected layer, flattening, a norm, an activation or the sum of two tensors"
    )


def _conv(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Numbers = 1,
    padding: Padding | str = 0,
    dilation: Numbers = 1,
    groups: int = 1,
) -> Conv:
    kernel = tuple(weight.shape[2:])
    if isinstance(padding, str):
        gaps = [dilation] * len(kernel) if isinstance(dilation, int) else dilation
        gone = [gap * (k - 1) * (padding == "same") for gap, k in zip(gaps, kernel, strict=True)]
        padding = [(each // 2, each - each // 2) for each in gone]  # as torch: the odd one after
    return Conv(len(weight), kernel, stride, padding, dilation, groups, bias is not None)


def _max_pool(
    x: Tensor,
    kernel_size: Numbers,
    stride: Numbers | None = None,
    padding: Padding = 0,
    dilation: Numbers = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> MaxPool:
    return MaxPool(kernel_size, stride or None, padding, dilation, ceil_mode)


def _avg_pool(
    x: Tensor,
    kernel_size: Numbers,
    stride: Numbers | None = None,
    padding: Padding = 0,
    ceil_mode: bool = False,
    *_: object,
    **__: object,
) -> AvgPool:
    return AvgPool(kernel_size, stride or None, padding, ceil_mode=ceil_mode)


def _pad(x: Tensor, pad: Sequence[int], *_: object, **__: object) -> Pad:
    pairs = list(zip(pad[::2], pad[1::2], strict=True))  # the last axis first
    if len(pairs) > x.ndim - 2:
        raise ValueError(f"it pads with {tuple(pad)}; expected padding of rows and columns alone")
    return Pad([(0, 0)] * (x.ndim - 2 - len(pairs)) + pairs[::-1])


def _adaptive_avg_pool(x: Tensor, output_size: int | Sequence[int | None]) -> AvgPool:
    space = tuple(x.shape[2:])
    given = [output_size] * len(space) if isinstance(output_size, int) else output_size
    wanted = [size or n for size, n in zip(given, space, strict=True)]
    if any(n % size for n, size in zip(space, wanted, strict=True)):
        raise ValueError(
            f"adaptive pooling makes {by(wanted)} of {by(space)}; expected divisors, "
            "so that all windows have one size"
        )
    return AvgPool([n // size for n, size in zip(space, wanted, strict=True)])


def _linear(x: Tensor, weight: Tensor, bias: Tensor | None = None) -> Linear:
    return Linear(len(weight), bias is not None)


def _moving_norm(
    name: str,
    x: Tensor,
    running_mean: Tensor | None = None,
    running_var: Tensor | None = None,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    *_: object,
    **__: object,
) -> Norm:
    return Norm(name, 0 if weight is None else weight.numel(), bias is not None)


def _own_norm(
    name: str,
    x: Tensor,
    over: object,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    *_: object,
    **__: object,
) -> Norm:
    return Norm(name, 0 if weight is None else weight.numel(), bias is not None)


_READERS: dict[str, Callable[..., Layer]] = {
    **dict.fromkeys(("conv1d", "conv2d", "conv3d"), _conv),
    **dict.fromkeys(("max_pool1d", "max_pool2d", "max_pool3d"), _max_pool),
    **dict.fromkeys(("avg_pool1d", "avg_pool2d", "avg_pool3d"), _avg_pool),
    **{f"adaptive_avg_pool{axes}d": _adaptive_avg_pool for axes in (1, 2, 3)},
    "pad": _pad,
    "linear": _linear,
    "batch_norm": partial(_moving_norm, "BatchNorm"),
    "instance_norm": partial(_moving_norm, "InstanceNorm"),
    "layer_norm": partial(_own_norm, "LayerNorm"),
    "group_norm": partial(_own_norm, "GroupNorm"),
}

_POINTWISE = {
    "dropout": "Dropout",
    "elu": "ELU",
    "gelu": "GELU",
    "leaky_relu": "LeakyReLU",
    "relu": "ReLU",
    "sigmoid": "Sigmoid",
    "silu": "SiLU",
    "softplus": "Softplus",
    "tanh": "Tanh",
}
