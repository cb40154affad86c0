"""Sizes and costs by torch, on tensors without numbers, behind the course's signatures.

The functions of `course_lib.shapes` are asked first, for their errors alone.
"""

from collections.abc import Callable, Sequence

import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.flop_counter import FlopCounterMode

from course_lib import shapes
from course_lib.arguments import Numbers, Padding, pair_for_each

_LAYER: dict[int, Callable[..., nn.Module]] = {1: nn.Conv1d, 2: nn.Conv2d, 3: nn.Conv3d}


def output_size(
    size: int, kernel: int, stride: int = 1, padding: int | tuple[int, int] = 0, dilation: int = 1
) -> int:
    """How many outputs a convolution along one axis has.

    Args:
        size, kernel, stride, dilation: at least 1; the kernel not larger than the padded input.
        padding: zeros at each end, or (before, after).
    Returns:
        The number of outputs.
    Raises:
        TypeError, ValueError: naming the argument, what it was and what it must be.
    Source: slide "Strided Convolution".

    >>> output_size(224, kernel=3, stride=2, padding=1)
    112
    """
    shapes.output_size(size, kernel, stride, padding, dilation)
    line, taps = (torch.empty(1, 1, length, device="meta") for length in (size, kernel))
    line = F.pad(line, padding if isinstance(padding, tuple) else (padding, padding))
    return F.conv1d(line, taps, None, stride, 0, dilation).shape[-1]


def receptive_field(layers: Sequence[tuple[int, int]]) -> int:
    """How many inputs along one axis one output sees: so far does its gradient spread on the way
    back, where each layer is a transposed convolution.

    Args:
        layers: (kernel, stride) of each layer, first layer first.
    Returns:
        The size of the field in the input.
    Raises:
        TypeError, ValueError: naming the layer, what it was and what it must be.
    Source: slides "Receptive Fields".

    >>> receptive_field([(3, 1)] * 112)  # all 224 columns of an image
    225
    """
    shapes.receptive_field(layers)
    gradient = torch.empty(1, 1, 1, device="meta")
    for kernel, stride in reversed(layers):
        taps = torch.empty(1, 1, kernel, device="meta")
        gradient = F.conv_transpose1d(gradient, taps, stride=stride)
    return gradient.shape[-1]


def conv_cost(
    in_shape: tuple[int, ...],
    c_out: int,
    kernel: Numbers,
    stride: Numbers = 1,
    padding: Padding = 0,
) -> tuple[int, int]:
    """What torch's convolution layer learns and what its flop counter sees it multiply.

    Args:
        in_shape: (C, H, W); (C, W) and (C, D, H, W) work as well.
        c_out: filters.
        kernel, stride: an int or one for each axis, rows first.
        padding: an int, or for each axis an int or a pair (before, after).
    Returns:
        Parameters with biases, multiply-adds without them (the counter counts each twice).
    Raises:
        TypeError, ValueError: naming the argument, what it was and what it must be.
    Source: slides "Convolution Example".

    >>> conv_cost((3, 32, 32), 10, kernel=5, padding=2)
    (760, 768000)
    """
    shapes.conv_cost(in_shape, c_out, kernel, stride, padding)
    pairs = pair_for_each(padding, len(in_shape) - 1)
    image = F.pad(torch.empty(1, *in_shape, device="meta"), [n for p in pairs[::-1] for n in p])
    layer = _LAYER[len(pairs)](in_shape[0], c_out, kernel, stride, device="meta")
    with FlopCounterMode(display=False) as counter:
        layer(image)
    return sum(p.numel() for p in layer.parameters()), counter.get_total_flops() // 2
