"""Wrong answers to notebook 01."""

import numpy as np
import torch

from . import WrongAnswer, wrong

ANSWERS: list[WrongAnswer] = []


@wrong(ANSWERS, "01", "cross_correlate2d", "flips the kernel: this is convolution")
def correlate_flipped(x, k):
    kh, kw = k.shape
    y = np.zeros((x.shape[0] - kh + 1, x.shape[1] - kw + 1), dtype=x.dtype)
    for i in range(y.shape[0]):
        for j in range(y.shape[1]):
            for p in range(kh):
                for q in range(kw):
                    y[i, j] += x[i + p, j + q] * k[kh - 1 - p, kw - 1 - q]
    return y


@wrong(ANSWERS, "01", "cross_correlate2d", "only the last product of each window is kept")
def correlate_overwrites(x, k):
    kh, kw = k.shape
    y = np.zeros((x.shape[0] - kh + 1, x.shape[1] - kw + 1), dtype=x.dtype)
    for i in range(y.shape[0]):
        for j in range(y.shape[1]):
            for p in range(kh):
                for q in range(kw):
                    y[i, j] = x[i + p, j + q] * k[p, q]
    return y


@wrong(ANSWERS, "01", "cross_correlate2d", "the output is one row and one column short")
def correlate_short(x, k):
    kh, kw = k.shape
    y = np.zeros((x.shape[0] - kh, x.shape[1] - kw), dtype=x.dtype)
    for i in range(y.shape[0]):
        for j in range(y.shape[1]):
            y[i, j] = np.sum(x[i : i + kh, j : j + kw] * k)
    return y


@wrong(ANSWERS, "01", "convolve2d", "the kernel is not flipped")
def convolve_unflipped(x, k):
    windows = np.lib.stride_tricks.sliding_window_view(x, k.shape)
    return np.einsum("ijpq,pq->ij", windows, k)


@wrong(ANSWERS, "01", "convolve2d", "the kernel is flipped in rows only")
def convolve_rows_only(x, k):
    windows = np.lib.stride_tricks.sliding_window_view(x, k.shape)
    return np.einsum("ijpq,pq->ij", windows, k[::-1])


@wrong(ANSWERS, "01", "convolve2d", "the image is flipped and not the result")
def convolve_image_flipped(x, k):
    windows = np.lib.stride_tricks.sliding_window_view(x[::-1, ::-1], k.shape)
    return np.einsum("ijpq,pq->ij", windows, k)


@wrong(ANSWERS, "01", "conv2d", "the bias is forgotten")
def conv2d_no_bias(x, w, b):
    kh, kw = w.shape[2:]
    windows = x.unfold(2, kh, 1).unfold(3, kw, 1)
    return torch.einsum("nchwij,ocij->nohw", windows, w)


@wrong(ANSWERS, "01", "conv2d", "the bias is added once for each input channel")
def conv2d_bias_each_channel(x, w, b):
    kh, kw = w.shape[2:]
    y = 0
    for c in range(x.shape[1]):
        windows = x[:, c].unfold(1, kh, 1).unfold(2, kw, 1)
        y = y + torch.einsum("nhwij,oij->nohw", windows, w[:, c]) + b[None, :, None, None]
    return y


@wrong(ANSWERS, "01", "conv2d", "only the first input channel is read")
def conv2d_first_channel(x, w, b):
    n, _, h, width = x.shape
    o, _, kh, kw = w.shape
    y = torch.zeros(n, o, h - kh + 1, width - kw + 1, dtype=x.dtype)
    for i in range(y.shape[2]):
        for j in range(y.shape[3]):
            window = x[:, 0, i : i + kh, j : j + kw]
            y[:, :, i, j] = torch.einsum("nij,oij->no", window, w[:, 0]) + b
    return y


@wrong(ANSWERS, "01", "compose_kernels", "the kernels are correlated where they must be convolved")
def compose_correlated(k1, k2):
    _, c, h1, w1 = k1.shape
    o, _, h2, w2 = k2.shape
    k = torch.zeros(o, c, h1 + h2 - 1, w1 + w2 - 1, dtype=k1.dtype)
    for p in range(h2):
        for q in range(w2):
            part = torch.einsum("om,mcij->ocij", k2[:, :, h2 - 1 - p, w2 - 1 - q], k1)
            k[:, :, p : p + h1, q : q + w1] += part
    return k


