"""One place of the kernel at a time: a slice with steps for each, added in place to own arrays."""

import math
from itertools import product

import torch


def both(value):
    return [value, value] if isinstance(value, int) else list(value)


def framed(x, padding):
    rows, columns = both(padding)
    out = x.new_zeros(*x.shape[:2], x.shape[2] + 2 * rows, x.shape[3] + 2 * columns)
    out[:, :, rows : rows + x.shape[2], columns : columns + x.shape[3]] = x
    return out


def slid(image, kernel, stride, dilation):
    """The output's size, and each place of the kernel with the pixels that it meets."""
    steps, gaps = both(stride), both(dilation)
    size = [
        (n - gap * (k - 1) - 1) // step + 1
        for n, k, step, gap in zip(image.shape[2:], kernel, steps, gaps, strict=True)
    ]

    def part(place):
        starts = (p * gap for p, gap in zip(place, gaps, strict=True))
        return (
            ...,
            *(slice(s, s + n * d - d + 1, d) for s, n, d in zip(starts, size, steps, strict=True)),
        )

    return size, [(place, part(place)) for place in product(*map(range, kernel))]


def conv2d(x, w, b, stride=1, padding=0, dilation=1, groups=1):
    x = framed(x, padding).unflatten(1, (groups, -1))
    w = w.unflatten(0, (groups, -1))
    size, parts = slid(x.flatten(1, 2), w.shape[3:], stride, dilation)
    y = x.new_zeros(len(x), groups, w.shape[1], *size)
    for (p, q), part in parts:
        y += torch.einsum("ngcij,goc->ngoij", x[part], w[..., p, q])
    y = y.flatten(1, 2)
    y += b.unsqueeze(-1).unsqueeze(-1)
    return y


def strided_layer(x, w, b, stride):
    return conv2d(x, w, b, stride=stride)


def conv2d_backward(dy, x, w, stride=1, padding=0):
    image = framed(x, padding)
    dimage, dw = torch.zeros_like(image), torch.zeros_like(w)
    _, parts = slid(image, w.shape[2:], stride, 1)
    for (p, q), part in parts:
        dimage[part] += torch.einsum("noij,oc->ncij", dy, w[:, :, p, q])
        dw[:, :, p, q] = torch.einsum("noij,ncij->oc", dy, image[part])
    (top, left), (height, width) = both(padding), x.shape[2:]
    return dimage[:, :, top:, left:][:, :, :height, :width], dw, torch.einsum("noij->o", dy)


def pad2d(x, padding, mode):
    if mode == "zeros":
        return framed(x, padding)
    for axis, pad in zip((2, 3), both(padding), strict=True):
        n = x.shape[axis]
        places = torch.arange(-pad, n + pad)
        if mode == "replicate":
            places = places.clip(0, n - 1)
        elif mode == "circular":
            places = places.remainder(n)
        else:
            places = places.abs()
            places = (n - 1) - (n - 1 - places).abs()
        x = x.index_select(axis, places)
    return x


def output_size(size, kernel, stride=1, padding=0, dilation=1):
    return math.floor((size + 2 * padding - (dilation * (kernel - 1) + 1)) / stride + 1)


def receptive_field(layers):
    return 1 + sum(
        (kernel - 1) * math.prod(stride for _, stride in layers[:depth])
        for depth, (kernel, _) in enumerate(layers)
    )


def conv_cost(in_shape, c_out, kernel, stride=1, padding=0):
    weights = in_shape[0] * math.prod(both(kernel))
    places = math.prod(
        len(range(0, n + 2 * pad - k + 1, step))
        for n, k, step, pad in zip(
            in_shape[1:], both(kernel), both(stride), both(padding), strict=True
        )
    )
    return c_out * (weights + 1), c_out * weights * places


def conv1x1(x, w, b):
    return torch.tensordot(x, w[:, :, 0, 0], dims=([1], [1])).add_(b).permute(0, 3, 1, 2)
