"""Sizes and costs by torch, on tensors without numbers, behind the course's signatures."""

from collections.abc import Sequence

import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.flop_counter import FlopCounterMode


def output_size(
    size: int, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1
) -> int:
    """How many outputs a convolution along one axis has.

    Args:
        size, kernel, stride, dilation: at least 1; the kernel not larger than the padded input.
        padding: zeros at each end.
    Returns:
        The number of outputs.
    Source: slide "Strided Convolution".

    >>> output_size(224, kernel=3, stride=2, padding=1)
    112
    """
    line, taps = (torch.empty(1, 1, length, device="meta") for length in (size, kernel))
    return F.conv1d(line, taps, None, stride, padding, dilation).shape[-1]


def receptive_field(layers: Sequence[tuple[int, int]]) -> int:
    """How many inputs along one axis one output sees: so far does its gradient spread on the way
    back, where each layer is a transposed convolution.

    Args:
        layers: (kernel, stride) of each layer, first layer first.
    Returns:
        The size of the field in the input.
    Source: slides "Receptive Fields".

    >>> receptive_field([(3, 1)] * 112)  # all 224 columns of an image
    225
    """
    gradient = torch.empty(1, 1, 1, device="meta")
    for kernel, stride in reversed(layers):
        taps = torch.empty(1, 1, kernel, device="meta")
        gradient = F.conv_transpose1d(gradient, taps, stride=stride)
    return gradient.shape[-1]


def conv_cost(
    in_shape: tuple[int, int, int],
    c_out: int,
    kernel: int | tuple[int, int],
    stride: int | tuple[int, int] = 1,
    padding: int | tuple[int, int] = 0,
) -> tuple[int, int]:
    """What torch's convolution layer learns and what its flop counter sees it multiply.

    Args:
        in_shape: (C, H, W).
        c_out: filters.
        kernel, stride, padding: an int or a pair, rows first.
    Returns:
        Parameters with biases, multiply-adds without them (the counter counts each twice).
    Source: slides "Convolution Example".

    >>> conv_cost((3, 32, 32), 10, kernel=5, padding=2)
    (760, 768000)
    """
    layer = nn.Conv2d(in_shape[0], c_out, kernel, stride, padding, device="meta")
    with FlopCounterMode(display=False) as counter:
        layer(torch.empty(1, *in_shape, device="meta"))
    return sum(p.numel() for p in layer.parameters()), counter.get_total_flops() // 2
