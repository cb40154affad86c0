"""Means as products with a matrix, and backward passes as the Jacobian matrix of a row."""

import torch


def averaging(n, like):
    return like.new_full((n, n), 1 / n)


def normed(rows, eps):
    """Each row on its own, with the root that it was divided by."""
    n = rows.shape[1]
    centred = rows @ (torch.eye(n, dtype=rows.dtype) - averaging(n, rows))
    root = torch.sqrt(torch.diag(centred @ centred.T) / n + eps)
    return torch.diag(1 / root) @ centred, root


def by_channel(x):
    return x.transpose(0, 1).reshape(x.shape[1], -1)


def batchnorm_forward(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    rows = by_channel(x)
    n = rows.shape[1]
    if training:
        x_hat, _ = normed(rows, eps)
        mean = rows @ rows.new_full((n,), 1 / n)
        unbiased = ((rows - mean[:, None]) ** 2).sum(1) / (n - 1)
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * unbiased
    else:
        x_hat = torch.diag(1 / (running_var + eps).sqrt()) @ (rows - running_mean[:, None])
    y = torch.diag(gamma) @ x_hat + beta[:, None]
    return y.reshape(x.transpose(0, 1).shape).transpose(0, 1), running_mean, running_var


batchnorm2d_forward = batchnorm_forward


def jacobian(row, root):
    """What one normed row does to its gradient."""
    n = len(row)
    return (torch.eye(n, dtype=row.dtype) - (1 + torch.outer(row, row)) / n) / root


def batchnorm_backward(dy, x, gamma, eps=1e-5):
    x_hat, root = normed(x.T, eps)
    dx = [
        jacobian(*pair) @ (dy[:, d] * gamma[d])
        for d, pair in enumerate(zip(x_hat, root, strict=True))
    ]
    return torch.stack(dx, 1), torch.diag(x_hat @ dy), dy.T @ dy.new_ones(len(dy))


def layernorm_forward(x, gamma, beta, eps=1e-5):
    return normed(x, eps)[0] @ torch.diag(gamma) + beta


def layernorm_backward(dy, x, gamma, eps=1e-5):
    x_hat, root = normed(x, eps)
    dx = [jacobian(*pair) @ (dy[n] * gamma) for n, pair in enumerate(zip(x_hat, root, strict=True))]
    return torch.stack(dx), torch.diag(dy.T @ x_hat), dy.new_ones(len(dy)) @ dy


def groupnorm_forward(x, gamma, beta, groups, eps=1e-5):
    x_hat = normed(x.reshape(len(x) * groups, -1), eps)[0].reshape(x.shape)
    return torch.einsum("nchw,c->nchw", x_hat, gamma) + beta.reshape(1, -1, 1, 1)


def instancenorm_forward(x, gamma, beta, eps=1e-5):
    return groupnorm_forward(x, gamma, beta, x.shape[1], eps)


def fuse_conv_bn(w, b, gamma, beta, mean, var, eps=1e-5):
    scale = torch.diag(gamma / torch.sqrt(var + eps))
    return torch.tensordot(scale, w, 1), scale @ (b - mean) + beta


def running_statistics(batches, momentum=0.1):
    """All at once: batch i counts momentum * (1 - momentum) ** (batches after it)."""
    after = torch.arange(len(batches) - 1, -1, -1)
    weights = momentum * (1 - momentum) ** after.to(batches.dtype)
    return weights @ batches.mean(1), (1 - momentum) ** len(batches) + weights @ batches.var(1)
