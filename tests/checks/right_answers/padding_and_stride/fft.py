"""The dense result by the convolution theorem, of which a stride keeps every so many outputs."""

import torch


def both(value):
    return (value, value) if isinstance(value, int) else tuple(value)


def spread(w, step):
    """Zeros between the numbers of the last two axes, so that they lie `step` apart."""
    down, right = step
    height, width = w.shape[2:]
    out = w.new_zeros(*w.shape[:2], (height - 1) * down + 1, (width - 1) * right + 1)
    out[:, :, ::down, ::right] = w
    return out


def framed(x, padding):
    rows, columns = padding
    return torch.nn.functional.pad(x, (columns, columns, rows, rows))


def correlated(x, w):
    size = x.shape[2:]
    spectrum = torch.einsum("ncij,ocij->noij", torch.fft.fft2(x), torch.fft.fft2(w, s=size).conj())
    height, width = (n - k + 1 for n, k in zip(size, w.shape[2:], strict=True))
    return torch.fft.ifft2(spectrum).real[:, :, :height, :width]


def conv2d(x, w, b, stride=1, padding=0, dilation=1, groups=1):
    x, w = framed(x, both(padding)), spread(w, both(dilation))
    dense = [
        correlated(part, filters)
        for part, filters in zip(x.chunk(groups, 1), w.chunk(groups), strict=True)
    ]
    down, right = both(stride)
    return torch.cat(dense, 1)[:, :, ::down, ::right] + b[:, None, None]


def strided_layer(x, w, b, stride):
    return conv2d(x, w, b, stride)


def conv2d_backward(dy, x, w, stride=1, padding=0):
    image, upstream = framed(x, both(padding)), spread(dy, both(stride))
    rows, columns = w.shape[2:]
    dw = correlated(image.transpose(0, 1), upstream.transpose(0, 1)).transpose(0, 1)
    wide = framed(upstream, (rows - 1, columns - 1))
    short = correlated(wide, w.flip(2, 3).transpose(0, 1))
    dimage = torch.zeros_like(image)
    dimage[:, :, : short.shape[2], : short.shape[3]] = short
    top, left = both(padding)
    dx = dimage[:, :, top : top + x.shape[2], left : left + x.shape[3]]
    return dx, dw[:, :, :rows, :columns], dy.sum((0, 2, 3))
