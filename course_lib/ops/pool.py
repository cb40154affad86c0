"""Pooling in numpy: one pass over the image for each tap of the window."""

import numpy as np

from course_lib import arguments, arrays
from course_lib.arguments import Numbers, Padding, Slide
from course_lib.ops.windows import Frame, taps

Array = np.ndarray


def max_pool_nd(
    x: Array,
    kernel: Numbers,
    stride: Numbers | None = None,
    padding: Padding = 0,
    dilation: Numbers = 1,
    ceil_mode: bool = False,
) -> Array:
    """The largest number of each window, in one, two or three spatial dimensions.

    y[n, c, i] = max over p of x[n, c, i * stride + p * dilation - padding]

    Args:
        x: (N, C, *size), float32 or float64.
        kernel, stride, dilation: an integer, or one for each spatial axis; without stride the
            windows lie side by side. dilation=1 means none.
        padding: an integer, or for each spatial axis an integer or a pair (before, after), smaller
            than what the kernel spans. It holds minus infinity and so never wins.
        ceil_mode: one window more where numbers are left over at the end, if it begins before the
            input ends (torch's rule).
    Returns:
        (N, C, *out), dtype of x.
    Raises:
        TypeError, ValueError: naming the argument, what it was and what it must be.
    Source: slide "Max Pooling".

    >>> x = np.array([[[[1, 4, 1, 4], [5, 6, 7, 8], [3, 2, 1, 0], [1, 2, 3, 4]]]], "float32")
    >>> max_pool_nd(x, kernel=2).tolist()
    [[[[6.0, 8.0], [3.0, 4.0]]]]
    """
    arrays.same(Array, x=x)
    slide = arguments.pooling(x, kernel, stride, padding, dilation, ceil_mode)
    frame = Frame(x.shape[1:2], slide, x.dtype, fill=-np.inf)
    first, *others = _taps(frame, slide)
    y = np.empty((*x.shape[:2], *slide.out), x.dtype)
    for image, result in zip(x, y, strict=True):
        frame.put(image)
        result[...] = first
        for tap in others:
            np.maximum(result, tap, out=result)
    return y


def max_pool_nd_backward(
    dy: Array,
    x: Array,
    kernel: Numbers,
    stride: Numbers | None = None,
    padding: Padding = 0,
    dilation: Numbers = 1,
    ceil_mode: bool = False,
) -> Array:
    """The gradient of a loss through `max_pool_nd`: each dy goes to where its maximum lies, to the
    first one, row by row, where several numbers of a window are equal, and to the last NaN of a
    window that has some (both as in torch).

    dx[n, c, j] = sum of dy[n, c, i] over the windows i whose maximum is x[n, c, j]

    Args:
        dy: shape of the output, dtype of x.
        x, kernel, stride, padding, dilation, ceil_mode: as `max_pool_nd` got them.
    Returns:
        dx like x.
    Raises:
        TypeError, ValueError: naming the argument, what it was and what it must be.
    Source: slide "Recap: Backpropagation"; the local gradient of a maximum is 1 or 0.

    >>> max_pool_nd_backward(np.array([[[5.0]]]), x=np.array([[[1.0, 3, 2]]]), kernel=3).tolist()
    [[[0.0, 5.0, 0.0]]]
    """
    arrays.same(Array, dy=dy, x=x)
    slide = arguments.pooling(x, kernel, stride, padding, dilation, ceil_mode)
    arrays.shape("dy", dy, (*x.shape[:2], *slide.out), "the shape of the output")
    frame = Frame(x.shape[1:2], slide, x.dtype, fill=-np.inf)
    gradient = Frame(x.shape[1:2], slide, x.dtype)
    first, steps = _places(gradient, slide)
    taps_seen = _taps(frame, slide)
    winner = np.empty(first.shape, np.min_scalar_type(len(steps)))
    dx = np.empty(x.shape, x.dtype)
    for image, dimage, upstream in zip(x, dx, dy, strict=True):
        frame.put(image)
        largest = taps_seen[0].copy()
        winner[...] = 0
        for number, tap in enumerate(map(np.copy, taps_seen)):
            better = (tap > largest) | np.isnan(tap)
            np.maximum(winner, better * winner.dtype.type(number), out=winner)
            np.maximum(largest, tap, out=largest)
        places = first + steps.take(winner)
        sums = np.bincount(places.ravel(), upstream.ravel(), gradient.padded.size)
        gradient.padded[...] = sums.reshape(gradient.padded.shape)
        dimage[...] = gradient.fold()
    return dx


