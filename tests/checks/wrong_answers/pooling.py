"""Wrong answers to notebook 03."""

import torch

from . import WrongAnswer, wrong

ANSWERS: list[WrongAnswer] = []


def pair(value):
    return (value, value) if isinstance(value, int) else tuple(value)


@wrong(ANSWERS, "03", "max_pool2d", "the maximum starts at zero, so negative windows give 0")
def max_from_zero(x, kernel, stride):
    (kh, kw), (sh, sw) = pair(kernel), pair(stride)
    n, c, h, w = x.shape
    y = torch.zeros(n, c, (h - kh) // sh + 1, (w - kw) // sw + 1, dtype=x.dtype)
    for i in range(kh):
        for j in range(kw):
            part = x[:, :, i::sh, j::sw][:, :, : y.shape[2], : y.shape[3]]
            y = torch.maximum(y, part)
    return y


@wrong(ANSWERS, "03", "max_pool2d", "the stride is ignored: windows step by the kernel")
def max_step_kernel(x, kernel, stride):
    kh, kw = pair(kernel)
    return x.unfold(2, kh, kh).unfold(3, kw, kw).amax((-1, -2))


@wrong(ANSWERS, "03", "max_pool2d", "the largest absolute value is taken")
def max_absolute(x, kernel, stride):
    (kh, kw), (sh, sw) = pair(kernel), pair(stride)
    return x.abs().unfold(2, kh, sh).unfold(3, kw, sw).amax((-1, -2))


@wrong(ANSWERS, "03", "avg_pool2d", "sums instead of averages")
def avg_sum(x, kernel, stride):
    (kh, kw), (sh, sw) = pair(kernel), pair(stride)
    return x.unfold(2, kh, sh).unfold(3, kw, sw).sum((-1, -2))


@wrong(ANSWERS, "03", "avg_pool2d", "divides by the square of the kernel's height")
def avg_square(x, kernel, stride):
    (kh, kw), (sh, sw) = pair(kernel), pair(stride)
    return x.unfold(2, kh, sh).unfold(3, kw, sw).sum((-1, -2)) / kh**2


@wrong(ANSWERS, "03", "avg_pool2d", "kernel and stride are exchanged")
def avg_exchanged(x, kernel, stride):
    (sh, sw), (kh, kw) = pair(kernel), pair(stride)
    return x.unfold(2, kh, sh).unfold(3, kw, sw).mean((-1, -2))


@wrong(ANSWERS, "03", "max_pool2d_backward", "overlapping windows overwrite each other")
def max_backward_overwrites(dy, x, kernel, stride):
    (kh, kw), (sh, sw) = pair(kernel), pair(stride)
    dx = torch.zeros_like(x)
    for n in range(dy.shape[0]):
        for c in range(dy.shape[1]):
            for i in range(dy.shape[2]):
                for j in range(dy.shape[3]):
                    window = x[n, c, i * sh : i * sh + kh, j * sw : j * sw + kw]
                    k = int(window.argmax())
                    dx[n, c, i * sh + k // kw, j * sw + k % kw] = dy[n, c, i, j]
    return dx


@wrong(ANSWERS, "03", "max_pool2d_backward", "every element of the window receives the gradient")
def max_backward_everywhere(dy, x, kernel, stride):
    (kh, kw), (sh, sw) = pair(kernel), pair(stride)
    dx = torch.zeros_like(x)
    for i in range(dy.shape[2]):
        for j in range(dy.shape[3]):
            rows, columns = slice(i * sh, i * sh + kh), slice(j * sw, j * sw + kw)
            dx[:, :, rows, columns] += dy[:, :, i, j, None, None]
    return dx


@wrong(ANSWERS, "03", "avg_pool2d_backward", "the gradient is not divided by the window's size")
def avg_backward_undivided(dy, x, kernel, stride):
    (kh, kw), (sh, sw) = pair(kernel), pair(stride)
    dx = torch.zeros_like(x)
    for p in range(kh):
        for q in range(kw):
            for i in range(dy.shape[2]):
                for j in range(dy.shape[3]):
                    dx[:, :, i * sh + p, j * sw + q] += dy[:, :, i, j]
    return dx


@wrong(ANSWERS, "03", "avg_pool2d_backward", "overlapping windows overwrite each other")
def avg_backward_overwrites(dy, x, kernel, stride):
    (kh, kw), (sh, sw) = pair(kernel), pair(stride)
    dx = torch.zeros_like(x)
    for i in range(dy.shape[2]):
        for j in range(dy.shape[3]):
            rows, columns = slice(i * sh, i * sh + kh), slice(j * sw, j * sw + kw)
            dx[:, :, rows, columns] = dy[:, :, i, j, None, None] / (kh * kw)
    return dx


@wrong(ANSWERS, "03", "shift_sensitivity", "divides by the norm of x instead of f(x)")
def shift_over_x(f, x, shift):
    dh, dw = pair(shift)
    moved = torch.roll(x, (dh, dw), (2, 3))
    return float((f(moved) - f(x)).norm() / x.norm())


@wrong(ANSWERS, "03", "shift_sensitivity", "the result of f is compared with its own shift")
def shift_of_result(f, x, shift):
    dh, dw = pair(shift)
    y = f(x)
    return (torch.roll(y, (dh, dw), (2, 3)) - y).norm() / y.norm()
