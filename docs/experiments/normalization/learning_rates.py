"""Does batch norm allow higher learning rates?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure
from torch.optim import SGD

from normalization.experiment import SIDES, Arm, Curves, Experiment, Findings, Results, Values
from normalization.figures import at_best, ends, over_time, panels, swept
from normalization.networks import IMAGES, convolutional
from normalization.spread import Seeds, percent, points, ratio
from normalization.training import fashion, share_right, train


@dataclass(frozen=True)
class Sizes:
    widths: tuple[int, ...] = (8, 8, 8)
    images: int = 10_000
    tests: int = 10_000
    batch: int = 100
    epochs: int = 5
    checkpoints: int = 20
    rates: tuple[float, ...] = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5)


QUICK = Sizes(images=200, tests=200, epochs=1, checkpoints=2, rates=(0.05, 5))


def arms(sizes: Sizes) -> list[Arm]:
    return [{"norm": norm, "rate": rate} for rate in sizes.rates for norm in SIDES]


def measure(arm: Arm, seed: int, sizes: Sizes) -> tuple[Values, Curves]:
    data = fashion(sizes.images, sizes.tests, seed)
    network = convolutional(sizes.widths, IMAGES[arm["norm"]])
    steps = sizes.epochs * sizes.images // sizes.batch
    optimizer = SGD(network.parameters(), lr=arm["rate"])
    every = steps // sizes.checkpoints
    curves = train(network, optimizer, data.train, sizes.batch, steps, seed, every)
    return {"test": share_right(network, data.test)}, curves


TRAINS = 0.7  # accuracy from which a rate counts as one that trains


def findings(results: Results) -> Findings:
    plain, normed = (_largest(results, norm) for norm in SIDES)
    times = ratio(normed, plain)
    best = {norm: results.best("test", "rate", norm=norm) for norm in SIDES}
    gain = points(*(results.values("test", norm=n, rate=best[n]) for n in reversed(SIDES)))
    verdict = {
        1: f"Held: the largest rate that trained was {times.words('times')} as large.",
        0: "Not decided: the largest rates that trained did not differ clearly.",
        -1: f"Refuted: the largest rate that trained was {times.words('times')} as large.",
    }[times.sign]
    table = [["rate", "test % without", "test % with"]]
    for rate in results.choices("rate"):
        cells = [percent(results.values("test", norm=n, rate=rate)) for n in SIDES]
        table.append([f"{rate:g}", *cells])
    text = [
        f"A rate counts as one that trains where at least {TRAINS:.0%} of the test images are "
        f"right. The largest one of each seed: without {_listed(plain)}; with batch norm "
        f"{_listed(normed)}. Rates between those of the list were not tried, so the multiple is "
        "rough.",
        f"Each side at the rate that suited it best ({best['none']:g} without, {best['batch']:g} "
        f"with), the layer was worth {gain.words('points')} of test accuracy. Both rates were "
        "chosen on the test images, which flatters both sides.",
        "Not shown: other networks and optimizers; warm-up or clipped gradients, with which the "
        "plain network may bear more.",
    ]
    alt = (
        "Three panels. Test accuracy against learning rate, with and without the layer: the "
        "numbers of the table. Training loss against steps and against seconds: "
        f"{ends(results, 'loss', at_best(results, 'rate'))}."
    )
    return Findings(verdict, table, text, alt)


def _largest(results: Results, norm: str) -> Seeds:
    """The largest rate that trains, for each seed; nan where none does."""
    rates = np.array(results.choices("rate"), dtype=float)
    trained = np.stack([results.values("test", norm=norm, rate=r) >= TRAINS for r in rates], axis=1)
    return np.array([max(rates[seed], default=np.nan) for seed in trained])


def _listed(values: Seeds) -> str:
    return ", ".join(f"{value:g}" for value in values)


def draw(results: Results) -> Figure:
    figure, (sweep, *clocks) = panels(3)
    swept(sweep, results, "test", "rate", SIDES)
    sweep.set(xlabel="learning rate", ylabel="test accuracy, %")
    over_time(clocks, results, "loss", at_best(results, "rate"))
    clocks[0].set_ylabel("training loss")
    for axis in (sweep, clocks[1]):
        axis.legend(frameon=False)
    return figure


EXPERIMENT = Experiment(
    name="learning-rates",
    claim="Allows higher learning rates",
    question="Up to which learning rate does a small convolutional network train?",
    changed="batch norm between each convolution and its ReLU, or nothing",
    fixed="network, initial weights (He), images and their order, plain gradient descent; each "
    "side is run at every rate of the list",
    sizes=Sizes(),
    quick=QUICK,
    arms=arms,
    measure=measure,
    findings=findings,
    draw=draw,
)
