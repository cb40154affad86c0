"""im2col by fancy indexing, as CS231n teaches it: the columns of a whole batch, gathered by index.

Source: Stanford CS231n, assignment 2, `im2col.py`. Stride 1, the same padding on all sides.
"""

import numpy as np

Array = np.ndarray


def forward(x: Array, w: Array, b: Array, padding: int) -> tuple[Array, Array]:
    """The output, and the columns, which the backward pass uses again."""
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    index, size = indices(x.shape, w.shape, padding)
    columns = padded[:, *index].transpose(1, 2, 0).reshape(w[0].size, -1)
    y = w.reshape(len(w), -1) @ columns + b[:, None]
    return y.reshape(len(w), *size, len(x)).transpose(3, 0, 1, 2), columns


def backward(
    dy: Array, x: Array, w: Array, padding: int, columns: Array
) -> tuple[Array, Array, Array]:
    """dx, dw, db, from the columns that the forward pass kept."""
    flat = dy.transpose(1, 2, 3, 0).reshape(len(w), -1)
    dw = (flat @ columns.T).reshape(w.shape)
    dcolumns = (w.reshape(len(w), -1).T @ flat).reshape(w[0].size, -1, len(x))
    n, c, height, width = x.shape
    dpadded = np.zeros((n, c, height + 2 * padding, width + 2 * padding), x.dtype)
    index, _ = indices(x.shape, w.shape, padding)
    np.add.at(dpadded, (slice(None), *index), dcolumns.transpose(2, 0, 1))
    inside = slice(padding, padding + height), slice(padding, padding + width)
    return dpadded[:, :, *inside], dw, dy.sum((0, 2, 3))


def indices(
    x_shape: tuple[int, ...], w_shape: tuple[int, ...], padding: int
) -> tuple[tuple[Array, Array, Array], tuple[int, int]]:
    """Channel, row and column of each number in the columns, and the size of the output."""
    _, c, height, width = x_shape
    kh, kw = w_shape[2:]
    out = height + 2 * padding - kh + 1, width + 2 * padding - kw + 1
    channel, tap_row, tap_column = (a.reshape(-1, 1) for a in np.indices((c, kh, kw)))
    row, column = (a.reshape(1, -1) for a in np.indices(out))
    return (channel, tap_row + row, tap_column + column), out
