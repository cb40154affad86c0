"""From a short description of a case (shapes, dtype) to its seeded arrays."""

import hashlib
from dataclasses import dataclass, field

import numpy as np

Shape = tuple[int, ...]


@dataclass(frozen=True)
class Draw:
    """The arguments of one case by name: a shape to be drawn, or the array itself.

    Drawn numbers are standard normal, or small whole numbers other than zero where `whole`.
    `outputs` names the results that are compared, where it is not all of them.
    """

    arguments: dict[str, Shape | np.ndarray] = field(default_factory=dict)
    dtype: str = "float32"
    whole: bool = False
    c_order: bool = True
    outputs: tuple[str, ...] | None = None


def draw(
    dtype: str = "float32",
    whole: bool = False,
    c_order: bool = True,
    outputs: tuple[str, ...] | None = None,
    **arguments: Shape | np.ndarray,
) -> Draw:
    """A case in one line: `draw(x=(1, 1, 5, 4), w=(1, 1, 3, 2), b=(1,))`."""
    return Draw(arguments, dtype, whole, c_order, outputs)


def arrays(described: Draw, seed: str) -> dict[str, np.ndarray]:
    """The case's arrays; the same seed text gives the same arrays on every machine."""
    digest = hashlib.sha256(seed.encode()).digest()
    random = np.random.default_rng(int.from_bytes(digest[:16], "big"))

    def drawn(shape: Shape) -> np.ndarray:
        if described.whole:
            return random.integers(1, 10, shape) * random.choice([-1, 1], shape)
        return random.standard_normal(shape)

    return {
        name: (value if isinstance(value, np.ndarray) else drawn(value)).astype(described.dtype)
        for name, value in described.arguments.items()
    }
