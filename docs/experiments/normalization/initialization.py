"""Is a network with batch norm robust to its initialization?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure
from torch.optim import Adam

from normalization.experiment import SIDES, Arm, Curves, Experiment, Findings, Results, Values
from normalization.figures import at_best, ends, named, over_time, panels, swept
from normalization.networks import ROWS, connected
from normalization.spread import Seeds, difference, percent, plus_minus, points
from normalization.training import fashion, share_right, train


@dataclass(frozen=True)
class Sizes:
    layers: int = 8
    width: int = 50
    images: int = 1_000
    tests: int = 10_000
    batch: int = 50
    epochs: int = 10
    rate: float = 1e-3
    deviations: int = 20
    smallest: float = 1e-4
    largest: float = 1.0


QUICK = Sizes(images=100, tests=200, epochs=2, deviations=2)


def arms(sizes: Sizes) -> list[Arm]:
    deviations = np.geomspace(sizes.smallest, sizes.largest, sizes.deviations)
    return [
        {"norm": norm, "deviation": float(f"{deviation:.4g}")}
        for deviation in deviations
        for norm in SIDES
    ]


def measure(arm: Arm, seed: int, sizes: Sizes) -> tuple[Values, Curves]:
    data = fashion(sizes.images, sizes.tests, seed)
    network = connected(sizes.layers, sizes.width, ROWS[arm["norm"]], arm["deviation"])
    optimizer = Adam(network.parameters(), lr=sizes.rate)
    epoch = sizes.images // sizes.batch
    steps = sizes.epochs * epoch
    curves = train(network, optimizer, data.train, sizes.batch, steps, seed, epoch)
    return {"test": share_right(network, data.test)}, curves


TRAINS = 0.7  # accuracy from which an initialization counts as one that trains


def findings(results: Results) -> Findings:
    deviations = results.choices("deviation")
    normed, plain = (_count(results, norm) for norm in reversed(SIDES))
    more = difference(normed, plain)
    gains = {d: points(*results.both("test", deviation=d)) for d in deviations}
    best = results.best("test", "deviation", norm="none")
    word = {1: "Held", 0: "Not decided", -1: "Refuted"}[more.sign]
    verdict = (
        f"{word}: of {len(deviations)} deviations, {plus_minus(normed)} train with batch norm and "
        f"{plus_minus(plain)} without."
    )
    table = [["deviation", "test % without", "test % with", "with minus without"]]
    for d in deviations:
        cells = [percent(results.values("test", norm=n, deviation=d)) for n in SIDES]
        table.append([f"{d:.2g}", *cells, gains[d].words("points")])
    means = [results.values("test", norm="batch", deviation=d).mean() for d in deviations]
    text = [
        f"A deviation counts as one that trains where at least {TRAINS:.0%} of the test images are "
        f"right. With the layer there are {more.words('more')} of them. At "
        f"{sum(g.sign > 0 for g in gains.values())} of the {len(deviations)} deviations it is "
        f"clearly better, at {sum(g.sign < 0 for g in gains.values())} clearly worse.",
        f"Robust is not indifferent: with the layer accuracy still ranges from {min(means):.0%} to "
        f"{max(means):.0%}. At the deviation that suits the plain network best, {best:.2g}, the "
        f"layer was worth {gains[best].words('points')}.",
        "Not shown: longer training, which may level the differences.",
    ]
    alt = (
        "Three panels. Test accuracy against the deviation of the initial weights, with and "
        "without the layer: the numbers of the table. Training loss against steps and against "
        "seconds, each side at the deviation that suited it best: "
        f"{ends(results, 'loss', at_best(results, 'deviation'))}."
    )
    return Findings(verdict, table, text, alt)


def _count(results: Results, norm: str) -> Seeds:
    """How many deviations train, for each seed."""
    deviations = results.choices("deviation")
    trained = [results.values("test", norm=norm, deviation=d) >= TRAINS for d in deviations]
    return np.sum(trained, axis=0).astype(float)


def draw(results: Results) -> Figure:
    figure, (sweep, *clocks) = panels(3)
    swept(sweep, results, "test", "deviation", SIDES)
    powers = [1e-4, 1e-3, 1e-2, 1e-1, 1]
    sweep.set_xticks(powers, [named(p) for p in powers])
    sweep.set(xlabel="deviation of the initial weights", ylabel="test accuracy, %")
    over_time(clocks, results, "loss", at_best(results, "deviation"))
    clocks[0].set_ylabel("training loss")
    sweep.legend(frameon=False, loc="upper left")
    clocks[1].legend(frameon=False)
    return figure


EXPERIMENT = Experiment(
    name="initialization",
    claim="Makes networks robust to initialization",
    question="With initial weights of which size does a network of eight layers train?",
    changed="batch norm between each linear layer and its ReLU, or nothing",
    fixed="network, images and their order, Adam with one rate, the directions of the initial "
    "weights; each side is run at every deviation of the list",
    sizes=Sizes(),
    quick=QUICK,
    arms=arms,
    measure=measure,
    findings=findings,
    draw=draw,
)
