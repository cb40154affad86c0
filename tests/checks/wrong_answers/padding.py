"""Wrong answers to notebook 02."""

import math

import torch

from . import WrongAnswer, wrong

ANSWERS: list[WrongAnswer] = []


def pair(value):
    return (value, value) if isinstance(value, int) else tuple(value)


def padded(x, ph, pw):
    n, c, h, w = x.shape
    p = torch.zeros(n, c, h + 2 * ph, w + 2 * pw, dtype=x.dtype)
    p[:, :, ph : ph + h, pw : pw + w] = x
    return p


def windows_of(x, kh, kw, stride, padding, dilation):
    sh, sw = pair(stride)
    dh, dw = pair(dilation)
    xp = padded(x, *pair(padding))
    windows = xp.unfold(2, (kh - 1) * dh + 1, sh).unfold(3, (kw - 1) * dw + 1, sw)
    return windows[..., ::dh, ::dw]


def grouped(x, w, b, stride, padding, dilation, groups):
    windows = windows_of(x, *w.shape[2:], stride, padding, dilation)
    parts = [
        torch.einsum("nchwij,ocij->nohw", xs, ws)
        for xs, ws in zip(windows.chunk(groups, 1), w.chunk(groups, 0), strict=True)
    ]
    return torch.cat(parts, 1) + b[:, None, None]


@wrong(ANSWERS, "02", "output_size", "the + 1 is forgotten")
def size_no_one(size, kernel, stride=1, padding=0, dilation=1):
    return (size + 2 * padding - dilation * (kernel - 1) - 1) // stride


@wrong(ANSWERS, "02", "output_size", "rounds up")
def size_ceil(size, kernel, stride=1, padding=0, dilation=1):
    return math.ceil((size + 2 * padding - dilation * (kernel - 1) - 1) / stride) + 1


@wrong(ANSWERS, "02", "output_size", "padding is counted on one side only")
def size_one_side(size, kernel, stride=1, padding=0, dilation=1):
    return (size + padding - dilation * (kernel - 1) - 1) // stride + 1


@wrong(ANSWERS, "02", "output_size", "the kernel is multiplied by the dilation")
def size_dilated_kernel(size, kernel, stride=1, padding=0, dilation=1):
    return (size + 2 * padding - dilation * kernel) // stride + 1


@wrong(ANSWERS, "02", "pad2d", "reflect repeats the edge")
def pad_reflect_edge(x, padding, mode):
    ph, pw = pair(padding)
    h, w = x.shape[2:]
    rows, columns = torch.arange(-ph, h + ph), torch.arange(-pw, w + pw)
    if mode == "zeros":
        return padded(x, ph, pw)
    if mode == "reflect":
        rows = torch.where(rows < 0, -rows - 1, rows)
        rows = torch.where(rows >= h, 2 * h - 1 - rows, rows)
        columns = torch.where(columns < 0, -columns - 1, columns)
        columns = torch.where(columns >= w, 2 * w - 1 - columns, columns)
    elif mode == "replicate":
        rows, columns = rows.clamp(0, h - 1), columns.clamp(0, w - 1)
    else:
        rows, columns = rows % h, columns % w
    return x[:, :, rows][:, :, :, columns]


@wrong(ANSWERS, "02", "pad2d", "rows and columns of the padding are exchanged")
def pad_swapped(x, padding, mode):
    pw, ph = pair(padding)
    if mode == "zeros":
        return padded(x, ph, pw)
    return torch.nn.functional.pad(x, (pw, pw, ph, ph), mode=mode)


@wrong(ANSWERS, "02", "conv2d", "the kernel is flipped")
def conv_kernel_flipped(x, w, b, stride=1, padding=0, dilation=1, groups=1):
    return grouped(x, w.flip(2, 3), b, stride, padding, dilation, groups)


@wrong(ANSWERS, "02", "conv2d", "the dilation is ignored in the taps, the size is right")
def conv_taps_undilated(x, w, b, stride=1, padding=0, dilation=1, groups=1):
    sh, sw = pair(stride)
    dh, dw = pair(dilation)
    kh, kw = w.shape[2:]
    xp = padded(x, *pair(padding))
    windows = xp.unfold(2, (kh - 1) * dh + 1, sh).unfold(3, (kw - 1) * dw + 1, sw)
    windows = windows[..., :kh, :kw]
    parts = [
        torch.einsum("nchwij,ocij->nohw", xs, ws)
        for xs, ws in zip(windows.chunk(groups, 1), w.chunk(groups, 0), strict=True)
    ]
    return torch.cat(parts, 1) + b[:, None, None]


