"""Frames between the examiner and a student's process: plain data and arrays, never pickle.

A frame is two little-endian lengths (of all that follows, and of the JSON header), the header, and
the arrays' bytes one after the other. What comes from a student is checked before anything of the
size that it claims is allocated; whatever does not fit is a `BrokenFrame`.
"""

import json
import math
import struct
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import torch

from autograders.checks.exercise import Recipe

LARGEST_FRAME = 64 << 20  # bytes
LARGEST_HEADER = 4 << 20
MOST_KINDS = 100  # of objects that are no data
DEEPEST = 20
MOST_AXES = 16

_LENGTHS = struct.Struct("<II")
_DTYPES = {
    *("bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"),
    *("float16", "float32", "float64", "complex64", "complex128", "bfloat16"),
}


class BrokenFrame(ValueError):
    """What came is no frame; the message says what is wrong with it."""


def encode(value: Any) -> bytes:
    """The frame of None, booleans, numbers, words, lists, tuples, dicts with words as keys,
    recipes, numpy arrays and scalars and torch tensors. Of any other object its kind's name goes.

    Raises:
        BrokenFrame: where the frame would be larger than LARGEST_FRAME.
    """
    arrays: list[np.ndarray] = []
    described: list[dict[str, Any]] = []
    tree = _planted(value, arrays, described, 0)
    header = json.dumps({"value": tree, "arrays": described}).encode()
    body = b"".join(array.tobytes(order="A") for array in arrays)
    size = _LENGTHS.size - 4 + len(header) + len(body)
    if size > LARGEST_FRAME or len(header) > LARGEST_HEADER:
        raise BrokenFrame(f"it has {size:,} bytes; at most {LARGEST_FRAME:,} were expected")
    return _LENGTHS.pack(size, len(header)) + header + body


def frame_size(start: bytes) -> int:
    """How many bytes follow the first four of a frame. Raises BrokenFrame if too many."""
    (size,) = struct.unpack("<I", start)
    if not 4 <= size <= LARGEST_FRAME:
        raise BrokenFrame(f"it has {size:,} bytes; 4 to {LARGEST_FRAME:,} were expected")
    return int(size)


def decode(frame: bytes) -> Any:
    """What `encode` was given, from all but the first four bytes of its frame.

    Arrays are copies. A tensor of the graphics card comes back as one that lies here and says that
    it lies there. An object that is no data comes back as an empty one of the same name.

    Raises:
        BrokenFrame: for whatever `encode` would not have made.
    """
    if len(frame) < 4:
        raise BrokenFrame("it has no header")
    (length,) = struct.unpack("<I", frame[:4])
    if length > min(LARGEST_HEADER, len(frame) - 4):
        raise BrokenFrame("its header is longer than it")
    try:
        header = json.loads(frame[4 : 4 + length])
    except (ValueError, RecursionError) as error:
        raise BrokenFrame("its header is not JSON") from error
    if not isinstance(header, dict) or not isinstance(header.get("arrays"), list):
        raise BrokenFrame("its header does not describe its arrays")
    arrays = list(_arrays(header["arrays"], memoryview(frame)[4 + length :]))
    return _grown(header.get("value"), dict(enumerate(arrays)), {}, 0)


def _planted(
    value: Any, arrays: list[np.ndarray], described: list[dict[str, Any]], depth: int
) -> Any:
    if value is None or type(value) in (bool, float, str):
        return value
    if type(value) is int and abs(value) < 1 << 1000:  # JSON readers refuse longer ones
        return value
    if depth < DEEPEST and type(value) in (list, tuple):
        return {type(value).__name__: [_planted(v, arrays, described, depth + 1) for v in value]}
    if depth < DEEPEST and type(value) is dict and all(type(key) is str for key in value):
        planted = [[k, _planted(v, arrays, described, depth + 1)] for k, v in value.items()]
        return {"dict": planted}
    if isinstance(value, Recipe):
        return {"recipe": value.name}
    if isinstance(value, (np.ndarray, np.generic, torch.Tensor)):
        kind, dtype, array = _as_array(value)
        if dtype in _DTYPES:
            arrays.append(array)
            in_order = array.flags.c_contiguous
            described.append({"dtype": dtype, "shape": list(array.shape), "c_order": in_order})
            return {kind: len(arrays) - 1}
        return {"other": f"{dtype}_{kind}"}
    return {"other": type(value).__name__}


