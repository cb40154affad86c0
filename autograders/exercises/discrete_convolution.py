"""Notebook 01: what it asks for, the visible cases, the known mistakes and the predictions."""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from autograders.authoring.build import KnownMistake, Specification
from autograders.authoring.cases import Draw, draw
from autograders.checks.predictions import letters, numbers
from autograders.exercises.layer_mistakes import TOGETHER, altered_layer, layer_mistakes
from course_lib.reference import conv

Tensor = torch.Tensor
CORRELATION = "Slide the kernel"
FLIP = "Flip, then slide"
LAYER = "The convolution layer"
STACKING = "Two convolutions are one"
DIMENSIONS = "One and three dimensions"
BACKWARD = "Backward"

SLIDE_X = np.array([[0, 80, 40], [20, 40, 0], [0, 0, 40]])
SLIDE_K = np.array([[0, 0.25], [0.5, 1]])


def _full(x: np.ndarray, k: np.ndarray) -> np.ndarray:
    padding = [(size - 1, size - 1) for size in k.shape]
    return conv.cross_correlate2d(np.pad(x, padding), k)


def _last_product(x: np.ndarray, k: np.ndarray) -> np.ndarray:
    """What stays where each product overwrites the one before."""
    return k[-1, -1] * x[len(k) - 1 :, k.shape[1] - 1 :]


def _matrix_mistakes(
    right: Callable[[np.ndarray, np.ndarray], np.ndarray], section: str
) -> dict[str, KnownMistake]:
    """Mistakes of a window that slides over a matrix, whichever way its kernel is turned."""
    return {
        "transposed": KnownMistake(
            lambda x, k: right(x, k.T), "rows and columns of the kernel are exchanged", section
        ),
        "output transposed": KnownMistake(
            lambda x, k: right(x, k).T,
            "rows and columns of the output are exchanged: i counts rows, j counts columns",
            section,
        ),
        "mean": KnownMistake(
            lambda x, k: right(x, k) / k.size,
            "the products are averaged; they are to be summed",
            section,
        ),
        "one short": KnownMistake(
            lambda x, k: right(x, k)[:-1, :-1],
            "the last position of the kernel is left out: there are H - KH + 1 rows of positions",
            section,
        ),
    }


_MATRIX_GROUPS = {
    "the slide's example": (
        draw(x=SLIDE_X, k=SLIDE_K),
        draw(x=SLIDE_X.T, k=SLIDE_K + np.array([[2, 0], [0, 0]])),
    ),
    "a square kernel": (
        draw(x=(5, 5), k=(3, 3), whole=True),
        draw(x=(4, 4), k=(2, 2), whole=True),
    ),
    "images that are not square": (draw(x=(6, 4), k=(3, 3)), draw(x=(3, 7), k=(2, 2))),
    "kernels that are not square": (draw(x=(6, 5), k=(2, 3)), draw(x=(5, 7), k=(4, 1))),
}

CROSS_CORRELATE2D = Specification(
    name="cross_correlate2d",
    points=8,
    library="numpy",
    outputs=("y",),
    reference=conv.cross_correlate2d,
    forbidden=("convolution",),
    groups=_MATRIX_GROUPS,
    mistakes={
        "flipped": KnownMistake(
            conv.convolve2d,
            "the kernel is flipped: that is the true convolution of the next exercise",
            FLIP,
        ),
        "rows flipped": KnownMistake(
            lambda x, k: conv.cross_correlate2d(x, k[::-1]),
            "the rows of the kernel are taken from the last to the first",
            CORRELATION,
        ),
        "columns flipped": KnownMistake(
            lambda x, k: conv.cross_correlate2d(x, k[:, ::-1]),
            "the columns of the kernel are taken from the last to the first",
            CORRELATION,
        ),
        "padded": KnownMistake(
            _full,
            "the kernel hangs over the border; here it stays inside the image",
            CORRELATION,
        ),
        "last product": KnownMistake(
            _last_product,
            "each product replaces the one before, so that the last one stays; they are summed",
            CORRELATION,
        ),
        **_matrix_mistakes(conv.cross_correlate2d, CORRELATION),
    },
)

