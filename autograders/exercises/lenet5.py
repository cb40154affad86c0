"""Notebook 04: what it asks for, the visible cases, the known mistakes and the predictions.

Long, since each exercise brings its cases and its known mistakes; no function in it is.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from autograders.authoring.build import KnownMistake, Specification
from autograders.authoring.cases import Draw, draw, given
from autograders.checks.exercise import TrainedWeights
from autograders.checks.judging.adapters import PARAMETER_SHAPES, probed
from autograders.checks.predictions import letters, numbers
from course_lib import lenet5, training

TABLE = "The network as a table"
NETWORK = "The network as a class"
EPOCH = "One epoch of training"
ACCURACY = "How many are right"
LADDER = "Before you train: the ladder"
FAULTS = "Five silent faults"


# lenet5_table


def _rows(*rows: int, outputs: tuple[str, ...] | None = None) -> tuple[Draw, ...]:
    return tuple(draw(row=given(row), outputs=outputs, rule="table-row") for row in rows)


def _changed(change: Callable[[int, list[Any]], None]) -> Callable[[], list[Any]]:
    """The table after `change` of each (row, [name, output shape, weight shape])."""

    def table() -> list[Any]:
        rows = [list(row) for row in lenet5.lenet5_table()]
        for number, row in enumerate(rows, 1):
            change(number, row)
        return rows

    return table


def _torchs_orientation(_: int, row: list[Any]) -> None:
    if row[0].startswith("Linear"):
        row[2] = row[2][::-1]


def _turned_kernels(_: int, row: list[Any]) -> None:
    if row[0].startswith("Conv"):
        row[2] = (row[2][1], row[2][0], *row[2][2:])


def _without_padding(number: int, row: list[Any]) -> None:
    size = {2: 24, 3: 24, 4: 12, 5: 8, 6: 8, 7: 4}.get(number)
    if size:
        row[1] = (row[1][0], size, size)
    if number == 8:
        row[1] = (50 * 4 * 4,)
    if number == 9:
        row[2] = (50 * 4 * 4, 500)


def _channels_last(_: int, row: list[Any]) -> None:
    if len(row[1]) == 3:
        row[1] = (*row[1][1:], row[1][0])


def _first_weights_depth(number: int, row: list[Any]) -> None:
    if row[0].startswith("Conv"):
        row[2] = (row[2][0], *row[2][2:])


def _second_pool_forgotten(number: int, row: list[Any]) -> None:
    if number == 8:
        row[1] = (50 * 14 * 14,)
    if number == 9:
        row[2] = (50 * 14 * 14, 500)


def _biases_inside(number: int, row: list[Any]) -> None:
    if number in (9, 11):
        row[2] = (row[2][0] + 1, row[2][1])


LENET5_TABLE = Specification(
    name="lenet5_table",
    points=12,
    library="numpy",
    outputs=("kind", "output", "weight"),
    reference=lenet5.lenet5_table,
    probe="table_row",
    groups={
        "input and first block: rows 1 to 4": _rows(1, 2, 3, 4),
        "second block: rows 5 to 7": _rows(5, 6, 7),
        "classifier: rows 8 to 11": _rows(8, 9, 10, 11),
    },
    mistakes={
        "torch's orientation": KnownMistake(
            _changed(_torchs_orientation),
            "Linear's weight as torch keeps it, (out, in); the slide has (in, out)",
            TABLE,
        ),
        "kernels turned": KnownMistake(
            _changed(_turned_kernels),
            "a convolution's weight with input channels before output channels",
            TABLE,
        ),
        "no depth": KnownMistake(
            _changed(_first_weights_depth),
            "filters without their depth: each spans all channels of its input",
            TABLE,
        ),
        "no padding": KnownMistake(
            _changed(_without_padding), "convolutions without their padding of 2", TABLE
        ),
        "channels last": KnownMistake(
            _changed(_channels_last),
            "output shapes with the channels last; torch has (C, H, W)",
            TABLE,
        ),
        "second pooling forgotten": KnownMistake(
            _changed(_second_pool_forgotten),
            "a flattened map as large as before the second pooling",
            TABLE,
        ),
        "biases inside": KnownMistake(
            _changed(_biases_inside),
            "Linear's weight with a row for the biases; the slide counts weights without them",
            TABLE,
        ),
    },
)


# LeNet5


class _Network(nn.Module):
    """LeNet-5 with something done differently."""

    def __init__(
        self,
        pool: Callable[..., Tensor] = F.max_pool2d,
        between: tuple[bool, bool, bool] = (True, True, True),
        activation: Callable[[Tensor], Tensor] = F.relu,
        last: Callable[[Tensor], Tensor] = lambda logits: logits,
    ) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(1, 20, kernel_size=5, padding=2)
        self.conv2 = nn.Conv2d(20, 50, kernel_size=5, padding=2)
        self.linear1 = nn.Linear(2450, 500)
        self.linear2 = nn.Linear(500, 10)
        self.pool, self.last = pool, last
        self.activations = [activation if used else lambda x: x for used in between]

    def forward(self, x: Tensor) -> Tensor:
        first, second, third = self.activations
        x = self.pool(first(self.conv1(x)), 2)
        x = self.pool(second(self.conv2(x)), 2)
        return self.last(self.linear2(third(self.linear1(x.flatten(1)))))


def _ten_times(*made: Any) -> tuple[Tensor, ...]:
    """Rounding errors of four layers add up like random steps: far below the sum of all terms."""
    return tuple(10 * result.detach() for result in probed("lenet5", lenet5.LeNet5)(*made))


def _images(
    *shape: int, seed: int, outputs: tuple[str, ...] = ("logits",), **how: Any
) -> tuple[Draw, ...]:
    return (draw(seed=given(seed), x=shape, outputs=outputs, **how),)


def _summed(x: Tensor, size: int) -> Tensor:
    return size**2 * F.avg_pool2d(x, size)


LENET5 = Specification(
    name="LeNet5",
    points=18,
    library="torch",
    outputs=("logits", "gradients"),
    reference=lenet5.LeNet5,
    bound=_ten_times,
    probe="lenet5",
    groups={
        "one image": _images(1, 1, 28, 28, seed=1) + _images(1, 1, 28, 28, seed=2),
        "a batch of images": _images(3, 1, 28, 28, seed=3) + _images(4, 1, 28, 28, seed=4),
        "a gradient for every parameter": (
            _images(2, 1, 28, 28, seed=5, outputs=("gradients",))
            + _images(3, 1, 28, 28, seed=6, outputs=("gradients",))
        ),
    },
    mistakes={
        "softmax": KnownMistake(
            partial(_Network, last=nn.Softmax(1)),
            "a softmax at the end: return logits, the cross-entropy has its own softmax",
            NETWORK,
        ),
        "log softmax": KnownMistake(
            partial(_Network, last=nn.LogSoftmax(1)),
            "a log_softmax at the end: return logits, the cross-entropy has its own",
            NETWORK,
        ),
        "relu on logits": KnownMistake(
            partial(_Network, last=F.relu),
            "a ReLU on the logits: half of them become 0",
            NETWORK,
        ),
        "average pooling": KnownMistake(
            partial(_Network, pool=F.avg_pool2d),
            "average pooling where the table has max",
            TABLE,
        ),
        "summed": KnownMistake(
            partial(_Network, pool=_summed),
            "sums of windows where the table has the largest",
            TABLE,
        ),
        "no first relu": KnownMistake(
            partial(_Network, between=(False, True, True)),
            "no ReLU after the first convolution",
            TABLE,
        ),
        "no second relu": KnownMistake(
            partial(_Network, between=(True, False, True)),
            "no ReLU after the second convolution",
            TABLE,
        ),
        "no third relu": KnownMistake(
            partial(_Network, between=(True, True, False)),
            "no ReLU between the two linear layers, which then are one",
            TABLE,
        ),
        "sigmoid": KnownMistake(
            partial(_Network, activation=torch.sigmoid),
            "sigmoids where the table has ReLUs",
            TABLE,
        ),
        "tanh": KnownMistake(
            partial(_Network, activation=torch.tanh), "tanh where the table has ReLUs", TABLE
        ),
    },
)


# train_epoch and accuracy

Labels = list[int]


def _labels(count: int, shift: int = 0) -> Any:
    return given([(i * i + shift) % 3 for i in range(count)])


def _epoch(*shape: int, seed: int, batch: int, rate: float = 0.125, **how: Any) -> Draw:
    labels = _labels(shape[0], seed)
    return draw(
        seed=given(seed), x=shape, labels=labels, batch=given(batch), rate=given(rate), **how
    )


def _around_ten(*made: Any, probe: str, reference: Callable[..., Any]) -> tuple[Tensor, ...]:
    """Losses, and parameters after a few steps, come from sums of terms below ten."""
    return tuple(torch.full_like(result, 10) for result in probed(probe, reference)(*made))


def _train(
    model: nn.Module,
    loader: Any,
    optimizer: torch.optim.Optimizer,
    device: Any,
    mode: bool | None = True,
    clear: bool = True,
    loss_of: Callable[[Tensor, Tensor], Tensor] = F.cross_entropy,
    mean: str = "images",
    step: bool = True,
    after: bool = False,
    keep_last: bool = True,
) -> float:
    """An epoch of training with something done differently."""
    if mode is not None:
        model.train(mode)
    losses, sizes = [], []
    for x, y in _batches(loader, keep_last):
        x, y = x.to(device), y.to(device)
        if clear:
            optimizer.zero_grad()
        loss = loss_of(model(x), y)
        loss.backward()
        if step:
            optimizer.step()
        losses.append((loss_of(model(x), y) if after else loss).item())
        sizes.append(len(y))
    if mean == "images":
        return sum(loss * n for loss, n in zip(losses, sizes, strict=True)) / sum(sizes)
    if mean == "last":
        return losses[-1]
    return sum(losses) / {"batches": len(losses), "sum": 1, "images of sums": sum(sizes)}[mean]


def _batches(loader: Any, keep_last: bool) -> Iterator[Any]:
    batches = list(loader)
    yield from batches if keep_last else [b for b in batches if len(b[1]) == len(batches[0][1])]


def _after_softmax(logits: Tensor, y: Tensor) -> Tensor:
    return F.cross_entropy(logits.softmax(1), y)


def _trained(sentence: str, section: str = EPOCH, **change: Any) -> KnownMistake:
    return KnownMistake(partial(_train, **change), sentence, section)


EPOCH_MISTAKES = {
    "gradients add up": _trained(
        "gradients that are not set to zero for each batch: a step adds those before", clear=False
    ),
    "mode left": _trained("a model left in evaluation mode", mode=None),
    "mean of batches": _trained(
        "a mean over batches: the last, shorter batch counts too much", mean="batches"
    ),
    "sum": _trained("a sum over batches where a mean over images was asked", mean="sum"),
    "divided by images": _trained(
        "batch means added and divided by the number of images: weigh each by its batch's size",
        mean="images of sums",
    ),
    "last loss": _trained("the loss of the last batch alone", mean="last"),
    "softmax twice": _trained(
        "a softmax before the cross-entropy, which has its own", loss_of=_after_softmax
    ),
    "no step": _trained("no optimizer.step()", step=False),
    "loss after": _trained("the loss after the step of its batch; before it was asked", after=True),
    "last batch left out": _trained("the last, shorter batch left out", keep_last=False),
}

TRAIN_EPOCH = Specification(
    name="train_epoch",
    points=14,
    library="torch",
    outputs=("loss", "weights"),
    reference=training.train_epoch,
    bound=partial(_around_ten, probe="train_epoch", reference=training.train_epoch),
    probe="train_epoch",
    groups={
        "one batch, one step": (
            _epoch(4, 1, 3, 2, seed=1, batch=4),
            _epoch(5, 1, 2, 3, seed=2, batch=5),
        ),
        "batches of one size": (
            _epoch(8, 1, 3, 2, seed=3, batch=4),
            _epoch(9, 1, 2, 3, seed=4, batch=3),
        ),
        "a last batch that is shorter": (
            _epoch(8, 1, 3, 2, seed=5, batch=5),
            _epoch(10, 2, 2, 3, seed=6, batch=4),
        ),
    },
    mistakes=EPOCH_MISTAKES,
)


def _accuracy(
    model: nn.Module,
    loader: Any,
    device: Any,
    training_mode: bool = False,
    of: str = "images",
    clear: bool = False,
    keep_last: bool = True,
    guess: Callable[[Tensor], Tensor] = lambda logits: logits.argmax(1),
) -> float:
    """A share of right answers with something done differently."""
    model.train(training_mode)
    if clear:
        model.zero_grad()
    with torch.no_grad():
        counted = [
            (int((guess(model(x.to(device))) == y.to(device)).sum()), len(y))
            for x, y in _batches(loader, keep_last)
        ]
    right, images = (sum(counts) for counts in zip(*counted, strict=True))
    match of:
        case "batches":
            return sum(r / n for r, n in counted) / len(counted)
        case "count":
            return right
        case "percent":
            return 100 * right / images
        case "wrong":
            return 1 - right / images
    return right / images


def _judged(sentence: str, **change: Any) -> KnownMistake:
    return KnownMistake(partial(_accuracy, **change), sentence, ACCURACY)


def _share(*shape: int, seed: int, batch: int, **how: Any) -> Draw:
    return draw(
        seed=given(seed), x=shape, labels=_labels(shape[0], seed), batch=given(batch), **how
    )


ACCURACY_EXERCISE = Specification(
    name="accuracy",
    points=10,
    library="torch",
    outputs=("fraction", "kept"),
    reference=training.accuracy,
    bound=partial(_around_ten, probe="accuracy", reference=training.accuracy),
    probe="accuracy",
    groups={
        "one batch": (
            _share(7, 1, 3, 2, seed=1, batch=7),
            _share(9, 1, 2, 3, seed=2, batch=9),
            _share(11, 1, 2, 3, seed=7, batch=11),
        ),
        "a last batch that is shorter": (
            _share(8, 1, 3, 2, seed=3, batch=5),
            _share(11, 2, 2, 3, seed=4, batch=4),
            _share(13, 2, 2, 3, seed=8, batch=5),
        ),
    },
    mistakes={
        "training mode": _judged("the model in training mode", training_mode=True),
        "mean of batches": _judged(
            "a mean over batches: the last, shorter batch counts too much", of="batches"
        ),
        "count": _judged("a count where a fraction was asked", of="count"),
        "percent": _judged("per cent where a fraction was asked", of="percent"),
        "errors": _judged("the share of wrong answers", of="wrong"),
        "smallest": _judged("the smallest logit taken", guess=lambda logits: logits.argmin(1)),
        "gradients lost": _judged(
            "gradients of the model set to zero or None; leave them as they were", clear=True
        ),
        "last batch left out": _judged("the last, shorter batch left out", keep_last=False),
    },
)


# The ladder


def _first_loss(
    model: nn.Module, x: Tensor, y: Tensor, loss_of: Callable[..., Tensor] = F.cross_entropy
) -> float:
    return loss_of(model(x), y).item()


def _summed_loss(logits: Tensor, y: Tensor) -> Tensor:
    return F.cross_entropy(logits, y, reduction="sum")


def _after_a_step(model: nn.Module, x: Tensor, y: Tensor) -> float:
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    optimizer.zero_grad()
    loss = F.cross_entropy(model(x), y)
    loss.backward()
    optimizer.step()
    return loss.item()


def _expected_of_guesses(model: nn.Module, x: Tensor, y: Tensor) -> float:
    return float(torch.tensor(model(x).shape[1]).log())


def _without_log(logits: Tensor, y: Tensor) -> Tensor:
    return F.nll_loss(logits.softmax(1), y)


def _untrained(*shape: int, seed: int, model: str = "plain", **how: Any) -> Draw:
    return draw(
        model=given(model), seed=given(seed), x=shape, labels=_labels(shape[0], seed), **how
    )


FIRST_LOSS = Specification(
    name="ladder-first-loss",
    points=2,
    library="torch",
    outputs=("loss", "kept"),
    reference=_first_loss,
    bound=partial(_around_ten, probe="first_loss", reference=_first_loss),
    probe="first_loss",
    groups={
        "the loss before any training": (
            _untrained(5, 1, 3, 2, seed=1),
            _untrained(7, 2, 2, 3, seed=2, model="unused"),
        ),
    },
    mistakes={
        "sum": KnownMistake(
            partial(_first_loss, loss_of=_summed_loss), "a sum over the images, not a mean", LADDER
        ),
        "softmax twice": KnownMistake(
            partial(_first_loss, loss_of=_after_softmax),
            "a softmax before the cross-entropy, which has its own",
            LADDER,
        ),
        "trained": KnownMistake(
            _after_a_step, "a step of training: the model must stay as it is", LADDER
        ),
        "formula": KnownMistake(
            _expected_of_guesses,
            "log of the number of classes, which is what to compare it with: the loss is the "
            "model's own",
            LADDER,
        ),
        "no softmax": KnownMistake(
            partial(_first_loss, loss_of=F.nll_loss),
            "nll_loss of logits: it expects logarithms of probabilities",
            LADDER,
        ),
        "no logarithm": KnownMistake(
            partial(_first_loss, loss_of=_without_log),
            "probabilities without their logarithm",
            LADDER,
        ),
    },
)


def _silent(
    model: nn.Module, x: Tensor, y: Tensor, clear: bool = True, only: str = "both"
) -> list[str]:
    """Names of parameters without gradient; `only` "none" or "zero" finds one kind."""
    if clear:
        model.zero_grad()
    F.cross_entropy(model(x), y).backward()
    found = []
    for name, parameter in model.named_parameters():
        if parameter.grad is None:
            found += [name] if only != "zero" else []
        elif not parameter.grad.any():
            found += [name] if only != "none" else []
    return found


def _no_backward(model: nn.Module, x: Tensor, y: Tensor) -> list[str]:
    model.zero_grad()
    return [name for name, parameter in model.named_parameters() if parameter.grad is None]


def _reached(model: nn.Module, x: Tensor, y: Tensor) -> list[str]:
    silent = _silent(model, x, y)
    return [name for name, _ in model.named_parameters() if name not in silent]


def _weights_only(model: nn.Module, x: Tensor, y: Tensor) -> list[str]:
    return [name for name in _silent(model, x, y) if name.endswith("weight")]


WITHOUT_GRADIENT = Specification(
    name="ladder-gradients",
    points=2,
    library="torch",
    outputs=("silent",),
    reference=_silent,
    probe="without_gradient",
    groups={
        "layers that nothing reaches": (
            _untrained(5, 1, 3, 2, seed=1, model="unused", rule="silent-parameters"),
            _untrained(6, 1, 2, 3, seed=2, model="detached", rule="silent-parameters"),
            _untrained(4, 1, 2, 3, seed=3, model="plain", rule="silent-parameters"),
            _untrained(6, 1, 3, 2, seed=8, model="unused at the end", rule="silent-parameters"),
        ),
        "gradients that are there and all zero": (
            _untrained(5, 1, 3, 2, seed=4, model="dead", rule="silent-parameters"),
            _untrained(7, 1, 2, 3, seed=5, model="dead", rule="silent-parameters"),
            _untrained(6, 1, 3, 2, seed=9, model="plain", rule="silent-parameters"),
        ),
        "both in one model, or neither": (
            _untrained(5, 2, 3, 2, seed=6, model="dead and unused", rule="silent-parameters"),
            _untrained(4, 1, 3, 2, seed=7, model="dead and unused", rule="silent-parameters"),
            _untrained(5, 1, 2, 3, seed=10, model="normalised", rule="silent-parameters"),
        ),
    },
    mistakes={
        "only none": KnownMistake(
            partial(_silent, only="none"),
            "only gradients that are None: one that is all zero teaches nothing either",
            LADDER,
        ),
        "only zero": KnownMistake(
            partial(_silent, only="zero"),
            "only gradients that are zero: a layer that is never used has None",
            LADDER,
        ),
        "stale": KnownMistake(
            partial(_silent, clear=False),
            "gradients of an earlier step: set them to zero first",
            LADDER,
        ),
        "no backward": KnownMistake(
            _no_backward,
            "every parameter: without loss.backward() none has a gradient",
            LADDER,
        ),
        "reached": KnownMistake(
            _reached, "the parameters that have a gradient; asked are the others", LADDER
        ),
        "weights only": KnownMistake(
            _weights_only, "weights without the biases, which are parameters too", LADDER
        ),
    },
)


def _steps(
    model: nn.Module,
    x: Tensor,
    y: Tensor,
    optimizer: torch.optim.Optimizer,
    limit: int,
    clear: bool = True,
    first: int = 0,
    share: float = 1.0,
) -> int:
    """Steps until all of x are right, `limit` at most."""
    model.train()
    for step in range(limit):
        logits = model(x)
        if (logits.argmax(1) == y).float().mean() >= share:
            return step + first
        if clear:
            optimizer.zero_grad()
        F.cross_entropy(logits, y).backward()
        optimizer.step()
    return limit


def _overfit(*shape: int, seed: int, rate: float, limit: int, **how: Any) -> Draw:
    labels = _labels(shape[0], seed)
    return draw(
        seed=given(seed), x=shape, labels=labels, rate=given(rate), limit=given(limit), **how
    )


STEPS_TO_FIT = Specification(
    name="ladder-overfit",
    points=2,
    library="number",
    outputs=("steps",),
    reference=_steps,
    probe="steps_to_fit",
    groups={
        "all images right": (
            _overfit(6, 1, 3, 4, seed=1, rate=0.25, limit=200),
            _overfit(8, 1, 4, 3, seed=2, rate=0.25, limit=200),
            _overfit(7, 1, 4, 3, seed=3, rate=0.125, limit=200),
        ),
        "at the limit": (
            _overfit(9, 1, 3, 2, seed=4, rate=0.0625, limit=5),
            _overfit(5, 1, 3, 2, seed=5, rate=0.25, limit=3),  # right at the last look
        ),
    },
    mistakes={
        "gradients add up": KnownMistake(
            partial(_steps, clear=False), "gradients that are never set to zero", LADDER
        ),
        "counted from one": KnownMistake(
            partial(_steps, first=1),
            "a count that is one too many: an image right before the first step takes none",
            LADDER,
        ),
        "most": KnownMistake(
            partial(_steps, share=0.7), "a stop before every image is right", LADDER
        ),
        "one too few": KnownMistake(
            partial(_steps, first=-1),
            "a count that is one too few: the step after which all are right counts",
            LADDER,
        ),
        "no step": KnownMistake(
            lambda model, x, y, optimizer, limit: limit,
            "the limit every time: without optimizer.step() nothing is learned",
            LADDER,
        ),
        "one image": KnownMistake(
            partial(_steps, share=1e-9), "a stop as soon as one image is right", LADDER
        ),
    },
)

DEBUG_TRAINING = Specification(
    name="debug-training",
    points=4,
    library="torch",
    outputs=("loss", "weights"),
    reference=training.train_epoch,
    bound=partial(_around_ten, probe="train_epoch", reference=training.train_epoch),
    probe="train_epoch",
    groups={
        "steps that follow one another": (
            _epoch(8, 1, 3, 2, seed=7, batch=4),
            _epoch(10, 2, 2, 3, seed=8, batch=4),
            _epoch(6, 1, 4, 3, seed=9, batch=2),
        ),
    },
    mistakes={
        "fault": _trained(
            "the fault is still there: which line runs once an epoch and belongs in the loop?",
            FAULTS,
            clear=False,
        ),
    },
)

EXERCISES = (
    LENET5_TABLE,
    LENET5,
    TRAIN_EPOCH,
    ACCURACY_EXERCISE,
    FIRST_LOSS,
    WITHOUT_GRADIENT,
    STEPS_TO_FIT,
    DEBUG_TRAINING,
)

WEIGHTS = (
    TrainedWeights(
        name="weights",
        points=14,
        file="lenet5.safetensors",
        shapes=tuple(PARAMETER_SHAPES),
    ),
)

PREDICTIONS = (
    numbers("recall-parameters", 1, 25_050),
    numbers("recall-padding", 1, 2),
    numbers("recall-receptive-field", 1, 16),
    numbers("recall-pooled-shape", 1, 1, 20, 14, 14),
    letters("recall-collapse", 1, "abcd", "ac"),
    numbers("predict-volume", 1, 15_680, 3_920, 9_800, 2_450),
    numbers("predict-parameters", 1, 1_256_080),
    letters("predict-largest-layer", 1, "abcd", "bc"),
    numbers("predict-work", 1, 4_900_000),
    numbers("debug-faults", 3, 3, 5, 1, 4, 2),
)

BREAK_POINTS: dict[str, float] = {}
