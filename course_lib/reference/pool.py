"""Pooling by torch, behind the course's signatures.

torch pads on both sides alike and by half a kernel at most; here the padding comes first, as a step
of its own, so that each side may have another and the kernel's span is the limit.
"""

from math import inf

import torch
from torch.nn import functional as F

from course_lib import arguments, arrays
from course_lib.arguments import Numbers, Padding, Slide
from course_lib.reference.gradients import gradients

Tensor = torch.Tensor
_MAX = {1: F.max_pool1d, 2: F.max_pool2d, 3: F.max_pool3d}
_AVERAGE = {1: F.avg_pool1d, 2: F.avg_pool2d, 3: F.avg_pool3d}


def max_pool_nd(
    x: Tensor,
    kernel: Numbers,
    stride: Numbers | None = None,
    padding: Padding = 0,
    dilation: Numbers = 1,
    ceil_mode: bool = False,
) -> Tensor:
    """The largest number of each window, in one, two or three spatial dimensions.

    y[n, c, i] = max over p of x[n, c, i * stride + p * dilation - padding]

    Args:
        x: (N, C, *size), of any floating dtype, on any device.
        kernel, stride, dilation: an integer, or one for each spatial axis; without stride the
            windows lie side by side. dilation=1 means none.
        padding: an integer, or for each spatial axis an integer or a pair (before, after), smaller
            than what the kernel spans. It holds minus infinity and so never wins.
        ceil_mode: one window more where numbers are left over at the end, if it begins before the
            input ends.
    Returns:
        (N, C, *out), dtype and device of x.
    Raises:
        TypeError, ValueError: naming the argument, what it was and what it must be.
    """
    arrays.same(Tensor, x=x)
    slide = arguments.pooling(x, kernel, stride, padding, dilation, ceil_mode)
    padded = _pad(x, slide, -inf)
    return _MAX[len(slide.size)](padded, slide.kernel, slide.stride, 0, slide.dilation)


def max_pool_nd_backward(
    dy: Tensor,
    x: Tensor,
    kernel: Numbers,
    stride: Numbers | None = None,
    padding: Padding = 0,
    dilation: Numbers = 1,
    ceil_mode: bool = False,
) -> Tensor:
    """The gradient of a loss through `max_pool_nd`, by autograd: each dy goes to where its maximum
    lies, to the first one, row by row, where several numbers of a window are equal.

    Args:
        dy: shape of the output, dtype and device of x.
        x, kernel, stride, padding, dilation, ceil_mode: as `max_pool_nd` got them.
    Returns:
        dx like x.
    Raises:
        TypeError, ValueError: naming the argument, what it was and what it must be.
    """
    arrays.same(Tensor, dy=dy, x=x)
    slide = arguments.pooling(x, kernel, stride, padding, dilation, ceil_mode)
    arrays.shape("dy", dy, (*x.shape[:2], *slide.out), "the shape of the output")
    settings = (kernel, stride, padding, dilation, ceil_mode)
    return gradients(lambda x: max_pool_nd(x, *settings), dy, x)[0]


def avg_pool_nd(
    x: Tensor,
    kernel: Numbers,
    stride: Numbers | None = None,
    padding: Padding = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
) -> Tensor:
    """The mean of each window, in one, two or three spatial dimensions.

    y[n, c, i] = 1 / count[i] * sum over p of x[n, c, i * stride + p - padding]

    Args:
        x, kernel, stride, padding, ceil_mode: as in `max_pool_nd`; padding holds zeros.
        count_include_pad: whether padding counts in the mean; what lies beyond it, under a last
            window that ceil_mode lets overhang, never does.
    Returns:
        (N, C, *out), dtype and device of x.
    Raises:
        TypeError, ValueError: naming the argument, what it was and what it must be.
    """
    arrays.same(Tensor, x=x)
    arrays.flag("count_include_pad", count_include_pad)
    slide = arguments.pooling(x, kernel, stride, padding, 1, ceil_mode)
    pool = _AVERAGE[len(slide.size)]
    mean = pool(_pad(x, slide, 0), slide.kernel, slide.stride)
    counted = x.new_ones(1, 1, *slide.size)
    counted = _pad(counted, slide, float(count_include_pad))
    return mean / pool(counted, slide.kernel, slide.stride)


def avg_pool_nd_backward(
    dy: Tensor,
    x: Tensor,
    kernel: Numbers,
    stride: Numbers | None = None,
    padding: Padding = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
) -> Tensor:
    """The gradient of a loss through `avg_pool_nd`, by autograd: each dy is shared out equally.

    Args:
        dy: shape of the output, dtype and device of x.
        x, kernel, stride, padding, ceil_mode, count_include_pad: as `avg_pool_nd` got them.
    Returns:
        dx like x.
    Raises:
        TypeError, ValueError: naming the argument, what it was and what it must be.
    """
    arrays.same(Tensor, dy=dy, x=x)
    arrays.flag("count_include_pad", count_include_pad)
    slide = arguments.pooling(x, kernel, stride, padding, 1, ceil_mode)
    arrays.shape("dy", dy, (*x.shape[:2], *slide.out), "the shape of the output")
    settings = (kernel, stride, padding, ceil_mode, count_include_pad)
    return gradients(lambda x: avg_pool_nd(x, *settings), dy, x)[0]


def _pad(x: Tensor, slide: Slide, value: float) -> Tensor:
    """x with `value` as padding, and where the last window overhangs it a beyond (0 or -inf)."""
    widths: list[int] = []
    overhang: list[int] = []
    for size, (before, after), needed in zip(slide.size, slide.padding, slide.padded, strict=True):
        widths = [before, after, *widths]  # the last axis first
        overhang = [0, needed - size - before - after, *overhang]
    return F.pad(F.pad(x, widths, value=value), overhang, value=min(value, 0.0))
