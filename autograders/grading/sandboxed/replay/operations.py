"""The operations of torch that a record may hold (`replay.py`), and what they may be given.

The list began at what right answers use and grows slowly: some operations read memory that is not
theirs, or end the process, when their arguments are odd. So each argument is checked against the
operation's schema first, and no result may have more than LARGEST numbers.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cache
from typing import Any

import torch
from torch import Tensor

LARGEST = 1_000_000  # numbers in one tensor
_UNASKED = 20_000_000  # numbers that surely fit; for more torch is asked what the size would be

_OVERLOADS = """
_conj.default _fft_c2c.default _fft_c2r.default _fft_r2c.default _to_copy.default
_unsafe_view.default abs.default add.Scalar add.Tensor add.out add_.Scalar add_.Tensor
addbmm.default addcdiv.default addcdiv_.default addcmul.default addcmul_.default addmm.default
addmv.default addr.default alias.default all.default all.dim amax.default amin.default
any.default any.dim arange.default arange.start arange.start_step argmax.default argmin.default
as_strided.default baddbmm.default bitwise_and.Tensor bitwise_not.default bitwise_or.Tensor
bmm.default cat.default clamp.default clamp_max.default clamp_min.default clone.default
col2im.default complex.default constant_pad_nd.default copy_.default cumsum.default
detach.default diag_embed.default diagonal.default diagonal_copy.default div.Scalar div.Tensor
div.Tensor_mode div.out div_.Scalar div_.Tensor dot.default empty.memory_format
empty_like.default empty_strided.default eq.Scalar eq.Tensor exp.default expand.default
eye.default eye.m fill.Scalar fill_.Scalar fill_.Tensor flip.default floor_divide.Scalar
floor_divide.default full.default full_like.default gather.default ge.Scalar ge.Tensor gt.Scalar
gt.Tensor im2col.default index.Tensor index_add.default index_add_.default index_copy_.default
index_fill_.int_Scalar index_put.default index_put_.default index_select.default isinf.default
isnan.default le.Scalar le.Tensor lerp.Scalar lerp.Tensor lerp_.Scalar lift_fresh.default
log.default logical_and.default logical_not.default logical_or.default lt.Scalar lt.Tensor
masked_fill.Scalar masked_fill.Tensor masked_fill_.Scalar masked_fill_.Tensor
masked_select.default max.default max.dim maximum.default maximum.out mean.default mean.dim
min.default min.dim minimum.default minimum.out mm.default mul.Scalar mul.Tensor mul.out
mul_.Scalar mul_.Tensor mv.default nan_to_num.default ne.Scalar ne.Tensor neg.default
neg_.default new_empty.default new_empty_strided.default new_full.default new_ones.default
new_zeros.default nonzero.default ones.default ones_like.default permute.default pow.Scalar
pow.Tensor_Scalar pow.Tensor_Tensor pow_.Scalar prod.default prod.dim_int reciprocal.default
reciprocal_.default relu.default remainder.Scalar remainder.Tensor repeat.default roll.default
rsqrt.default rsqrt_.default rsub.Scalar scalar_tensor.default scatter.src scatter.value
scatter_.src scatter_.value scatter_add.default scatter_add_.default select.int sign.default
slice.Tensor split.Tensor split_with_sizes.default sqrt.default sqrt_.default squeeze.default
squeeze.dim squeeze.dims squeeze_.dim stack.default std.correction sub.Scalar sub.Tensor sub.out
sub_.Scalar sub_.Tensor sum.default sum.dim_IntList t.default transpose.int transpose_.default
tril.default triu.default unbind.int unfold.default unsqueeze.default unsqueeze_.default
var.correction var_mean.correction view.default view_as_complex.default view_as_real.default
where.Scalar where.ScalarOther where.ScalarSelf where.self zero_.default zeros.default
zeros_like.default
"""
_UNFILLED = {"empty", "empty_like", "empty_strided", "new_empty", "new_empty_strided"}
# What makes as many numbers as the whole numbers it is given say.
_GROWING = {
    *("zeros", "ones", "full", "arange", "eye", "new_zeros", "new_ones", "new_full", "expand"),
    *("repeat", "constant_pad_nd", "as_strided", "diag_embed", "im2col", "col2im", "_fft_c2r"),
    *_UNFILLED,
}
_WORDS: dict[str, Any] = {
    str(word).removeprefix("torch."): word
    for word in (
        *(torch.bool, torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64),
        *(torch.float16, torch.bfloat16, torch.float32, torch.float64),
        *(torch.complex64, torch.complex128, torch.strided),
        *(torch.contiguous_format, torch.preserve_format, torch.channels_last),
    )
}
_NUMBERS = (bool, int, float, complex)
_STRINGS = {"rounding_mode": ("floor", "trunc")}


class NotAllowed(ValueError):
    """An operation or an argument that no record may hold."""


def _table() -> dict[str, Any]:
    found = {}
    for name in _OVERLOADS.split():
        packet, _, overload = name.partition(".")
        found[f"aten::{name}"] = getattr(getattr(torch.ops.aten, packet), overload)
    return found


OPERATIONS = _table()


@cache
def operation_name(operation: Any) -> str:
    """As in OPERATIONS: `aten::add.Tensor`."""
    return f"{operation._schema.name}.{operation._overloadname}"


def word(name: Any) -> Any:
    """The dtype, layout or memory format of that name. Raises NotAllowed."""
    if not isinstance(name, str) or name not in _WORDS:
        raise NotAllowed("a word that is not known")
    return _WORDS[name]


def perform(name: str, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """What the operation gives; where its result would be memory as it was left, zeros.

    Raises:
        NotAllowed: where the operation may not be done, or not with these arguments. Whatever
            torch raises is raised besides.
    """
    if name not in OPERATIONS:
        raise NotAllowed("an operation that is not on the list")
    operation = OPERATIONS[name]
    base = name.removeprefix("aten::").partition(".")[0]
    given = _checked(operation, args, kwargs)
    if base in _CHECKS:
        _CHECKS[base](*args)
    _bound(operation, base, given, args, kwargs)
    result = operation(*args, **kwargs)
    if base in _UNFILLED:
        result.untyped_storage().fill_(0)  # between its numbers as well
    return result


def tensors_of(value: Any) -> Iterator[Tensor]:
    """The tensors in a value, or in lists or tuples of values, in order."""
    if isinstance(value, Tensor):
        yield value
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from tensors_of(item)


@cache
def _signature(operation: Any) -> tuple[list[str], dict[str, str]]:
    """The names of the arguments that may go by position, and the type of each argument."""
    declared = operation._schema.arguments
    names = [argument.name for argument in declared if not argument.kwarg_only]
    return names, {argument.name: str(argument.real_type) for argument in declared}


def _checked(operation: Any, args: list[Any], kwargs: dict[str, Any]) -> dict[str, Any]:
    """The arguments by name, each of the type that the schema says."""
    names, kinds = _signature(operation)
    if len(args) > len(names):
        raise NotAllowed("too many arguments")
    given = dict(zip(names, args, strict=False))
    if given.keys() & kwargs.keys():
        raise NotAllowed("an argument twice")
    given |= kwargs
    if not given.keys() <= kinds.keys():
        raise NotAllowed("an argument that is not known")
    for name, value in given.items():
        if not _fits(value, kinds[name], name):
            raise NotAllowed(f"an argument that is no {kinds[name]}")
    if "out" in given:
        others = tensors_of([value for name, value in given.items() if name != "out"])
        if given["out"].shape != torch.broadcast_shapes(*(each.shape for each in others)):
            raise NotAllowed("a result of another shape")
    return given


def _fits(value: Any, kind: str, name: str) -> bool:
    if kind.startswith("Optional["):
        return value is None or _fits(value, kind[9:-1], name)
    if kind.startswith("List["):
        return isinstance(value, list) and all(_fits(item, kind[5:-1], name) for item in value)
    match kind:
        case "Tensor":  # the second of two may be a plain number
            return isinstance(value, Tensor) or (name == "other" and type(value) in _NUMBERS)
        case "int" | "SymInt":
            return type(value) is int and abs(value) < 1 << 63
        case "bool":
            return type(value) is bool
        case "float":
            return type(value) in (int, float)
        case "number":
            return type(value) in _NUMBERS
        case "ScalarType":
            return isinstance(value, torch.dtype)
        case "MemoryFormat":
            return isinstance(value, torch.memory_format)
        case "Layout":
            return value is torch.strided
        case "str":
            return value in _STRINGS.get(name, ())
    return False  # another device, a generator


def _bound(
    operation: Any, base: str, given: dict[str, Any], args: list[Any], kwargs: dict[str, Any]
) -> None:
    """Refuses results of more than LARGEST numbers before they are made.

    No result is larger than the product of the sizes of its tensors and, where it grows, of the
    whole numbers that are given; only where that is large is torch asked.
    """
    bound = 1.0
    for value in given.values():
        items = value if isinstance(value, list) else [value]
        if base in ("cat", "stack") and items is value:
            bound *= sum(item.numel() for item in items)
            continue
        for item in items:
            if isinstance(item, Tensor):
                bound *= max(1, item.numel())
            elif base in _GROWING and type(item) in (int, float):
                bound *= max(1.0, abs(float(item)))  # as floats: whole numbers would grow long
    if bound <= _UNASKED:
        return
    if base == "arange" or "out" in given or not math.isfinite(bound):
        raise NotAllowed("numbers that are too large")
    made = [*map(_form, args)], {name: _form(value) for name, value in kwargs.items()}
    if not any(True for _ in tensors_of(list(given.values()))):
        made[1]["device"] = torch.device("meta")
    for form in tensors_of(operation(*made[0], **made[1])):
        if form.numel() > LARGEST:
            raise NotAllowed("too many numbers in one tensor")


def _form(value: Any) -> Any:
    """Tensors without their numbers."""
    if isinstance(value, list):
        return [_form(item) for item in value]
    if not isinstance(value, Tensor):
        return value
    return torch.empty_strided(value.shape, value.stride(), dtype=value.dtype, device="meta")


def _check_fourier(self: Tensor, axes: list[int], normalization: int, *_: Any) -> None:
    """torch's own Fourier transforms do not look at these."""
    places = [axis + self.ndim if axis < 0 else axis for axis in axes]
    if not places or len(set(places)) < len(places) or normalization not in (0, 1, 2):
        raise NotAllowed("axes that are not different")
    if not all(0 <= place < self.ndim for place in places) or not self.numel():
        raise NotAllowed("an axis that is not there")
    if not (self.is_complex() or self.dtype in (torch.float32, torch.float64)):
        raise NotAllowed("numbers of another kind")


def _check_real_to_complex(self: Tensor, axes: list[int], normalization: int, *_: Any) -> None:
    _check_fourier(self, axes, normalization)
    if self.is_complex():
        raise NotAllowed("numbers of another kind")


def _check_complex(self: Tensor, axes: list[int], normalization: int, *_: Any) -> None:
    _check_fourier(self, axes, normalization)
    if not self.is_complex():
        raise NotAllowed("numbers of another kind")


def _check_complex_to_real(self: Tensor, axes: list[int], normalization: int, size: int) -> None:
    _check_complex(self, axes, normalization)
    if size < 1 or self.shape[axes[-1]] != size // 2 + 1:
        raise NotAllowed("a size that is not that of the transform")


_CHECKS: dict[str, Any] = {
    "_fft_c2c": _check_complex,
    "_fft_c2r": _check_complex_to_real,
    "_fft_r2c": _check_real_to_complex,
}
