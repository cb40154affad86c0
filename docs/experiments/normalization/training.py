"""Data and the training loop of the experiments, which keeps curves against steps and seconds."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.optim import Optimizer

from course_lib.batches import Batches, standardise
from course_lib.data import load_fashion_mnist, load_mnist
from course_lib.training import accuracy
from normalization.experiment import Curves

Labelled = tuple[Tensor, Tensor]  # images (N, 1, 28, 28) and labels (N,)


@dataclass(frozen=True)
class Data:
    """Images to train on and to test on."""

    train: Labelled
    test: Labelled


def fashion(images: int, tests: int, seed: int) -> Data:
    """That many training images of Fashion-MNIST, another choice for each seed, and test images."""
    return _chosen("fashion-mnist", images, tests, seed)


def digits(images: int, tests: int, seed: int) -> Data:
    """That many training images of MNIST, another choice for each seed, and test images."""
    return _chosen("mnist", images, tests, seed)


def _chosen(name: str, images: int, tests: int, seed: int) -> Data:
    train, test = _tensors(name, "train"), _tensors(name, "test")
    order = torch.randperm(len(train[1]), generator=torch.Generator().manual_seed(seed))[:images]
    return Data((train[0][order], train[1][order]), (test[0][:tests], test[1][:tests]))


@cache
def _tensors(name: str, split: str) -> Labelled:
    images, labels = {"mnist": load_mnist, "fashion-mnist": load_fashion_mnist}[name](split)
    return standardise(images), torch.from_numpy(labels)


def share_right(model: nn.Module, images: Labelled) -> float:
    """Accuracy in evaluation mode."""
    return accuracy(model, Batches(*images, 500), "cpu")


def train(
    model: nn.Module,
    optimizer: Optimizer,
    images: Labelled,
    batch: int,
    steps: int,
    seed: int,
    every: int,
    watch: Callable[[nn.Module], dict[str, float]] = lambda model: {},
) -> Curves:
    """Minimises the cross-entropy, and ends early when the loss is no finite number.

    Seconds are processor time of the steps alone, without what `watch` takes: on a shared machine
    it is disturbed least.

    Args:
        model: images to logits.
        optimizer: holds its parameters.
        images: to train on.
        batch: images in a batch.
        steps: how many batches.
        seed: of the order of the images.
        every: steps between checkpoints.
        watch: what else to measure at a checkpoint; it may leave the model in any mode.

    Returns:
        At each checkpoint: "steps", "seconds" so far, "loss" (mean since the checkpoint before, of
        each batch before its step), and what `watch` measured.
    """
    curves: Curves = {"steps": [], "seconds": [], "loss": []}
    batches = Batches(*images, batch, torch.Generator().manual_seed(seed))
    source: Iterator[Labelled] = iter(())
    done, seconds = 0, 0.0
    while done < steps and all(map(math.isfinite, curves["loss"][-1:])):
        model.train()
        begin, losses = time.process_time(), []
        for _ in range(min(every, steps - done)):
            pair = next(source, None)
            if pair is None:
                source = iter(batches)
                pair = next(source)
            losses.append(_step(model, optimizer, *pair))
        seconds += time.process_time() - begin
        done += len(losses)
        measured = {"steps": done, "seconds": seconds, "loss": sum(losses) / len(losses)}
        for name, value in (measured | watch(model)).items():
            curves.setdefault(name, []).append(value)
    return curves


def _step(model: nn.Module, optimizer: Optimizer, x: Tensor, y: Tensor) -> float:
    loss = F.cross_entropy(model(x), y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()
