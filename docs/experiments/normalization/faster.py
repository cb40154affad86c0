"""Does batch norm make training faster, in steps and in seconds?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure
from torch import nn
from torch.optim import SGD

from normalization.experiment import SIDES, Arm, Curves, Experiment, Findings, Results, Values
from normalization.figures import LABELS, ends, over_time, panels
from normalization.networks import ROWS, connected
from normalization.spread import Mismatch, Seeds, percent, plus_minus, points, ratio
from normalization.training import digits, share_right, train


@dataclass(frozen=True)
class Sizes:
    layers: int = 3
    width: int = 100
    deviation: float = 0.1
    images: int = 60_000
    tests: int = 5_000
    batch: int = 60
    steps: int = 5_000
    every: int = 100
    rates: tuple[float, ...] = (0.1, 0.3, 1, 3, 10)


QUICK = Sizes(images=600, tests=200, steps=40, every=10, rates=(0.1, 1))


def arms(sizes: Sizes) -> list[Arm]:
    return [{"norm": norm, "rate": rate} for rate in sizes.rates for norm in SIDES]


def measure(arm: Arm, seed: int, sizes: Sizes) -> tuple[Values, Curves]:
    data = digits(sizes.images, sizes.tests, seed)
    network = connected(
        sizes.layers, sizes.width, ROWS[arm["norm"]], sizes.deviation, activation=nn.Sigmoid
    )
    optimizer = SGD(network.parameters(), lr=arm["rate"])

    def watch(model: nn.Module) -> Values:
        return {"test": share_right(model, data.test)}

    curves = train(
        network, optimizer, data.train, sizes.batch, sizes.steps, seed, sizes.every, watch
    )
    return {"test": curves["test"][-1]}, curves


TARGETS = (0.93, 0.95, 0.96)  # shares of the test images


def findings(results: Results) -> Findings:
    compared = {clock: [_compared(results, clock, t) for t in TARGETS] for clock in CLOCKS}
    best = {norm: results.best("test", "rate", norm=norm) for norm in SIDES}
    last = points(*(results.values("test", norm=n, rate=best[n]) for n in reversed(SIDES)))
    steps_at_best = [
        ratio(*(_until(results, "steps", t, n, best[n]) for n in reversed(SIDES))) for t in TARGETS
    ]
    table = [["rate", *(f"{what} {side}" for what in COLUMNS for side in ("without", "with"))]]
    table += [_row(results, rate) for rate in results.choices("rate")]
    text = [
        "Each side at the rate with which it reached the target in the fewest steps: "
        + "; ".join(
            f"to {t:.0%}, rate {_soonest(results, t, 'none'):g} without and "
            f"{_soonest(results, t, 'batch'):g} with, {steps.words('times', 2)} the steps and "
            f"{seconds.words('times', 2)} the seconds"
            for t, steps, seconds in zip(TARGETS, *compared.values(), strict=True)
        )
        + f". A step with the layer took {_a_step(results).words('times', 2)} as long.",
        "The answer depends on how the rates are chosen. Each side at the rate with which it "
        f"ended best ({best['none']:g} without, {best['batch']:g} with), the layer needed "
        + ", ".join(
            f"{steps.words('times', 2)} the steps to {t:.0%}"
            for t, steps in zip(TARGETS, steps_at_best, strict=True)
        )
        + f", and after the last step it was worth {last.words('points', 2)} of accuracy. At one "
        "and the same rate it needed fewer steps at some rates and more at others, as the table "
        "shows: a comparison at a single rate shows what its author chose.",
        "Not shown: the paper's own case, 50,000 steps, and ImageNet, where it counts 14 times "
        "fewer steps. Three layers are not deep. Rates were chosen on the test images, on both "
        "sides.",
    ]
    alt = (
        "Two panels, accuracy on the test images against steps and against seconds, each side at "
        f"the rate with which it reached {TARGETS[1]:.0%} in the fewest steps: "
        f"{ends(results, 'test', _drawn(results))} (shares that are right)."
    )
    return Findings(_verdict(compared), table, text, alt)


CLOCKS = ("steps", "seconds")
COLUMNS = ("test %", *(f"{clock} to {TARGETS[1]:.0%}," for clock in CLOCKS))


def _verdict(compared: dict[str, list[Mismatch]]) -> str:
    less, more = ({c: sum(d.sign == s for d in compared[c]) for c in CLOCKS} for s in (-1, 1))
    word = "Held" if min(less.values()) == len(TARGETS) else "Held in part"
    if not any(less.values()):
        word = "Refuted" if min(more.values()) == len(TARGETS) else "Not confirmed"
    counts = " and ".join(
        f"clearly fewer {clock} to {less[clock]} of {len(TARGETS)} targets (clearly more to "
        f"{more[clock]})"
        for clock in CLOCKS
    )
    return f"{word}: each side at its fastest rate, it took {counts}."


def _soonest(results: Results, target: float, norm: str) -> float:
    """The rate with which all seeds reach a target, in the fewest steps on average."""

    def steps(rate: float) -> float:
        mean = float(_until(results, "steps", target, norm, rate).mean())
        return np.inf if np.isnan(mean) else mean

    return float(min(results.choices("rate"), key=steps))


def _compared(results: Results, clock: str, target: float) -> Mismatch:
    """With the layer as a multiple of without, each at its fastest rate."""
    return ratio(
        *(
            _until(results, clock, target, norm, _soonest(results, target, norm))
            for norm in reversed(SIDES)
        )
    )


def _until(results: Results, clock: str, target: float, norm: str, rate: float) -> Seeds:
    """When the target was reached first, for each seed; nan if it never was."""
    times = results.curves(clock, norm=norm, rate=rate)
    reached = results.curves("test", norm=norm, rate=rate) >= target
    first = times[np.arange(len(times)), reached.argmax(axis=1)]
    return np.where(reached.any(axis=1), first, np.nan)


def _row(results: Results, rate: float) -> list[str]:
    cells = [percent(results.values("test", norm=norm, rate=rate), 2) for norm in SIDES]
    for clock, places in (("steps", 0), ("seconds", 2)):
        for norm in SIDES:
            times = _until(results, clock, TARGETS[1], norm, rate)
            never = int(np.isnan(times).sum())
            cells.append(f"{never} of {len(times)} never" if never else plus_minus(times, places))
    return [f"{rate:g}", *cells]


def _a_step(results: Results) -> Mismatch:
    """How long a step takes with the layer, as a multiple: the mean over all rates."""
    rates = results.choices("rate")
    seconds = (
        np.mean([results.curves("seconds", norm=n, rate=r)[:, -1] for r in rates], axis=0)
        for n in reversed(SIDES)
    )
    return ratio(*seconds)


def _drawn(results: Results) -> dict[str, tuple[Arm, str]]:
    """Each side at its fastest rate to the second target."""
    rates = {norm: _soonest(results, TARGETS[1], norm) for norm in SIDES}
    return {f"{LABELS[n]}, rate {r:g}": ({"norm": n, "rate": r}, n) for n, r in rates.items()}


def draw(results: Results) -> Figure:
    figure, axes = panels(2)
    over_time(axes, results, "test", _drawn(results), factor=100)
    for axis in axes:
        axis.set_ylim(85, 98)
    axes[0].set_ylabel("test accuracy, %")
    axes[1].legend(frameon=False, loc="lower right")
    return figure


EXPERIMENT = Experiment(
    name="faster",
    claim="Makes training faster",
    question="How many steps, and how many seconds, until 93, 95 and 96 % of MNIST's test images "
    "are right? The network is that of Ioffe and Szegedy 2015, section 4.1.",
    changed="batch norm between each linear layer and its sigmoid, or nothing",
    fixed="three layers of 100 sigmoids, Gaussian initial weights of one deviation, batches of 60 "
    "and their order, plain gradient descent; each side is run at every rate of the list",
    sizes=Sizes(),
    quick=QUICK,
    arms=arms,
    measure=measure,
    findings=findings,
    draw=draw,
)