def avg_pool_nd(
    x: Array,
    kernel: Numbers,
    stride: Numbers | None = None,
    padding: Padding = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
) -> Array:
    """The mean of each window, in one, two or three spatial dimensions.

    y[n, c, i] = 1 / count[i] * sum over p of x[n, c, i * stride + p - padding]

    Args:
        x, kernel, stride, padding, ceil_mode: as in `max_pool_nd`; padding holds zeros.
        count_include_pad: whether padding counts in the mean; what lies beyond it, under a last
            window that ceil_mode lets overhang, never does (torch's rule).
    Returns:
        (N, C, *out), dtype of x.
    Raises:
        TypeError, ValueError: naming the argument, what it was and what it must be.
    Source: slide "Average Pooling".

    >>> x = np.array([[[[1, 4, 1, 4], [5, 6, 7, 8], [3, 2, 1, 0], [1, 2, 3, 4]]]], "float32")
    >>> avg_pool_nd(x, kernel=2).tolist()
    [[[[4.0, 5.0], [2.0, 2.0]]]]
    """
    arrays.same(Array, x=x)
    arrays.flag("count_include_pad", count_include_pad)
    slide = arguments.pooling(x, kernel, stride, padding, 1, ceil_mode)
    frame = Frame(x.shape[1:2], slide, x.dtype)
    first, *others = _taps(frame, slide)
    count = _count(slide, count_include_pad).astype(x.dtype)
    y = np.empty((*x.shape[:2], *slide.out), x.dtype)
    for image, result in zip(x, y, strict=True):
        frame.put(image)
        result[...] = first
        for tap in others:
            result += tap
        result /= count
    return y


def avg_pool_nd_backward(
    dy: Array,
    x: Array,
    kernel: Numbers,
    stride: Numbers | None = None,
    padding: Padding = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
) -> Array:
    """The gradient of a loss through `avg_pool_nd`: each dy is shared out equally over its window.

    dx[n, c, j] = sum of dy[n, c, i] / count[i] over the windows i that hold x[n, c, j]

    Args:
        dy: shape of the output, dtype of x.
        x, kernel, stride, padding, ceil_mode, count_include_pad: as `avg_pool_nd` got them.
    Returns:
        dx like x.
    Raises:
        TypeError, ValueError: naming the argument, what it was and what it must be.
    Source: slide "Recap: Backpropagation"; the local gradient of a mean is 1 / count.

    >>> avg_pool_nd_backward(np.array([[[6.0]]]), x=np.array([[[1.0, 3, 2]]]), kernel=3).tolist()
    [[[2.0, 2.0, 2.0]]]
    """
    arrays.same(Array, dy=dy, x=x)
    arrays.flag("count_include_pad", count_include_pad)
    slide = arguments.pooling(x, kernel, stride, padding, 1, ceil_mode)
    arrays.shape("dy", dy, (*x.shape[:2], *slide.out), "the shape of the output")
    gradient = Frame(x.shape[1:2], slide, x.dtype)
    received = _taps(gradient, slide)
    count = _count(slide, count_include_pad).astype(x.dtype)
    dx = np.empty(x.shape, x.dtype)
    for dimage, upstream in zip(dx, dy, strict=True):
        gradient.padded[...] = 0
        share = upstream / count
        for target in received:
            target += share
        dimage[...] = gradient.fold()
    return dx


def _taps(frame: Frame, slide: Slide) -> list[Array]:
    return taps(frame.windows[..., : slide.out[-1]], slide)


def _places(frame: Frame, slide: Slide) -> tuple[Array, Array]:
    """Where in the frame's memory each window's first tap lies, (C, *out), and how much further
    each of the taps."""
    numbers = Frame(frame.padded.shape[:1], slide, np.dtype(int))
    numbers.padded[...] = np.arange(numbers.padded.size).reshape(numbers.padded.shape)
    seen = _taps(numbers, slide)
    return seen[0].copy(), np.array([tap.flat[0] for tap in seen])


def _count(slide: Slide, include_padding: bool) -> Array:
    """How many numbers each window counts, (*out)."""
    counts = np.ones((), int)
    for axis, stops in enumerate(slide.out):
        before, after = slide.padding[axis]
        low, high = (
            (-before, slide.size[axis] + after) if include_padding else (0, slide.size[axis])
        )
        start = np.arange(stops) * slide.stride[axis] - before
        end = np.minimum(start + slide.kernel[axis], high)
        counts = np.multiply.outer(counts, end - np.maximum(start, low))
    return counts
