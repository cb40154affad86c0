"""Does batch norm cost anything at test time, once it is fused with the convolution?"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import torch
from matplotlib.figure import Figure
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from normalization.experiment import Arm, Curves, Experiment, Findings, Results, Values
from normalization.figures import LINES, dots, panels
from normalization.spread import Mismatch, plus_minus, ratio


@dataclass(frozen=True)
class Sizes:
    batch: int = 16
    repeats: int = 1_000
    layers: tuple[tuple[int, int, int, int], ...] = (  # channels in and out, kernel, image
        (1, 20, 5, 28),
        (20, 50, 5, 14),
        (16, 32, 3, 28),
        (64, 64, 1, 14),
    )


QUICK = Sizes(batch=2, repeats=2)


def arms(sizes: Sizes) -> list[Arm]:
    names = ("channels", "filters", "kernel", "size")
    return [dict(zip(names, layer, strict=True)) for layer in sizes.layers]


@torch.no_grad()
def measure(arm: Arm, seed: int, sizes: Sizes) -> tuple[Values, Curves]:
    channels, filters, kernel, size = arm.values()
    convolution = nn.Conv2d(channels, filters, kernel, padding=kernel // 2)
    norm = nn.BatchNorm2d(filters)
    state = norm.state_dict()  # the layer's own tensors
    for name, low in [("weight", 0.5), ("bias", -0.5), ("running_var", 0.5)]:
        state[name].uniform_(low, low + 1)
    state["running_mean"].normal_()
    both = nn.Sequential(convolution, norm).eval()
    fused = fuse_conv_bn_eval(convolution.eval(), norm)
    x = torch.randn(sizes.batch, channels, size, size)
    expected = both(x)
    values = {"difference": ((fused(x) - expected).abs().max() / expected.abs().max()).item()}
    calls = {"convolution": convolution, "both": both, "fused": fused}
    return values | shortest(calls, x, sizes.repeats), {}


def shortest(
    calls: Mapping[str, Callable[[Tensor], Tensor]], x: Tensor, repeats: int
) -> dict[str, float]:
    """The least processor time of each call in milliseconds.

    They take turns in an order drawn anew each time, since a call finds the caches as the one
    before left them. Freeing one large block first makes the C library keep the outputs' memory
    for the next call; to get it from the system again may take longer than the layer.
    """
    torch.empty(6_000_000)
    names = list(calls)
    times: dict[str, list[float]] = {name: [] for name in names}
    for _ in range(repeats):
        for index in torch.randperm(len(names)).tolist():
            begin = time.process_time()
            calls[names[index]](x)
            times[names[index]].append(1000 * (time.process_time() - begin))
    return {name: min(found) for name, found in times.items()}


CALLS = {  # name of the value -> label, line
    "convolution": ("convolution alone", "none"),
    "both": ("batch norm after it, evaluation mode", "group"),
    "fused": ("fused", "batch"),
}
ALLOWED = 1.05  # times the convolution alone: more than that counts as a cost


def findings(results: Results) -> Findings:
    layers = _layers(results)
    cost = {
        call: {name: _ratio(results, call, arm) for name, arm in layers.items()}
        for call in ("both", "fused")
    }
    free = sum(times.high < ALLOWED for times in cost["fused"].values())
    word = "Held" if free == len(layers) else "Held in part" if free else "Not confirmed"
    verdict = (
        f"{word}: fused, it took at most {ALLOWED:g} times as long as the convolution alone in "
        f"{free} of {len(layers)} layers (the whole interval lies below)."
    )
    table = [["layer", "convolution, ms", "with batch norm, times", "fused, times", "difference"]]
    for name, arm in layers.items():
        table.append(
            [
                name,
                plus_minus(results.values("convolution", **arm), 3),
                cost["both"][name].words("", 2),
                cost["fused"][name].words("", 2),
                f"{results.values('difference', **arm).max():.0e}",
            ]
        )
    dearer = sum(times.low > ALLOWED for times in cost["both"].values())
    text = [
        "Times are the least processor time of a call, and multiples of the convolution alone. Not "
        f"fused, the layer costs clearly more than {ALLOWED:g} times in {dearer} of {len(layers)} "
        "layers: it is free only for those who fuse it. Difference is the largest one between the "
        "fused answer and the other, as a share of the largest answer.",
        "The order of the calls matters: in a first measurement it was fixed, the fused one always "
        "came after the slowest, and took 1.01 to 1.06 times as long as the convolution alone. It "
        "is drawn at random since.",
        "Training is not free: the other experiments say how many seconds a step took. Not shown: "
        "norms that no convolution precedes, or one with padding that follows; those cannot be "
        "fused exactly.",
    ]
    alt = (
        "Two panels, for each layer the milliseconds of a call and the multiple of the convolution "
        "alone, for the convolution, batch norm after it, and the fused one: the numbers of the "
        "table."
    )
    return Findings(verdict, table, text, alt)


def _layers(results: Results) -> dict[str, Arm]:
    arms = {str(run.arm): run.arm for run in results.runs}.values()
    return {
        "{channels} to {filters}, {kernel}×{kernel}, on {size}×{size}".format(**arm): arm
        for arm in arms
    }


def _ratio(results: Results, call: str, arm: Arm) -> Mismatch:
    return ratio(results.values(call, **arm), results.values("convolution", **arm))


def draw(results: Results) -> Figure:
    figure, axes = panels(2)
    layers = _layers(results)
    alone = np.stack([results.values("convolution", **arm) for arm in layers.values()], axis=1)
    for place, (call, (label, line)) in enumerate(CALLS.items()):
        times = np.stack([results.values(call, **arm) for arm in layers.values()], axis=1)
        x = np.arange(len(layers)) + 0.2 * (place - 1)
        for axis, rows in zip(axes, (times, times / alone), strict=True):
            dots(axis, x, rows, label, LINES[line])
    for axis in axes:
        axis.set_xticks(range(len(layers)), [name.replace(", ", "\n") for name in layers])
    axes[0].set(ylabel="milliseconds of processor time", ylim=(0, None))
    axes[1].set(ylabel="times the convolution alone")
    figure.legend(
        *axes[0].get_legend_handles_labels(), loc="outside upper center", ncols=3, frameon=False
    )
    return figure


EXPERIMENT = Experiment(
    name="fused",
    claim="Costs nothing at test time, when fused with the convolution",
    question="How long does a call of a convolution take alone, with batch norm after it, and "
    "with batch norm fused into its weights (torch's fuse_conv_bn_eval)?",
    changed="nothing after the convolution, batch norm in evaluation mode, or the fused one",
    fixed="the images, the weights, one thread; the three take turns in random order",
    sizes=Sizes(),
    quick=QUICK,
    arms=arms,
    measure=measure,
    findings=findings,
    draw=draw,
)
