"""A full answer of assignment 05 with einsum, moments and the matrix of the derivative."""

import numpy as np
import torch


def batchnorm_forward(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    if not training:
        scale = gamma * torch.rsqrt(running_var + eps)
        return x * scale + (beta - running_mean * scale), running_mean, running_var
    mean = torch.einsum("nd->d", x) / len(x)
    centred = x - mean
    var = torch.einsum("nd,nd->d", centred, centred) / len(x)
    y = centred * (gamma * torch.rsqrt(var + eps)) + beta
    unbiased = var * len(x) / (len(x) - 1)
    return [y, running_mean.lerp(mean, momentum), running_var.lerp(unbiased, momentum)]


def batchnorm2d_forward(
    x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5
):
    mean, var = running_mean, running_var
    if training:
        unbiased, mean = torch.var_mean(x, dim=(0, 2, 3))
        count = x.numel() // x.shape[1]
        running_mean = torch.lerp(running_mean, mean, momentum)
        running_var = torch.lerp(running_var, unbiased, momentum)
        var = unbiased * (count - 1) / count
    scale = gamma / torch.sqrt(var + eps)
    y = torch.einsum("nchw,c->nchw", x - mean[:, None, None], scale) + beta[:, None, None]
    return y, running_mean, running_var


def batchnorm_backward(dy, x, gamma, eps=1e-5):
    centred = x - x.mean(0)
    root = ((centred**2).mean(0) + eps).sqrt()
    x_hat = centred / root
    # d x_hat[i, j] / d x[k, j]: one matrix for each feature
    identity = torch.eye(len(x), dtype=x.dtype, device=x.device)
    matrix = identity[:, :, None] - (1 + torch.einsum("ij,kj->ikj", x_hat, x_hat)) / len(x)
    dx = torch.einsum("ij,j,ikj->kj", dy, gamma / root, matrix)
    return dx, torch.einsum("ij,ij->j", dy, x_hat), torch.einsum("ij->j", dy)


def fuse_conv_bn(w, b, gamma, beta, mean, var, eps=1e-5):
    scale = torch.diag(gamma / torch.sqrt(var + eps))
    return torch.einsum("ok,kcpq->ocpq", scale, w), scale @ (b - mean) + beta


def layernorm_forward(x, gamma, beta, eps=1e-5):
    var, mean = torch.var_mean(x, dim=1, correction=0)
    x_hat = torch.einsum("nd,n->nd", x - mean[:, None], torch.rsqrt(var + eps))
    return torch.addcmul(beta, x_hat, gamma)


def layernorm_backward(dy, x, gamma, eps=1e-5):
    var, mean = torch.var_mean(x, dim=1, correction=0, keepdim=True)
    root = torch.sqrt(var + eps)
    x_hat = (x - mean) / root
    identity = torch.eye(x.shape[1], dtype=x.dtype, device=x.device)
    matrix = identity - (1 + torch.einsum("nd,ne->nde", x_hat, x_hat)) / x.shape[1]
    dx = torch.einsum("nd,d,nde->ne", dy, gamma, matrix) / root
    return dx, torch.einsum("nd,nd->d", dy, x_hat), dy.sum(0)


def instancenorm_forward(x, gamma, beta, eps=1e-5):
    rows = x.flatten(2)  # n, c, h * w
    centred = rows - torch.einsum("ncl->nc", rows)[..., None] / rows.shape[2]
    var = torch.einsum("ncl,ncl->nc", centred, centred) / rows.shape[2]
    y = torch.einsum("ncl,nc,c->ncl", centred, torch.rsqrt(var + eps), gamma)
    return (y + beta[:, None]).reshape(x.shape)


def groupnorm_forward(x, gamma, beta, groups, eps=1e-5):
    rows = x.reshape(len(x) * groups, -1)
    var, mean = torch.var_mean(rows, dim=1, correction=0, keepdim=True)
    x_hat = ((rows - mean) * torch.rsqrt(var + eps)).reshape(x.shape)
    return torch.einsum("nchw,c->nchw", x_hat, gamma) + beta[:, None, None]


def running_statistics(batches, momentum=0.1):
    ages = torch.arange(len(batches), dtype=batches.dtype, device=batches.device).flip(0)
    shares = momentum * (1 - momentum) ** ages  # of each batch, the oldest first
    rest = (1 - momentum) ** len(batches)  # what is left of the first averages, 0 and 1
    mean = torch.einsum("t,td->d", shares, batches.mean(dim=1))
    return mean, rest + torch.einsum("t,td->d", shares, batches.var(dim=1))


conv2_parameters = 50 * 20 * 25 + 50
bias_gradient = np.prod([2, 28, 28])
output_size = (224 + 6 - 7) // 2 + 1
receptive_field = 1 + 3 * 2
nonzero_gradients = 2 * 2
batch_of_one = 2.0
running_steps = [459, 44]
doubled_weights = (1.0, 1 / 2)
lost_bias = 0.0
fusable = "C, B, A"
count_of_means = [6, 4, 4 * 6, 4 * 2]

inputs = [
    (
        torch.arange(15.0).reshape(5, 3).sin() * torch.tensor([0.001, 0.002, 3.0]),
        torch.tensor([0.5, -2.0, 3.0]),
        torch.tensor([1.0, 2.0, -1.0]),
        torch.tensor([0.3, -0.2, 5.0]),
        torch.tensor([2.0, 0.4, 1.5]),
        True,
    ),
    (
        torch.arange(8.0).reshape(4, 2).cos(),
        torch.tensor([3.0, -1.0]),
        torch.tensor([0.7, 2.0]),
        torch.tensor([-1.0, 2.0]),
        torch.tensor([0.000001, 9.0]),
        False,
    ),
]
fault_kind = "C"

manual_experiment = """\
I expected batch norm to need half of the steps, and to be refuted by fewer than that. Three seeds
each, only the layer changed: 154, 184 and 237 steps against 81, 78 and 51; in seconds 0.27, 0.31,
0.39 against 0.21, 0.20, 0.13. Not refuted, for this network and these rates.
"""
