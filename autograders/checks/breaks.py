"""Tasks in which students find the inputs on which faulty implementations go wrong."""

import contextlib
import string
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import numpy as np
import torch

from autograders.checks.judging.plain_data import unrolled

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
    """The task called `name` from the modules of `autograders.checks.buggy`."""
    package = import_module("autograders.checks.buggy")
    tasks: dict[str, BreakTask] = {}
    for module in iter_modules(package.__path__):
        tasks |= import_module(f"autograders.checks.buggy.{module.name}").TASKS
    return tasks[name]


def judge_breaks(task: BreakTask, points: float, inputs: Any) -> tuple[float, str]:
    """Points for the faulty implementations that at least one valid input exposes, and the text
    that the student reads. An invalid input exposes nothing."""
    try:
        inputs = unrolled(inputs)
    except Exception as error:  # of a class of the student's own, too
        return 0.0, f"the inputs cannot be read ({type(error).__name__})"
    asked = f"give a list of at most {MOST_INPUTS} tuples of arguments"
    if inputs is None or inputs is Ellipsis or (_is_sequence(inputs) and not inputs):
        return 0.0, f"no inputs yet: {asked}"
    if not _is_sequence(inputs):
        return 0.0, f"the inputs are of type {type(inputs).__name__}: {asked}"
    if len(inputs) > MOST_INPUTS:
        return 0.0, f"{len(inputs)} inputs are too many: at most {MOST_INPUTS} count"
    lines = []
    valid: list[Sequence[Any]] = []
    for number, given in enumerate(map(_as_passed, inputs), 1):
        wrong = _invalid(task, given)
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


def _as_passed(given: Any) -> Any:
    """An input with its options as Python's own numbers where they are arrays or tensors."""
    return [_option(value) for value in given] if _is_sequence(given) else given


def _option(value: Any) -> Any:
    if isinstance(value, torch.Tensor):
        value = value.cpu() if value.device.type == "cuda" else value
        whole = value.layout == torch.strided and value.device.type != "meta"
        whole = whole and not (value.is_floating_point() or value.is_complex())
    elif isinstance(value, np.ndarray):
        whole = value.dtype.kind in "biu"
    else:
        return value
    return value.tolist() if whole and tuple(value.shape) in [(), (1,), (2,)] else value


def _invalid(task: BreakTask, given: Any) -> str | None:
    """What keeps an input from being the arguments of the right function, in words."""
    try:
        if wrong := _no_numbers(given) or task.invalid(given):
            return wrong
        task.right(*given)
    except Exception as error:
        why = str(error).partition("\n")[0]
        return f"the right function cannot take it ({type(error).__name__}: {why})"
    return None


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
    with contextlib.suppress(Exception):
        got = faulty(*given)
    if got is None or got.shape != expected.shape:
        return True
    scale = max(1.0, float(expected.abs().max()))
    return bool(((got - expected).abs() > TOLERANCE * scale).any())
