"""Frames: what goes in comes out, and whatever else comes in is refused before it does harm."""

import json
import math
import struct
import tracemalloc
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from autograders.checks.exercise import Recipe
from autograders.grading.sandboxed.wire import (
    LARGEST_FRAME,
    LARGEST_HEADER,
    BrokenFrame,
    decode,
    encode,
    frame_size,
)

DTYPES = [
    *("bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"),
    *("float16", "float32", "float64", "complex64", "complex128"),
]
WORDS = [
    *("list", "tuple", "dict", "recipe", "other", "numpy", "scalar", "torch"),
    *("value", "arrays", "dtype", "shape", "c_order"),
]
FACTOR = 40  # JSON, read, takes more than its text; nothing else may
OVERHEAD = 1 << 20

quick = settings(max_examples=60, deadline=None, database=None, derandomize=True)

plain = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(1 << 900), 1 << 900),
    st.floats(),
    st.text(max_size=8),
    st.builds(Recipe, st.text(max_size=8)),
)
nested = st.recursive(
    plain,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.lists(inner, max_size=3).map(tuple),
        st.dictionaries(st.text(max_size=5), inner, max_size=3),
    ),
    max_leaves=8,
)
numbers = st.sampled_from(DTYPES).flatmap(
    lambda dtype: arrays.arrays(dtype, arrays.array_shapes(min_dims=0, min_side=0, max_side=4))
)
headers = st.recursive(
    st.one_of(
        plain.filter(lambda value: not isinstance(value, Recipe)),
        st.sampled_from([*DTYPES, "bfloat16", "object", 1 << 62, 1 << 26, -1]),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(
            st.sampled_from(WORDS),
            inner,
            max_size=4,
        ),
    ),
    max_leaves=8,
)


def frame(header: Any, body: bytes = b"") -> bytes:
    """All but the first four bytes of a frame with any header."""
    text = json.dumps(header).encode()
    return struct.pack("<I", len(text)) + text + body


def through(value: Any) -> Any:
    """`value` sent and read."""
    sent = encode(value)
    assert frame_size(sent[:4]) == len(sent) - 4
    return decode(sent[4:])


def refused_or_read(content: bytes) -> None:
    """Asserts that `decode` refuses or reads `content`, and takes little memory for it."""
    tracemalloc.start()
    try:
        decode(content)
    except BrokenFrame:
        pass
    finally:
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert most < FACTOR * len(content) + OVERHEAD


def same(one: Any, other: Any) -> bool:
    """Equal in kind and content; a NaN equals a NaN."""
    if type(one) is not type(other):
        return False
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict):
        return list(one) == list(other) and all(same(one[key], other[key]) for key in one)
    if isinstance(one, float) and math.isnan(one):
        return math.isnan(other)
    return bool(one == other)


@quick
@given(nested)
def test_plain_values_come_back_as_they_went(value: Any) -> None:
    assert same(through(value), value)


@quick
@given(numbers, st.sampled_from("CFA"))
def test_arrays_come_back_with_their_dtype_shape_order_and_every_bit(
    array: np.ndarray, order: Any
) -> None:
    array = array[::2] if order == "A" and array.ndim else np.array(array, order=order)
    back = through(array)
    assert (back.dtype, back.shape) == (array.dtype, array.shape)
    assert back.tobytes() == array.tobytes()
    if order == "F" and array.size:
        assert back.flags.f_contiguous


@quick
@given(numbers.filter(lambda array: array.dtype.itemsize < 16))
def test_tensors_and_scalars_keep_their_kind(array: np.ndarray) -> None:
    tensor = torch.from_numpy(array)
    back = through(tensor)
    assert (back.dtype, back.shape) == (tensor.dtype, tensor.shape)
    assert back.numpy().tobytes() == array.tobytes()
    if array.size:
        scalar = array.flat[0]
        assert type(through(scalar)) is type(scalar)


@pytest.mark.parametrize("shape", [(), (0, 3), (2, 3, 4)])
def test_bfloat16_and_tensors_of_other_layouts(shape: tuple[int, ...]) -> None:
    x = torch.arange(math.prod(shape)).reshape(shape).to(torch.bfloat16)
    for tensor in (x, x.T if x.ndim == 2 else x, x.requires_grad_()):
        back = through(tensor)
        assert back.dtype is torch.bfloat16
        assert torch.equal(back, tensor.detach())
        assert not back.requires_grad


def test_what_is_no_data_comes_back_as_an_empty_object_of_its_name() -> None:
    class Answer:
        def __reduce__(self) -> Any:
            raise AssertionError("it is never pickled")

    back = through([Answer(), lambda: 0, torch.empty(2, device="meta")])
    assert [type(one).__name__ for one in back] == ["Answer", "function", "meta_torch"]
    assert vars(back[0]) == {}


