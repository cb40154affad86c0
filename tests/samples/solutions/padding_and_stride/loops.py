"""A full answer of assignment 02 in plain loops over the pixels of the output."""

import torch


def pad2d(x, padding, mode):
    def source(index, size):  # where the padded pixel comes from; None for nowhere
        if 0 <= index < size:
            return index
        if mode == "zeros":
            return None
        if mode == "replicate":
            return 0 if index < 0 else size - 1
        if mode == "circular":
            return index + size if index < 0 else index - size
        return -index if index < 0 else 2 * (size - 1) - index

    rows, columns = padding if isinstance(padding, (tuple, list)) else (padding, padding)
    images, channels, height, width = x.shape
    y = x.new_zeros((images, channels, height + 2 * rows, width + 2 * columns))
    for i in range(y.shape[2]):
        for j in range(y.shape[3]):
            row, column = source(i - rows, height), source(j - columns, width)
            if row is not None and column is not None:
                y[:, :, i, j] = x[:, :, row, column]
    return y


def output_size(size, kernel, stride=1, padding=0, dilation=1):
    start, places = -padding, 0
    while start + dilation * (kernel - 1) < size + padding:
        places += 1
        start += stride
    return places


def receptive_field(layers):
    field = 1
    for kernel, stride in reversed(layers):  # from one output down to the input
        field = (field - 1) * stride + kernel
    return field


def conv2d(x, w, b, stride=1, padding=0, dilation=1, groups=1):
    def pair(value):
        return tuple(value) if isinstance(value, (tuple, list)) else (value, value)

    (down, right), (top, left), (high, wide) = pair(stride), pair(padding), pair(dilation)
    images, channels, height, width = x.shape
    filters, members, rows, columns = w.shape
    framed = x.new_zeros((images, channels, height + 2 * top, width + 2 * left))
    framed[:, :, top : top + height, left : left + width] = x
    y_height = (height + 2 * top - high * (rows - 1) - 1) // down + 1
    y_width = (width + 2 * left - wide * (columns - 1) - 1) // right + 1
    y = x.new_zeros((images, filters, y_height, y_width))
    for n in range(images):
        for o in range(filters):
            first = o // (filters // groups) * members
            for i in range(y_height):
                for j in range(y_width):
                    total = b[o].clone()
                    for p in range(rows):
                        for q in range(columns):
                            row, column = i * down + p * high, j * right + q * wide
                            pixels = framed[n, first : first + members, row, column]
                            total += (pixels * w[o, :, p, q]).sum()
                    y[n, o, i, j] = total
    return y


def conv_cost(in_shape, c_out, kernel, stride=1, padding=0):
    def pair(value):
        return tuple(value) if isinstance(value, (tuple, list)) else (value, value)

    (rows, columns), (down, right), (top, left) = pair(kernel), pair(stride), pair(padding)
    channels, height, width = in_shape
    places = 0
    for _ in range(-top, height + top - rows + 1, down):
        for _ in range(-left, width + left - columns + 1, right):
            places += 1
    products = channels * rows * columns
    return c_out * products + c_out, c_out * places * products


def conv1x1(x, w, b):
    images, _, height, width = x.shape
    y = x.new_zeros((images, len(w), height, width))
    for n in range(images):
        for i in range(height):
            for j in range(width):
                y[n, :, i, j] = w[:, :, 0, 0] @ x[n, :, i, j] + b
    return y


def conv2d_backward(dy, x, w, stride=1, padding=0):
    down, right = stride if isinstance(stride, (tuple, list)) else (stride, stride)
    top, left = padding if isinstance(padding, (tuple, list)) else (padding, padding)
    images, channels, height, width = x.shape
    filters, _, rows, columns = w.shape
    framed = x.new_zeros((images, channels, height + 2 * top, width + 2 * left))
    framed[:, :, top : top + height, left : left + width] = x
    dframed, dw, db = torch.zeros_like(framed), torch.zeros_like(w), dy.new_zeros(filters)
    for n in range(images):
        for o in range(filters):
            for i in range(dy.shape[2]):
                for j in range(dy.shape[3]):
                    g, y, z = dy[n, o, i, j], i * down, j * right
                    dframed[n, :, y : y + rows, z : z + columns] += g * w[o]
                    dw[o] += g * framed[n, :, y : y + rows, z : z + columns]
                    db[o] += g
    return dframed[:, :, top : top + height, left : left + width].clone(), dw, db


def strided_layer(x, w, b, stride):
    images, _, height, width = x.shape
    filters, _, rows, columns = w.shape
    size = (height - rows) // stride + 1, (width - columns) // stride + 1
    y = x.new_zeros((images, filters, *size))
    for o in range(filters):
        for i in range(size[0]):
            for j in range(size[1]):
                top, left = i * stride, j * stride
                window = x[:, :, top : top + rows, left : left + columns]
                y[:, o, i, j] = (window * w[o]).sum((1, 2, 3)) + b[o]
    return y


recalled_shape = (4, 8, 16, 28)
recalled_parameters = 1480
recalled_stack = 7
recalled_flip = "BD"
recalled_gradient = "NIJ"
even_kernel = (7, 9)
layers_needed = 112
halved = (112, 112)
strided_layers = 7
depthwise = 576
changing = "DE"
example_cost = (760, 768000)
small_and_large = (73728, 102400)

inputs = [
    (
        torch.arange(4 * 8 * 10.0).reshape(1, 4, 8, 10) % 7,
        torch.arange(48.0).reshape(4, 2, 3, 2) % 5,
        torch.tensor([1.0, 2.0, 3.0, 4.0]),
        (3, 2),
        1,
        (1, 2),
        2,
    )
]
fault_kind = "b"

manual_design_stack = """\
Mine: `[(3, 2, 16)] * 2 + [(3, 2, 32)] * 2 + [(3, 2, 64)] + [(3, 1, 64)] * 3`. It sees 255 columns,
ends with (64, 7, 7), has 145,936 parameters and takes 24 million multiply-adds. What failed:
`[(3, 1, 64)] * 112`, by its multiply-adds, over 200 billion. I gave up full-size maps: the first
layers have the most places, so a channel is dearest there.
"""
