"""What a kernel sees while it slides: a padded image in memory, and views of it, not copies.

What one tap of a kernel reads at its stops lies at equal steps in memory, so all the windows
together are one array whose strides are given by hand.
"""

import math
from collections.abc import Callable

import numpy as np
from numpy.lib.stride_tricks import as_strided

from course_lib.arguments import Slide

# Where the number at a position p outside of 0 .. n - 1 is copied from.
_SOURCE: dict[str, Callable[[np.ndarray, int], np.ndarray]] = {
    "reflect": lambda p, n: n - 1 - np.abs(n - 1 - np.abs(p)),
    "replicate": lambda p, n: np.clip(p, 0, n - 1),
    "circular": lambda p, n: p % n,
}


class Frame:
    """Memory for one padded image, used again for each image of a batch.

    `padded` has the axes (*lead, *padded size). `windows` are views of it, (*lead, *kernel,
    *stops): what each tap of the kernel sees at each stop. A row of stops is as long as a padded
    row allows: its last windows run on into the next row and are left out in the end. In return,
    what a tap sees at stride 1 is one run of memory and not one run for each row.

    Args:
        lead: the sizes before the spatial ones: (C,), or (groups, C / groups).
        slide: how the kernel slides over the image.
        dtype: of the images.
        fill: the number in the padding.
        mode: zeros keeps `fill`; reflect, replicate and circular copy from the image.
    """

    def __init__(
        self,
        lead: tuple[int, ...],
        slide: Slide,
        dtype: np.dtype,
        fill: float = 0.0,
        mode: str = "zeros",
    ) -> None:
        before, size = slide.padding[-1][0], slide.size[-1]
        after = slide.padded[-1] - size - before
        # What pads the beginning of a row pads the end of the row before it as well.
        shared = min(before, after, slide.span[-1] - 1) if mode == "zeros" else 0
        sizes = (*lead, *slide.padded[:-1], slide.padded[-1] - shared)
        memory = np.full(math.prod(sizes) + slide.span[-1], fill, dtype)  # the last row runs on
        self.padded = memory[: math.prod(sizes)].reshape(sizes)
        self.windows = _windows(self.padded, slide)
        inside = [slice(p, p + n) for n, (p, _) in zip(slide.size, slide.padding, strict=True)]
        self._image = self.padded[(slice(None),) * len(lead) + tuple(inside)]
        self._borders = [] if mode == "zeros" else _borders(self.padded, slide, mode)

    def put(self, image: np.ndarray) -> None:
        """Writes an image, (*lead, *size), and the padding around it that depends on it."""
        self._image[...] = image
        for lines, outside, source in self._borders:
            lines[outside] = lines[source]

    def fold(self) -> np.ndarray:
        """The inside of the frame, (*lead, *size), with what padding took from it added to it.

        This is `put` backward: the gradient of an image from the gradient of its padded form.
        """
        for lines, outside, source in self._borders:
            np.add.at(lines, source, lines[outside])
        return self._image


def taps(windows: np.ndarray, slide: Slide) -> list[np.ndarray]:
    """For each tap of the kernel, row by row, what it sees: views (*lead, *stops)."""
    dims = len(slide.kernel)
    lead = windows.ndim - 2 * dims
    by_tap = np.moveaxis(windows, range(lead, lead + dims), range(dims))
    return [by_tap[at] for at in np.ndindex(slide.kernel)]


def _windows(padded: np.ndarray, slide: Slide) -> np.ndarray:
    lead = padded.ndim - len(slide.kernel)
    steps = np.array(padded.strides[lead:])
    # a row of stops runs on through the padding, so that it can be copied straight; not where
    # most of it would be thrown away, as under a kernel as wide as the image
    row = -(-padded.shape[-1] // slide.stride[-1])
    stops = (*slide.out[:-1], row if row <= 2 * slide.out[-1] else slide.out[-1])
    return as_strided(
        padded,
        (*padded.shape[:lead], *slide.kernel, *stops),
        (*padded.strides[:lead], *steps * slide.dilation, *steps * slide.stride),
    )


def _borders(
    padded: np.ndarray, slide: Slide, mode: str
) -> list[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """For each spatial axis: the lines across it, which of them are padding, and their sources."""
    borders = []
    lead = padded.ndim - len(slide.size)
    for axis, (size, (before, after)) in enumerate(zip(slide.size, slide.padding, strict=True)):
        outside = np.r_[-before:0, size : size + after]
        lines = np.moveaxis(padded, lead + axis, 0)
        borders.append((lines, before + outside, before + _SOURCE[mode](outside, size)))
    return borders
