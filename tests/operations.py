"""Drawn arguments for the operations, and one helper that compares ours with torch's answers."""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

# Each number is a sum of at most some hundred terms of size about 1.
TOLERANCE = {"float32": 3e-5, "float64": 1e-12}

# The same cases on each run, as many as the folder's minute allows.
SLOW = [HealthCheck.too_slow]  # a busy machine is no fault
drawn = settings(
    derandomize=True, database=None, deadline=None, max_examples=150, suppress_health_check=SLOW
)


def agree(
    ours: Callable[..., Any],
    theirs: Callable[..., Any],
    *arrays: Any,
    scale: float = 1.0,
    **rest: Any,
) -> None:
    """Both functions give the same shapes, dtypes and numbers, `theirs` from tensors. `scale` is
    the size of the terms that are summed, where it may be far above that of the results."""
    kept = [np.copy(a) for a in arrays]
    got = ours(*arrays, **rest)
    expected = theirs(*(torch.from_numpy(a.copy()) for a in arrays), **rest)
    same = [
        np.array_equal(a, before, equal_nan=True) for a, before in zip(arrays, kept, strict=True)
    ]
    assert all(same), "an argument was changed"
    assert_close(got, expected, scale)


def assert_close(got: Any, expected: Any, scale: float = 1.0) -> None:
    """Arrays, or tuples of arrays, equal tensors to the tolerance of their dtype."""
    if isinstance(expected, torch.Tensor):
        got, expected = (got,), (expected,)
    assert len(got) == len(expected)
    for ours, tensor in zip(got, expected, strict=True):
        theirs = tensor.detach().numpy()
        assert ours.shape == theirs.shape
        assert ours.dtype == theirs.dtype
        finite = theirs[np.isfinite(theirs)]
        size = max(scale, abs(finite).max(initial=0))
        np.testing.assert_allclose(ours, theirs, 0, TOLERANCE[str(theirs.dtype)] * size)


@st.composite
def array(draw: DrawFn, shape: tuple[int, ...], dtype: str) -> np.ndarray:
    """Normal numbers, all of them different, in C order or not."""
    rng = np.random.default_rng(draw(st.integers(0, 1000)))
    if draw(st.booleans()):
        return rng.standard_normal(shape).astype(dtype)
    return rng.standard_normal(shape[::-1]).astype(dtype).T


def upstream(draw: DrawFn, y: np.ndarray) -> np.ndarray:
    """A gradient for the output y."""
    return draw(array(y.shape, str(y.dtype)))


def spoiled(draw: DrawFn, a: np.ndarray) -> np.ndarray:
    """A copy in which up to two numbers are NaN or infinite."""
    a = a.copy()
    for place in draw(st.lists(st.integers(0, a.size - 1), max_size=2)):
        a[np.unravel_index(place, a.shape)] = draw(st.sampled_from([np.nan, np.inf, -np.inf]))
    return a


@st.composite
def windows(
    draw: DrawFn, most_padding: str, dilated: bool = True
) -> tuple[tuple[int, ...], dict[str, Any]]:
    """Sizes and the kernel, stride, padding and dilation of a window that fits into them.

    `most_padding`: "span" for padding below what the kernel spans, else a padding mode.
    """
    dims = draw(st.integers(1, 3))
    most = {1: 4, 2: 3, 3: 2}[dims]
    per_axis = st.tuples(*[st.integers(1, most)] * dims)
    kernel, stride = draw(per_axis), draw(per_axis)
    dilation = draw(per_axis) if dilated else (1,) * dims
    span = [(k - 1) * d + 1 for k, d in zip(kernel, dilation, strict=True)]
    pairs = []
    for n in span:
        high = n - 1 if most_padding == "span" else 3
        pairs.append((draw(st.integers(0, high)), draw(st.integers(0, high))))
    room = {"reflect": 1, "circular": 0}.get(most_padding)
    size = []
    for n, pair in zip(span, pairs, strict=True):
        least = max(1, n - sum(pair), 1 if room is None else max(pair) + room)
        size.append(least + draw(st.integers(0, most + 1)))
    return tuple(size), {
        "kernel": draw(_form(kernel)),
        "stride": draw(_form(stride)),
        "dilation": draw(_form(dilation)),
        "padding": draw(_form(tuple(p if p[0] != p[1] else p[0] for p in pairs))),
    }


def _form(entries: tuple[Any, ...]) -> st.SearchStrategy[Any]:
    """A tuple, a list, or one integer where all entries are the same."""
    forms: list[Any] = [entries, list(entries)]
    if len(set(entries)) == 1 and isinstance(entries[0], int):
        forms.append(entries[0])
    return st.sampled_from(forms)


@st.composite
def convolutions(draw: DrawFn) -> tuple[tuple[np.ndarray, ...], dict[str, Any]]:
    """(x, w, b) and the other arguments of `conv_nd`."""
    mode = draw(st.sampled_from(["zeros", "reflect", "replicate", "circular"]))
    size, rest = draw(windows(mode))
    kernel = rest.pop("kernel")
    kernel = (kernel,) * len(size) if isinstance(kernel, int) else tuple(kernel)
    groups, inputs, outputs, n = (draw(st.integers(1, 3)) for _ in range(4))
    dtype = draw(st.sampled_from(["float32", "float64"]))
    shapes = [
        (n, groups * inputs, *size),
        (groups * outputs, inputs, *kernel),
        (groups * outputs,),
    ]
    arrays = tuple(draw(array(shape, dtype)) for shape in shapes)
    return arrays, {**rest, "groups": groups, "padding_mode": mode}


@st.composite
def poolings(draw: DrawFn, dilated: bool) -> tuple[np.ndarray, dict[str, Any]]:
    """x and the arguments that the two poolings share, and dilation where asked for."""
    size, rest = draw(windows("span", dilated))
    if not dilated:
        del rest["dilation"]
    if draw(st.booleans()):
        kernel = rest["kernel"]
        rest["stride"] = None if draw(st.booleans()) else kernel
    shape = (draw(st.integers(1, 3)), draw(st.integers(1, 3)), *size)
    x = draw(array(shape, draw(st.sampled_from(["float32", "float64"]))))
    return x, {**rest, "ceil_mode": draw(st.booleans())}


@st.composite
def images(draw: DrawFn, spatial: int = 1) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(x, gamma, beta): (N, C, *size) with two numbers or more wherever a mean is taken."""
    n, c = draw(st.integers(2, 4)), draw(st.integers(1, 6))
    size = tuple(draw(st.integers(2, 4)) for _ in range(draw(st.integers(spatial, 3))))
    dtype = draw(st.sampled_from(["float32", "float64"]))
    x = draw(array((n, c, *size), dtype))
    # Means of different size, and a spread that is near eps in some channels.
    spread = np.logspace(0, -draw(st.integers(0, 3)), c).astype(dtype)
    x = x * spread.reshape(c, *(1,) * len(size)) + x.dtype.type(draw(st.integers(-3, 3)))
    return x, draw(array((c,), dtype)), draw(array((c,), dtype))


def divisors(n: int) -> list[int]:
    """The numbers that divide n."""
    return [d for d in range(1, n + 1) if n % d == 0]
