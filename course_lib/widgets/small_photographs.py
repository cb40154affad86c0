"""The photographs of the kernel lab, small enough for a page; `python -m
course_lib.widgets.small_photographs` writes them from data/photographs.
"""

from __future__ import annotations

import numpy as np

from course_lib.data import PHOTOGRAPHS, load_photograph
from course_lib.widgets.demo import STATIC

FILE = STATIC / "photographs.u8"
SIDE = 128


def small(name: str) -> np.ndarray:
    """(128, 128), uint8: the middle 256 columns in grey, the mean of each 2 × 2 pixels."""
    grey = load_photograph(name, grey=True)
    left = (grey.shape[1] - 2 * SIDE) // 2
    square = grey[:, left : left + 2 * SIDE]
    means = square.reshape(SIDE, 2, SIDE, 2).mean(axis=(1, 3))
    return (means * 255).round().astype(np.uint8)


def load() -> dict[str, np.ndarray]:
    """Name -> (128, 128), uint8, as the demo shows them."""
    pixels = np.fromfile(FILE, np.uint8).reshape(len(PHOTOGRAPHS), SIDE, SIDE)
    return dict(zip(PHOTOGRAPHS, pixels, strict=True))


if __name__ == "__main__":
    np.stack([small(name) for name in PHOTOGRAPHS]).tofile(FILE)
