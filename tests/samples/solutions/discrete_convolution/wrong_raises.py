"""Raises in every exercise, each time in another way."""

REST = "windows"
LOSES_ALL = (
    "cross_correlate2d",
    "convolve2d",
    "conv2d",
    "compose_kernels",
    "conv1d",
    "conv3d",
    "conv2d_backward",
)
LOSES_SOME = ()


def cross_correlate2d(x, k):
    return x[len(x), 0]


def convolve2d(x, k):
    raise NotImplementedError


def conv2d(x, w, b):
    return x @ w + b


def compose_kernels(k1, k2):
    return compose_kernels(k1, k2)


def conv1d(x, w):
    return x * w


def conv3d(x, w, b):
    return undefined_name  # noqa: F821


def conv2d_backward(dy, x, w):
    raise SystemExit("that is all")