CONVOLVE2D = Specification(
    name="convolve2d",
    points=6,
    library="numpy",
    outputs=("y",),
    reference=conv.convolve2d,
    forbidden=("convolution",),
    groups=_MATRIX_GROUPS,
    mistakes={
        "not flipped": KnownMistake(
            conv.cross_correlate2d,
            "the kernel is not flipped: that is the cross-correlation of the exercise before",
            FLIP,
        ),
        "rows only": KnownMistake(
            lambda x, k: conv.cross_correlate2d(x, k[::-1]),
            "only the rows of the kernel are flipped; its columns need it too",
            FLIP,
        ),
        "columns only": KnownMistake(
            lambda x, k: conv.cross_correlate2d(x, k[:, ::-1]),
            "only the columns of the kernel are flipped; its rows need it too",
            FLIP,
        ),
        "image flipped": KnownMistake(
            lambda x, k: conv.cross_correlate2d(x[::-1, ::-1], k),
            "the image is flipped where the kernel should be: the output comes out turned round",
            FLIP,
        ),
        "full": KnownMistake(
            lambda x, k: _full(x, k[::-1, ::-1]),
            "the kernel hangs over the border; here it stays inside the image",
            FLIP,
        ),
        "last product": KnownMistake(
            lambda x, k: _last_product(x, k[::-1, ::-1]),
            "each product replaces the one before, so that the last one stays; they are summed",
            FLIP,
        ),
        **_matrix_mistakes(conv.convolve2d, FLIP),
    },
)


def _layer(*x: int, w: tuple[int, ...], b: bool = False, whole: bool = False) -> Draw:
    """A case of a convolution layer; its bias is zero but where `b`."""
    return draw(x=x, w=w, b=w[:1] if b else np.zeros(w[0]), whole=whole)


CONV2D = Specification(
    name="conv2d",
    points=18,
    library="torch",
    outputs=("y",),
    reference=conv.conv_nd,
    forbidden=("convolution",),
    groups={
        "one image, one channel, one filter": (
            _layer(1, 1, 4, 4, w=(1, 1, 2, 2), whole=True),
            _layer(1, 1, 5, 4, w=(1, 1, 3, 3)),
        ),
        "several input channels": (
            _layer(1, 2, 3, 3, w=(1, 2, 2, 2), whole=True),
            _layer(1, 3, 6, 5, w=(1, 3, 3, 3)),
        ),
        "several filters": (
            _layer(1, 2, 4, 3, w=(3, 2, 2, 2), whole=True),
            _layer(1, 2, 5, 6, w=(4, 2, 3, 3)),
        ),
        "a batch": (
            _layer(2, 3, 5, 4, w=(4, 3, 2, 2)),
            _layer(3, 2, 4, 6, w=(5, 2, 3, 3)),
        ),
        "kernels that are not square": (
            _layer(2, 3, 6, 5, w=(4, 3, 3, 2)),
            _layer(2, 2, 4, 7, w=(3, 2, 1, 4)),
        ),
        "a bias": (
            _layer(1, 2, 4, 3, w=(3, 2, 2, 2), b=True, whole=True),
            _layer(2, 3, 5, 6, w=(4, 3, 3, 2), b=True),
        ),
    },
    mistakes={
        **layer_mistakes(LAYER),
        "transposed": KnownMistake(
            altered_layer(lambda x, w, b: (x, w.mT, b)),
            "height and width of the kernel are exchanged",
            LAYER,
        ),
    },
    together=TOGETHER,
)


def _last_written(k1: Tensor, k2: Tensor) -> Tensor:
    """The products, each written where it belongs over what was there before."""
    height, width = k1.shape[2:]
    composed = k1.new_zeros(len(k2), k1.shape[1], height + k2.shape[2] - 1, width + k2.shape[3] - 1)
    for p in range(k2.shape[2]):
        for q in range(k2.shape[3]):
            part = torch.einsum("om,mcij->ocij", k2[:, :, p, q], k1)
            composed[:, :, p : p + height, q : q + width] = part
    return composed


