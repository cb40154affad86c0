"""One place of the kernel at a time, added in place to an array of one's own; the work is done by
functions from other cells."""

from itertools import product

import numpy as np
import torch


def slid(size, kernel):
    """Each place of the kernel with the part of the image that it meets on its way."""
    for place in product(*map(range, kernel)):
        reach = (slice(p, p + n - k + 1) for p, n, k in zip(place, size, kernel, strict=True))
        yield place, (..., *reach)


def added_up(x, w):
    size = (n - k + 1 for n, k in zip(x.shape[2:], w.shape[2:], strict=True))
    y = x.new_zeros(len(x), len(w), *size)
    for place, part in slid(x.shape[2:], w.shape[2:]):
        y += torch.einsum("nc...,oc->no...", x[part], w[(..., *place)])
    return y


def bias_added(y, b):
    y = y.movedim(1, -1).clone()
    y += b
    return y.movedim(-1, 1)


def cross_correlate2d(x, k):
    y = np.zeros(np.subtract(x.shape, k.shape) + 1, x.dtype)
    for place, part in slid(x.shape, k.shape):
        y += x[part] * k[place]
    return y


def convolve2d(x, k):
    turned = k.copy()
    turned[:] = k[::-1, ::-1]
    return cross_correlate2d(x, turned)


def conv2d(x, w, b):
    return bias_added(added_up(x, w), b)


conv1d = conv3d = conv2d


def compose_kernels(k1, k2):
    size = (a + b - 1 for a, b in zip(k1.shape[2:], k2.shape[2:], strict=True))
    k = k1.new_zeros(len(k2), k1.shape[1], *size)
    for p, q in product(*map(range, k2.shape[2:])):
        part = k[:, :, p : p + k1.shape[2], q : q + k1.shape[3]]
        part.add_(torch.tensordot(k2[:, :, p, q], k1, 1))
    return k


def input_gradient(dy, w):
    size = (a + b - 1 for a, b in zip(dy.shape[2:], w.shape[2:], strict=True))
    dx = dy.new_zeros(len(dy), w.shape[1], *size)
    for place, part in slid(dx.shape[2:], w.shape[2:]):
        dx[part] += torch.einsum("noij,oc->ncij", dy, w[(..., *place)])
    return dx


def conv2d_backward(dy, x, w):
    dw = torch.empty_like(w)
    for place, part in slid(x.shape[2:], w.shape[2:]):
        dw[(..., *place)] = torch.einsum("noij,ncij->oc", dy, x[part])
    return [input_gradient(dy, w), dw, dy.flatten(2).sum(2).sum(0)]
