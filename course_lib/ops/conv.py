"""Convolution in numpy: windows laid out as columns, then one matrix product for each image."""

import math

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from course_lib import arguments, arrays
from course_lib.arguments import Numbers, Padding, Slide
from course_lib.ops.windows import Frame, taps

Array = np.ndarray


def conv_nd(
    x: Array,
    w: Array,
    b: Array,
    stride: Numbers = 1,
    padding: Padding = 0,
    dilation: Numbers = 1,
    groups: int = 1,
    padding_mode: str = "zeros",
) -> Array:
    """A convolution layer in one, two or three spatial dimensions.

    y[n, o, i] = b[o] + sum over c, p of x[n, c, i * stride + p * dilation - padding] w[o, c, p]

    Args:
        x: (N, C, *size), float32 or float64.
        w: (C_out, C / groups, *kernel), dtype of x.
        b: (C_out,), dtype of x.
        stride, dilation: an integer, or one for each spatial axis. dilation=1 means none.
        padding: an integer, or for each spatial axis an integer or a pair (before, after).
        groups: into how many groups the channels are split; each has its own filters.
        padding_mode: zeros, reflect, replicate or circular.
    Returns:
        (N, C_out, *out), dtype of x. A size is rounded down:
        out = (size + before + after - dilation * (kernel - 1) - 1) // stride + 1.
    Raises:
        TypeError, ValueError: naming the argument, what it was and what it must be.
    Source: slides "Convolution Layer" and "torch.nn.Conv2d".

    >>> x = np.array([[[[0, 80, 40], [20, 40, 0], [0, 0, 40]]]], "float32")
    >>> w = np.array([[[[0, 0.25], [0.5, 1]]]], "float32")
    >>> conv_nd(x, w, b=np.array([5], "float32")).tolist()
    [[[[75.0, 35.0], [15.0, 45.0]]]]
    """
    arrays.same(Array, x=x, w=w, b=b)
    slide = arguments.convolution(x, w, stride, padding, dilation, groups, padding_mode)
    arrays.vectors("filter of w", len(w), b=b)
    images = _by_group(x, groups)
    frame = Frame(images.shape[1:3], slide, x.dtype, mode=padding_mode)
    columns, slots = _columns(frame.windows, slide)
    # g: group, o: its filters, k: its channels and taps, then b as the weight of a 1, l: stops
    weights = np.concatenate([w.reshape(groups, -1, w[0].size), b.reshape(groups, -1, 1)], axis=2)
    product = np.empty((groups, weights.shape[1], columns.shape[2]), x.dtype)
    useful = product.reshape(len(w), *_stops(slots, slide))[..., : slide.out[-1]]
    y = np.empty((len(x), *useful.shape), x.dtype)
    for image, result in zip(images, y, strict=True):
        frame.put(image)
        slots[...] = frame.windows
        np.matmul(weights, columns, out=product)  # gok, gkl -> gol
        result[...] = useful
    return y


def conv_nd_backward(
    dy: Array,
    x: Array,
    w: Array,
    stride: Numbers = 1,
    padding: Padding = 0,
    dilation: Numbers = 1,
    groups: int = 1,
    padding_mode: str = "zeros",
) -> tuple[Array, Array, Array]:
    """The gradients of a loss through `conv_nd`, from its gradient with respect to the output.

    dw[o, c, p] = sum over n, i of dy[n, o, i] x[n, c, i * stride + p * dilation - padding]
    dx[n, c, j] = sum over o, p and the i that read j of dy[n, o, i] w[o, c, p]
    db[o]       = sum over n, i of dy[n, o, i]

    Args:
        dy: shape of the output, dtype of x.
        x, w, stride, padding, dilation, groups, padding_mode: as `conv_nd` got them.
    Returns:
        dx like x, dw like w, db (C_out,). Numbers that a stride leaves unread get zero.
    Raises:
        TypeError, ValueError: naming the argument, what it was and what it must be.
    Source: slide "Recap: Backpropagation", with the sum of `conv_nd` as the node.

    >>> dy, x = np.ones((1, 1, 2), "float32"), np.array([[[1, 2, 4]]], "float32")
    >>> dx, dw, db = conv_nd_backward(dy, x, w=np.array([[[3, 5]]], "float32"))
    >>> dx.tolist(), dw.tolist(), db.tolist()
    ([[[3.0, 8.0, 5.0]]], [[[3.0, 6.0]]], [2.0])
    """
    arrays.same(Array, dy=dy, x=x, w=w)
    slide = arguments.convolution(x, w, stride, padding, dilation, groups, padding_mode)
    arrays.shape("dy", dy, (len(x), len(w), *slide.out), "the shape of the output")
    images = _by_group(x, groups)
    frame, gradient = (
        Frame(images.shape[1:3], slide, x.dtype, mode=padding_mode) for _ in range(2)
    )
    columns, slots = _columns(frame.windows, slide)
    weights = w.reshape(groups, -1, w[0].size)
    wide = np.zeros((len(w), *_stops(slots, slide)), x.dtype)  # one dy, 0 at stops to leave out
    left_out = slots[..., slide.out[-1] :]
    finite = np.isfinite(x).all() and np.isfinite(w).all()  # else 0 times infinity spreads NaN
    upstream = wide.reshape(groups, weights.shape[1], -1)
    dx = np.empty(images.shape, x.dtype)
    dweights = np.zeros((*weights.shape[:2], columns.shape[1]), x.dtype)
    for image, dimage, dresult in zip(images, dx, dy, strict=True):
        frame.put(image)
        slots[...] = frame.windows
        if not finite:
            left_out[...] = 0
        wide[..., : slide.out[-1]] = dresult
        dweights += upstream @ columns.mT  # gol, gkl -> gok
        np.matmul(weights.mT, upstream, out=columns[:, :-1])  # gok, gol -> gkl
        if not finite:
            left_out[...] = 0
        gradient.padded[...] = 0
        for target, share in zip(taps(gradient.windows, slide), taps(slots, slide), strict=True):
            target += share
        dimage[...] = gradient.fold()
    return dx.reshape(x.shape), dweights[..., :-1].reshape(w.shape), dweights[..., -1].reshape(-1)