def _as_array(value: Any) -> tuple[str, str, np.ndarray]:
    """What it is, its dtype, and its numbers in an array of either order."""
    if not isinstance(value, torch.Tensor):
        array = np.asarray(value)
        kind = "numpy" if isinstance(value, np.ndarray) else "scalar"
    else:
        kind = "cuda" if value.device.type == "cuda" else "torch"
        if value.layout is not torch.strided or value.device.type == "meta":
            layout = str(value.layout).removeprefix("torch.")
            return kind, "meta" if value.device.type == "meta" else layout, np.empty(0)
        plain = value.detach().resolve_conj().resolve_neg().cpu()
        if plain.dtype is torch.bfloat16:
            return kind, "bfloat16", _packed(plain.view(torch.int16).numpy())
        if plain.is_quantized or str(plain.dtype).removeprefix("torch.") not in _DTYPES:
            return kind, str(plain.dtype).removeprefix("torch."), np.empty(0)
        array = plain.numpy()
    return kind, array.dtype.name, _packed(array.astype(array.dtype.newbyteorder("="), copy=False))


def _packed(array: np.ndarray) -> np.ndarray:
    whole = array.flags.c_contiguous or array.flags.f_contiguous
    return array if whole else np.ascontiguousarray(array)


def _arrays(described: Sequence[Any], body: memoryview) -> Iterator[np.ndarray]:
    at = 0
    for each in described:
        shape = each.get("shape") if isinstance(each, dict) else None
        if not isinstance(shape, list) or len(shape) > MOST_AXES:
            raise BrokenFrame("an array has no shape")
        if not all(type(n) is int and 0 <= n <= LARGEST_FRAME for n in shape):
            raise BrokenFrame("an array has an impossible shape")
        if str(each.get("dtype")) not in _DTYPES or type(each.get("c_order")) is not bool:
            raise BrokenFrame("an array has no known dtype or order")
        dtype = np.dtype("int16" if each["dtype"] == "bfloat16" else each["dtype"])
        size = math.prod(shape) * dtype.itemsize
        if at + size > len(body):
            raise BrokenFrame("an array is larger than the frame")
        part = body[at : at + size]
        at += size
        if dtype == np.dtype(bool):
            numbers = np.frombuffer(part, "uint8") != 0
        else:
            numbers = np.frombuffer(part, dtype).copy()
        try:
            array = numbers.reshape(shape, order="C" if each["c_order"] else "F")
        except ValueError as error:  # no numbers, but axes too long for numpy
            raise BrokenFrame("an array has an impossible shape") from error
        yield array if each["dtype"] != "bfloat16" else array.view(_Bfloat16)
    if at != len(body):
        raise BrokenFrame("more bytes came than its arrays have")


class _Bfloat16(np.ndarray):
    """Numbers that torch alone can read, until it does."""


def _grown(tree: Any, arrays: dict[int, np.ndarray], kinds: dict[str, type], depth: int) -> Any:
    if tree is None or type(tree) in (bool, int, float, str):
        return tree
    if depth > DEEPEST or not isinstance(tree, dict) or len(tree) != 1:
        raise BrokenFrame("a value has no known form")
    ((kind, content),) = tree.items()
    if kind in ("list", "tuple") and isinstance(content, list):
        items = [_grown(item, arrays, kinds, depth + 1) for item in content]
        return tuple(items) if kind == "tuple" else items
    if kind == "dict" and isinstance(content, list):
        pairs = [pair for pair in content if isinstance(pair, list) and len(pair) == 2]
        if len(pairs) == len(content) and all(type(key) is str for key, _ in pairs):
            return {key: _grown(value, arrays, kinds, depth + 1) for key, value in pairs}
    if kind == "recipe" and type(content) is str:
        return Recipe(content)
    if kind == "other" and type(content) is str:
        return _other(content, kinds)
    held = type(content) is int and content in arrays
    if kind in ("numpy", "scalar", "torch", "cuda") and held:
        return _as_kind(kind, arrays.pop(content))  # else a small frame stands for much
    raise BrokenFrame("a value has no known form")


def _other(kind: str, kinds: dict[str, type]) -> Any:
    """An empty object of a class of that name. Classes are large: of many names some are lost."""
    name = "".join(letter for letter in kind[:60] if letter.isalnum() or letter == "_")
    if not name or (name not in kinds and len(kinds) >= MOST_KINDS):
        name = "object"
    if name not in kinds:
        kinds[name] = type(name, (), {})
    return kinds[name]()


class OnCard(torch.Tensor):
    """Numbers that lie here of a tensor on the graphics card, of which this process has none."""

    device = torch.device("cuda")


def _as_kind(kind: str, array: np.ndarray) -> Any:
    if kind == "cuda":
        return _as_kind("torch", array).as_subclass(OnCard)
    if isinstance(array, _Bfloat16):
        return torch.from_numpy(array.view(np.ndarray)).view(torch.bfloat16)
    if kind == "torch":
        return torch.from_numpy(array)
    return array[()] if kind == "scalar" else array
