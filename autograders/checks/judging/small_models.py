"""Small classifiers on which training is judged: each known by name, its numbers by a seed."""

from collections.abc import Callable, Mapping

import numpy as np
import torch
from torch import Tensor, nn

HIDDEN, CLASSES = 5, 3


def small_model(name: str, x: Tensor, seed: int) -> nn.Module:
    """A model of images like x (N, C, H, W) with three classes, of x's dtype and device, in
    training mode; the same seed gives the same numbers on every machine."""
    model = MODELS[name](x[0].numel()).to(device=x.device, dtype=x.dtype)
    random = np.random.default_rng(seed)
    with torch.no_grad():
        for parameter in model.parameters():
            numbers = random.standard_normal(tuple(parameter.shape))
            parameter.copy_(torch.from_numpy(numbers / 2))
    return model


def parameter_names(name: str) -> list[str]:
    """What `named_parameters` of the small model calls its parameters, in their order."""
    return [name for name, _ in MODELS[name](1).named_parameters()]


def _plain(inputs: int) -> nn.Module:
    return nn.Sequential(
        nn.Flatten(), nn.Linear(inputs, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, CLASSES)
    )


def _normalised(inputs: int) -> nn.Module:
    """Answers otherwise in training mode than in evaluation mode."""
    return nn.Sequential(
        nn.Flatten(),
        nn.Linear(inputs, HIDDEN),
        nn.BatchNorm1d(HIDDEN),
        nn.ReLU(),
        nn.Linear(HIDDEN, CLASSES),
    )


class _Unused(nn.Module):
    """A layer that `forward` forgets: its parameters get no gradient at all."""

    def __init__(self, inputs: int) -> None:
        super().__init__()
        self.first = nn.Linear(inputs, HIDDEN)
        self.forgotten = nn.Linear(HIDDEN, HIDDEN)
        self.last = nn.Linear(HIDDEN, CLASSES)

    def forward(self, x: Tensor) -> Tensor:
        logits: Tensor = self.last(torch.relu(self.first(x.flatten(1))))
        return logits


class _Detached(_Unused):
    """A layer behind `detach`: nothing before it learns."""

    def forward(self, x: Tensor) -> Tensor:
        hidden = torch.relu(self.first(x.flatten(1))).detach()
        logits: Tensor = self.last(torch.relu(self.forgotten(hidden)))
        return logits


class _Dead(_Unused):
    """ReLUs that are off for every input: gradients are there, and all zero."""

    def forward(self, x: Tensor) -> Tensor:
        hidden = self.forgotten(torch.tanh(self.first(x.flatten(1))))
        logits: Tensor = self.last(torch.relu(hidden - 100))
        return logits


class _DeadAndUnused(_Unused):
    """A layer that is never reached before ReLUs that are always off."""

    def forward(self, x: Tensor) -> Tensor:
        logits: Tensor = self.last(torch.relu(torch.tanh(self.first(x.flatten(1))) - 100))
        return logits


class _UnusedAtTheEnd(_Unused):
    """Another forgotten layer: the last of the parameters gets no gradient either."""

    def __init__(self, inputs: int) -> None:
        super().__init__(inputs)
        self.end = nn.Linear(CLASSES, CLASSES)


MODELS: Mapping[str, Callable[[int], nn.Module]] = {
    "plain": _plain,
    "normalised": _normalised,
    "unused": _Unused,
    "unused at the end": _UnusedAtTheEnd,
    "detached": _Detached,
    "dead": _Dead,
    "dead and unused": _DeadAndUnused,
}