@wrong(ANSWERS, "02", "conv2d", "the row stride is used for columns too")
def conv_row_stride(x, w, b, stride=1, padding=0, dilation=1, groups=1):
    return grouped(x, w, b, pair(stride)[0], padding, dilation, groups)


@wrong(ANSWERS, "02", "conv2d", "output channels of the groups are interleaved")
def conv_groups_interleaved(x, w, b, stride=1, padding=0, dilation=1, groups=1):
    windows = windows_of(x, *w.shape[2:], stride, padding, dilation)
    size = w.shape[0] // groups
    order = [g + groups * i for g in range(groups) for i in range(size)]
    parts = []
    for g, xs in enumerate(windows.chunk(groups, 1)):
        mine = order[g * size : (g + 1) * size]
        parts.append(torch.einsum("nchwij,ocij->nohw", xs, w[mine]))
    y = torch.cat(parts, 1)
    back = torch.empty(len(order), dtype=torch.long)
    back[torch.tensor(order)] = torch.arange(len(order))
    return y[:, back] + b[:, None, None]


@wrong(ANSWERS, "02", "conv2d", "stride and dilation are exchanged")
def conv_stride_dilation_exchanged(x, w, b, stride=1, padding=0, dilation=1, groups=1):
    return grouped(x, w, b, dilation, padding, stride, groups)


@wrong(ANSWERS, "02", "conv2d_backward", "the gradient of the padding is cut from one side only")
def backward_crop_one_side(dy, x, w, stride=1, padding=0):
    sh, sw = pair(stride)
    ph, pw = pair(padding)
    xp = padded(x, ph, pw)
    dxp, dw = torch.zeros_like(xp), torch.zeros_like(w)
    kh, kw = w.shape[2:]
    for i in range(dy.shape[2]):
        for j in range(dy.shape[3]):
            rows, columns = slice(i * sh, i * sh + kh), slice(j * sw, j * sw + kw)
            dxp[:, :, rows, columns] += torch.einsum("no,ocpq->ncpq", dy[:, :, i, j], w)
            dw += torch.einsum("no,ncpq->ocpq", dy[:, :, i, j], xp[:, :, rows, columns])
    return dxp[:, :, : x.shape[2], : x.shape[3]], dw, dy.sum((0, 2, 3))


@wrong(
    ANSWERS, "02", "conv2d_backward", "the stride is ignored: windows lie side by side at step 1"
)
def backward_stride_one(dy, x, w, stride=1, padding=0):
    ph, pw = pair(padding)
    xp = padded(x, ph, pw)
    dxp, dw = torch.zeros_like(xp), torch.zeros_like(w)
    kh, kw = w.shape[2:]
    for i in range(dy.shape[2]):
        for j in range(dy.shape[3]):
            rows, columns = slice(i, i + kh), slice(j, j + kw)
            dxp[:, :, rows, columns] += torch.einsum("no,ocpq->ncpq", dy[:, :, i, j], w)
            dw += torch.einsum("no,ncpq->ocpq", dy[:, :, i, j], xp[:, :, rows, columns])
    return dxp[:, :, ph : ph + x.shape[2], pw : pw + x.shape[3]], dw, dy.sum((0, 2, 3))


@wrong(ANSWERS, "02", "conv1x1", "the bias is forgotten")
def conv1x1_no_bias(x, w, b):
    return torch.einsum("nchw,oc->nohw", x, w[:, :, 0, 0])


@wrong(ANSWERS, "02", "receptive_field", "the kernels are added without the strides between them")
def field_no_strides(layers):
    r = 1
    for k, _ in layers:
        r += k - 1
    return r


@wrong(ANSWERS, "02", "receptive_field", "a layer's own stride is counted before its kernel")
def field_own_stride(layers):
    r, jump = 1, 1
    for k, s in layers:
        jump *= s
        r += (k - 1) * jump
    return r


@wrong(ANSWERS, "02", "conv_cost", "the bias is left out of the parameters")
def cost_no_bias(in_shape, c_out, kernel, stride=1, padding=0):
    c, h, w = in_shape
    (kh, kw), (sh, sw), (ph, pw) = pair(kernel), pair(stride), pair(padding)
    ho, wo = (h + 2 * ph - kh) // sh + 1, (w + 2 * pw - kw) // sw + 1
    return c_out * c * kh * kw, c_out * ho * wo * c * kh * kw


@wrong(ANSWERS, "02", "conv_cost", "multiply-adds are counted at the input's size")
def cost_input_size(in_shape, c_out, kernel, stride=1, padding=0):
    c, h, w = in_shape
    kh, kw = pair(kernel)
    return c_out * c * kh * kw + c_out, c_out * h * w * c * kh * kw
