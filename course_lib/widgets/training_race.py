"""The demo of a race between a network with batch norm and one without."""

from __future__ import annotations

from course_lib.widgets.demo import STATIC, Demo, whole

RATES = (0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0)
SCALES = (0.1, 0.3, 1.0, 3.0)


class TrainingRace(Demo):
    """The same small network with and without batch norm, trained in the browser, step by step.

    Args:
        rate: of plain gradient descent: 0.003, 0.01, 0.03, 0.1, 0.3, 1 or 3.
        scale: of the first weights, times He's deviation: 0.1, 0.3, 1 or 3.
        depth: hidden layers of 12 units, 1 to 6.
        seed: of the first weights, 1 to 5.
        step: how many steps are shown at first, 0 to 120.

    Raises:
        ValueError: an argument is none of these.

    Source: Ioffe and Szegedy 2015, "Batch normalization"; He et al. 2015 for the first weights.
    """

    demo = "training_race"
    sentence = "Two networks learn the same two spirals, one with batch norm and one without."
    _esm = STATIC / "training_race.js"

    def __init__(
        self, rate: float = 0.1, scale: float = 0.3, depth: int = 4, seed: int = 1, step: int = 40
    ) -> None:
        for name, value, choices in (("rate", rate, RATES), ("scale", scale, SCALES)):
            if value not in choices:
                raise ValueError(f"{name} is {value!r}; expected one of {choices}")
        state = {
            "rate": rate,
            "scale": scale,
            "depth": whole("depth", depth, 1, 6),
            "seed": whole("seed", seed, 1, 5),
            "step": whole("step", step, 0, 120),
        }
        super().__init__(state)
