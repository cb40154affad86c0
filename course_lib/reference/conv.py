"""Convolution by torch, behind the course's signatures."""

import numpy as np
import torch
from torch.nn import functional as F

from course_lib import arguments, arrays
from course_lib.arguments import Numbers, Padding
from course_lib.reference.gradients import gradients

Tensor = torch.Tensor
_CONVOLUTION = {1: F.conv1d, 2: F.conv2d, 3: F.conv3d}


def conv_nd(
    x: Tensor,
    w: Tensor,
    b: Tensor,
    stride: Numbers = 1,
    padding: Padding = 0,
    dilation: Numbers = 1,
    groups: int = 1,
    padding_mode: str = "zeros",
) -> Tensor:
    """A convolution layer in one, two or three spatial dimensions.

    y[n, o, i] = b[o] + sum over c, p of x[n, c, i * stride + p * dilation - padding] w[o, c, p]

    Args:
        x: (N, C, *size), of any floating dtype, on any device.
        w: (C_out, C / groups, *kernel), dtype and device of x.
        b: (C_out,), dtype and device of x.
        stride, dilation: an integer, or one for each spatial axis. dilation=1 means none.
        padding: an integer, or for each spatial axis an integer or a pair (before, after).
        groups: into how many groups the channels are split; each has its own filters.
        padding_mode: zeros, reflect, replicate or circular.
    Returns:
        (N, C_out, *out), dtype and device of x. A size is rounded down:
        out = (size + before + after - dilation * (kernel - 1) - 1) // stride + 1.
    Raises:
        TypeError, ValueError: naming the argument, what it was and what it must be.
    """
    arrays.same(Tensor, x=x, w=w, b=b)
    slide = arguments.convolution(x, w, stride, padding, dilation, groups, padding_mode)
    arrays.vectors("filter of w", len(w), b=b)
    if slide.padding != ((0, 0),) * len(slide.size):
        last_axis_first = [n for pair in reversed(slide.padding) for n in pair]
        mode = "constant" if padding_mode == "zeros" else padding_mode
        x = F.pad(x, last_axis_first, mode)
    convolve = _CONVOLUTION[len(slide.size)]
    return convolve(x, w, b, slide.stride, 0, slide.dilation, groups)


def conv_nd_backward(
    dy: Tensor,
    x: Tensor,
    w: Tensor,
    stride: Numbers = 1,
    padding: Padding = 0,
    dilation: Numbers = 1,
    groups: int = 1,
    padding_mode: str = "zeros",
) -> tuple[Tensor, Tensor, Tensor]:
    """The gradients of a loss through `conv_nd`, by autograd.

    Args:
        dy: shape of the output, dtype and device of x.
        x, w, stride, padding, dilation, groups, padding_mode: as `conv_nd` got them.
    Returns:
        dx like x, dw like w, db (C_out,). Numbers that a stride leaves unread get zero.
    Raises:
        TypeError, ValueError: naming the argument, what it was and what it must be.
    """
    arrays.same(Tensor, dy=dy, x=x, w=w)
    slide = arguments.convolution(x, w, stride, padding, dilation, groups, padding_mode)
    arrays.shape("dy", dy, (len(x), len(w), *slide.out), "the shape of the output")
    settings = (stride, padding, dilation, groups, padding_mode)
    b = w.new_zeros(len(w))
    dx, dw, db = gradients(lambda x, w, b: conv_nd(x, w, b, *settings), dy, x, w, b)
    return dx, dw, db


def conv2d_backward(dy: Tensor, x: Tensor, w: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """The gradients of a loss through `conv_nd(x, w, b)`: `conv_nd_backward` in notebook 01."""
    return conv_nd_backward(dy, x, w)


def compose_kernels(k1: Tensor, k2: Tensor) -> Tensor:
    """The one kernel whose valid convolution equals that with k1, then that with k2.

    K[o, c, r] = sum over m and p + q = r of k1[m, c, p] k2[o, m, q]

    Args:
        k1: (M, C, *kernel1), of any floating dtype, on any device.
        k2: (O, M, *kernel2), dtype and device of k1.
    Returns:
        (O, C, *(kernel1 + kernel2 - 1)), dtype and device of k1.
    Raises:
        TypeError, ValueError: naming the argument, what it was and what it must be.
    Source: slides "Stacking Convolutions".
    """
    arrays.same(Tensor, k1=k1, k2=k2)
    arrays.composition(k1, k2)
    space = tuple(range(2, k1.ndim))
    padding = tuple(size - 1 for size in k2.shape[2:])
    convolve = _CONVOLUTION[len(space)]
    return convolve(k1.transpose(0, 1), k2.flip(space), padding=padding).transpose(0, 1)


def cross_correlate2d(x: np.ndarray, k: np.ndarray) -> np.ndarray:
    """The cross-correlation of two matrices where k lies inside x ("valid").

    y[i, j] = sum over p, q of x[i + p, j + q] k[p, q]

    Args:
        x: (H, W), float32 or float64.
        k: (KH, KW), dtype of x, not larger than x.
    Returns:
        (H - KH + 1, W - KW + 1), dtype of x.
    Raises:
        TypeError, ValueError: naming the argument, what it was and what it must be.
    Source: slide "(Discrete) Convolution vs. Cross-Correlation".

    >>> x = np.array([[0, 80, 40], [20, 40, 0], [0, 0, 40]], "float32")
    >>> cross_correlate2d(x, np.array([[0, 0.25], [0.5, 1]], "float32")).tolist()
    [[70.0, 30.0], [10.0, 40.0]]
    """
    arrays.same(np.ndarray, x=x, k=k)
    arrays.matrices(x, k)
    image, kernel = (torch.from_numpy(np.array(a, order="C"))[None, None] for a in (x, k))
    return F.conv2d(image, kernel)[0, 0].numpy()


def convolve2d(x: np.ndarray, k: np.ndarray) -> np.ndarray:
    """The true convolution of two matrices where k lies inside x: k is turned by 180 degrees,
    then cross-correlated with x.

    Args, Returns, Raises: as `cross_correlate2d`.
    Source: slide "Discrete Convolution".

    >>> x = np.array([[0, 80, 40], [20, 40, 0], [0, 0, 40]], "float32")
    >>> convolve2d(x, np.array([[0, 0.25], [0.5, 1]], "float32")).tolist()
    [[45.0, 110.0], [40.0, 40.0]]
    """
    arrays.same(np.ndarray, x=x, k=k)
    arrays.matrices(x, k)
    return cross_correlate2d(x, k[::-1, ::-1])
