"""What is different between an answer and what was expected, in the words that a student reads."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from autograders.checks.exercise import Arrays, Case, Exercise
from autograders.checks.judging.rules import RULES

MOST_NUMBERS = 1_000_000  # in a result; cases ask for a thousand


@dataclass(frozen=True)
class Mismatch:
    """Why a case failed. `kind` may be said of a hidden case, `detail` shows its numbers.

    `answer` holds the numbers where they could be read, so that a mistake can be recognised.
    """

    kind: str
    detail: str
    answer: Arrays | None = None


def difference(result: Any, exercise: Exercise, case: Case, device: str) -> Mismatch | None:
    """None where `result` is right; else the first thing that is wrong with it: what kind of
    object it is, its shape, its dtype and device, numbers that are not finite, numbers.

    Raises:
        ValueError: where the case does not take its own right answer.
    """
    if not case.expected:
        raise ValueError(f"a case of {exercise.name} has no expected results")
    try:
        return _difference(result, exercise, case, device)
    except Exception as error:
        if wrong_values(case, case.expected):
            raise ValueError(f"a case of {exercise.name} does not take its right answer") from error
        kind = "the result cannot be read"  # the right one can, so it is the answer's fault
        return Mismatch(kind, f"{kind} ({type(error).__name__}: {error})")


def _difference(result: Any, exercise: Exercise, case: Case, device: str) -> Mismatch | None:
    results, wrong = _results(result, exercise)
    if wrong:
        return wrong
    named = {
        name: value
        for name, value in zip(exercise.outputs, results, strict=True)
        if name in case.expected
    }
    for name, value in named.items():
        wrong = _wrong_kind(name, value, exercise.library)
        if wrong:
            return wrong
    answer, unread = _answer(named)
    for name, value in named.items():
        wrong = _wrong_form(name, value, exercise.library, case, device, answer)
        if wrong:
            return wrong
    return unread if answer is None else wrong_values(case, answer)


def wrong_values(case: Case, answer: Arrays) -> Mismatch | None:
    """None where the numbers are right: equal within the tolerance, or as the case's rule says."""
    for name, expected in case.expected.items():
        if answer[name].shape != expected.shape:
            return _wrong_shape(name, answer[name].shape, case, answer)
        wrong = _not_finite(name, answer[name])
        if wrong:
            return wrong
    if case.rule:
        broken = RULES[case.rule](answer, case)
        return Mismatch("the values are wrong", broken, answer) if broken else None
    for name in case.expected:
        wrong = _not_equal(name, case, answer)
        if wrong:
            return wrong
    return None


def same_arrays(one: Arrays, other: Arrays, tolerance: Mapping[str, float]) -> bool:
    """Whether two answers agree in every shape and, within the tolerance, in every number."""
    return all(
        one[name].shape == other[name].shape
        and bool((abs(one[name] - other[name]) <= tolerance[name]).all())
        for name in tolerance
    )


def _results(result: Any, exercise: Exercise) -> tuple[Any, Mismatch | None]:
    outputs = exercise.outputs
    if result is None:
        text = "it returned None: is it written, and does it end in `return`?"
        return None, Mismatch("it returned None", text)
    if len(outputs) == 1:
        return (result,), None
    names = ", ".join(outputs)
    if exercise.library == "number" and _is_array(result) and result.ndim == 1:
        result = list(result)
    if not isinstance(result, (tuple, list)):
        text = f"it returned {_kind(result)}; {len(outputs)} results were expected: {names}"
        return None, Mismatch("the results are not a tuple", text)
    if len(result) != len(outputs):
        text = f"it returned {len(result)} results; {len(outputs)} were expected: {names}"
        return None, Mismatch("the number of results is wrong", text)
    return result, None


def _answer(named: Mapping[str, Any]) -> tuple[Arrays | None, Mismatch | None]:
    """The numbers of the results, or why they cannot be read."""
    try:
        return {name: _numbers(value) for name, value in named.items()}, None
    except (OverflowError, TypeError, ValueError, RuntimeError) as error:
        kind = "the result cannot be read"
        return None, Mismatch(kind, f"{kind}: {error}")


def _wrong_kind(name: str, value: Any, library: str) -> Mismatch | None:
    if library == "number":
        return _no_number(name, value)
    wanted = torch.Tensor if library == "torch" else np.ndarray
    if isinstance(value, wanted) and not _complex(value):
        return None
    kind = "complex" if isinstance(value, wanted) else _kind(value)
    text = f"{name} is {kind}; a {_name(wanted)} of real numbers was expected"
    return Mismatch("the result is not an array of the right kind", text)


