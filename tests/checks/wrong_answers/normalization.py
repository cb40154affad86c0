"""Wrong answers to notebook 05."""

import torch

from . import WrongAnswer, wrong

ANSWERS: list[WrongAnswer] = []


@wrong(ANSWERS, "05", "batchnorm_forward", "momentum weighs the old value instead of the batch")
def bn_momentum(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    if training:
        mean, var = x.mean(0), x.var(0, unbiased=False)
        running_mean = momentum * running_mean + (1 - momentum) * mean
        running_var = momentum * running_var + (1 - momentum) * x.var(0)
    else:
        mean, var = running_mean, running_var
    return gamma * (x - mean) / torch.sqrt(var + eps) + beta, running_mean, running_var


@wrong(ANSWERS, "05", "batchnorm_forward", "running_var gets the biased variance")
def bn_biased_running(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    if training:
        mean, var = x.mean(0), x.var(0, unbiased=False)
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * var
    else:
        mean, var = running_mean, running_var
    return gamma * (x - mean) / torch.sqrt(var + eps) + beta, running_mean, running_var


@wrong(ANSWERS, "05", "batchnorm_forward", "eps is added outside of the root")
def bn_eps_outside(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    if training:
        mean, var = x.mean(0), x.var(0, unbiased=False)
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * x.var(0)
    else:
        mean, var = running_mean, running_var
    return gamma * (x - mean) / (torch.sqrt(var) + eps) + beta, running_mean, running_var


@wrong(ANSWERS, "05", "batchnorm2d_forward", "statistics for each image, as in instance norm")
def bn2d_per_image(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    if training:
        mean = x.mean((2, 3), keepdim=True)
        var = x.var((2, 3), unbiased=False, keepdim=True)
        running_mean = (1 - momentum) * running_mean + momentum * x.mean((0, 2, 3))
        running_var = (1 - momentum) * running_var + momentum * x.var((0, 2, 3))
    else:
        mean, var = running_mean[:, None, None], running_var[:, None, None]
    y = gamma[:, None, None] * (x - mean) / torch.sqrt(var + eps) + beta[:, None, None]
    return y, running_mean, running_var


@wrong(ANSWERS, "05", "batchnorm_backward", "the mean and variance are taken for constants")
def bn_backward_constants(dy, x, gamma, eps=1e-5):
    mean, var = x.mean(0), x.var(0, unbiased=False)
    inv = 1 / torch.sqrt(var + eps)
    xhat = (x - mean) * inv
    return dy * gamma * inv, (dy * xhat).sum(0), dy.sum(0)


@wrong(ANSWERS, "05", "batchnorm_backward", "dgamma is taken with x instead of the normalised x")
def bn_backward_dgamma(dy, x, gamma, eps=1e-5):
    n = x.shape[0]
    mean, var = x.mean(0), x.var(0, unbiased=False)
    inv = 1 / torch.sqrt(var + eps)
    xhat = (x - mean) * inv
    g = dy * gamma
    dx = inv / n * (n * g - g.sum(0) - xhat * (g * xhat).sum(0))
    return dx, (dy * x).sum(0), dy.sum(0)


@wrong(ANSWERS, "05", "fuse_conv_bn", "the old bias is not scaled")
def fuse_bias_unscaled(w, b, gamma, beta, mean, var, eps=1e-5):
    scale = gamma / torch.sqrt(var + eps)
    return w * scale[:, None, None, None], b - mean * scale + beta


@wrong(ANSWERS, "05", "fuse_conv_bn", "the old bias is forgotten")
def fuse_bias_forgotten(w, b, gamma, beta, mean, var, eps=1e-5):
    scale = gamma / torch.sqrt(var + eps)
    return w * scale.reshape(-1, 1, 1, 1), beta - mean * scale


@wrong(ANSWERS, "05", "layernorm_forward", "the unbiased variance divides")
def ln_unbiased(x, gamma, beta, eps=1e-5):
    mean, var = x.mean(1, keepdim=True), x.var(1, keepdim=True)
    return gamma * (x - mean) / torch.sqrt(var + eps) + beta


@wrong(ANSWERS, "05", "layernorm_forward", "statistics over the batch, as in batch norm")
def ln_over_batch(x, gamma, beta, eps=1e-5):
    mean, var = x.mean(0), x.var(0, unbiased=False)
    return gamma * (x - mean) / torch.sqrt(var + eps) + beta


@wrong(ANSWERS, "05", "layernorm_backward", "gamma is multiplied after the means are taken")
def ln_backward_gamma_late(dy, x, gamma, eps=1e-5):
    mean, var = x.mean(1, keepdim=True), x.var(1, keepdim=True, unbiased=False)
    inv = 1 / torch.sqrt(var + eps)
    xhat = (x - mean) * inv
    dx = inv * (dy - dy.mean(1, keepdim=True) - xhat * (dy * xhat).mean(1, keepdim=True))
    return gamma * dx, (dy * xhat).sum(0), dy.sum(0)


@wrong(ANSWERS, "05", "instancenorm_forward", "one mean for all channels of an image")
def in_all_channels(x, gamma, beta, eps=1e-5):
    mean = x.mean((1, 2, 3), keepdim=True)
    var = x.var((1, 2, 3), unbiased=False, keepdim=True)
    return gamma[:, None, None] * (x - mean) / torch.sqrt(var + eps) + beta[:, None, None]


@wrong(ANSWERS, "05", "groupnorm_forward", "the groups take every groups-th channel")
def gn_interleaved(x, gamma, beta, groups, eps=1e-5):
    n, c, h, w = x.shape
    parts = x.reshape(n, c // groups, groups, h, w)
    mean = parts.mean((1, 3, 4), keepdim=True)
    var = parts.var((1, 3, 4), unbiased=False, keepdim=True)
    y = ((parts - mean) / torch.sqrt(var + eps)).reshape(n, c, h, w)
    return gamma[:, None, None] * y + beta[:, None, None]


@wrong(ANSWERS, "05", "groupnorm_forward", "gamma and beta are left out")
def gn_no_affine(x, gamma, beta, groups, eps=1e-5):
    n, c, h, w = x.shape
    parts = x.reshape(n, groups, -1)
    mean = parts.mean(2, keepdim=True)
    var = parts.var(2, unbiased=False, keepdim=True)
    return ((parts - mean) / torch.sqrt(var + eps)).reshape(n, c, h, w)