COMPOSE_KERNELS = Specification(
    name="compose_kernels",
    points=12,
    library="torch",
    outputs=("k",),
    reference=conv.compose_kernels,
    forbidden=("convolution",),
    groups={
        "one channel throughout": (
            draw(k1=(1, 1, 2, 2), k2=(1, 1, 2, 2), whole=True),
            draw(k1=(1, 1, 3, 3), k2=(1, 1, 2, 2)),
        ),
        "several channels in the middle": (
            draw(k1=(2, 1, 2, 2), k2=(1, 2, 2, 2), whole=True),
            draw(k1=(3, 1, 2, 2), k2=(1, 3, 3, 3)),
        ),
        "several channels everywhere": (
            draw(k1=(3, 2, 2, 2), k2=(4, 3, 3, 3)),
            draw(k1=(2, 3, 3, 3), k2=(5, 2, 2, 2)),
        ),
        "kernels that are not square": (
            draw(k1=(3, 2, 2, 3), k2=(4, 3, 3, 1)),
            draw(k1=(2, 3, 1, 4), k2=(3, 2, 3, 2)),
        ),
    },
    mistakes={
        "second flipped": KnownMistake(
            lambda k1, k2: conv.compose_kernels(k1, k2.flip(2, 3)),
            "one kernel is slid over the other as it is; where the offsets p and q add up to r, "
            "one of them runs backwards",
            STACKING,
        ),
        "first flipped": KnownMistake(
            lambda k1, k2: conv.compose_kernels(k1.flip(2, 3), k2),
            "the first kernel is flipped on the way",
            STACKING,
        ),
        "both flipped": KnownMistake(
            lambda k1, k2: conv.compose_kernels(k1.flip(2, 3), k2.flip(2, 3)),
            "the composed kernel comes out turned by 180 degrees",
            STACKING,
        ),
        "first middle channel": KnownMistake(
            lambda k1, k2: conv.compose_kernels(k1[:1], k2[:, :1]),
            "only the first of the channels in the middle is used; all are summed",
            STACKING,
        ),
        "middle mean": KnownMistake(
            lambda k1, k2: conv.compose_kernels(k1, k2) / len(k1),
            "the channels in the middle are averaged; they are to be summed",
            STACKING,
        ),
        "overwritten": KnownMistake(
            _last_written,
            "products that meet at one offset replace each other; they are to be added",
            STACKING,
        ),
        "second transposed": KnownMistake(
            lambda k1, k2: conv.compose_kernels(k1, k2.mT),
            "height and width of the second kernel are exchanged",
            STACKING,
        ),
        "too small": KnownMistake(
            lambda k1, k2: conv.compose_kernels(k1, k2)[:, :, : k1.shape[2], : k1.shape[3]],
            "the result is cut to the size of the first kernel; it reaches KH1 + KH2 - 1 rows",
            STACKING,
        ),
        "axes exchanged": KnownMistake(
            lambda k1, k2: conv.compose_kernels(k1, k2).transpose(0, 1),
            "the axes of the result are (C, O); they must be (O, C), outputs first",
            STACKING,
        ),
    },
)

CONV1D = Specification(
    name="conv1d",
    points=5,
    library="torch",
    outputs=("y",),
    reference=conv.conv_nd,
    forbidden=("convolution",),
    groups={
        "one signal, one channel": (
            _layer(1, 1, 5, w=(1, 1, 3), whole=True),
            _layer(1, 1, 7, w=(1, 1, 2)),
        ),
        "several channels and filters": (
            _layer(1, 2, 6, w=(3, 2, 3)),
            _layer(1, 4, 5, w=(2, 4, 2)),
        ),
        "a batch and a bias": (
            _layer(2, 3, 8, w=(4, 3, 4), b=True),
            _layer(3, 2, 6, w=(5, 2, 2), b=True),
        ),
    },
    mistakes=layer_mistakes(DIMENSIONS),
    together=TOGETHER,
)

CONV3D = Specification(
    name="conv3d",
    points=5,
    library="torch",
    outputs=("y",),
    reference=conv.conv_nd,
    forbidden=("convolution",),
    groups={
        "one volume, one channel": (
            _layer(1, 1, 3, 4, 3, w=(1, 1, 2, 2, 2), whole=True),
            _layer(1, 1, 4, 3, 5, w=(1, 1, 3, 2, 2)),
        ),
        "several channels and filters": (
            _layer(1, 2, 3, 4, 5, w=(3, 2, 2, 3, 2)),
            _layer(1, 3, 4, 3, 4, w=(2, 3, 1, 2, 3)),
        ),
        "a batch and a bias": (
            _layer(2, 3, 4, 3, 5, w=(4, 3, 3, 2, 2), b=True),
            _layer(3, 2, 3, 5, 4, w=(2, 2, 2, 2, 3), b=True),
        ),
    },
    mistakes={
        **layer_mistakes(DIMENSIONS),
        "first slice": KnownMistake(
            altered_layer(lambda x, w, b: (x[:, :, : x.shape[2] - w.shape[2] + 1], w[:, :, :1], b)),
            "only the first slice of the kernel is used; it slides and sums along the depth too",
            DIMENSIONS,
        ),
        "depth flipped": KnownMistake(
            altered_layer(lambda x, w, b: (x, w.flip(2), b)),
            "the kernel is taken from back to front along the depth",
            DIMENSIONS,
        ),
    },
    together=TOGETHER,
)


