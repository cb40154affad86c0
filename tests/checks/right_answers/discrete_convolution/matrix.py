"""The layer as one matrix: rows of windows from `as_strided`, and the matrix that maps a whole
image to its output."""

import numpy as np
import torch


def rows_of_windows(x, k):
    size = tuple(n - m + 1 for n, m in zip(x.shape, k.shape, strict=True))
    windows = np.lib.stride_tricks.as_strided(x, size + k.shape, 2 * x.strides)
    return windows.reshape(-1, k.size), size


def cross_correlate2d(x, k):
    rows, size = rows_of_windows(x, k)
    return (rows @ k.reshape(-1)).reshape(size)


def convolve2d(x, k):
    rows, size = rows_of_windows(x, k)
    return np.flip(np.flip(rows.copy()) @ k.flatten()).reshape(size)


def whole_matrix(w, size):
    """(outputs, inputs): what each input weighs in each output."""
    outputs = [n - k + 1 for n, k in zip(size, w.shape[2:], strict=True)]
    rows = []
    for filters in w:
        for place in np.ndindex(*outputs):
            image = w.new_zeros(w.shape[1], *size)
            window = (slice(p, p + k) for p, k in zip(place, w.shape[2:], strict=True))
            image[(slice(None), *window)] = filters
            rows.append(image.flatten())
    return torch.stack(rows), outputs


def conv2d(x, w, b):
    matrix, size = whole_matrix(w, x.shape[2:])
    y = (matrix @ x.flatten(1).T).T
    return y.reshape(len(x), len(w), *size) + b.view(-1, *[1] * len(size))


conv1d = conv3d = conv2d


def compose_kernels(k1, k2):
    rows, columns = k2.shape[2:]
    framed = torch.nn.functional.pad(k1, (columns - 1, columns - 1, rows - 1, rows - 1))
    windows = torch.nn.functional.unfold(framed.transpose(0, 1), (rows, columns))
    k = k2.flip(-1, -2).flatten(1) @ windows  # c, o, places
    return k.transpose(0, 1).unflatten(2, (k1.shape[2] + rows - 1, k1.shape[3] + columns - 1))


def input_gradient(dy, w):
    size = [a + b - 1 for a, b in zip(dy.shape[2:], w.shape[2:], strict=True)]
    matrix, _ = whole_matrix(w, size)
    return (dy.flatten(1) @ matrix).unflatten(1, (w.shape[1], *size))


def conv2d_backward(dy, x, w):
    columns = torch.nn.functional.unfold(x, w.shape[2:])
    upstream = dy.flatten(2)
    dw = (upstream @ columns.mT).sum(0).view_as(w)
    return input_gradient(dy, w), dw, upstream.sum(2).sum(0)
