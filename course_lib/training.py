"""Training an image classifier: one epoch, its accuracy, and a whole run that shows how it goes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.optim import AdamW, Optimizer
from torch.optim.lr_scheduler import OneCycleLR

from course_lib import arrays
from course_lib.batches import Batches, expect_pairs
from course_lib.live import reporter

Device = torch.device | str
Loader = Iterable[tuple[Tensor, Tensor]]


def train_epoch(model: nn.Module, loader: Loader, optimizer: Optimizer, device: Device) -> float:
    """One step down the cross-entropy for each batch.

    Args:
        model: on `device`, images to logits (N, classes); put into training mode.
        loader: batches of images (N, ...) and labels (N,) int64; the last may be short.
        optimizer: holds the model's parameters.
        device: where the batches are moved to.

    Returns:
        The mean over all images of the loss before the step of their batch.

    Raises:
        ValueError: if the loader gives no batch.
    """
    total, images = 0.0, 0
    for loss, size in _steps(model, loader, optimizer, device):
        total += loss * size
        images += size
    return total / _some(images)


def accuracy(model: nn.Module, loader: Loader, device: Device) -> float:
    """The share of images whose largest logit is that of their label.

    Args:
        model: on `device`; put into evaluation mode and left there. Gradients stay as they are.
        loader: batches of images (N, ...) and labels (N,).
        device: where the batches are moved to.

    Returns:
        A fraction, 0 to 1.

    Raises:
        ValueError: if the loader gives no batch.
    """
    model.eval()
    right, images = 0, 0
    with torch.no_grad():
        for x, y in loader:
            guesses = model(x.to(device)).argmax(dim=1)
            right += int((guesses == y.to(device)).sum())
            images += len(y)
    return right / _some(images)


@dataclass(frozen=True)
class History:
    """How a run went.

    Attributes:
        steps: the loss of each batch before its step.
        losses: the mean loss of each epoch.
        accuracies: the share of test images got right after each epoch.
        seconds: how long it took.
    """

    steps: tuple[float, ...]
    losses: tuple[float, ...]
    accuracies: tuple[float, ...]
    seconds: float


def fit(
    model: nn.Module,
    train: tuple[Tensor, Tensor],
    test: tuple[Tensor, Tensor],
    epochs: int,
    batch: int = 128,
    peak: float = 3e-3,
    seed: int = 0,
    device: Device = "cpu",
) -> History:
    """Train a model with AdamW, its learning rate going up to `peak` and down to 0 (one cycle).

    How far it is and how long it takes is shown as it runs: a bar and a curve in a notebook,
    lines elsewhere. On a CPU the same seed and model give the same weights again, and the random
    numbers that come after `fit` do not depend on it.

    Args:
        model: images to logits; moved to `device`, left in evaluation mode.
        train: images (N, ...), as the model takes them, and labels (N,) int64.
        test: the same, for the accuracy after each epoch.
        epochs: passes over the training images, at least 1.
        batch: images in a batch.
        peak: largest learning rate, at least 0.
        seed: at least 0, of the order of the images and of the model's own random numbers.
        device: where all of it happens; the images must fit there.

    Returns:
        Losses, accuracies and seconds.

    Raises:
        TypeError, ValueError: naming the argument, what it was and what it must be; so if images
            and labels differ in number, or the model has nothing to learn.

    Source: AdamW, Loshchilov and Hutter 2019; one cycle, Smith and Topin 2018.
    """
    _expect_sensible(model, train, test)
    arrays.at_least("epochs", epochs, 1)
    arrays.at_least("batch", batch, 1)
    arrays.number("peak", peak)
    arrays.at_least("seed", seed, 0)
    begin = perf_counter()
    model.to(device)
    shuffle = torch.Generator().manual_seed(seed)
    batches = Batches(train[0].to(device), train[1].to(device), batch, shuffle)
    tests = Batches(test[0].to(device), test[1].to(device), 500)
    optimizer = AdamW(model.parameters(), lr=peak)
    cycle = OneCycleLR(optimizer, peak, total_steps=epochs * len(batches))
    report = reporter(epochs * len(batches))
    steps: list[float] = []
    losses: list[float] = []
    accuracies: list[float] = []
    with _seeded(seed, device):
        for epoch in range(1, epochs + 1):
            total = 0.0
            for loss, size in _steps(model, batches, optimizer, device):
                cycle.step()
                steps.append(loss)
                total += loss * size
                report.step(steps)
            losses.append(total / len(batches.labels))
            accuracies.append(accuracy(model, tests, device))
            report.line(
                f"epoch {epoch} of {epochs}: mean loss {losses[-1]:.4f}, "
                f"test accuracy {accuracies[-1]:.2%}, {perf_counter() - begin:.0f} s"
            )
    return History(tuple(steps), tuple(losses), tuple(accuracies), perf_counter() - begin)


def _steps(
    model: nn.Module, loader: Loader, optimizer: Optimizer, device: Device
) -> Iterator[tuple[float, int]]:
    """Trains on one batch after another: the loss before each step, and how many images."""
    model.train()
    for x, y in loader:
        optimizer.zero_grad()
        loss = F.cross_entropy(model(x.to(device)), y.to(device))
        loss.backward()
        optimizer.step()
        yield loss.item(), len(y)


def _some(images: int) -> int:
    if images == 0:
        raise ValueError("loader gave no image; expected at least one batch")
    return images


@contextmanager
def _seeded(seed: int, device: Device) -> Iterator[None]:
    """Torch's random numbers from `seed` on, and from where they were afterwards."""
    devices = [device] if torch.device(device).type == "cuda" else []
    with torch.random.fork_rng(devices):
        torch.manual_seed(seed)
        yield


def _expect_sensible(
    model: nn.Module, train: tuple[Tensor, Tensor], test: tuple[Tensor, Tensor]
) -> None:
    if not isinstance(model, nn.Module):
        raise TypeError(f"model is of type {type(model).__name__}; it must be a torch module")
    if not any(parameter.requires_grad for parameter in model.parameters()):
        raise ValueError("model has no parameter that learns; it must have at least one")
    for name, pair in (("train", train), ("test", test)):
        if not isinstance(pair, (tuple, list)) or len(pair) != 2:
            raise TypeError(f"{name} is of type {type(pair).__name__}; it must be (images, labels)")
        expect_pairs(f"{name} has", *pair)