def _backward_but(**wrong: Callable[[Tensor, Tensor, Tensor], Tensor]) -> Callable[..., Any]:
    """The right backward pass but for the named gradients, which come from `wrong`."""

    def backward(dy: Tensor, x: Tensor, w: Tensor) -> tuple[Tensor, ...]:
        right = zip(("dx", "dw", "db"), conv.conv2d_backward(dy, x, w), strict=True)
        return tuple(wrong[name](dy, x, w) if name in wrong else g for name, g in right)

    return backward


def _dx(dy: Tensor, x: Tensor, w: Tensor) -> Tensor:
    return conv.conv2d_backward(dy, x, w)[0]


def _dw(dy: Tensor, x: Tensor, w: Tensor) -> Tensor:
    return conv.conv2d_backward(dy, x, w)[1]


def _last_weight(w: Tensor) -> Tensor:
    last = torch.zeros_like(w)
    last[..., -1, -1] = w[..., -1, -1]
    return last


def _dx_by_windows(dy: Tensor, x: Tensor, w: Tensor) -> Tensor:
    """Each window's gradient written over what earlier windows have put there."""
    dx = torch.zeros_like(x)
    for i in range(dy.shape[2]):
        for j in range(dy.shape[3]):
            part = torch.einsum("no,ocpq->ncpq", dy[:, :, i, j], w)
            dx[:, :, i : i + w.shape[2], j : j + w.shape[3]] = part
    return dx


def _backward(*dy: int, w: tuple[int, ...], only: str = "", whole: bool = False) -> Draw:
    """A case of the backward pass; `only` names the one gradient that is compared."""
    x = (dy[0], w[1], dy[2] + w[2] - 1, dy[3] + w[3] - 1)
    return draw(dy=dy, x=x, w=w, outputs=(only,) if only else None, whole=whole)


