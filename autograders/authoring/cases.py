"""From a short description of a case (shapes, dtype) to its seeded arrays."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

Shape = tuple[int, ...]


@dataclass(frozen=True)
class Given:
    """An argument that is passed as it is: a number, a word, a tuple, a list, a `Recipe`."""

    value: Any


@dataclass(frozen=True)
class Draw:
    """The arguments of one case by name: a shape to be drawn, the array itself, or what is given.

    Drawn numbers are standard normal, or small whole numbers other than zero where `whole`.
    `outputs` names the results that are compared, where it is not all of them, and `rule` what
    compares them, where it is not equality (`autograders.checks.judging.rules`).
    """

    arguments: dict[str, Shape | np.ndarray | Given] = field(default_factory=dict)
    dtype: str = "float32"
    whole: bool = False
    c_order: bool = True
    outputs: tuple[str, ...] | None = None
    rule: str = ""


def given(value: Any) -> Given:
    """In a line of cases: `draw(x=(1, 1, 5, 4), stride=given((1, 2)))`."""
    return Given(value)


def draw(
    dtype: str = "float32",
    whole: bool = False,
    c_order: bool = True,
    outputs: tuple[str, ...] | None = None,
    rule: str = "",
    **arguments: Shape | np.ndarray | Given,
) -> Draw:
    """A case in one line: `draw(x=(1, 1, 5, 4), w=(1, 1, 3, 2), b=(1,))`."""
    return Draw(arguments, dtype, whole, c_order, outputs, rule)


def with_other_numbers(draws: Iterable[Draw], seed: str) -> Draw | None:
    """The first of `draws` that has other numbers for another seed; else the first with arrays, all
    of them multiplied by one number above 1; None where all is given."""
    draws = list(draws)
    for described in draws:
        if any(isinstance(value, tuple) for value in described.arguments.values()):
            return described
    for described in draws:
        factor = generator(seed).uniform(1.5, 2.5)
        scaled = {
            n: v * factor for n, v in described.arguments.items() if isinstance(v, np.ndarray)
        }
        if scaled:
            return replace(described, arguments={**described.arguments, **scaled})
    return None


def arguments(described: Draw, seed: str) -> dict[str, Any]:
    """The case's arguments; the same seed text gives the same arrays on every machine."""
    random = generator(seed)

    def drawn(shape: Shape) -> np.ndarray:
        if described.whole:
            return random.integers(1, 10, shape) * random.choice([-1, 1], shape)
        return random.standard_normal(shape)

    made: dict[str, Any] = {}
    for name, value in described.arguments.items():
        if isinstance(value, Given):
            made[name] = value.value
        else:
            array = value if isinstance(value, np.ndarray) else drawn(value)
            made[name] = array.astype(described.dtype)
    return made


def generator(seed: str) -> np.random.Generator:
    """The same for the same text, on every machine."""
    digest = hashlib.sha256(seed.encode()).digest()
    return np.random.default_rng(int.from_bytes(digest[:16], "big"))
