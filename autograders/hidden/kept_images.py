"""The MNIST test images that students never get."""

from pathlib import Path

import numpy as np

from course_lib.data import read_labelled_images

_FOLDER = Path(__file__).resolve().parent / "mnist"


def load_kept_mnist() -> tuple[np.ndarray, np.ndarray]:
    """The 5,000 MNIST test images of odd number and their digits, for judging trained weights.

    Returns:
        images: (5000, 28, 28), uint8, 0 is background.
        labels: (5000,), int64, 0 to 9.

    Raises:
        ValueError: a file is damaged.
        FileNotFoundError: a file or its folder is missing.

    Source: SOURCE.md in the folder mnist/ beside this file.

    Example:
        >>> images, labels = load_kept_mnist()
        >>> print(images.shape, labels[:3])
        (5000, 28, 28) [2 0 1]
    """
    return read_labelled_images(_FOLDER, "t10k-odd", 5_000)
