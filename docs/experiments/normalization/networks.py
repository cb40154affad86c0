"""The networks of the experiments: linear layer, norm if any, nonlinearity."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import torch
from torch import Tensor, nn

Norm = Callable[[int], nn.Module] | None  # from the number of channels


class Shaken(nn.Module):
    """Random scales and shifts for the features, other ones at every step of training.

    Args of the call: x (N, D).

    Source: the noise of non-zero mean and non-unit variance of Santurkar et al. 2018, section 2.1.
    """

    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return x
        features = x.shape[1]
        return x * (1 + 0.3 * torch.rand(features)) + 0.5 * torch.randn(features)


def shaken_batch_norm(features: int) -> nn.Module:
    """Batch norm with noise after it."""
    return nn.Sequential(nn.BatchNorm1d(features), Shaken())


ROWS: dict[str, Norm] = {  # for (N, D)
    "none": None,
    "batch": nn.BatchNorm1d,
    "shaken batch": shaken_batch_norm,
    "shaken": lambda features: Shaken(),
    "group": partial(nn.GroupNorm, 4),
}
IMAGES: dict[str, Norm] = {  # for (N, C, H, W)
    "none": None,
    "batch": nn.BatchNorm2d,
    "group": partial(nn.GroupNorm, 4),
}


def convolutional(widths: Sequence[int], norm: Norm) -> nn.Sequential:
    """[3x3 convolution, norm, ReLU, 2x2 max pooling] for each width, then a linear layer.

    He's initialization. The norm draws no random numbers, so that networks with and without it
    begin with the same weights.

    Args:
        widths: channels of each layer.
        norm: between convolution and ReLU.

    Returns:
        A network from images (N, 1, 28, 28) to logits (N, 10).
    """
    layers: list[nn.Module] = []
    channels, size = 1, 28
    for width in widths:
        convolution = nn.Conv2d(channels, width, 3, padding=1)
        layers += [convolution, *_normed(width, norm), nn.ReLU(), nn.MaxPool2d(2)]
        channels, size = width, size // 2
    return _initialised(
        nn.Sequential(*layers, nn.Flatten(), nn.Linear(channels * size * size, 10)), None
    )


def deep(layers: int, width: int, norm: Norm, deviation: float | None) -> nn.Sequential:
    """3x3 convolutions of one width on images of 14x14, then the mean of each channel.

    Args:
        layers: how many convolutions.
        width: their channels.
        norm: between convolution and ReLU.
        deviation: of all weights; None is He's, sqrt(2 / inputs).

    Returns:
        A network from images (N, 1, 28, 28) to logits (N, 10).
    """
    stack: list[nn.Module] = [nn.AvgPool2d(2)]
    for channels in [1] + [width] * (layers - 1):
        stack += [nn.Conv2d(channels, width, 3, padding=1), *_normed(width, norm), nn.ReLU()]
    head = [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(width, 10)]
    return _initialised(nn.Sequential(*stack, *head), deviation)


def connected(
    layers: int,
    width: int,
    norm: Norm,
    deviation: float | None = None,
    activation: Callable[[], nn.Module] = nn.ReLU,
) -> nn.Sequential:
    """[linear, norm, nonlinearity] for each layer, then a linear layer.

    Args:
        layers: how many, without the last.
        width: their features.
        norm: between the linear layer and the nonlinearity.
        deviation: of all weights; None is He's, sqrt(2 / inputs).
        activation: the nonlinearity.

    Returns:
        A network from images (N, 1, 28, 28) to logits (N, 10).
    """
    stack: list[nn.Module] = [nn.Flatten()]
    for features in [28 * 28] + [width] * (layers - 1):
        stack += [nn.Linear(features, width), *_normed(width, norm), activation()]
    return _initialised(nn.Sequential(*stack, nn.Linear(width, 10)), deviation)


def _normed(width: int, norm: Norm) -> list[nn.Module]:
    return [] if norm is None else [norm(width)]


def _initialised(network: nn.Sequential, deviation: float | None) -> nn.Sequential:
    for layer in network.modules():
        if isinstance(layer, nn.Conv2d | nn.Linear):
            inputs = layer.weight[0].numel()
            nn.init.normal_(layer.weight, std=deviation or (2 / inputs) ** 0.5)
            if layer.bias is not None:
                nn.init.zeros_(layer.bias)
    return network
