"""Batch, layer, instance and group norm by torch, behind the course's signatures."""

import torch
from torch.nn import functional as F
from torch.nn.utils import fuse_conv_bn_weights

from course_lib import arrays
from course_lib.reference.gradients import gradients

Tensor = torch.Tensor


def batchnorm_forward(
    x: Tensor,
    gamma: Tensor,
    beta: Tensor,
    running_mean: Tensor,
    running_var: Tensor,
    training: bool,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> tuple[Tensor, Tensor, Tensor]:
    """Each channel normalised: in training with the mean and variance of the batch, which then
    move the running ones, otherwise with the running ones.

    y = (x - mean) / sqrt(var + eps) * gamma + beta
    running = (1 - momentum) * running + momentum * batch

    The biased variance normalises, the unbiased one moves running_var, and momentum is the share
    of the new batch. The slide's 0.99 and 0.01 are momentum=0.01.

    Args:
        x: (N, C) or (N, C, *size), of any floating dtype, on any device.
        gamma, beta, running_mean, running_var: (C,), dtype and device of x.
        training: which statistics to use.
        momentum: from 0 to 1.
        eps: at least 0.
    Returns:
        y like x, running_mean (C,), running_var (C,); no argument is changed.
    Raises:
        TypeError, ValueError: naming the argument, what it was and what it must be; in training
            also for channels of one number.
    """
    running = {"running_mean": running_mean, "running_var": running_var}
    arrays.same(Tensor, x=x, gamma=gamma, beta=beta, **running)
    arrays.batch_norm(x, gamma, training, momentum, eps, beta=beta, **running)
    mean, var = running_mean.clone(), running_var.clone()
    return F.batch_norm(x, mean, var, gamma, beta, training, momentum, eps), mean, var


def batchnorm_backward(
    dy: Tensor, x: Tensor, gamma: Tensor, eps: float = 1e-5
) -> tuple[Tensor, Tensor, Tensor]:
    """The gradients of a loss through `batchnorm_forward` in training, by autograd.

    Args:
        dy: like x.
        x, gamma, eps: as `batchnorm_forward` got them.
    Returns:
        dx like x, dgamma (C,), dbeta (C,).
    Raises:
        TypeError, ValueError: naming the argument, what it was and what it must be.
    """
    arrays.same(Tensor, dy=dy, x=x, gamma=gamma)
    arrays.batch_norm(x, gamma, True, 0, eps)
    arrays.shape("dy", dy, x.shape, "the shape of x")

    def forward(x: Tensor, gamma: Tensor, beta: Tensor) -> Tensor:
        return F.batch_norm(x, None, None, gamma, beta, training=True, eps=eps)

    dx, dgamma, dbeta = gradients(forward, dy, x, gamma, torch.zeros_like(gamma))
    return dx, dgamma, dbeta


def layernorm_forward(x: Tensor, gamma: Tensor, beta: Tensor, eps: float = 1e-5) -> Tensor:
    """Each example normalised with a mean and variance of its own, the same in training and test.

    y = (x - mean) / sqrt(var + eps) * gamma + beta, with the biased variance

    Args:
        x: (N, D) or (N, ..., *shape), of any floating dtype, on any device.
        gamma, beta: (D,) or shape: the last axes of x, over which the mean is taken.
        eps: at least 0.
    Returns:
        Like x.
    Raises:
        TypeError, ValueError: naming the argument, what it was and what it must be.
    """
    arrays.same(Tensor, x=x, gamma=gamma, beta=beta)
    arrays.layer_norm(x, gamma, eps, beta=beta)
    return F.layer_norm(x, gamma.shape, gamma, beta, eps)


def layernorm_backward(
    dy: Tensor, x: Tensor, gamma: Tensor, eps: float = 1e-5
) -> tuple[Tensor, Tensor, Tensor]:
    """The gradients of a loss through `layernorm_forward`, by autograd.

    Args:
        dy: like x.
        x, gamma, eps: as `layernorm_forward` got them.
    Returns:
        dx like x, dgamma and dbeta like gamma.
    Raises:
        TypeError, ValueError: naming the argument, what it was and what it must be.
    """
    arrays.same(Tensor, dy=dy, x=x, gamma=gamma)
    arrays.layer_norm(x, gamma, eps)
    arrays.shape("dy", dy, x.shape, "the shape of x")

    def forward(x: Tensor, gamma: Tensor, beta: Tensor) -> Tensor:
        return layernorm_forward(x, gamma, beta, eps)

    dx, dgamma, dbeta = gradients(forward, dy, x, gamma, torch.zeros_like(gamma))
    return dx, dgamma, dbeta


def instancenorm_forward(x: Tensor, gamma: Tensor, beta: Tensor, eps: float = 1e-5) -> Tensor:
    """Each channel of each image normalised with a mean and variance of its own.

    y = (x - mean) / sqrt(var + eps) * gamma + beta, with the biased variance

    Args:
        x: (N, C, *size), of any floating dtype, on any device.
        gamma, beta: (C,), dtype and device of x.
        eps: at least 0.
    Returns:
        Like x.
    Raises:
        TypeError, ValueError: naming the argument, what it was and what it must be.
    """
    arrays.same(Tensor, x=x, gamma=gamma, beta=beta)
    arrays.instance_norm(x, gamma, eps, beta=beta)
    return F.instance_norm(x, weight=gamma, bias=beta, eps=eps)


def instancenorm_backward(
    dy: Tensor, x: Tensor, gamma: Tensor, eps: float = 1e-5
) -> tuple[Tensor, Tensor, Tensor]:
    """The gradients of a loss through `instancenorm_forward`, by autograd.

    Args:
        dy: like x.
        x, gamma, eps: as `instancenorm_forward` got them.
    Returns:
        dx like x, dgamma (C,), dbeta (C,).
    Raises:
        TypeError, ValueError: naming the argument, what it was and what it must be.
    """
    arrays.same(Tensor, dy=dy, x=x, gamma=gamma)
    arrays.instance_norm(x, gamma, eps)
    arrays.shape("dy", dy, x.shape, "the shape of x")

    def forward(x: Tensor, gamma: Tensor, beta: Tensor) -> Tensor:
        return instancenorm_forward(x, gamma, beta, eps)

    dx, dgamma, dbeta = gradients(forward, dy, x, gamma, torch.zeros_like(gamma))
    return dx, dgamma, dbeta


def groupnorm_forward(
    x: Tensor, gamma: Tensor, beta: Tensor, groups: int, eps: float = 1e-5
) -> Tensor:
    """Each group of neighbouring channels of each image normalised with its own mean and variance.

    y = (x - mean) / sqrt(var + eps) * gamma + beta, with the biased variance

    Args:
        x: (N, C, *size), of any floating dtype, on any device.
        gamma, beta: (C,), dtype and device of x.
        groups: divides C. With 1 the mean is over the image, with C this is instance norm.
        eps: at least 0.
    Returns:
        Like x.
    Raises:
        TypeError, ValueError: naming the argument, what it was and what it must be.
    """
    arrays.same(Tensor, x=x, gamma=gamma, beta=beta)
    arrays.group_norm(x, gamma, groups, eps, beta=beta)
    return F.group_norm(x, groups, gamma, beta, eps)


def groupnorm_backward(
    dy: Tensor, x: Tensor, gamma: Tensor, groups: int, eps: float = 1e-5
) -> tuple[Tensor, Tensor, Tensor]:
    """The gradients of a loss through `groupnorm_forward`, by autograd.

    Args:
        dy: like x.
        x, gamma, groups, eps: as `groupnorm_forward` got them.
    Returns:
        dx like x, dgamma (C,), dbeta (C,).
    Raises:
        TypeError, ValueError: naming the argument, what it was and what it must be.
    """
    arrays.same(Tensor, dy=dy, x=x, gamma=gamma)
    arrays.group_norm(x, gamma, groups, eps)
    arrays.shape("dy", dy, x.shape, "the shape of x")

    def forward(x: Tensor, gamma: Tensor, beta: Tensor) -> Tensor:
        return groupnorm_forward(x, gamma, beta, groups, eps)

    dx, dgamma, dbeta = gradients(forward, dy, x, gamma, torch.zeros_like(gamma))
    return dx, dgamma, dbeta


def fuse_conv_bn(
    w: Tensor, b: Tensor, gamma: Tensor, beta: Tensor, mean: Tensor, var: Tensor, eps: float = 1e-5
) -> tuple[Tensor, Tensor]:
    """The one convolution that equals a convolution followed by batch norm with running statistics.

    w' = w * gamma / sqrt(var + eps),  b' = (b - mean) * gamma / sqrt(var + eps) + beta

    Args:
        w: (C_out, C / groups, *kernel), of any floating dtype, on any device.
        b, gamma, beta, mean, var: (C_out,), dtype and device of w.
        eps: at least 0.
    Returns:
        w', like w, and b', (C_out,).
    Raises:
        TypeError, ValueError: naming the argument, what it was and what it must be.
    """
    arrays.same(Tensor, w=w, b=b, gamma=gamma, beta=beta, mean=mean, var=var)
    arrays.fusion(w, eps, b=b, gamma=gamma, beta=beta, mean=mean, var=var)
    fused = fuse_conv_bn_weights(w, b, mean, var, eps, gamma, beta)
    return fused[0].detach(), fused[1].detach()
