"""Images as a network takes them, and batches of what lies in memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from course_lib import arrays

MEAN, DEVIATION = 0.1307, 0.3081  # of MNIST's training pixels, on a scale from 0 to 1


def standardise(images: NDArray[np.uint8]) -> Tensor:
    """Images as a network takes them: (pixel / 255 - 0.1307) / 0.3081.

    Args:
        images: (N, H, W), uint8.

    Returns:
        (N, 1, H, W), float32.

    Raises:
        ValueError: if images have another shape or dtype.

    >>> standardise(np.array([[[0, 255]]], np.uint8)).tolist()[0][0]
    [[-0.4242129623889923, 2.821486711502075]]
    """
    if images.ndim != 3 or images.dtype != np.uint8:
        raise ValueError(
            f"images have shape {images.shape} and dtype {images.dtype}; expected (N, H, W), uint8"
        )
    scaled = torch.from_numpy(images)[:, None].to(torch.float32) / 255
    return (scaled - MEAN) / DEVIATION


@dataclass(frozen=True)
class Batches:
    """A loader for images and labels that lie in memory, on any device: a batch is one selection.

    Each pass has its own order if there is a `shuffle`, the same whenever that is seeded alike.

    Args:
        images: (N, ...), any dtype.
        labels: (N,), int64.
        size: images in a batch, at least 1; the last may be short.
        shuffle: a generator on the CPU.

    Raises:
        TypeError, ValueError: naming the argument, what it was and what it must be.
    """

    images: Tensor
    labels: Tensor
    size: int
    shuffle: torch.Generator | None = None

    def __post_init__(self) -> None:
        expect_pairs("Batches got", self.images, self.labels)
        arrays.at_least("size", self.size, 1)

    def __len__(self) -> int:
        return -(-len(self.labels) // self.size)

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        if self.shuffle is None:
            yield from zip(self.images.split(self.size), self.labels.split(self.size), strict=True)
            return
        order = torch.randperm(len(self.labels), generator=self.shuffle)
        for chosen in order.to(self.labels.device).split(self.size):
            yield self.images.index_select(0, chosen), self.labels.index_select(0, chosen)


def expect_pairs(where: str, images: Tensor, labels: Tensor) -> None:
    """Both are tensors with as many entries, and the labels are (N,) int64. Raises otherwise."""
    for name, tensor in (("images", images), ("labels", labels)):
        if not isinstance(tensor, Tensor):
            found = type(tensor).__name__
            raise TypeError(f"{where} {name} of type {found}; they must be a tensor")
    if labels.ndim != 1 or labels.dtype != torch.int64:
        raise ValueError(
            f"{where} labels of shape {tuple(labels.shape)} and {labels.dtype}; "
            "they must be (N,), torch.int64"
        )
    if images.ndim == 0 or len(images) != len(labels) or not len(labels):
        count = len(images) if images.ndim else "no"
        raise ValueError(
            f"{where} {count} images and {len(labels)} labels; "
            "it must be as many of both, at least one"
        )
