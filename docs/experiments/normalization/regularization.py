"""Does batch norm regularise, and more with smaller batches?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure
from torch import nn
from torch.optim import Adam

from normalization.experiment import SIDES, Arm, Curves, Experiment, Findings, Results, Values
from normalization.figures import LABELS, ends, over_time, panels, swept
from normalization.networks import IMAGES, convolutional
from normalization.spread import Mismatch, Seeds, difference, percent, points
from normalization.training import fashion, share_right, train


@dataclass(frozen=True)
class Sizes:
    widths: tuple[int, ...] = (16, 32)
    images: int = 1_000
    tests: int = 10_000
    watched: int = 1_000
    epochs: int = 30
    every_epochs: int = 2
    rate: float = 3e-3
    batches: tuple[int, ...] = (8, 32, 128)


QUICK = Sizes(images=64, tests=100, watched=50, epochs=4, batches=(8, 32))


def arms(sizes: Sizes) -> list[Arm]:
    return [{"norm": norm, "batch": batch} for batch in sizes.batches for norm in SIDES]


def measure(arm: Arm, seed: int, sizes: Sizes) -> tuple[Values, Curves]:
    data = fashion(sizes.images, sizes.tests, seed)
    network = convolutional(sizes.widths, IMAGES[arm["norm"]])
    optimizer = Adam(network.parameters(), lr=sizes.rate)
    epoch = -(-sizes.images // arm["batch"])
    some = data.test[0][: sizes.watched], data.test[1][: sizes.watched]

    def watch(model: nn.Module) -> Values:
        return {"train": share_right(model, data.train), "test": share_right(model, some)}

    curves = train(
        network,
        optimizer,
        data.train,
        arm["batch"],
        sizes.epochs * epoch,
        seed,
        sizes.every_epochs * epoch,
        watch,
    )
    test = share_right(network, data.test)
    return {"train": curves["train"][-1], "test": test, "gap": curves["train"][-1] - test}, curves


def findings(results: Results) -> Findings:
    batches = results.choices("batch")
    gains = {b: points(*results.both("test", batch=b)) for b in batches}
    gaps = {b: points(*results.both("gap", batch=b)) for b in batches}
    better = [b for b in batches if gains[b].sign > 0 and gaps[b].sign < 0]
    gain = np.mean([_gains(results, b) for b in batches], axis=0)
    average = points(gain, 0 * gain)
    word = {1: "Held", 0: "Not decided", -1: "Refuted"}[average.sign]
    verdict = (
        f"{word}: averaged over the batch sizes, {average.words('points', 2)} of test accuracy; "
        f"clearly better and with a clearly smaller gap at {len(better)} of {len(batches)} sizes."
    )
    table = [["batch", *(f"{what} {side}" for what in COLUMNS for side in ("without", "with"))]]
    for b in batches:
        pairs = [(name, norm) for name in ("train", "test", "gap") for norm in SIDES]
        cells = [percent(results.values(name, norm=norm, batch=b)) for name, norm in pairs]
        table.append([f"{b}", *cells])
    trend = difference(*(100 * _gains(results, b) for b in (batches[0], batches[-1])))
    text = [
        "The gap is accuracy on training images minus accuracy on test images, after both sides "
        "have learnt the training images. Test accuracy with the layer minus without: "
        + "; ".join(f"batches of {b}, {gains[b].words('points', 2)}" for b in batches)
        + ". Gap with the layer minus without: "
        + "; ".join(f"batches of {b}, {gaps[b].words('points', 2)}" for b in batches)
        + ".",
        "If the noise of the batch's statistics regularises, small batches should gain more. From "
        f"batches of {batches[-1]} to batches of {batches[0]} the gain in test accuracy grew by "
        f"{trend.words('points', 2)}: {_decided(trend)}.",
        "Not shown: regularisation as such, apart from better optimisation. Both lead to better "
        "test accuracy, and where the training images are all right the gap cannot tell them "
        "apart. Five seeds cannot decide differences below about a point.",
    ]
    alt = (
        "Three panels. Test accuracy against batch size, with and without the layer: the numbers "
        f"of the table. Test accuracy for batches of {batches[0]} against steps and against "
        f"seconds: {ends(results, 'test', _drawn(results))} (shares that are right)."
    )
    return Findings(verdict, table, text, alt)


COLUMNS = ("train %", "test %", "gap, points,")


def _gains(results: Results, batch: int) -> Seeds:
    normed, plain = results.both("test", batch=batch)
    return normed - plain


def _decided(trend: Mismatch) -> str:
    return {1: "clearly more", 0: "no clear trend", -1: "clearly less"}[trend.sign]


def _drawn(results: Results) -> dict[str, tuple[Arm, str]]:
    smallest = results.choices("batch")[0]
    return {LABELS[norm]: ({"norm": norm, "batch": smallest}, norm) for norm in SIDES}


def draw(results: Results) -> Figure:
    figure, (sweep, *clocks) = panels(3)
    swept(sweep, results, "test", "batch", SIDES)
    sweep.set(xlabel="batch size", ylabel="test accuracy at the end, %")
    over_time(clocks, results, "test", _drawn(results), factor=100)
    clocks[0].set_ylabel(f"test accuracy, %, batches of {results.choices('batch')[0]}")
    for axis in (sweep, clocks[1]):
        axis.legend(frameon=False)
    return figure


EXPERIMENT = Experiment(
    name="regularization",
    claim="Acts as regularization",
    question="When a network has learnt its few training images by heart, does it do better on "
    "test images with the layer, and the more the smaller the batches?",
    changed="batch norm between each convolution and its ReLU, or nothing",
    fixed="network, initial weights (He), images and their order, Adam with one rate, epochs; each "
    "side is run at every batch size of the list",
    sizes=Sizes(),
    quick=QUICK,
    arms=arms,
    measure=measure,
    findings=findings,
    draw=draw,
)
