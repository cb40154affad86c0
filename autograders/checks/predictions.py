"""Predictions: an answer committed before the run that shows the right one."""

import hashlib
import math
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

import numpy as np
import torch

from autograders.checks.exercise import Prediction
from autograders.checks.judging.plain_data import MOST_SHOWN, brief, unrolled


def numbers(name: str, points: float, *answer: float) -> Prediction:
    """A prediction of `len(answer)` numbers; nesting and the kind of array do not matter."""
    return Prediction(
        name, points, ("numbers", len(answer)), _digest(name, list(map(float, answer)))
    )


def letters(name: str, points: float, alphabet: str, answer: str) -> Prediction:
    """A prediction of some letters of `alphabet`; order, case and separators do not matter."""
    return Prediction(name, points, ("letters", alphabet), _digest(name, sorted(answer)))


def judge_prediction(
    asked: Prediction, value: Any, committed: Any = None
) -> tuple[float, str, Any]:
    """Points, the text that the student reads, and the value that counts: `committed` where an
    earlier answer of this session stands."""
    if value is None or value is Ellipsis:
        return 0.0, f"{asked.name}: no answer yet. 0 of {asked.points:g}.", None
    answer, wrong = _read(asked.form, value)
    if wrong:
        return 0.0, f"{asked.name}: {wrong}. 0 of {asked.points:g}.", None
    note = ""
    if committed is not None and committed != answer:
        note = f" You committed to {_shown(committed)} first in this session, and that stands."
        answer = committed
    right = _digest(asked.name, answer) == asked.digest
    points = asked.points if right else asked.points / 2
    judged = "It is right" if right else "Not what you will see: a committed guess earns half"
    text = f"{asked.name}: committed to {_shown(answer)}. {judged}. {points:g} of {asked.points:g}."
    return float(points), text + note, answer


def _read(form: tuple[str, int | str], value: Any) -> tuple[list[Any], str]:
    """The answer as a list in its one normal form, or what is wrong with it."""
    kind, size = form
    asked = f"different letters out of {size}" if kind == "letters" else _many(size)
    try:
        value = unrolled(value)
        answer = _letters(str(size), value) if kind == "letters" else _numbers(int(size), value)
    except Exception:  # whatever it is made of, it is not what was asked
        return [], f"the answer must be {asked}; it is {brief(value)}"
    return answer, ""


def _letters(alphabet: str, value: Any) -> list[str]:
    if not isinstance(value, (str, list, tuple, dict)):
        raise TypeError
    text = value if isinstance(value, str) else " ".join(value)
    text = text.upper() if alphabet.isupper() else text.lower()
    found = sorted(re.findall(r"[A-Za-z]", text))
    if not found or len(set(found)) != len(found) or not set(found) <= set(alphabet):
        raise ValueError
    return found


def _numbers(count: int, value: Any) -> list[float]:
    found = list(islice(_flat(value), count + 1))
    if len(found) != count or not all(map(math.isfinite, found)):
        raise ValueError
    return found


def _flat(value: Any) -> Iterator[float]:
    """The numbers in lists, tuples, arrays and tensors, in their order."""
    if isinstance(value, (np.ndarray, torch.Tensor)):
        if math.prod(value.shape) > MOST_SHOWN:  # it may claim more than any memory holds
            raise ValueError
        value = value.tolist()
    if isinstance(value, (list, tuple)):
        for item in value:
            yield from _flat(item)
    elif isinstance(value, (int, float, np.floating)) and not isinstance(value, bool):
        yield float(value)
    else:
        raise TypeError


def _many(size: int | str) -> str:
    return "one number" if size == 1 else f"{size} numbers"


def _shown(answer: list[Any]) -> str:
    if answer and isinstance(answer[0], str):
        return "".join(answer)
    return ", ".join(f"{x:.15g}" for x in answer)


def _digest(name: str, answer: list[Any]) -> str:
    return hashlib.sha256(f"{name}: {_shown(answer)}".encode()).hexdigest()
