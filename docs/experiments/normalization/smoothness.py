"""Is the loss smoother with batch norm, and does it train well because shift is kept away?"""

from __future__ import annotations

import copy
from dataclasses import dataclass

import numpy as np
import torch
from matplotlib.figure import Figure
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils import parameters_to_vector, vector_to_parameters
from torch.optim import SGD

from normalization.experiment import Arm, Curves, Experiment, Findings, Results, Values
from normalization.figures import LABELS, ends, over_time, panels
from normalization.networks import ROWS, connected
from normalization.spread import Seeds, difference, percent, plus_minus, points, ratio
from normalization.training import Labelled, fashion, share_right, train


@dataclass(frozen=True)
class Sizes:
    layers: int = 8
    width: int = 50
    images: int = 1_000
    tests: int = 10_000
    batch: int = 50
    steps: int = 600
    every: int = 20
    rate: float = 0.1
    multiples: tuple[float, ...] = (0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 3, 4)


QUICK = Sizes(images=100, tests=200, steps=6, every=2, multiples=(0.1, 1, 4))


def arms(sizes: Sizes) -> list[Arm]:
    return [{"norm": norm} for norm in ("none", "batch", "shaken batch", "shaken")]


def measure(arm: Arm, seed: int, sizes: Sizes) -> tuple[Values, Curves]:
    data = fashion(sizes.images, sizes.tests, seed)
    network = connected(sizes.layers, sizes.width, ROWS[arm["norm"]])
    probe = data.train[0][: sizes.batch], data.train[1][: sizes.batch]

    def watch(model: nn.Module) -> Values:
        return along_the_gradient(copy.deepcopy(network).train(), probe, sizes)

    optimizer = SGD(network.parameters(), lr=sizes.rate)
    curves = train(
        network, optimizer, data.train, sizes.batch, sizes.steps, seed, sizes.every, watch
    )
    values = {name: torch.tensor(curves[name]).median().item() for name in MEASURED}
    return values | {"loss": curves["loss"][-1], "test": share_right(network, data.test)}, curves


def along_the_gradient(model: nn.Sequential, probe: Labelled, sizes: Sizes) -> Values:
    """How the loss of some images behaves on steps of several lengths down its gradient.

    Args:
        model: in training mode; its weights are changed.
        probe: images and labels.
        sizes: the rate, and the multiples of it that are tried.

    Returns:
        range: of the loss, largest minus smallest.
        change: the largest change of the gradient, as a share of its length.
        shift: by how many deviations a step at the rate itself moves the mean of a feature, on
            average, in the middle of the network; random scales and shifts are drawn anew.
    """
    start = parameters_to_vector(model.parameters()).detach()
    loss, gradient = _loss_and_gradient(model, probe)
    mean, deviation = _middle(model, probe[0], seed=1)
    losses, changes, moved = [loss], [], 0.0
    for multiple in sizes.multiples:
        vector_to_parameters(start - multiple * sizes.rate * gradient, model.parameters())
        loss, other = _loss_and_gradient(model, probe)
        losses.append(loss)
        changes.append(((other - gradient).norm() / gradient.norm()).item())
        if multiple == 1:
            moved = ((_middle(model, probe[0], seed=2)[0] - mean).abs() / deviation).mean().item()
    return {"range": max(losses) - min(losses), "change": max(changes), "shift": moved}


def _loss_and_gradient(model: nn.Sequential, probe: Labelled) -> tuple[float, Tensor]:
    """Both, with the same random numbers at each call: they are functions of the weights."""
    with torch.random.fork_rng([]):
        torch.manual_seed(0)
        loss = F.cross_entropy(model(probe[0]), probe[1])
    gradients = torch.autograd.grad(loss, list(model.parameters()))
    return loss.item(), parameters_to_vector(gradients)


