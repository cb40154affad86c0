"""Hidden groups of notebook 04: full precision, other sizes, arrays that are not in C order."""

from typing import Any

from autograders.cases import Draw, draw, given


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
        _training(9, 1, 3, 2, seed=21, batch=5, rate=0.125, dtype="float64"),
        _training(7, 2, 2, 3, seed=22, batch=4, rate=0.25, dtype="float64"),
    ),
    "many batches, images that are not in C order": (
        _training(17, 1, 3, 4, seed=23, batch=3, rate=0.0625, c_order=False),
        _training(14, 2, 3, 2, seed=24, batch=4, rate=0.25, c_order=False),
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
        ),
    },
}
