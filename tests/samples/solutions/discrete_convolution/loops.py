"""A full answer of assignment 01 in plain loops over the pixels of the output."""

import numpy as np
import torch


def cross_correlate2d(x, k):
    rows, columns = k.shape
    y = np.zeros((x.shape[0] - rows + 1, x.shape[1] - columns + 1), dtype=x.dtype)
    for i in range(y.shape[0]):
        for j in range(y.shape[1]):
            for p in range(rows):
                for q in range(columns):
                    y[i, j] += x[i + p, j + q] * k[p, q]
    return y


def convolve2d(x, k):
    rows, columns = k.shape
    y = np.zeros((x.shape[0] - rows + 1, x.shape[1] - columns + 1), dtype=x.dtype)
    for i in range(y.shape[0]):
        for j in range(y.shape[1]):
            for p in range(rows):
                for q in range(columns):
                    y[i, j] += x[i + p, j + q] * k[rows - 1 - p, columns - 1 - q]
    return y


def conv2d(x, w, b):
    images, _, height, width = x.shape
    filters, _, rows, columns = w.shape
    y = x.new_zeros((images, filters, height - rows + 1, width - columns + 1))
    for n in range(images):
        for o in range(filters):
            for i in range(y.shape[2]):
                for j in range(y.shape[3]):
                    y[n, o, i, j] = (x[n, :, i : i + rows, j : j + columns] * w[o]).sum() + b[o]
    return y


def compose_kernels(k1, k2):
    middle, channels, rows1, columns1 = k1.shape
    filters, _, rows2, columns2 = k2.shape
    k = k1.new_zeros((filters, channels, rows1 + rows2 - 1, columns1 + columns2 - 1))
    for o in range(filters):
        for m in range(middle):
            for p in range(rows2):
                for q in range(columns2):
                    k[o, :, p : p + rows1, q : q + columns1] += k2[o, m, p, q] * k1[m]
    return k


def conv1d(x, w, b):
    images, _, length = x.shape
    filters, _, size = w.shape
    y = x.new_zeros((images, filters, length - size + 1))
    for n in range(images):
        for o in range(filters):
            for i in range(y.shape[2]):
                y[n, o, i] = (x[n, :, i : i + size] * w[o]).sum() + b[o]
    return y


def conv3d(x, w, b):
    images, _, depth, height, width = x.shape
    filters, _, slices, rows, columns = w.shape
    size = depth - slices + 1, height - rows + 1, width - columns + 1
    y = x.new_zeros((images, filters, *size))
    for n in range(images):
        for o in range(filters):
            for d in range(size[0]):
                for i in range(size[1]):
                    for j in range(size[2]):
                        box = x[n, :, d : d + slices, i : i + rows, j : j + columns]
                        y[n, o, d, i, j] = (box * w[o]).sum() + b[o]
    return y


def conv2d_backward(dy, x, w):
    images, filters, height, width = dy.shape
    _, _, rows, columns = w.shape
    dx, dw, db = torch.zeros_like(x), torch.zeros_like(w), dy.new_zeros(filters)
    for n in range(images):
        for o in range(filters):
            for i in range(height):
                for j in range(width):
                    g = dy[n, o, i, j]
                    dx[n, :, i : i + rows, j : j + columns] += g * w[o]
                    dw[o] += g * x[n, :, i : i + rows, j : j + columns]
                    db[o] += g
    return dx, dw, db


slide_sums = [45, 110, 40, 40]
dot_length = 75
output_shape = (6, 28, 28)
parameters = (14450688, 456)
self_flip = "ACF"

inputs = [
    (
        torch.arange(120.0).reshape(2, 3, 4, 5) % 7,
        torch.arange(72.0).reshape(4, 3, 2, 3) % 5,
        torch.tensor([1.0, 2.0, 3.0, 4.0]),
    )
]


def input_gradient(dy, w):
    images, filters, height, width = dy.shape
    _, channels, rows, columns = w.shape
    dx = dy.new_zeros((images, channels, height + rows - 1, width + columns - 1))
    for n in range(images):
        for o in range(filters):
            for i in range(height):
                for j in range(width):
                    dx[n, :, i : i + rows, j : j + columns] += dy[n, o, i, j] * w[o]
    return dx


fault_kind = "c"

manual_index_slip = """\
The slide never says what r is. If p and q run from 0 to K - 1, then $k_{r-p,\\,r-q}$ needs
r = K - 1: that is the kernel read backwards, and with the 2 x 2 example it gives 45, 110, 40, 40.
With the same r the other sum reads $k_{r+p,\\,r+q}$, which leaves the kernel as soon as p > 0.
It must be $k_{p,q}$, and that gives 70, 30, 10, 40.
"""
