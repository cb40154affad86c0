"""Gradients by torch's autograd: what the backward passes of the reference rest on."""

from collections.abc import Callable

import torch

Tensor = torch.Tensor


def gradients(function: Callable[..., Tensor], dy: Tensor, *inputs: Tensor) -> tuple[Tensor, ...]:
    """The gradients of a loss with respect to each input, from its gradient dy at the output."""
    leaves = [t.detach().requires_grad_() for t in inputs]
    with torch.enable_grad():
        return torch.autograd.grad(function(*leaves), leaves, dy)
