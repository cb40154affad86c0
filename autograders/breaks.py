"""Tasks in which students find the inputs on which faulty implementations go wrong."""

import contextlib
import string
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import torch

MOST_INPUTS = 5
TOLERANCE = 1e-4


@dataclass(frozen=True)
class BreakTask:
    """`right` and the `faulty` functions, each with the sentence that names its fault once it has
    been exposed; `invalid` says in words what is wrong with an input, or returns None."""

    right: Callable[..., torch.Tensor]
    faulty: Mapping[str, Callable[..., torch.Tensor]]
    invalid: Callable[[Any], str | None]


def break_task(name: str) -> BreakTask:
    """The task called `name` from the modules of `autograders.faulty`."""
    package = import_module("autograders.faulty")
    tasks: dict[str, BreakTask] = {}
    for module in iter_modules(package.__path__):
        tasks |= import_module(f"autograders.faulty.{module.name}").TASKS
    return tasks[name]


def judge_breaks(task: BreakTask, points: float, inputs: Any) -> tuple[float, str]:
    """Points for the faulty implementations that at least one valid input exposes, and the text
    that the student reads. An invalid input exposes nothing."""
    if not _is_sequence(inputs) or not inputs:
        return 0.0, f"no inputs yet: give a list of at most {MOST_INPUTS} tuples of arguments"
    if len(inputs) > MOST_INPUTS:
        return 0.0, f"{len(inputs)} inputs are too many: at most {MOST_INPUTS} count"
    lines = []
    valid: list[Sequence[Any]] = []
    for number, given in enumerate(inputs, 1):
        wrong = _no_numbers(given) or task.invalid(given)
        if wrong:
            lines.append(f"  input {number} is not valid and exposes nothing: {wrong}")
        else:
            valid.append(given)
    exposed = 0
    for letter, (fault, function) in zip(string.ascii_uppercase, task.faulty.items(), strict=False):
        caught = any(_differs(task.right, function, given) for given in valid)
        exposed += caught
        lines.append(
            f"  {letter}: " + (f"exposed. Its fault: {fault}" if caught else "looks right")
        )
    earned = round(points * exposed / len(task.faulty), 2)
    head = (
        f"{exposed} of {len(task.faulty)} faulty implementations exposed. {earned:g} of {points:g}"
    )
    return earned, "\n".join([head, *lines])


def _no_numbers(given: Any) -> str | None:
    """What keeps the tensors of an input from being read like arrays, in words."""
    tensors = [t for t in given if isinstance(t, torch.Tensor)] if _is_sequence(given) else []
    if all(t.layout == torch.strided and t.device.type == "cpu" for t in tensors):
        return None
    return "its tensors must be dense and on the CPU"


def _is_sequence(given: Any) -> bool:
    return isinstance(given, (tuple, list))


def _differs(right: Callable[..., Any], faulty: Callable[..., Any], given: Sequence[Any]) -> bool:
    expected = right(*given)
    got: Any = None
    with contextlib.suppress(RuntimeError, IndexError):
        got = faulty(*given)
    if got is None or got.shape != expected.shape:
        return True
    scale = max(1.0, float(expected.abs().max()))
    return bool(((got - expected).abs() > TOLERANCE * scale).any())
