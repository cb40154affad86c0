"""A full answer of assignment 05 in loops over features, channels and examples."""

import torch


def batchnorm_forward(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    examples, features = x.shape
    y = torch.empty_like(x)
    new_mean, new_var = running_mean.clone(), running_var.clone()
    for j in range(features):
        mean, var = running_mean[j], running_var[j]
        if training:
            mean = sum(x[i, j] for i in range(examples)) / examples
            squares = sum((x[i, j] - mean) ** 2 for i in range(examples))
            var = squares / examples
            new_mean[j] = (1 - momentum) * running_mean[j] + momentum * mean
            new_var[j] = (1 - momentum) * running_var[j] + momentum * squares / (examples - 1)
        for i in range(examples):
            y[i, j] = gamma[j] * (x[i, j] - mean) / (var + eps) ** 0.5 + beta[j]
    return y, new_mean, new_var


def batchnorm2d_forward(
    x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5
):
    y = torch.empty_like(x)
    new_mean, new_var = running_mean.clone(), running_var.clone()
    for c in range(x.shape[1]):
        values = x[:, c].flatten()
        mean, var = running_mean[c], running_var[c]
        if training:
            mean = values.sum() / len(values)
            var = ((values - mean) ** 2).sum() / len(values)
            unbiased = var * len(values) / (len(values) - 1)
            new_mean[c] = (1 - momentum) * new_mean[c] + momentum * mean
            new_var[c] = (1 - momentum) * new_var[c] + momentum * unbiased
        for n in range(len(x)):
            y[n, c] = gamma[c] * (x[n, c] - mean) / (var + eps) ** 0.5 + beta[c]
    return y, new_mean, new_var


def batchnorm_backward(dy, x, gamma, eps=1e-5):
    examples, features = x.shape
    dx, dgamma, dbeta = torch.zeros_like(x), torch.zeros_like(gamma), torch.zeros_like(gamma)
    for j in range(features):
        column, upstream = x[:, j], dy[:, j]
        mean = column.sum() / examples
        root = (((column - mean) ** 2).sum() / examples + eps).sqrt()
        x_hat = (column - mean) / root
        dgamma[j], dbeta[j] = (upstream * x_hat).sum(), upstream.sum()
        for i in range(examples):  # each of the three roads from x to y
            straight = examples * upstream[i]
            dx[i, j] = straight - dbeta[j] - x_hat[i] * dgamma[j]
            dx[i, j] *= gamma[j] / (examples * root)
    return dx, dgamma, dbeta


def fuse_conv_bn(w, b, gamma, beta, mean, var, eps=1e-5):
    fused_w, fused_b = torch.empty_like(w), torch.empty_like(b)
    for o in range(len(w)):
        root = (var[o] + eps) ** 0.5
        fused_w[o] = gamma[o] * w[o] / root
        fused_b[o] = gamma[o] * (b[o] - mean[o]) / root + beta[o]
    return fused_w, fused_b


def layernorm_forward(x, gamma, beta, eps=1e-5):
    y = torch.empty_like(x)
    for i in range(len(x)):
        mean = x[i].sum() / x.shape[1]
        var = ((x[i] - mean) ** 2).sum() / x.shape[1]
        for j in range(x.shape[1]):
            y[i, j] = gamma[j] * (x[i, j] - mean) / (var + eps) ** 0.5 + beta[j]
    return y


def layernorm_backward(dy, x, gamma, eps=1e-5):
    examples, features = x.shape
    dx, dgamma, dbeta = torch.zeros_like(x), torch.zeros_like(gamma), torch.zeros_like(gamma)
    for i in range(examples):
        mean = x[i].sum() / features
        root = (((x[i] - mean) ** 2).sum() / features + eps) ** 0.5
        x_hat = (x[i] - mean) / root
        g = dy[i] * gamma
        for j in range(features):
            shared = g.sum() + x_hat[j] * (g * x_hat).sum()
            dx[i, j] = (features * g[j] - shared) / (features * root)
            dgamma[j] += dy[i, j] * x_hat[j]
            dbeta[j] += dy[i, j]
    return dx, dgamma, dbeta


def instancenorm_forward(x, gamma, beta, eps=1e-5):
    y = torch.empty_like(x)
    for n in range(x.shape[0]):
        for c in range(x.shape[1]):
            pixels = x[n, c]
            mean = pixels.sum() / pixels.numel()
            var = ((pixels - mean) ** 2).sum() / pixels.numel()
            y[n, c] = gamma[c] * (pixels - mean) / (var + eps) ** 0.5 + beta[c]
    return y


def groupnorm_forward(x, gamma, beta, groups, eps=1e-5):
    y = torch.empty_like(x)
    members = x.shape[1] // groups
    for n in range(x.shape[0]):
        for group in range(groups):
            first = group * members
            values = x[n, first : first + members]
            mean = values.sum() / values.numel()
            var = ((values - mean) ** 2).sum() / values.numel()
            for c in range(first, first + members):
                y[n, c] = gamma[c] * (x[n, c] - mean) / (var + eps) ** 0.5 + beta[c]
    return y


def running_statistics(batches, momentum=0.1):
    running_mean = torch.zeros_like(batches[0, 0])
    running_var = torch.ones_like(batches[0, 0])
    for x in batches:
        mean = x.sum(0) / len(x)
        var = ((x - mean) ** 2).sum(0) / (len(x) - 1)
        for j in range(x.shape[1]):
            running_mean[j] += momentum * (mean[j] - running_mean[j])
            running_var[j] += momentum * (var[j] - running_var[j])
    return running_mean, running_var


conv2_parameters = 25_050
bias_gradient = 1568
output_size = 112
receptive_field = 7
nonzero_gradients = 4
batch_of_one = 2
running_steps = (459, 44)
doubled_weights = (1, 0.5)
lost_bias = 0
fusable = "abc"
count_of_means = (6, 4, 24, 8)

inputs = [
    (
        torch.tensor([[0.001, 4.0], [0.003, 1.0], [0.002, -5.0]]),
        torch.tensor([2.0, -3.0]),
        torch.tensor([1.0, 4.0]),
        torch.tensor([7.0, -6.0]),
        torch.tensor([0.5, 3.0]),
        mode,
    )
    for mode in (True, False)
]
fault_kind = "c"

manual_experiment = """\
Expected: with the layer the largest useful rate is at least five times as large. Seeds 0, 1, 2, the
same batches; only the norm differs. Found: 0.1 without, 2 with, in steps and (a little less) in
seconds. Not refuted; it says nothing about convolutions.
"""