@wrong(ANSWERS, "01", "compose_kernels", "both kernels are flipped, so the result is flipped")
def compose_flipped(k1, k2):
    _, c, h1, w1 = k1.shape
    o, _, h2, w2 = k2.shape
    k = torch.zeros(o, c, h1 + h2 - 1, w1 + w2 - 1, dtype=k1.dtype)
    for p in range(h2):
        for q in range(w2):
            part = torch.einsum("om,mcij->ocij", k2[:, :, p, q], k1)
            k[:, :, p : p + h1, q : q + w1] += part
    return k.flip(2, 3)


@wrong(ANSWERS, "01", "conv1d", "the kernel is flipped")
def conv1d_flipped(x, w, b):
    windows = x.unfold(2, w.shape[2], 1)
    return torch.einsum("nclk,ock->nol", windows, w.flip(2)) + b[:, None]


@wrong(ANSWERS, "01", "conv3d", "the bias is forgotten")
def conv3d_no_bias(x, w, b):
    kd, kh, kw = w.shape[2:]
    windows = x.unfold(2, kd, 1).unfold(3, kh, 1).unfold(4, kw, 1)
    return torch.einsum("ncdhwijk,ocijk->nodhw", windows, w)


@wrong(ANSWERS, "01", "conv3d", "only the first depth slice of the kernel is used")
def conv3d_flat_kernel(x, w, b):
    kd, kh, kw = w.shape[2:]
    windows = x.unfold(2, kd, 1).unfold(3, kh, 1).unfold(4, kw, 1)
    y = torch.einsum("ncdhwij,ocij->nodhw", windows[..., 0, :, :], w[:, :, 0])
    return y + b[None, :, None, None, None]


@wrong(ANSWERS, "01", "conv2d_backward", "dx uses the kernel flipped once too often")
def backward_dx_flipped(dy, x, w):
    kh, kw = w.shape[2:]
    dx = torch.zeros_like(x)
    dw = torch.zeros_like(w)
    h, width = dy.shape[2:]
    for p in range(kh):
        for q in range(kw):
            weights = w[:, :, kh - 1 - p, kw - 1 - q]
            dx[:, :, p : p + h, q : q + width] += torch.einsum("nohw,oc->nchw", dy, weights)
            dw[:, :, p, q] = torch.einsum("nohw,nchw->oc", dy, x[:, :, p : p + h, q : q + width])
    return dx, dw, dy.sum(dim=(0, 2, 3))


@wrong(ANSWERS, "01", "conv2d_backward", "gradients of the parameters are averaged over the batch")
def backward_batch_mean(dy, x, w):
    kh, kw = w.shape[2:]
    dx = torch.zeros_like(x)
    dw = torch.zeros_like(w)
    h, width = dy.shape[2:]
    for p in range(kh):
        for q in range(kw):
            dx[:, :, p : p + h, q : q + width] += torch.einsum("nohw,oc->nchw", dy, w[:, :, p, q])
            dw[:, :, p, q] = torch.einsum("nohw,nchw->oc", dy, x[:, :, p : p + h, q : q + width])
    n = x.shape[0]
    return dx, dw / n, dy.sum(dim=(0, 2, 3)) / n


@wrong(ANSWERS, "01", "conv2d_backward", "windows of dx overwrite where they overlap")
def backward_dx_overwritten(dy, x, w):
    kh, kw = w.shape[2:]
    dx = torch.zeros_like(x)
    dw = torch.zeros_like(w)
    for i in range(dy.shape[2]):
        for j in range(dy.shape[3]):
            g = dy[:, :, i, j]
            dx[:, :, i : i + kh, j : j + kw] = torch.einsum("no,ocpq->ncpq", g, w)
            dw += torch.einsum("no,ncpq->ocpq", g, x[:, :, i : i + kh, j : j + kw])
    return dx, dw, dy.sum(dim=(0, 2, 3))
