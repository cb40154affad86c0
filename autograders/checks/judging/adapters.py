"""How answers that are not plain functions of arrays are judged: classes, training, tables.

A probe takes what the student wrote and returns a function of a case's arguments that gives
numbers; judging goes on as for every other exercise. Students get this file: no probe answers
an exercise.
"""

import math
import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset

from autograders.checks.judging.plain_data import NotAsAsked, brief, plain, unrolled, whole
from autograders.checks.judging.small_models import small_model

Function = Callable[..., Any]
PARAMETER_SHAPES = [
    (10,),
    (10, 500),
    (20,),
    (20, 1, 5, 5),
    (50,),
    (50, 20, 5, 5),
    (500,),
    (500, 2450),
]
LARGEST = 1 << 24  # beyond which float32 leaves out whole numbers
LAYERS = ("Input", "Conv", "ReLU", "MaxPool", "Flatten", "Linear")


def probed(name: str, answer: Any) -> Function:
    """A function of a case's arguments: `answer` as the probe `name` asks it, or `answer` itself
    where the exercise has no probe."""
    return partial(_PROBES[name], answer) if name else answer


def _table_row(lenet5_table: Function, row: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Row `row` from 1: the place of its kind in LAYERS, output shape (3,) and weight shape (4,),
    filled up with zeros."""
    rows = unrolled(lenet5_table())
    if not isinstance(rows, (list, tuple)) or len(rows) != 11:
        found = f"{len(rows)} rows" if isinstance(rows, (list, tuple)) else _kind(rows)
        raise NotAsAsked(f"a list of 11 rows was expected, from Input to the last Linear: {found}")
    parts = unrolled(rows[row - 1])
    if not isinstance(parts, (list, tuple)) or len(parts) != 3:
        raise NotAsAsked(
            f"row {row} is {brief(parts)}; (name, output shape, weight shape) was expected"
        )
    name, output, weight = parts
    word = re.match(r"\s*(\w*)", name)[1] if isinstance(name, str) else ""  # type: ignore[index]
    if word not in LAYERS:
        raise NotAsAsked(
            f"row {row} is named {brief(name)}; it must begin with {', '.join(LAYERS)}"
        )
    return (
        np.array(LAYERS.index(word), "float32"),
        _padded(output, 3, f"the output shape of row {row}"),
        _padded(weight, 4, f"the weight shape of row {row}"),
    )


def _padded(shape: Any, length: int, what: str) -> np.ndarray:
    """A shape's numbers; None is an empty one, and a bare number one of one axis."""
    listed = () if shape is None else shape
    if isinstance(shape, (np.ndarray, Tensor)) and math.prod(shape.shape) <= length:
        listed = shape.tolist()
    if not isinstance(listed, (list, tuple)):
        listed = (listed,)
    sizes = [whole(size) for size in listed]
    if len(sizes) > length or not all(s is not None and abs(s) < LARGEST for s in sizes):
        raise NotAsAsked(f"{what} is {brief(shape)}; at most {length} whole numbers were expected")
    return np.array([*sizes, *[0] * (length - len(sizes))], "float32")


def _lenet5(make: Function, seed: int, x: Tensor) -> tuple[Any, Tensor]:
    """With parameters that `seed` gives for their shapes: the logits of images x, and for each
    parameter, in the order of the shapes, the norm of the gradient of sum(logits * seeded)."""
    model = make()
    if not isinstance(model, nn.Module):
        raise NotAsAsked(f"LeNet5() is {_kind(model)}; a torch.nn.Module was expected")
    model.to(device=x.device, dtype=x.dtype).eval()
    model(torch.zeros_like(x))  # layers that are lazy get their parameters in a first call
    parameters = sorted(model.parameters(), key=lambda p: tuple(p.shape))
    found = [tuple(p.shape) for p in parameters]
    if found != PARAMETER_SHAPES:
        raise NotAsAsked(f"its parameters have the shapes {found}; expected {PARAMETER_SHAPES}")
    for parameter in parameters:
        _fill(parameter, seed)
    logits = plain(model(x))
    norms = torch.zeros(len(parameters), dtype=x.dtype, device=x.device)
    if isinstance(logits, Tensor) and logits.requires_grad:
        upstream = torch.from_numpy(_random(seed, tuple(logits.shape))).to(logits)
        (logits * upstream).sum().backward()
        norms = torch.stack([_gradient(p).norm() for p in parameters])
    return logits, norms


def _fill(parameter: nn.Parameter, seed: int) -> None:
    """Weights of a size that keeps activations of one size, and biases of about a tenth."""
    shape = tuple(parameter.shape)
    scale = 0.1 if len(shape) == 1 else (2 / np.prod(shape[1:])) ** 0.5
    with torch.no_grad():
        parameter.copy_(torch.from_numpy(scale * _random(seed, shape)))


def _random(seed: int, shape: tuple[int, ...]) -> np.ndarray:
    return np.random.default_rng([seed, *shape]).standard_normal(shape)


def _gradient(parameter: Tensor) -> Tensor:
    return torch.zeros_like(parameter) if parameter.grad is None else parameter.grad


def _train_epoch(
    train_epoch: Function, seed: int, x: Tensor, labels: list[int], batch: int, rate: float
) -> tuple[Tensor, Tensor]:
    """The mean loss and all that the model holds after an epoch of plain gradient descent. It
    comes in evaluation mode and without gradients."""
    model = small_model("normalised", x, seed).eval()
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    loader, y = _loader(x, labels, batch)
    loss = train_epoch(model, loader, optimizer, x.device)
    _expect_kept(y, labels)
    return _number(loss, "the mean loss", x), _numbers_of(model)


def _accuracy(
    accuracy: Function, seed: int, x: Tensor, labels: list[int], batch: int
) -> tuple[Tensor, Tensor]:
    """The fraction, and all that the model holds afterwards, gradients as well. The model comes
    in training mode, one of its parameters frozen."""
    model = small_model("normalised", x, seed).train()
    frozen, *others = model.parameters()
    frozen.requires_grad_(False)
    _leave_gradients(model)
    with_gradients = []
    model.register_forward_hook(lambda *_: with_gradients.append(torch.is_grad_enabled()))
    loader, y = _loader(x, labels, batch)
    fraction = accuracy(model, loader, x.device)
    _expect_kept(y, labels)
    if frozen.requires_grad or not all(p.requires_grad for p in others):
        raise NotAsAsked("requires_grad of the parameters is changed; leave it as it was")
    if any(with_gradients):
        raise NotAsAsked("the model is called with gradients on; torch.no_grad() was asked for")
    if not torch.is_grad_enabled():
        raise NotAsAsked("it leaves gradients off; `with torch.no_grad():` switches them on again")
    left = [_gradient(p).flatten() for p in model.parameters()]
    return _number(fraction, "the accuracy", x), torch.cat([_numbers_of(model), *left])


def _first_loss(
    first_loss: Function, model: str, seed: int, x: Tensor, labels: list[int]
) -> tuple[Tensor, Tensor]:
    """The loss, and all that the model holds afterwards."""
    made = small_model(model, x, seed)
    y = _labels(labels, x)
    loss = first_loss(made, x, y)
    _expect_kept(y, labels)
    return _number(loss, "the loss", x), _numbers_of(made)


def _without_gradient(
    without_gradient: Function, model: str, seed: int, x: Tensor, labels: list[int]
) -> Tensor:
    """For each parameter of the model 1 where it is in the list, else 0; gradients of some
    earlier step lie in all of them."""
    made = small_model(model, x, seed)
    _leave_gradients(made)
    names = [name for name, _ in made.named_parameters()]
    held = [parameter.detach().clone() for parameter in made.parameters()]
    y = _labels(labels, x)
    found = unrolled(without_gradient(made, x, y))
    found = found.tolist() if isinstance(found, np.ndarray) and not found.size else found
    _expect_kept(y, labels)
    listed = isinstance(found, (list, tuple))
    if not listed or not all(type(name) is str and name in names for name in found):
        raise NotAsAsked(f"it is {brief(found)}; a list of some of the names {names} was expected")
    if not all(map(torch.equal, held, made.parameters())):
        raise NotAsAsked("it changes parameters of the model; only their gradients were asked for")
    return torch.tensor([float(name in found) for name in names]).to(x)


def _steps_to_fit(
    steps_to_fit: Function, seed: int, x: Tensor, labels: list[int], rate: float, limit: int
) -> Any:
    model = small_model("plain", x, seed)
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    y = _labels(labels, x)
    steps = steps_to_fit(model, x, y, optimizer, limit)
    _expect_kept(y, labels)
    return steps


def _leave_gradients(model: nn.Module) -> None:
    for parameter in model.parameters():
        parameter.grad = torch.full_like(parameter, 0.5)


def _loader(
    x: Tensor, labels: list[int], batch: int
) -> tuple[DataLoader[tuple[Tensor, ...]], Tensor]:
    """A loader, and the labels that it holds."""
    y = torch.tensor(labels)
    return DataLoader(TensorDataset(x.cpu(), y), batch_size=batch), y


def _labels(labels: list[int], x: Tensor) -> Tensor:
    return torch.tensor(labels, device=x.device)


def _expect_kept(y: Tensor, labels: list[int]) -> None:
    if y.tolist() != labels:
        raise NotAsAsked("it changes the labels, which it was given: work on a copy, y = y.clone()")


def _numbers_of(model: nn.Module) -> Tensor:
    """Parameters and running statistics in one row."""
    held = [t for t in model.state_dict().values() if t.is_floating_point()]
    return torch.cat([t.detach().flatten() for t in held])


def _number(value: Any, what: str, like: Tensor) -> Tensor:
    value = plain(value)
    held = isinstance(value, (Tensor, np.ndarray)) and value.ndim == 0
    if isinstance(value.item() if held else value, (bool, complex)) or not (
        held or isinstance(value, (int, float))
    ):
        raise NotAsAsked(f"{what} is {_kind(value)}; a number was expected")
    return torch.as_tensor(value, dtype=torch.float64).detach().to(like)


def _kind(value: Any) -> str:
    return "None: does it end in `return`?" if value is None else f"of type {type(value).__name__}"


_PROBES: Mapping[str, Function] = {
    "table_row": _table_row,
    "lenet5": _lenet5,
    "train_epoch": _train_epoch,
    "accuracy": _accuracy,
    "first_loss": _first_loss,
    "without_gradient": _without_gradient,
    "steps_to_fit": _steps_to_fit,
}
