"""How small may batches be for batch norm, and for group norm, which never looks at them?"""

from __future__ import annotations

from dataclasses import dataclass

from matplotlib.figure import Figure
from torch.optim import SGD

from normalization.experiment import Arm, Curves, Experiment, Findings, Results, Values
from normalization.figures import LABELS, ends, over_time, panels, swept
from normalization.networks import IMAGES, ROWS, connected, convolutional
from normalization.spread import Mismatch, percent, points
from normalization.training import fashion, share_right, train


@dataclass(frozen=True)
class Sizes:
    widths: tuple[int, ...] = (16, 16, 16, 16)
    layers: int = 6
    width: int = 100
    images: int = 2_000
    tests: int = 10_000
    epochs: int = 5
    checkpoints: int = 20
    rate_of_32: float = 0.1
    batches: tuple[int, ...] = (2, 4, 8, 32)


NORMS = ("none", "batch", "group")
QUICK = Sizes(widths=(4, 8), images=32, tests=50, epochs=1, checkpoints=1, batches=(2, 32))


def arms(sizes: Sizes) -> list[Arm]:
    return [
        {"network": network, "norm": norm, "batch": batch}
        for network in ("convolutional", "connected")
        for batch in sizes.batches
        for norm in NORMS
    ]


def measure(arm: Arm, seed: int, sizes: Sizes) -> tuple[Values, Curves]:
    data = fashion(sizes.images, sizes.tests, seed)
    if arm["network"] == "convolutional":
        network = convolutional(sizes.widths, IMAGES[arm["norm"]])
    else:
        network = connected(sizes.layers, sizes.width, ROWS[arm["norm"]])
    optimizer = SGD(network.parameters(), lr=sizes.rate_of_32 * arm["batch"] / 32)
    steps = sizes.epochs * sizes.images // arm["batch"]
    every = steps // sizes.checkpoints
    curves = train(network, optimizer, data.train, arm["batch"], steps, seed, every)
    return {"test": share_right(network, data.test)}, curves


def findings(results: Results) -> Findings:
    batches, networks = results.choices("batch"), results.choices("network")
    smallest = {n: _gain(results, n, batches[0]) for n in networks}
    fails = [n for n in networks if smallest[n].sign < 0]
    word = "Held" if len(fails) == len(networks) else "Held in part" if fails else "Not confirmed"
    verdict = f"{word}: with batches of {batches[0]}, batch norm against group norm: " + "; ".join(
        f"{n} network, {smallest[n].words('points')}" for n in networks
    )
    table = [["network", "batch", "test % without", "test % batch norm", "test % group norm"]]
    for network in networks:
        for b in batches:
            cells = [
                percent(results.values("test", network=network, norm=norm, batch=b))
                for norm in NORMS
            ]
            table.append([network, f"{b}", *cells])
    text = [
        "Test accuracy with batch norm minus with group norm: "
        + "; ".join(
            f"{n} network, batches of {b}, {_gain(results, n, b).words('points')}"
            for n in networks
            for b in batches
        )
        + ".",
        "What counts is from how many values a channel's mean and variance are taken, not how many "
        f"images there are. With batches of {batches[0]} the connected network has "
        f"{batches[0]} values; the convolutional one has that many times the pixels of a channel: "
        f"{batches[0] * 28 * 28} in its first layer, {batches[0] * 3 * 3} in its last.",
        "Not shown: ResNet-50 on ImageNet, where Wu and He 2018 found group norm far ahead at "
        "batches of 2. The number of images seen is fixed, so small batches have more steps, at "
        "rates that are smaller in proportion.",
    ]
    alt = (
        "Four panels. Test accuracy against batch size for the convolutional and for the connected "
        "network, without a norm, with batch norm, with group norm: the numbers of the table. "
        f"Training loss of the connected network with batches of {batches[0]} against steps and "
        f"against seconds: {ends(results, 'loss', _drawn(results))}."
    )
    return Findings(f"{verdict}.", table, text, alt)


def _gain(results: Results, network: str, batch: int) -> Mismatch:
    """Batch norm against group norm."""
    normed, grouped = (
        results.values("test", network=network, norm=norm, batch=batch)
        for norm in ("batch", "group")
    )
    return points(normed, grouped)


def _drawn(results: Results) -> dict[str, tuple[Arm, str]]:
    smallest = results.choices("batch")[0]
    arm = {"network": "connected", "batch": smallest}
    return {LABELS[norm]: (arm | {"norm": norm}, norm) for norm in NORMS}


def draw(results: Results) -> Figure:
    figure, axes = panels(4)
    for axis, network in zip(axes, results.choices("network"), strict=False):
        swept(axis, results, "test", "batch", NORMS, network=network)
        axis.set(xlabel="batch size", ylabel="test accuracy, %", title=f"{network} network")
    over_time(axes[2:], results, "loss", _drawn(results))
    for axis in axes[2:]:
        axis.set_title(f"connected, batches of {results.choices('batch')[0]}")
    axes[2].set_ylabel("training loss")
    axes[1].legend(frameon=False)
    return figure


EXPERIMENT = Experiment(
    name="small-batches",
    claim="Needs batches that are not too small, group norm does not",
    question="Down to which batch size does a network train with batch norm?",
    changed="batch norm, group norm with four groups, or nothing, before each ReLU",
    fixed="network, initial weights (He), images and their order, plain gradient descent, epochs; "
    "the rate in proportion to the batch; each side is run at every batch size of the list, in a "
    "convolutional and in a fully connected network",
    sizes=Sizes(),
    quick=QUICK,
    arms=arms,
    measure=measure,
    findings=findings,
    draw=draw,
)
