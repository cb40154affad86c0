"""What goes wrong when a network with batch norm is tested in the wrong way?"""

from __future__ import annotations

import copy
from dataclasses import dataclass

import torch
from matplotlib.figure import Figure
from torch import nn
from torch.optim import SGD

from normalization.experiment import Arm, Curves, Experiment, Findings, Results, Values
from normalization.figures import OTHER, ends, over_time, panels
from normalization.networks import IMAGES, convolutional
from normalization.spread import percent, points
from normalization.training import Labelled, fashion, share_right, train


@dataclass(frozen=True)
class Sizes:
    widths: tuple[int, ...] = (8, 8, 8)
    images: int = 10_000
    tests: int = 10_000
    watched: int = 1_000
    batch: int = 100
    steps: int = 300
    every: int = 10
    rate: float = 0.1
    momenta: tuple[float, ...] = (0.1, 0.01)
    groups: tuple[int, ...] = (256, 16, 1)


QUICK = Sizes(images=200, tests=200, watched=100, steps=10, every=5, groups=(16, 1))


def arms(sizes: Sizes) -> list[Arm]:
    return [{"momentum": momentum} for momentum in sizes.momenta]


def measure(arm: Arm, seed: int, sizes: Sizes) -> tuple[Values, Curves]:
    data = fashion(sizes.images, sizes.tests, seed)
    network = convolutional(sizes.widths, IMAGES["batch"])
    for layer in _batch_norms(network):
        layer.momentum = arm["momentum"]
    some = data.test[0][: sizes.watched], data.test[1][: sizes.watched]

    def watch(model: nn.Module) -> Values:
        return {
            "evaluation": share_right(model, some),
            "training": in_training_mode(model, some, sizes.groups[0]),
        }

    optimizer = SGD(network.parameters(), lr=sizes.rate)
    curves = train(
        network, optimizer, data.train, sizes.batch, sizes.steps, seed, sizes.every, watch
    )
    return mistakes(network, data.test, sizes), curves


def mistakes(network: nn.Module, images: Labelled, sizes: Sizes) -> Values:
    """Accuracy in evaluation mode, and in ways that people use instead by mistake."""
    by_class = images[1].argsort(stable=True)
    reset = copy.deepcopy(network)
    for layer in _batch_norms(reset):
        layer.reset_running_stats()
    found = {"evaluation mode": share_right(network, images)}
    for size in sizes.groups:
        found[f"training mode, batches of {size}"] = in_training_mode(network, images, size)
    found["training mode, sorted by class"] = in_training_mode(
        network, (images[0][by_class], images[1][by_class]), sizes.groups[0]
    )
    return found | {"averages never moved": share_right(reset, images)}


@torch.no_grad()
def in_training_mode(network: nn.Module, images: Labelled, size: int) -> float:
    """Accuracy of who forgets `eval`, in batches of a size; the network stays as it is."""
    network = copy.deepcopy(network).train()
    batches = zip(images[0].split(size), images[1].split(size), strict=True)
    return sum((network(x).argmax(dim=1) == y).sum().item() for x, y in batches) / len(images[1])


def _batch_norms(network: nn.Module) -> list[nn.BatchNorm2d]:
    return [layer for layer in network.modules() if isinstance(layer, nn.BatchNorm2d)]


RIGHT = "evaluation mode"


def findings(results: Results) -> Findings:
    momenta = results.choices("momentum")
    lost = {
        way: points(*(results.values(w, momentum=momenta[0]) for w in (way, RIGHT)))
        for way in results.runs[0].values
        if way != RIGHT
    }
    silent = [way for way, points_lost in lost.items() if points_lost.sign >= 0]
    costly = len(lost) - len(silent)
    verdict = (
        f"{'Held' if costly else 'Not confirmed'}: {costly} of {len(lost)} mistakes clearly cost "
        f"accuracy; without a clear cost, and so unseen: {'; '.join(silent) or 'none'}."
    )
    table = [["tested in", *(f"test %, momentum {m:g}" for m in momenta), "lost, points"]]
    for way in results.runs[0].values:
        cells = [percent(results.values(way, momentum=m)) for m in momenta]
        table.append([way, *cells, lost[way].words("") if way in lost else ""])
    steps = results.curves("steps", momentum=momenta[0])[0]
    text = [
        f"Lost is against {RIGHT}, with momentum {momenta[0]:g} (torch's default: the share of the "
        "new batch in the running averages). One and the same trained network is tested in all "
        "ways. Sorted by class means that each batch has images of few classes, as a folder of "
        "images often has.",
        "The averages lag behind the network. Accuracy in training mode minus evaluation mode, "
        "on some of the test images, was "
        + "; ".join(
            f"after {steps[at]:.0f} steps with momentum {m:g}, {_lag(results, m, at)}"
            for at in (0, -1)
            for m in momenta
        )
        + ". So bad test accuracy at the start of training may be no bug.",
        "Not shown: how often people make these mistakes.",
    ]
    alt = (
        "Two panels, accuracy on test images during training against steps and against seconds, in "
        "training mode and in evaluation mode for each momentum: "
        f"{ends(results, 'training', _drawn(results, 'training'))}; "
        f"{ends(results, 'evaluation', _drawn(results, 'evaluation'))} (shares that are right)."
    )
    return Findings(verdict, table, text, alt)


def _lag(results: Results, momentum: float, at: int) -> str:
    training, evaluation = (
        results.curves(mode, momentum=momentum)[:, at] for mode in ("training", "evaluation")
    )
    return points(training, evaluation).words("points")


def _drawn(results: Results, mode: str) -> dict[str, tuple[Arm, str]]:
    """Training mode once: it does not use the averages, so momentum changes nothing there."""
    first, *others = results.choices("momentum")
    if mode == "training":
        return {"training mode": ({"momentum": first}, "none")}
    lines = ["batch", OTHER[1]]
    return {
        f"evaluation mode, momentum {m:g}": ({"momentum": m}, line)
        for m, line in zip([first, *others], lines, strict=True)
    }


def draw(results: Results) -> Figure:
    figure, axes = panels(2)
    for mode in ("training", "evaluation"):
        over_time(axes, results, mode, _drawn(results, mode), factor=100)
    axes[0].set_ylabel("test accuracy, %")
    axes[1].legend(frameon=False, loc="lower right")
    return figure


EXPERIMENT = Experiment(
    name="modes",
    claim="Behaves differently in training and in testing, a source of bugs",
    question="How much accuracy does it cost to test a network with batch norm in a wrong way?",
    changed="how one trained network is tested",
    fixed="the network, its weights, the test images; trained once with each momentum of the "
    "running averages",
    sizes=Sizes(),
    quick=QUICK,
    arms=arms,
    measure=measure,
    findings=findings,
    draw=draw,
)
