"""Batch, layer, instance and group norm in numpy: one computation, four choices of axes."""

import numpy as np

from course_lib import arrays
from course_lib.ops.standardise import Axes, normalise, normalise_backward

Array = np.ndarray


def batchnorm_forward(
    x: Array,
    gamma: Array,
    beta: Array,
    running_mean: Array,
    running_var: Array,
    training: bool,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> tuple[Array, Array, Array]:
    """Each channel normalised: in training with the mean and variance of the batch, which then
    move the running ones, otherwise with the running ones.

    y = (x - mean) / sqrt(var + eps) * gamma + beta
    running = (1 - momentum) * running + momentum * batch

    The biased variance normalises, the unbiased one moves running_var, and momentum is the share
    of the new batch: all three as in torch. The slide's 0.99 and 0.01 are momentum=0.01.

    Args:
        x: (N, C) or (N, C, *size), float32 or float64.
        gamma, beta, running_mean, running_var: (C,), dtype of x.
        training: which statistics to use.
        momentum: from 0 to 1.
        eps: at least 0.
    Returns:
        y like x, running_mean (C,), running_var (C,); no argument is changed.
    Raises:
        TypeError, ValueError: naming the argument, what it was and what it must be; in training
            also for channels of one number.
    Source: Ioffe and Szegedy 2015, algorithms 1 and 2; slides "Batch Normalization".

    >>> x, one, zero = np.array([[1.0], [3.0]]), np.ones(1), np.zeros(1)
    >>> y, mean, var = batchnorm_forward(x, one, zero, zero, one, training=True, eps=0)
    >>> y.tolist(), mean.tolist(), var.tolist()
    ([[-1.0], [1.0]], [0.2], [1.1])
    """
    running = {"running_mean": running_mean, "running_var": running_var}
    arrays.same(Array, x=x, gamma=gamma, beta=beta, **running)
    arrays.batch_norm(x, gamma, training, momentum, eps, beta=beta, **running)
    by_channel, shape, axes = _by_channel(x)
    if not training:  # "a linear operator": nothing depends on the batch
        y = by_channel - running_mean.reshape(shape)
        y *= (gamma / np.sqrt(running_var + eps)).reshape(shape)
        y += beta.reshape(shape)
        return y.swapaxes(0, 1).reshape(x.shape), running_mean, running_var
    y, mean, var = normalise(by_channel, gamma.reshape(shape), beta.reshape(shape), axes, eps)
    momentum = float(momentum)
    unbiased = var.reshape(-1) * (x.size / (x.size - len(gamma)))
    new_mean = (1 - momentum) * running_mean + momentum * mean.reshape(-1)
    return (
        y.swapaxes(0, 1).reshape(x.shape),
        new_mean,
        (1 - momentum) * running_var + momentum * unbiased,
    )


def batchnorm_backward(
    dy: Array, x: Array, gamma: Array, eps: float = 1e-5
) -> tuple[Array, Array, Array]:
    """The gradients of a loss through `batchnorm_forward` in training.

    With h = (x - mean) / sqrt(var + eps), and all means over the numbers of one channel:

    dx = gamma / sqrt(var + eps) * (dy - mean(dy) - h * mean(dy * h))
    dgamma = sum of dy * h,  dbeta = sum of dy

    Args:
        dy: shape and dtype of x.
        x, gamma, eps: as `batchnorm_forward` got them.
    Returns:
        dx like x, dgamma (C,), dbeta (C,).
    Raises:
        TypeError, ValueError: naming the argument, what it was and what it must be.
    Source: Ioffe and Szegedy 2015, section 3.

    >>> dy, x = np.array([[1.0], [0], [0]]), np.array([[-1.0], [0], [1]])
    >>> dx, dgamma, dbeta = batchnorm_backward(dy, x, np.array([6.0]), eps=1 / 3)
    >>> dx.tolist(), dgamma.tolist(), dbeta.tolist()
    ([[2.0], [-2.0], [0.0]], [-1.0], [1.0])
    """
    arrays.same(Array, dy=dy, x=x, gamma=gamma)
    arrays.batch_norm(x, gamma, True, 0, eps)
    arrays.shape("dy", dy, x.shape, "the shape of x")
    by_channel, shape, axes = _by_channel(x)
    dx, dgamma, dbeta = normalise_backward(
        _by_channel(dy)[0], by_channel, gamma.reshape(shape), axes, eps
    )
    return dx.swapaxes(0, 1).reshape(x.shape), dgamma.reshape(-1), dbeta.reshape(-1)


def layernorm_forward(x: Array, gamma: Array, beta: Array, eps: float = 1e-5) -> Array:
    """Each example normalised with a mean and variance of its own, the same in training and test.

    y = (x - mean) / sqrt(var + eps) * gamma + beta, with the biased variance

    Args:
        x: (N, D) or (N, ..., *shape), float32 or float64.
        gamma, beta: (D,) or shape: the last axes of x, over which the mean is taken.
        eps: at least 0.
    Returns:
        Like x.
    Raises:
        TypeError, ValueError: naming the argument, what it was and what it must be.
    Source: Ba, Kiros and Hinton 2016; slide "Layer Normalization".

    >>> layernorm_forward(np.array([[1.0, 3], [2, 8]]), np.ones(2), np.zeros(2), eps=0).tolist()
    [[-1.0, 1.0], [-1.0, 1.0]]
    """
    arrays.same(Array, x=x, gamma=gamma, beta=beta)
    arrays.layer_norm(x, gamma, eps, beta=beta)
    lead = (1,) * (x.ndim - gamma.ndim)
    gamma, beta = gamma.reshape(lead + gamma.shape), beta.reshape(lead + beta.shape)
    return normalise(x, gamma, beta, tuple(range(len(lead), x.ndim)), eps)[0]


def layernorm_backward(
    dy: Array, x: Array, gamma: Array, eps: float = 1e-5
) -> tuple[Array, Array, Array]:
    """The gradients of a loss through `layernorm_forward`.

    With h = (x - mean) / sqrt(var + eps), dh = dy * gamma, and all means over one example:

    dx = (dh - mean(dh) - h * mean(dh * h)) / sqrt(var + eps)
    dgamma = sum of dy * h,  dbeta = sum of dy, both over the examples

    Args:
        dy: shape and dtype of x.
        x, gamma, eps: as `layernorm_forward` got them.
    Returns:
        dx like x, dgamma and dbeta like gamma.
    Raises:
        TypeError, ValueError: naming the argument, what it was and what it must be.
    Source: slide "Recap: Backpropagation"; as Ioffe and Szegedy 2015, section 3, with other means.

    >>> dy, x = np.array([[1.0, 0, 0]]), np.array([[-1.0, 0, 1]])
    >>> dx, dgamma, dbeta = layernorm_backward(dy, x, np.full(3, 6.0), eps=1 / 3)
    >>> dx.tolist(), dgamma.tolist(), dbeta.tolist()
    ([[2.0, -2.0, 0.0]], [-1.0, 0.0, 0.0], [1.0, 0.0, 0.0])
    """
    arrays.same(Array, dy=dy, x=x, gamma=gamma)
    arrays.layer_norm(x, gamma, eps)
    arrays.shape("dy", dy, x.shape, "the shape of x")
    lead = (1,) * (x.ndim - gamma.ndim)
    dx, dgamma, dbeta = normalise_backward(
        dy, x, gamma.reshape(lead + gamma.shape), tuple(range(len(lead), x.ndim)), eps
    )
    return dx, dgamma.reshape(gamma.shape), dbeta.reshape(gamma.shape)


def instancenorm_forward(x: Array, gamma: Array, beta: Array, eps: float = 1e-5) -> Array:
    """Each channel of each image normalised with a mean and variance of its own.

    y = (x - mean) / sqrt(var + eps) * gamma + beta, with the biased variance

    Args:
        x: (N, C, *size), float32 or float64.
        gamma, beta: (C,), dtype of x.
        eps: at least 0.
    Returns:
        Like x.
    Raises:
        TypeError, ValueError: naming the argument, what it was and what it must be.
    Source: Ulyanov, Vedaldi and Lempitsky 2016; slide "Instance Normalization".

    >>> x = np.array([[[1.0, 3], [2, 8]]])
    >>> instancenorm_forward(x, np.ones(2), np.zeros(2), eps=0).tolist()
    [[[-1.0, 1.0], [-1.0, 1.0]]]
    """
    arrays.same(Array, x=x, gamma=gamma, beta=beta)
    arrays.instance_norm(x, gamma, eps, beta=beta)
    return groupnorm_forward(x, gamma, beta, len(gamma), eps)


def instancenorm_backward(
    dy: Array, x: Array, gamma: Array, eps: float = 1e-5
) -> tuple[Array, Array, Array]:
    """The gradients of a loss through `instancenorm_forward`: those of `groupnorm_backward` with
    each channel as a group.

    With h = (x - mean) / sqrt(var + eps), and all means over one channel of one image:

    dx = gamma / sqrt(var + eps) * (dy - mean(dy) - h * mean(dy * h))
    dgamma = sum of dy * h,  dbeta = sum of dy, both for each channel

    Args:
        dy: shape and dtype of x.
        x, gamma, eps: as `instancenorm_forward` got them.
    Returns:
        dx like x, dgamma (C,), dbeta (C,).
    Raises:
        TypeError, ValueError: naming the argument, what it was and what it must be.
    Source: slide "Recap: Backpropagation"; as Ioffe and Szegedy 2015, section 3, with other means.

    >>> dy, x = np.array([[[1.0, 0, 0]]]), np.array([[[-1.0, 0, 1]]])
    >>> instancenorm_backward(dy, x, np.array([6.0]), eps=1 / 3)[0].tolist()
    [[[2.0, -2.0, 0.0]]]
    """
    arrays.same(Array, dy=dy, x=x, gamma=gamma)
    arrays.instance_norm(x, gamma, eps)
    arrays.shape("dy", dy, x.shape, "the shape of x")
    return groupnorm_backward(dy, x, gamma, len(gamma), eps)


def groupnorm_forward(x: Array, gamma: Array, beta: Array, groups: int, eps: float = 1e-5) -> Array:
    """Each group of neighbouring channels of each image normalised with its own mean and variance.

    y = (x - mean) / sqrt(var + eps) * gamma + beta, with the biased variance

    Args:
        x: (N, C, *size), float32 or float64.
        gamma, beta: (C,), dtype of x.
        groups: divides C. With 1 the mean is over the image, with C this is instance norm.
        eps: at least 0.
    Returns:
        Like x.
    Raises:
        TypeError, ValueError: naming the argument, what it was and what it must be.
    Source: Wu and He 2018, equation 1; slide "Group Normalization".

    >>> x = np.array([[[1.0], [3], [2], [8]]])
    >>> groupnorm_forward(x, np.ones(4), np.zeros(4), groups=2, eps=0).tolist()
    [[[-1.0], [1.0], [-1.0], [1.0]]]
    """
    arrays.same(Array, x=x, gamma=gamma, beta=beta)
    arrays.group_norm(x, gamma, groups, eps, beta=beta)
    by_group, shape, axes = _by_group(x, groups)
    y, _, _ = normalise(by_group, gamma.reshape(shape), beta.reshape(shape), axes, eps)
    return y.reshape(x.shape)


def groupnorm_backward(
    dy: Array, x: Array, gamma: Array, groups: int, eps: float = 1e-5
) -> tuple[Array, Array, Array]:
    """The gradients of a loss through `groupnorm_forward`.

    With h = (x - mean) / sqrt(var + eps), dh = dy * gamma, and all means over one group:

    dx = (dh - mean(dh) - h * mean(dh * h)) / sqrt(var + eps)
    dgamma = sum of dy * h,  dbeta = sum of dy, both for each channel

    Args:
        dy: shape and dtype of x.
        x, gamma, groups, eps: as `groupnorm_forward` got them.
    Returns:
        dx like x, dgamma (C,), dbeta (C,).
    Raises:
        TypeError, ValueError: naming the argument, what it was and what it must be.
    Source: slide "Recap: Backpropagation"; as Ioffe and Szegedy 2015, section 3, with other means.

    >>> dy, x = np.array([[[1.0], [0], [0]]]), np.array([[[-1.0], [0], [1]]])
    >>> groupnorm_backward(dy, x, np.full(3, 6.0), groups=1, eps=1 / 3)[0].tolist()
    [[[2.0], [-2.0], [0.0]]]
    """
    arrays.same(Array, dy=dy, x=x, gamma=gamma)
    arrays.group_norm(x, gamma, groups, eps)
    arrays.shape("dy", dy, x.shape, "the shape of x")
    by_group, shape, axes = _by_group(x, groups)
    dx, dgamma, dbeta = normalise_backward(
        dy.reshape(by_group.shape), by_group, gamma.reshape(shape), axes, eps
    )
    return dx.reshape(x.shape), dgamma.reshape(-1), dbeta.reshape(-1)


def fuse_conv_bn(
    w: Array, b: Array, gamma: Array, beta: Array, mean: Array, var: Array, eps: float = 1e-5
) -> tuple[Array, Array]:
    """The one convolution that equals a convolution followed by batch norm with running statistics.

    w' = w * gamma / sqrt(var + eps),  b' = (b - mean) * gamma / sqrt(var + eps) + beta

    Args:
        w: (C_out, C / groups, *kernel), float32 or float64.
        b, gamma, beta, mean, var: (C_out,), dtype of w.
        eps: at least 0.
    Returns:
        w', like w, and b', (C_out,).
    Raises:
        TypeError, ValueError: naming the argument, what it was and what it must be.
    Source: slides "Batch Normalization: Test-Time".

    >>> one = np.ones(1)
    >>> w, b = fuse_conv_bn(np.array([[[3.0, 5]]]), one, one, one, mean=2 * one, var=4 * one, eps=0)
    >>> w.tolist(), b.tolist()
    ([[[1.5, 2.5]]], [0.5])
    """
    arrays.same(Array, w=w, b=b, gamma=gamma, beta=beta, mean=mean, var=var)
    arrays.fusion(w, eps, b=b, gamma=gamma, beta=beta, mean=mean, var=var)
    scale = gamma / np.sqrt(var + float(eps))
    return w * scale.reshape(-1, *(1,) * (w.ndim - 1)), (b - mean) * scale + beta


def _by_channel(x: Array) -> tuple[Array, Axes, Axes]:
    """x as (C, N, pixels), the shape of gamma beside it, the axes of a mean."""
    return x.reshape(*x.shape[:2], -1).swapaxes(0, 1), (-1, 1, 1), (1, 2)


def _by_group(x: Array, groups: int) -> tuple[Array, Axes, Axes]:
    """x as (N, groups, C / groups, pixels), the shape of gamma beside it, the axes of a mean."""
    channels = x.shape[1] // groups
    return x.reshape(len(x), groups, channels, -1), (1, groups, channels, 1), (2, 3)
