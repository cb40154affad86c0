"""The demo of kernels on photographs."""

from __future__ import annotations

import base64

from numpy.typing import ArrayLike

from course_lib.widgets.demo import STATIC, Demo, choice, matrix

NAMES = ("brick", "camera", "chelsea", "coffee")
SOBEL = ((-1, 0, 1), (-2, 0, 2), (-1, 0, 1))


class KernelLab(Demo):
    """A photograph, a kernel whose numbers one can change, and what the one makes of the other.

    Args:
        photograph: "brick", "camera", "chelsea" or "coffee", in grey, 128 × 128, 0 to 1.
        k: (KH, KW) with at most 7 rows and columns; without one, Sobel's for upright edges.
        flip: true convolution, with k turned, instead of cross-correlation.

    Raises:
        ValueError: there is no such photograph, or k is no matrix of finite numbers of this size.
    """

    demo = "kernel_lab"
    sentence = "A kernel makes a photograph smooth or sharp, or finds its edges."
    _esm = STATIC / "kernel_lab.js"

    def __init__(
        self, photograph: str = "camera", k: ArrayLike = SOBEL, *, flip: bool = False
    ) -> None:
        state = {
            "photograph": choice("photograph", photograph, NAMES),
            "k": matrix("k", k, (7, 7)).tolist(),
            "flip": bool(flip),
        }
        pixels = (STATIC / "photographs.u8").read_bytes()
        super().__init__(state, photographs=base64.b64encode(pixels).decode())
