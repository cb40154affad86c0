"""A full answer of assignment 02 by one matrix product for each layer, and by closed formulas."""

import numpy as np
import torch


def pad2d(x, padding, mode):
    rows, columns = (padding, padding) if isinstance(padding, int) else padding
    sides = (columns, columns, rows, rows)
    if mode == "zeros":
        return torch.nn.functional.pad(x, sides)
    return torch.nn.functional.pad(x, sides, mode=mode)


def output_size(size, kernel, stride=1, padding=0, dilation=1):
    return np.int64((size + 2 * padding - dilation * (kernel - 1) - 1) / stride + 1)


def receptive_field(layers):
    kernels, strides = np.array(layers).T
    steps = np.cumprod([1, *strides[:-1]])
    return 1 + (kernels - 1) @ steps


def conv2d(x, w, b, stride=1, padding=0, dilation=1, groups=1):
    columns = torch.nn.functional.unfold(x, w.shape[2:], dilation, padding, stride)
    columns = columns.unflatten(1, (groups, -1))  # n, g, c * p * q, i * j
    matrix = w.flatten(1).unflatten(0, (groups, -1))  # g, o, c * p * q
    y = (matrix @ columns).flatten(1, 2) + b[:, None]
    pairs = [(v, v) if isinstance(v, int) else v for v in (stride, padding, dilation)]
    height, width = (
        (size + 2 * pad - reach * (kernel - 1) - 1) // step + 1
        for size, kernel, step, pad, reach in zip(x.shape[2:], w.shape[2:], *pairs, strict=True)
    )
    return y.unflatten(2, (height, width))


def conv_cost(in_shape, c_out, kernel, stride=1, padding=0):
    pairs = [(v, v) if isinstance(v, int) else v for v in (kernel, stride, padding)]
    kernels, strides, frames = np.array(pairs)
    places = np.prod((np.array(in_shape[1:]) + 2 * frames - kernels) // strides + 1)
    weights = c_out * in_shape[0] * np.prod(kernels)
    return [weights + c_out, weights * places]


def conv1x1(x, w, b):
    return (w.flatten(1) @ x.flatten(2) + b[:, None]).unflatten(2, x.shape[2:])


def conv2d_backward(dy, x, w, stride=1, padding=0):
    unfold, fold = torch.nn.functional.unfold, torch.nn.functional.fold
    how = {"padding": padding, "stride": stride}
    upstream = dy.flatten(2)  # n, o, i * j
    dw = torch.einsum("nol,nkl->ok", upstream, unfold(x, w.shape[2:], **how))
    dx = fold(w.flatten(1).T @ upstream, x.shape[2:], w.shape[2:], **how)
    return dx, dw.reshape(w.shape), upstream.sum((0, 2))


def strided_layer(x, w, b, stride):
    columns = torch.nn.functional.unfold(x, w.shape[2:], stride=stride)
    y = w.flatten(1) @ columns + b[:, None]
    width = (x.shape[3] - w.shape[3]) // stride + 1
    return y.unflatten(2, (-1, width))


recalled_shape = [4, 8, 20 - 5 + 1, 30 - 3 + 1]
recalled_parameters = 10 * (3 * 7 * 7 + 1)
recalled_stack = 3 + 2 + 2
recalled_flip = "db"
recalled_gradient = "n, i, j"
even_kernel = [8 - 4 + 1 + 2, 8 - 4 + 1 + 4]
layers_needed = -(-(224 - 1) // 2)
halved = torch.tensor([112, 112])
strided_layers = 7.0
depthwise = 64 * 9
changing = "ED"
example_cost = (10 * 76, 10 * 32 * 32 * 75)
small_and_large = (2 * 9 * 64**2, 25 * 64**2)

inputs = [
    (
        torch.sin(torch.arange(540.0)).reshape(3, 4, 5, 9),
        torch.cos(torch.arange(96.0)).reshape(8, 2, 2, 3),
        torch.arange(8.0),
        (2, 3),
        (1, 0),
        (1, 2),
        2,
    ),
    (
        torch.sin(torch.arange(504.0)).reshape(2, 6, 6, 7),
        torch.cos(torch.arange(72.0)).reshape(6, 2, 3, 2),
        torch.arange(6.0),
        (1, 2),
        (0, 2),
        (2, 1),
        3,
    ),
]
fault_kind = "B"

manual_design_stack = """\
`[(7, 2, 16), (3, 2, 32), (3, 2, 32), (3, 2, 64), (3, 2, 64)] + [(3, 1, 64)] * 3`: its first kernel
is larger, and it still fits the budget. The same without the last three layers sees only 67 columns
and fails. The price: few filters where the map is large, since every filter is paid once a pixel.
"""
