"""Are deep networks easier to train with batch norm?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure
from torch.optim import Adam

from normalization.experiment import SIDES, Arm, Curves, Experiment, Findings, Results, Values
from normalization.figures import LABELS, OTHER, ends, named, over_time, panels
from normalization.networks import IMAGES, deep
from normalization.spread import difference, percent, plus_minus
from normalization.training import fashion, share_right, train


@dataclass(frozen=True)
class Sizes:
    layers: int = 20
    width: int = 8
    images: int = 5_000
    tests: int = 2_000
    batch: int = 50
    steps: int = 100
    every: int = 5
    rate: float = 3e-3
    deviations: tuple[float | None, ...] = (0.001, 0.01, 0.1, None)


QUICK = Sizes(layers=3, images=50, tests=50, batch=10, steps=4, every=2, deviations=(0.01, None))


def arms(sizes: Sizes) -> list[Arm]:
    return [
        {"norm": norm, "deviation": deviation} for deviation in sizes.deviations for norm in SIDES
    ]


def measure(arm: Arm, seed: int, sizes: Sizes) -> tuple[Values, Curves]:
    data = fashion(sizes.images, sizes.tests, seed)
    network = deep(sizes.layers, sizes.width, IMAGES[arm["norm"]], arm["deviation"])
    optimizer = Adam(network.parameters(), lr=sizes.rate)
    curves = train(network, optimizer, data.train, sizes.batch, sizes.steps, seed, sizes.every)
    return {"loss": curves["loss"][-1], "test": share_right(network, data.test)}, curves


def findings(results: Results) -> Findings:
    deviations = results.choices("deviation")
    gaps = {d: difference(*results.both("loss", deviation=d)) for d in deviations}
    lower = sum(gap.sign < 0 for gap in gaps.values())
    higher = sum(gap.sign > 0 for gap in gaps.values())
    word = "Held" if lower == len(deviations) else "Held in part" if lower else "Not confirmed"
    verdict = (
        f"{word}: the training loss was clearly lower with batch norm for {lower} of "
        f"{len(deviations)} initializations, clearly higher for {higher}."
    )
    table = [["deviation", "loss without", "loss with", "test % without", "test % with"]]
    for d in deviations:
        losses = [plus_minus(results.values("loss", norm=n, deviation=d), 2) for n in SIDES]
        tests = [percent(results.values("test", norm=n, deviation=d)) for n in SIDES]
        table.append([named(d), *losses, *tests])
    guessing = np.log(10)
    away = [d for d in deviations if results.values("loss", norm="none", deviation=d).mean() < 2.2]
    text = [
        "Training loss with batch norm minus the loss without: "
        + "; ".join(f"deviation {named(d)}, {gaps[d].words('', 2)}" for d in deviations)
        + ".",
        f"A loss of {guessing:.2f} is that of guessing among ten classes. Without the layer the "
        f"network gets away from it with {len(away)} of {len(deviations)} initializations "
        f"({', '.join(map(named, away)) or 'none'}): to choose the initialization for the plain "
        "network does much of what the layer does.",
        "Test accuracy after so few steps is low on both sides, and with batch norm partly because "
        "the running averages have had few steps too. Not shown: longer training; residual "
        "connections, the other answer to depth.",
    ]
    alt = (
        "Two panels, training loss against steps and against seconds, with and without the layer "
        f"for two of the initializations: {ends(results, 'loss', _drawn(results))}."
    )
    return Findings(verdict, table, text, alt)


def _drawn(results: Results) -> dict[str, tuple[Arm, str]]:
    """The last two initializations, each with and without the layer."""
    return {
        f"{LABELS[n]}, {named(d)}": ({"norm": n, "deviation": d}, line)
        for d, lines in zip(results.choices("deviation")[-2:], (OTHER, SIDES), strict=True)
        for n, line in zip(SIDES, lines, strict=True)
    }


def draw(results: Results) -> Figure:
    figure, axes = panels(2)
    over_time(axes, results, "loss", _drawn(results))
    axes[0].set_ylabel("training loss")
    axes[0].legend(frameon=False)
    return figure


EXPERIMENT = Experiment(
    name="depth",
    claim="Makes deep networks easier to train",
    question="Does a network of 20 convolutions leave the loss of guessing within 100 steps?",
    changed="batch norm between each convolution and its ReLU, or nothing",
    fixed="network, images and their order, Adam with one rate, the directions of the initial "
    "weights; each side is run at every deviation of the list (He is sqrt(2 / inputs))",
    sizes=Sizes(),
    quick=QUICK,
    arms=arms,
    measure=measure,
    findings=findings,
    draw=draw,
)
