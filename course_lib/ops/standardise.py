"""What the four norms share: numbers moved to mean 0 and variance 1 along some axes, and back.

It works on a few entries of the first axis at a time, so that what is made on the way stays in the
processor's cache.
"""

import math
from collections.abc import Iterator

import numpy as np

Array = np.ndarray
Axes = tuple[int, ...]

_AT_A_TIME = 1 << 16  # numbers


def normalise(
    x: Array, gamma: Array, beta: Array, axes: Axes, eps: float
) -> tuple[Array, Array, Array]:
    """(x - mean) / sqrt(var + eps) * gamma + beta, the mean and biased variance over the axes.

    Args:
        x: the first axis keeps apart what shares no mean.
        gamma, beta: shapes that broadcast to that of x.
    Returns:
        y like x; mean and variance, with size 1 for each axis of the mean.
    """
    y, mean = np.empty_like(x), x.mean(axes, keepdims=True)
    var = np.empty_like(mean)
    for part, own in _parts(x, gamma):
        h = x[part] - mean[part]
        var[part] = _dot(h, h, axes) / _count(x, axes)
        h *= gamma[own] * (1 / np.sqrt(var[part] + eps))  # few divisions: they are slow
        np.add(h, beta[own], out=y[part])
    return y, mean, var


def normalise_backward(
    dy: Array, x: Array, gamma: Array, axes: Axes, eps: float
) -> tuple[Array, Array, Array]:
    """The gradients of a loss through `normalise`.

    With h = (x - mean) / sqrt(var + eps) and dh = dy * gamma:

    dx = (dh - mean(dh) - h * mean(dh * h)) / sqrt(var + eps)
    dgamma = sum of dy * h,  dbeta = sum of dy

    Returns:
        dx like x, dgamma and dbeta like gamma.
    """
    dx, dgamma, dbeta = np.empty_like(x), np.zeros_like(gamma), np.zeros_like(gamma)
    shared = tuple(axis for axis, size in enumerate(gamma.shape) if size == 1)
    for part, own in _parts(x, gamma):
        h = x[part] - x[part].mean(axes, keepdims=True)
        scale = 1 / np.sqrt(_dot(h, h, axes) / _count(x, axes) + eps)
        h *= scale
        dgamma[own] += _dot(dy[part], h, shared)
        dbeta[own] += dy[part].sum(shared, keepdims=True)
        dh = dy[part] * gamma[own]
        h *= _dot(dh, h, axes) / _count(x, axes)
        h += dh.mean(axes, keepdims=True)
        dh -= h
        np.multiply(dh, scale, out=dx[part])
    return dx, dgamma, dbeta


def _parts(x: Array, gamma: Array) -> Iterator[tuple[slice, slice]]:
    """A few entries of x at a time, and the entries of gamma that go with them."""
    step = max(1, _AT_A_TIME // x[0].size)
    for start in range(0, len(x), step):
        part = slice(start, start + step)
        yield part, part if len(gamma) > 1 else slice(None)


def _dot(a: Array, b: Array, axes: Axes) -> Array:
    """The sum of products over the axes, which stay with size 1."""
    every = range(a.ndim)
    kept = [axis for axis in every if axis not in axes]
    return np.expand_dims(np.einsum(a, every, b, every, kept), axes)


def _count(x: Array, axes: Axes) -> int:
    return math.prod(x.shape[axis] for axis in axes)