@quick
@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    refused_or_read(content)


@quick
@given(headers, st.binary(max_size=40))
def test_any_header_is_read_or_refused(header: Any, body: bytes) -> None:
    refused_or_read(frame(header, body))


@quick
@given(headers, headers, st.binary(max_size=40))
def test_any_value_and_any_arrays_are_read_or_refused(
    value: Any, described: Any, body: bytes
) -> None:
    refused_or_read(frame({"value": value, "arrays": [described]}, body))


@quick
@given(st.data())
def test_a_frame_of_which_some_bytes_are_changed_is_read_or_refused(data: st.DataObject) -> None:
    value = {"result": [np.arange(6.0).reshape(2, 3), (1, "two", None), torch.ones(2)]}
    content = bytearray(encode(value)[4:])
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content) - 1))
        content[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    refused_or_read(bytes(content))


@pytest.mark.parametrize(
    "array",
    [
        {"dtype": "float64", "shape": [1 << 26, 1 << 26], "c_order": True},
        {"dtype": "float64", "shape": [0, 1 << 26, 1 << 26, 1 << 26], "c_order": True},
        {"dtype": "float64", "shape": [1 << 27], "c_order": True},
        {"dtype": "float64", "shape": [-1, -1], "c_order": True},
        {"dtype": "float64", "shape": [True], "c_order": True},
        {"dtype": "float64", "shape": [1.0], "c_order": True},
        {"dtype": "float64", "shape": [1] * 17, "c_order": True},
        {"dtype": "float64", "shape": [1], "c_order": 1},
        {"dtype": "object", "shape": [1], "c_order": True},
        {"dtype": ["float64"], "shape": [1], "c_order": True},
        {"dtype": "float64", "shape": [2], "c_order": True},  # more than there is
        {"dtype": "int8", "shape": [1], "c_order": True},  # less than there is
        "float64",
    ],
)
def test_arrays_that_are_not_what_they_claim_are_refused(array: Any) -> None:
    with pytest.raises(BrokenFrame):
        decode(frame({"value": {"numpy": 0}, "arrays": [array]}, bytes(8)))


def test_a_boolean_of_any_byte_is_true_or_false() -> None:
    array = {"dtype": "bool", "shape": [3], "c_order": True}
    back = decode(frame({"value": {"numpy": 0}, "arrays": [array]}, b"\x00\x02\xff"))
    assert back.tobytes() == b"\x00\x01\x01"


@pytest.mark.parametrize("size", [0, 3, LARGEST_FRAME + 1, (1 << 32) - 1])
def test_an_impossible_size_is_refused_before_anything_is_read(size: int) -> None:
    with pytest.raises(BrokenFrame, match="bytes"):
        frame_size(struct.pack("<I", size))


def test_frames_and_headers_that_are_too_large_are_not_made() -> None:
    with pytest.raises(BrokenFrame, match="at most"):
        encode(np.zeros(LARGEST_FRAME, "uint8"))
    with pytest.raises(BrokenFrame, match="at most"):
        encode("x" * LARGEST_HEADER)


@pytest.mark.parametrize("opening", ["[", '{"list": [', '{"a":'])
def test_deep_nesting_is_refused(opening: str) -> None:
    text = (opening * 100_000).encode()
    with pytest.raises(BrokenFrame):
        decode(struct.pack("<I", len(text)) + text)
    deep: Any = 0
    for _ in range(30):
        deep = {"list": [deep]}
    with pytest.raises(BrokenFrame, match="known form"):
        decode(frame({"value": deep, "arrays": []}))


@pytest.mark.parametrize(
    "header",
    [
        {"value": {"list": [{"other": f"name{i}"} for i in range(5_000)]}, "arrays": []},
        {"value": {"list": [{"list": []}] * 5_000}, "arrays": []},
        {
            "value": 0,
            "arrays": [{"dtype": "bool", "shape": [0], "c_order": True}] * 5_000,
        },
    ],
    ids=["names", "lists", "arrays"],
)
def test_many_small_things_take_no_more_than_their_share(header: Any) -> None:
    refused_or_read(frame(header))


@pytest.mark.parametrize("kind", ["numpy", "scalar", "torch", "cuda"])
def test_an_array_is_referred_to_once(kind: str) -> None:
    described = [{"dtype": "uint8", "shape": [4], "c_order": True}]
    once = {"list": [{kind: 0}]}
    assert len(decode(frame({"value": once, "arrays": described}, b"abcd"))) == 1
    again = {"list": [{kind: 0}, {"tuple": [{kind: 0}]}]}
    with pytest.raises(BrokenFrame, match="a value has no known form"):
        decode(frame({"value": again, "arrays": described}, b"abcd"))