@torch.no_grad()
def _middle(model: nn.Sequential, images: Tensor, seed: int) -> tuple[Tensor, Tensor]:
    """Mean and deviation of each feature that the linear layer in the middle gets."""
    linear = [index for index, layer in enumerate(model) if isinstance(layer, nn.Linear)]
    with torch.random.fork_rng([]):
        torch.manual_seed(seed)
        features = model[: linear[len(linear) // 2]](images)
    return features.mean(dim=0), features.std(dim=0) + 1e-3


DRAWN = ("none", "batch", "shaken batch")
MEASURED = {"range": "range of the loss", "change": "change of the gradient", "shift": "shift"}


def findings(results: Results) -> Findings:
    value = {
        norm: {name: results.values(name, norm=norm) for name in (*MEASURED, "loss", "test")}
        for norm in results.choices("norm")
    }
    none, batch, shaken = (value[norm] for norm in DRAWN)
    smoother = {name: ratio(batch[name], none[name]) for name in MEASURED}
    clear = [name for name in ("range", "change") if smoother[name].sign < 0]
    word = "Held" if len(clear) == 2 else "Held in part" if clear else "Not confirmed"
    verdict = (
        f"{word}: along the gradient the loss ranged over {smoother['range'].words('times', 2)} as "
        f"much with batch norm, and the gradient changed {smoother['change'].words('times', 2)} as "
        "much."
    )
    table = [["", *MEASURED.values(), "training loss", "test %"]]
    for norm, found in value.items():
        cells = [_or_ended(found[name]) for name in (*MEASURED, "loss")]
        table.append([LABELS[norm], *cells, percent(found["test"])])
    ended = int(np.isnan(value["shaken"]["loss"]).sum())
    dearer = difference(shaken["loss"], batch["loss"])
    text = [
        "Range and change are those on steps of 0.1 to 4 times the rate down the gradient; shift "
        "is by how many deviations a step at the rate moves the mean of a feature in the middle. "
        "The table has the median over the checkpoints. With the layer shift was "
        f"{smoother['shift'].words('times', 2)} that without.",
        "Does the layer help because it keeps shift away? Noise after it (random scales and "
        "shifts, others at every step) brings shift back: "
        f"{ratio(shaken['shift'], none['shift']).words('times')} that without the layer. The range "
        f"of the loss was still {ratio(shaken['range'], none['range']).words('times', 2)} that "
        f"without. The same noise without the layer ended {ended} of "
        f"{len(value['shaken']['loss'])} trainings with a loss that was no finite number.",
        "Noise after batch norm changed the training loss by "
        f"{dearer.words('', 2)} and test accuracy by "
        f"{points(shaken['test'], batch['test']).words('points')} against batch norm alone; "
        f"against no layer, {difference(shaken['loss'], none['loss']).words('', 2)} and "
        f"{points(shaken['test'], none['test']).words('points')}. {COSTS[dearer.sign]} The "
        "experiment does not separate the noise's shift from its being noise.",
        "Not shown: that smoothness is why training is faster. Each network is measured along its "
        "own path, and where the loss is lower already it has less room to range.",
    ]
    alt = (
        "Four panels. Range of the loss along the gradient, and the training loss, each "
        "against steps and against seconds, without the layer, with batch norm, and with batch "
        f"norm and noise after it. Range: {ends(results, 'range', _drawn())}. Training loss: "
        f"{ends(results, 'loss', _drawn())}."
    )
    return Findings(verdict, table, text, alt)


COSTS = {
    1: "So here, unlike in Santurkar et al. 2018, batch norm with noise trained clearly worse than "
    "batch norm alone.",
    0: "So, as in Santurkar et al. 2018, batch norm with noise trained about as well as batch norm "
    "alone.",
    -1: "So batch norm with noise trained better than batch norm alone.",
}


def _or_ended(values: Seeds) -> str:
    return "ended at once" if np.isnan(values).any() else plus_minus(values, 3)


def _drawn() -> dict[str, tuple[Arm, str]]:
    return {LABELS[norm]: ({"norm": norm}, norm) for norm in DRAWN}


def draw(results: Results) -> Figure:
    figure, axes = panels(4)
    over_time(axes[:2], results, "range", _drawn())
    over_time(axes[2:], results, "loss", _drawn())
    axes[0].set_ylabel("range of the loss along the gradient")
    axes[2].set_ylabel("training loss")
    for axis in axes[:2]:
        axis.set_yscale("log")
    axes[3].legend(frameon=False)
    return figure


EXPERIMENT = Experiment(
    name="smoothness",
    claim="Makes the loss smoother",
    question="How far do the loss and its gradient change on a step down the gradient, as in "
    "Santurkar et al. 2018; and does training stay good when noise after the layer brings shift "
    "back?",
    changed="batch norm before each ReLU, or nothing; and noise after the layer, or in its place",
    fixed="eight linear layers, initial weights (He), images and their order, plain gradient "
    "descent at one rate",
    sizes=Sizes(),
    quick=QUICK,
    arms=arms,
    measure=measure,
    findings=findings,
    draw=draw,
)
