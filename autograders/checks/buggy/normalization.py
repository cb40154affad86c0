"""Faulty batch norms. Each is right on some inputs: that is what makes it hard to notice."""

from collections.abc import Callable
from typing import Any

import torch
from torch.nn.functional import batch_norm

from autograders.checks.breaks import BreakTask

Tensor = torch.Tensor
MOMENTUM, EPS = 0.1, 1e-5
LARGEST = 100_000  # numbers in one argument
Results = tuple[Tensor, Tensor, Tensor]


def _right(
    x: Tensor, gamma: Tensor, beta: Tensor, mean: Tensor, var: Tensor, training: bool
) -> Results:
    mean, var = mean.clone(), var.clone()
    y = batch_norm(x, mean, var, gamma, beta, training, MOMENTUM, EPS)
    return y, mean, var


def _unbiased(
    x: Tensor, gamma: Tensor, beta: Tensor, mean: Tensor, var: Tensor, training: bool
) -> Results:
    y, new_mean, new_var = _right(x, gamma, beta, mean, var, training)
    if training:
        y = (x - x.mean(0)) / (x.var(0) + EPS).sqrt() * gamma + beta
    return y, new_mean, new_var


def _biased_running(
    x: Tensor, gamma: Tensor, beta: Tensor, mean: Tensor, var: Tensor, training: bool
) -> Results:
    y, new_mean, new_var = _right(x, gamma, beta, mean, var, training)
    if training:
        new_var = (1 - MOMENTUM) * var + MOMENTUM * x.var(0, correction=0)
    return y, new_mean, new_var


def _eps_outside(
    x: Tensor, gamma: Tensor, beta: Tensor, mean: Tensor, var: Tensor, training: bool
) -> Results:
    _, new_mean, new_var = _right(x, gamma, beta, mean, var, training)
    if training:
        mean, var = x.mean(0), x.var(0, correction=0)
    return (x - mean) / (var.sqrt() + EPS) * gamma + beta, new_mean, new_var


def _moved_in_evaluation(
    x: Tensor, gamma: Tensor, beta: Tensor, mean: Tensor, var: Tensor, training: bool
) -> Results:
    y, new_mean, new_var = _right(x, gamma, beta, mean, var, training)
    if not training:
        new_mean = (1 - MOMENTUM) * mean + MOMENTUM * x.mean(0)
    return y, new_mean, new_var


def _beta_first(
    x: Tensor, gamma: Tensor, beta: Tensor, mean: Tensor, var: Tensor, training: bool
) -> Results:
    y, new_mean, new_var = _right(x, gamma, beta, mean, var, training)
    return y - beta + gamma * beta, new_mean, new_var


def _joined(function: Callable[..., Results]) -> Callable[..., Tensor]:
    """All that a batch norm gives back, in one row."""
    return lambda *given: torch.cat([result.reshape(-1) for result in function(*given)])


def _invalid(given: Any) -> str | None:
    """What keeps `given` from being the arguments of a batch norm, in words."""
    names = "(x, gamma, beta, running_mean, running_var, training)"
    if not isinstance(given, (tuple, list)) or len(given) != 6:
        return f"it must be a tuple {names}"
    *tensors, training = given
    if not isinstance(training, bool):
        return "training must be True or False"
    if not all(isinstance(t, torch.Tensor) and t.is_floating_point() for t in tensors):
        return "all but training must be torch tensors of floats"
    x, *vectors = tensors
    if x.ndim != 2 or any(v.shape != x.shape[1:] for v in vectors):
        return f"x must be (N, D) and the others (D,); x has shape {tuple(x.shape)}"
    if any(t.dtype != x.dtype for t in vectors) or x.dtype not in (torch.float32, torch.float64):
        return "the tensors must be all float32 or all float64"
    if not 0 < x.numel() <= LARGEST:
        return f"x may not be empty or have more than {LARGEST} numbers"
    if training and len(x) < 2:
        return "in training each feature needs more than one number"
    if not all(bool(t.isfinite().all()) and float(t.abs().max()) <= 1e6 for t in tensors):
        return "the numbers must be finite and at most a million"
    if bool((vectors[3] < 0).any()):
        return "running_var may not be negative"
    return None


TASKS = {
    "breaks-batchnorm": BreakTask(
        right=_joined(_right),
        faulty={
            "the unbiased variance normalises": _joined(_unbiased),
            "the running mean moves in evaluation too": _joined(_moved_in_evaluation),
            "running_var moves toward the biased variance": _joined(_biased_running),
            "gamma scales beta": _joined(_beta_first),
            "eps is added to the root instead of under it": _joined(_eps_outside),
        },
        invalid=_invalid,
    )
}
