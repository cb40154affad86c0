"""Images as a network takes them, and batches of what lies in memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

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
    """

    images: Tensor
    labels: Tensor
    size: int
    shuffle: torch.Generator | None = None

    def __len__(self) -> int:
        return -(-len(self.labels) // self.size)

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        if self.shuffle is None:
            yield from zip(self.images.split(self.size), self.labels.split(self.size), strict=True)
            return
        order = torch.randperm(len(self.labels), generator=self.shuffle)
        for chosen in order.to(self.labels.device).split(self.size):
            yield self.images.index_select(0, chosen), self.labels.index_select(0, chosen)