def _no_number(name: str, value: Any) -> Mismatch | None:
    """A Python number, a numpy scalar or an array or tensor of no axes is a number."""
    plain = isinstance(value, (int, float)) and not isinstance(value, bool)
    held = isinstance(value, (np.ndarray, np.generic, torch.Tensor))
    if plain or (
        held and value.ndim == 0 and not _complex(value) and "bool" not in str(value.dtype)
    ):
        return None
    shape = f" of shape {tuple(value.shape)}" if held and value.ndim else ""
    return Mismatch(
        "the result is not a number", f"{name} is {_kind(value)}{shape}; a number was expected"
    )


def _wrong_form(
    name: str, value: Any, library: str, case: Case, device: str, answer: Arrays | None
) -> Mismatch | None:
    if library == "number":
        return None
    if tuple(value.shape) != case.expected[name].shape:
        return _wrong_shape(name, tuple(value.shape), case, answer)
    dtype = str(value.dtype).removeprefix("torch.")
    if dtype != case.dtype:
        text = f"{name} has dtype {dtype}; {case.dtype} was expected, that of the arguments"
        return Mismatch("the dtype is wrong", text)
    if isinstance(value, torch.Tensor) and value.device.type != device:
        text = f"{name} is on device {value.device.type}; {device} was expected"
        return Mismatch("the device is wrong", text)
    return None


def _wrong_shape(name: str, shape: tuple[int, ...], case: Case, answer: Arrays | None) -> Mismatch:
    text = f"{name} has shape {shape}; {case.expected[name].shape} was expected"
    return Mismatch("the shape is wrong", text, answer)


def _not_finite(name: str, got: np.ndarray) -> Mismatch | None:
    bad = ~np.isfinite(got)
    if not bad.any():
        return None
    if got.ndim == 0:
        text = f"{name} is {got}; a finite number was expected"
    else:
        text = f"{name} has {bad.sum()} of {got.size} values that are not finite numbers; "
        text += f"the first is {got[bad][0]} at {_index(bad.argmax(), got.shape)}"
    return Mismatch("some values are not finite numbers", text)


def _not_equal(name: str, case: Case, answer: Arrays) -> Mismatch | None:
    got, expected, allowed = answer[name], case.expected[name], case.tolerance[name]
    error = abs(got - expected)
    differs = error > allowed
    if not differs.any():
        return None
    if expected.ndim == 0:
        text = f"{name} is {float(got):.15g}; {float(expected):.15g} was expected"
        return Mismatch("the number is wrong", text, answer)
    worst = int(error.argmax())
    text = (
        f"{name} differs in {differs.sum()} of {got.size} values ({_share(differs)}), most at "
        f"{_index(worst, got.shape)}: got {got.flat[worst]:.6g}, expected "
        f"{expected.flat[worst]:.6g}\nthe largest error is {error.flat[worst]:.4g}; rounding "
        f"explains {allowed:.1g}"
    )
    return Mismatch("the values are wrong", text, answer)


def _is_array(value: Any) -> bool:
    return isinstance(value, (np.ndarray, torch.Tensor))


def _complex(value: Any) -> bool:
    return "complex" in str(value.dtype)


def _numbers(value: Any) -> np.ndarray:
    """A copy in float64: the student's array may change later, and may share memory."""
    if isinstance(value, torch.Tensor):
        _expect_few(value.numel())
        value = value.detach().resolve_conj().resolve_neg().cpu()
        value = value.double().numpy() if value.is_floating_point() else value.numpy()
    _expect_few(np.size(value))
    return np.array(value, dtype="float64")


def _expect_few(numbers: int) -> None:
    """A tensor may have a shape of more numbers than any memory holds."""
    if numbers > MOST_NUMBERS:
        raise ValueError(f"it has {numbers} numbers")


def _share(differs: np.ndarray) -> str:
    percent = 100 * differs.mean()
    return f"{percent:.0f} %" if percent >= 1 else "less than 1 %"


def _index(flat: Any, shape: tuple[int, ...]) -> str:
    return str([int(i) for i in np.unravel_index(int(flat), shape)])


def _kind(value: Any) -> str:
    kind = _name(type(value))
    return f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}"


def _name(kind: type) -> str:
    return {torch.Tensor: "torch.Tensor", np.ndarray: "numpy array"}.get(kind, kind.__name__)
