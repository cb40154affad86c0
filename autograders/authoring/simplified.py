"""A case made plainer in one argument at a time, to find out which of them an answer gets wrong."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

Arguments = Mapping[str, Any]

PLAIN = {"stride": 1, "padding": 0, "dilation": 1, "mode": "zeros", "eps": 1e-5, "momentum": 0.1}
PAIRS = ("kernel", "stride", "padding", "dilation", "shift")
NEUTRAL = {"b": 0, "beta": 0, "gamma": 1}  # vectors that then change nothing


def plainer(arguments: Arguments) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """What is changed, how in words, and all arguments then; milder changes of a thing first."""
    for what, words, changed in _changes(arguments):
        yield what, words, _with_fitting_dy({**arguments, **changed})


def _changes(given: Arguments) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for name in PAIRS:
        value = given.get(name)
        if isinstance(value, (tuple, list)) and value[0] != value[1]:
            equal = (value[0], value[0])
            yield name, f"{name}={equal}", {name: equal}
    for name, plain in PLAIN.items():
        value = given.get(name, plain)
        if value != plain and value != (plain, plain):
            yield name, f"{name}={plain!r}", {name: plain}
    for name, neutral in NEUTRAL.items():
        if name in given and (given[name] != neutral).any():
            words = f"{name} of nothing but {'zeros' if neutral == 0 else 'ones'}"
            yield name, words, {name: np.full_like(given[name], neutral)}
    for what, words, change in _SIZES:
        changed = change(given)
        if changed:
            yield what, words, changed


def _one_image(given: Arguments) -> dict[str, Any]:
    images = {n: given[n] for n in ("x", "dy") if n in given and given[n].ndim > 2}
    return {n: a[:1] for n, a in images.items() if len(a) > 1}


def _one_channel(given: Arguments) -> dict[str, Any]:
    if "w" in given and "mean" not in given:
        if given.get("groups", 1) > 1 or given["w"].shape[1] == 1:
            return {}
        return {n: given[n][:, :1] for n in ("x", "w") if n in given}
    if "kernel" in given and "x" in given and given["x"].shape[1] > 1:
        return {n: given[n][:, :1] for n in ("x", "dy") if n in given}
    return {}


def _one_filter(given: Arguments) -> dict[str, Any]:
    if "w" not in given or "mean" in given or given.get("groups", 1) > 1 or len(given["w"]) == 1:
        return {}
    first = {n: given[n][:1] for n in ("w", "b") if n in given}
    return first | ({"dy": given["dy"][:, :1]} if "dy" in given else {})


def _one_group(given: Arguments) -> dict[str, Any]:
    if "w" not in given or given.get("groups", 1) == 1:
        return {}
    return {"x": given["x"][:, : given["w"].shape[1]], "groups": 1}


def _square(names: tuple[str, ...]) -> Callable[[Arguments], dict[str, Any]]:
    def cut(given: Arguments) -> dict[str, Any]:
        changed = {}
        for name in names:
            array = given.get(name)
            if isinstance(array, np.ndarray) and array.ndim in (2, 4) and "gamma" not in given:
                size = min(array.shape[-2:])
                if array.shape[-2] != array.shape[-1]:
                    changed[name] = array[..., :size, :size]
        return changed

    return cut


def _no_negative(given: Arguments) -> dict[str, Any]:
    pooled = "kernel" in given and "w" not in given and "x" in given
    return {"x": abs(given["x"])} if pooled and (given["x"] < 0).any() else {}


_SIZES = (
    ("images", "one image", _one_image),
    ("channels", "one input channel", _one_channel),
    ("filters", "one filter", _one_filter),
    ("groups", "groups=1", _one_group),
    ("kernel", "a square kernel", _square(("w", "k"))),
    ("image", "a square image", _square(("x",))),
    ("signs", "no number of x below zero", _no_negative),
)


def _with_fitting_dy(given: dict[str, Any]) -> dict[str, Any]:
    """The arguments with dy of the shape that the output then has, its numbers kept in order."""
    if "dy" not in given or "x" not in given:
        return given
    x, kernel = given["x"], given["w"].shape[2:] if "w" in given else given.get("kernel")
    if kernel is None:
        return {**given, "dy": np.resize(given["dy"], x.shape)}
    steps, frame = _pair(given.get("stride", 1)), _pair(given.get("padding", 0))
    size = [
        (n + 2 * pad - k) // step + 1
        for n, k, step, pad in zip(x.shape[2:], _pair(kernel), steps, frame, strict=True)
    ]
    channels = len(given["w"]) if "w" in given else x.shape[1]
    return {**given, "dy": np.resize(given["dy"], (len(x), channels, *np.maximum(size, 0)))}


def _pair(value: Any) -> tuple[int, int]:
    return tuple(value) if isinstance(value, (tuple, list)) else (value, value)
