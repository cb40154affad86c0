"""Hidden groups of notebook 04: full precision, other sizes, arrays that are not in C order; and
what trained weights must reach on the images kept back."""

from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np
import torch

from autograders.authoring.cases import Draw, draw, given
from autograders.checks.exercise import Goal
from autograders.hidden.kept_images import load_kept_mnist
from course_lib.batches import Batches, standardise
from course_lib.lenet5 import load_weights
from course_lib.training import accuracy


def _training(
    *shape: int, seed: int, dtype: str = "float32", c_order: bool = True, **numbers: Any
) -> Draw:
    labels = given([(i * i + seed) % 3 for i in range(shape[0])])
    asked: dict[str, Any] = {name: given(number) for name, number in numbers.items()}
    return draw(dtype, c_order=c_order, seed=given(seed), x=shape, labels=labels, **asked)


def _images(*shape: int, seed: int, **how: Any) -> Draw:
    return draw(seed=given(seed), x=shape, **how)


_EPOCHS = {
    "double precision": (
        _training(9, 1, 3, 2, seed=21, batch=7, rate=0.125, dtype="float64"),
        _training(7, 2, 2, 3, seed=22, batch=5, rate=0.25, dtype="float64"),
    ),
    "many batches, images that are not in C order": (
        _training(17, 1, 3, 4, seed=23, batch=5, rate=0.0625, c_order=False),
        _training(14, 2, 3, 2, seed=24, batch=6, rate=0.25, c_order=False),
    ),
}

GROUPS = {
    "LeNet5": {
        "double precision": (
            _images(2, 1, 28, 28, seed=21, dtype="float64"),
            _images(3, 1, 28, 28, seed=22, dtype="float64"),
        ),
        "images that are not in C order": (
            _images(5, 1, 28, 28, seed=23, c_order=False),
            _images(2, 1, 28, 28, seed=24, c_order=False),
        ),
    },
    "train_epoch": _EPOCHS,
    "debug-training": {"double precision": _EPOCHS["double precision"]},
    "accuracy": {
        "double precision": (
            _training(9, 1, 3, 2, seed=21, batch=5, dtype="float64"),
            _training(13, 2, 2, 3, seed=22, batch=5, dtype="float64"),
        ),
        "many batches, images that are not in C order": (
            _training(17, 1, 3, 4, seed=23, batch=3, c_order=False),
            _training(26, 2, 3, 2, seed=24, batch=4, c_order=False),
        ),
    },
    "ladder-first-loss": {
        "double precision": (
            draw(
                "float64",
                model=given("detached"),
                seed=given(21),
                x=(7, 1, 3, 2),
                labels=given([0, 1, 1, 2, 0, 2, 1]),
            ),
            draw(
                "float64",
                model=given("plain"),
                seed=given(22),
                x=(4, 2, 3, 2),
                labels=given([2, 1, 1, 0]),
            ),
        ),
    },
    "ladder-gradients": {
        "double precision": tuple(
            draw(
                "float64",
                model=given(model),
                seed=given(21),
                x=(5, 1, 3, 2),
                labels=given([0, 1, 1, 2, 0]),
                rule="silent-parameters",
            )
            for model in ("dead", "unused", "normalised")
        ),
    },
    "ladder-overfit": {
        "double precision": (
            _training(7, 1, 4, 3, seed=21, rate=0.25, limit=300, dtype="float64"),
            _training(6, 2, 2, 3, seed=22, rate=0.125, limit=300, dtype="float64"),
            _training(5, 1, 3, 2, seed=23, rate=0.125, limit=1, dtype="float64"),
        ),
    },
}


@cache
def _kept(shift: int) -> Batches:
    """The kept images, each moved by its own seeded number of pixels, at most `shift`, along rows
    and columns; what comes in at the border is background."""
    images, labels = load_kept_mnist()
    size = images.shape[1]
    framed = np.pad(images, ((0, 0), (shift, shift), (shift, shift)))
    places = np.random.default_rng(shift).integers(0, 2 * shift + 1, (len(images), 2))
    moved = [
        image[down : down + size, right : right + size]
        for image, (down, right) in zip(framed, places, strict=True)
    ]
    return Batches(standardise(np.stack(moved)), torch.from_numpy(labels), 500)


def _share_right(path: Path, shift: int) -> float:
    return accuracy(load_weights(path), _kept(shift), "cpu")


def _moved(shift: int) -> Callable[[Path], float]:
    return partial(_share_right, shift=shift)


GOALS = {
    "weights": (
        Goal("right on 5,000 images kept back", (0.95, 0.98, 0.985), _moved(0)),
        Goal("right on them moved by one pixel or none", (0.97,), _moved(1)),
    )
}