CONV2D_BACKWARD = Specification(
    name="conv2d_backward",
    points=18,
    library="torch",
    outputs=("dx", "dw", "db"),
    reference=conv.conv2d_backward,
    forbidden=("convolution", "autograd"),
    groups={
        "db": (
            _backward(1, 1, 2, 2, w=(1, 1, 2, 2), only="db", whole=True),
            _backward(3, 4, 3, 2, w=(4, 2, 2, 2), only="db"),
        ),
        "dw of one image, one channel, one filter": (
            _backward(1, 1, 2, 2, w=(1, 1, 2, 2), only="dw", whole=True),
            _backward(1, 1, 3, 4, w=(1, 1, 3, 3), only="dw"),
        ),
        "dw with channels, filters and a batch": (
            _backward(1, 3, 3, 2, w=(3, 2, 2, 2), only="dw"),
            _backward(3, 2, 2, 3, w=(2, 4, 3, 3), only="dw"),
        ),
        "dx of one image, one channel, one filter": (
            _backward(1, 1, 2, 2, w=(1, 1, 2, 2), only="dx", whole=True),
            _backward(1, 1, 3, 4, w=(1, 1, 3, 3), only="dx"),
        ),
        "dx with channels, filters and a batch": (
            _backward(1, 4, 2, 4, w=(4, 2, 3, 3), only="dx"),
            _backward(2, 4, 4, 3, w=(4, 3, 2, 2), only="dx"),
        ),
        "all three, kernels that are not square": (
            _backward(2, 4, 4, 4, w=(4, 3, 3, 2)),
            _backward(3, 2, 5, 3, w=(2, 3, 1, 4)),
        ),
    },
    mistakes={
        "dx unflipped": KnownMistake(
            _backward_but(dx=lambda dy, x, w: _dx(dy, x, w.flip(2, 3))),
            "dx is made with the kernel flipped the wrong way: each output spreads its gradient "
            "back to the very inputs that it read, with the weights that it read them with",
            BACKWARD,
        ),
        "dw flipped": KnownMistake(
            _backward_but(dw=lambda dy, x, w: _dw(dy, x, w).flip(2, 3)),
            "dw comes out turned by 180 degrees",
            BACKWARD,
        ),
        "batch mean": KnownMistake(
            _backward_but(
                dw=lambda dy, x, w: _dw(dy, x, w) / len(x),
                db=lambda dy, x, w: dy.sum((0, 2, 3)) / len(x),
            ),
            "dw and db are averaged over the batch; a gradient sums over all that a weight touched",
            BACKWARD,
        ),
        "db mean": KnownMistake(
            _backward_but(db=lambda dy, x, w: dy.mean((0, 2, 3))),
            "db is a mean of dy; a gradient sums",
            BACKWARD,
        ),
        "db one image": KnownMistake(
            _backward_but(db=lambda dy, x, w: dy[0].sum((1, 2))),
            "db uses only the first image of the batch",
            BACKWARD,
        ),
        "dw one image": KnownMistake(
            _backward_but(dw=lambda dy, x, w: _dw(dy[:1], x[:1], w)),
            "dw uses only the first image of the batch",
            BACKWARD,
        ),
        "dx overwritten": KnownMistake(
            _backward_but(dx=lambda dy, x, w: _dx(dy, x, _last_weight(w))),
            "dx keeps only the last contribution to each input: they overlap and must be added",
            BACKWARD,
        ),
        "dx windows overwritten": KnownMistake(
            _backward_but(dx=_dx_by_windows),
            "each window writes its part of dx over those of earlier windows: where windows "
            "overlap, gradients are added",
            BACKWARD,
        ),
        "dx one filter": KnownMistake(
            _backward_but(dx=lambda dy, x, w: _dx(dy[:, :1], x, w[:1])),
            "dx uses only the first filter; each filter read x and sends its gradient back",
            BACKWARD,
        ),
        "dw last place": KnownMistake(
            _backward_but(
                dw=lambda dy, x, w: _dw(
                    dy[:, :, -1:, -1:], x[:, :, -w.shape[2] :, -w.shape[3] :], w
                )
            ),
            "dw keeps only what the last position of the window sends; all positions are summed",
            BACKWARD,
        ),
    },
)


def _input_gradient(dy: Tensor, w: Tensor) -> Tensor:
    size = (len(dy), w.shape[1], dy.shape[2] + w.shape[2] - 1, dy.shape[3] + w.shape[3] - 1)
    return conv.conv2d_backward(dy, dy.new_zeros(size), w)[0]


DEBUG_INPUT_GRADIENT = Specification(
    name="debug-input-gradient",
    points=4,
    library="torch",
    outputs=("dx",),
    reference=_input_gradient,
    forbidden=("convolution", "autograd"),
    groups={
        "one channel, one filter": (
            draw(dy=(1, 1, 2, 2), w=(1, 1, 2, 2), whole=True),
            draw(dy=(1, 1, 3, 2), w=(1, 1, 3, 2)),
        ),
        "channels, filters and a batch": (
            draw(dy=(2, 3, 3, 4), w=(3, 2, 2, 3)),
            draw(dy=(2, 2, 4, 2), w=(2, 4, 3, 3)),
        ),
    },
    mistakes={
        "unflipped": KnownMistake(
            lambda dy, w: _input_gradient(dy, w.flip(2, 3)),
            "the fault is still there: compare it with one that you worked by hand",
            BACKWARD,
        ),
    },
)

EXERCISES = (
    CROSS_CORRELATE2D,
    CONVOLVE2D,
    CONV2D,
    COMPOSE_KERNELS,
    CONV1D,
    CONV3D,
    CONV2D_BACKWARD,
    DEBUG_INPUT_GRADIENT,
)

PREDICTIONS = (
    numbers("predict-slide-sums", 2, 45, 110, 40, 40),
    numbers("predict-dot-length", 1, 75),
    numbers("predict-output-shape", 1, 6, 28, 28),
    numbers("predict-parameters", 2, 14_450_688, 456),
    letters("predict-self-flip", 2, "ABCDEF", "ACF"),
    letters("debug-fault-kind", 1, "abcd", "c"),
)

BREAK_POINTS = {"breaks-conv2d": 5.0}