def compose_kernels(k1: Array, k2: Array) -> Array:
    """The one kernel whose valid convolution equals that with k1, then that with k2.

    k[o, c, r] = sum over m and p + q = r of k1[m, c, p] k2[o, m, q]

    Args:
        k1: (M, C, *kernel1), float32 or float64.
        k2: (O, M, *kernel2), dtype of k1.
    Returns:
        (O, C, *(kernel1 + kernel2 - 1)), dtype of k1.
    Raises:
        TypeError, ValueError: naming the argument, what it was and what it must be.
    Source: slides "Stacking Convolutions".

    >>> k = np.array([[[1, 2]]], "float32")
    >>> compose_kernels(k, k).tolist()
    [[[1.0, 4.0, 4.0]]]
    """
    arrays.same(Array, k1=k1, k2=k2)
    arrays.composition(k1, k2)
    sizes = [p + q - 1 for p, q in zip(k1.shape[2:], k2.shape[2:], strict=True)]
    k = np.zeros((len(k2), k1.shape[1], *sizes), k1.dtype)
    for q in np.ndindex(k2.shape[2:]):
        shifted = [slice(start, start + size) for start, size in zip(q, k1.shape[2:], strict=True)]
        k[(slice(None), slice(None), *shifted)] += np.tensordot(
            k2[(..., *q)], k1, axes=1
        )  # om, mcp -> ocp
    return k


def cross_correlate2d(x: Array, k: Array) -> Array:
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
    arrays.same(Array, x=x, k=k)
    arrays.matrices(x, k)
    return np.tensordot(sliding_window_view(x, k.shape), k, axes=2)  # ijpq, pq -> ij


def convolve2d(x: Array, k: Array) -> Array:
    """The true convolution of two matrices where k lies inside x: k is turned by 180 degrees,
    then cross-correlated with x.

    y[i, j] = sum over p, q of x[i + KH - 1 - p, j + KW - 1 - q] k[p, q]

    Args, Returns, Raises: as `cross_correlate2d`.
    Source: slide "Discrete Convolution".

    >>> x = np.array([[0, 80, 40], [20, 40, 0], [0, 0, 40]], "float32")
    >>> convolve2d(x, np.array([[0, 0.25], [0.5, 1]], "float32")).tolist()
    [[45.0, 110.0], [40.0, 40.0]]
    """
    arrays.same(Array, x=x, k=k)
    arrays.matrices(x, k)
    return cross_correlate2d(x, k[::-1, ::-1])


def _by_group(x: Array, groups: int) -> Array:
    return x.reshape(len(x), groups, -1, *x.shape[2:])


def _columns(windows: Array, slide: Slide) -> tuple[Array, Array]:
    """Columns (groups, channels and taps, stops), the last row all ones for the bias, and their
    slots: the same memory without that row, in the shape of the windows."""
    stops = math.prod(_stops(windows, slide))
    rows = windows[0].size // stops
    columns = np.ones((len(windows), rows + 1, stops), windows.dtype)
    return columns, columns[:, :-1].reshape(windows.shape)


def _stops(windows: Array, slide: Slide) -> tuple[int, ...]:
    return windows.shape[-len(slide.out) :]
