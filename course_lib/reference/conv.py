"""Convolution by torch, behind the course's signatures."""

import numpy as np
import torch
from torch.nn import functional as F

Tensor = torch.Tensor
_CONVOLUTION = {1: F.conv1d, 2: F.conv2d, 3: F.conv3d}


def cross_correlate2d(x: np.ndarray, k: np.ndarray) -> np.ndarray:
    """The cross-correlation of two matrices where k lies inside x ("valid").

    y[i, j] = sum over p, q of x[i + p, j + q] k[p, q]

    Args:
        x: (H, W), float32 or float64.
        k: (KH, KW), not larger than x.
    Returns:
        (H - KH + 1, W - KW + 1), dtype of x.
    Source: slide "(Discrete) Convolution vs. Cross-Correlation".

    >>> x = np.array([[0, 80, 40], [20, 40, 0], [0, 0, 40]], "float32")
    >>> cross_correlate2d(x, np.array([[0, 0.25], [0.5, 1]], "float32")).tolist()
    [[70.0, 30.0], [10.0, 40.0]]
    """
    image, kernel = (torch.from_numpy(np.array(a, order="C"))[None, None] for a in (x, k))
    return F.conv2d(image, kernel)[0, 0].numpy()


def convolve2d(x: np.ndarray, k: np.ndarray) -> np.ndarray:
    """The true convolution of two matrices where k lies inside x: k is turned by 180 degrees,
    then cross-correlated with x.

    Args, Returns: as `cross_correlate2d`.
    Source: slide "Discrete Convolution".

    >>> x = np.array([[0, 80, 40], [20, 40, 0], [0, 0, 40]], "float32")
    >>> convolve2d(x, np.array([[0, 0.25], [0.5, 1]], "float32")).tolist()
    [[45.0, 110.0], [40.0, 40.0]]
    """
    return cross_correlate2d(x, k[::-1, ::-1])


def conv_nd(x: Tensor, w: Tensor, b: Tensor) -> Tensor:
    """A convolution layer in 1, 2 or 3 spatial dimensions, stride 1, no padding.

    y[n, o] = b[o] + sum over c of the cross-correlation of x[n, c] with w[o, c]

    Args:
        x: (N, C, *size).
        w: (C_out, C, *kernel), kernel not larger than size.
        b: (C_out,).
    Returns:
        (N, C_out, *(size - kernel + 1)), dtype and device of x.
    """
    return _CONVOLUTION[x.ndim - 2](x, w, b)


def compose_kernels(k1: Tensor, k2: Tensor) -> Tensor:
    """The one kernel whose valid convolution equals that with k1, then that with k2.

    K[o, c, r] = sum over m and p + q = r of k1[m, c, p] k2[o, m, q]

    Args:
        k1: (M, C, *kernel1).
        k2: (O, M, *kernel2).
    Returns:
        (O, C, *(kernel1 + kernel2 - 1)), dtype and device of k1.
    Source: slides "Stacking Convolutions".
    """
    space = tuple(range(2, k1.ndim))
    padding = tuple(size - 1 for size in k2.shape[2:])
    convolve = _CONVOLUTION[len(space)]
    return convolve(k1.transpose(0, 1), k2.flip(space), padding=padding).transpose(0, 1)


def conv2d_backward(dy: Tensor, x: Tensor, w: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """The gradients of a loss through `conv_nd(x, w, b)` in two dimensions, by autograd.

    Args:
        dy: (N, C_out, H - KH + 1, W - KW + 1), the upstream gradient.
        x: (N, C, H, W).
        w: (C_out, C, KH, KW).
    Returns:
        dx like x, dw like w, db (C_out,).
    """
    x, w, b = (t.detach().requires_grad_() for t in (x, w, w.new_zeros(len(w))))
    with torch.enable_grad():
        dx, dw, db = torch.autograd.grad(F.conv2d(x, w, b), (x, w, b), dy)
    return dx, dw, db
