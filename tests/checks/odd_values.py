"""Values that no exercise asks for, each made anew, since some are spoilt by a look."""

import decimal
import enum
import fractions
import itertools
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import nn


class Raises:
    """An object each of whose methods raises."""

    def __getattr__(self, name: str) -> Any:
        raise RuntimeError(name)

    def __repr__(self) -> str:
        raise RuntimeError("repr")

    def __len__(self) -> int:
        raise RuntimeError("len")

    def __iter__(self) -> Any:
        raise RuntimeError("iter")

    def __eq__(self, other: object) -> bool:
        raise RuntimeError("eq")

    def __float__(self) -> float:
        raise RuntimeError("float")

    __hash__ = object.__hash__
    __bool__ = __array__ = __index__ = __float__  # type: ignore[assignment]


class Liar(float):
    """A number that says it is equal to all others."""

    def __eq__(self, other: object) -> bool:
        return True

    def __ne__(self, other: object) -> bool:
        return False

    def __float__(self) -> float:
        raise RuntimeError("float")

    def __repr__(self) -> str:
        raise RuntimeError("repr")

    __hash__ = float.__hash__
    __sub__ = __rsub__ = __abs__ = lambda self, *_: 0.0  # type: ignore[assignment]


class LyingArray(np.ndarray):
    """An array of any shape that is equal to all others."""

    @property
    def shape(self) -> Any:  # type: ignore[override]
        raise RuntimeError("shape")

    def __array_ufunc__(self, *_: Any, **__: Any) -> Any:
        return True


class LyingTensor(torch.Tensor):
    """A tensor whose operations all give zeros."""

    @classmethod
    def __torch_function__(cls, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        return torch.zeros(())


class NoTensor(torch.Tensor):
    """A tensor that holds nothing, and does each of its operations wrongly."""

    @staticmethod
    def __new__(cls) -> Any:
        return torch.Tensor._make_wrapper_subclass(cls, (2, 3))

    @classmethod
    def __torch_dispatch__(cls, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:  # type: ignore[override]
        raise RuntimeError("no numbers here")


class Letter(enum.Enum):
    """Letters that are no words."""

    A = "?"


def cyclic() -> list[Any]:
    """A list that holds itself, twice."""
    items: list[Any] = [1]
    items += [items, items]
    return items


def deep() -> list[Any]:
    """A list in a list, and so on."""
    items: list[Any] = [1]
    for _ in range(5000):
        items = [items]
    return items


def leaked() -> Any:
    """A tensor of a vmap that has ended."""
    kept = []
    torch.func.vmap(lambda x: (kept.append(x), x)[1])(torch.ones(2, 3))
    return kept[0]


def odd_value(name: str) -> Any:
    """The value of ODD that has this name."""
    with warnings.catch_warnings(action="ignore"):  # that such values are not usual
        return ODD[name]()


ODD: dict[str, Callable[[], Any]] = {
    "nan": lambda: float("nan"),
    "inf": lambda: float("inf"),
    "huge int": lambda: 10**400,
    "longer int": lambda: 10**5000,
    "complex": lambda: 1 + 2j,
    "numpy complex": lambda: np.complex64(1j),
    "bool": lambda: True,
    "numpy bool": lambda: np.bool_(True),
    "word": lambda: "seven",
    "lone surrogate": lambda: "\ud800",
    "bytes": lambda: b"7",
    "ellipsis": lambda: ...,
    "empty list": lambda: [],
    "empty tuple": lambda: (),
    "empty dict": lambda: {},
    "set of numbers": lambda: {1, 2},
    "none in a tuple": lambda: (None, None, None),
    "one none": lambda: (torch.ones(2), None, np.ones(2)),
    "cyclic": cyclic,
    "deep": deep,
    "many": lambda: [[1] * 2000] * 2000,
    "endless": lambda: itertools.count(),
    "generator": lambda: (i for i in range(3)),
    "raises": Raises,
    "list that raises": lambda: [Raises()],
    "liar": lambda: Liar(3.0),
    "lying array": lambda: np.ones((2, 3)).view(LyingArray),
    "lying tensor": lambda: torch.ones(2, 3).as_subclass(LyingTensor),
    "no tensor": NoTensor,
    "class": lambda: int,
    "module": lambda: np,
    "function": lambda: len,
    "enum": lambda: Letter.A,
    "not a decimal": lambda: decimal.Decimal("sNaN"),
    "huge fraction": lambda: fractions.Fraction(10**400, 1),
    "objects": lambda: np.array([1, None, "x"], dtype=object),
    "one object": lambda: np.full((), None).astype(object),
    "words": lambda: np.array(["x", "y"]),
    "record": lambda: np.zeros(2, dtype=[("a", "f4")]),
    "dates": lambda: np.zeros(2, dtype="datetime64[s]"),
    "date": lambda: np.datetime64("2020-01-01"),
    "long double": lambda: np.ones((2, 3), dtype=np.longdouble),
    "empty array": lambda: np.zeros((0, 3), "float32"),
    "other end first": lambda: np.ones((2, 3), dtype=">f4"),
    "reversed": lambda: np.ones((2, 3), "float32")[::-1, ::-1],
    "broadcast": lambda: np.broadcast_to(np.float32(1), (3, 4)),
    "huge broadcast": lambda: np.broadcast_to(np.float32(1), (1 << 20, 1 << 20)),
    "huge expanded": lambda: torch.ones(1).expand(1 << 20, 1 << 20),
    "not a number, one": lambda: np.array(np.nan, "float32"),
    "matrix": lambda: np.matrix([[1.0, 2.0]]),
    "masked": lambda: np.ma.masked,
    "empty tensor": lambda: torch.empty(0),
    "sparse": lambda: torch.eye(3).to_sparse(),
    "compressed": lambda: torch.eye(3).to_sparse_csr(),
    "meta": lambda: torch.empty(2, 3, device="meta"),
    "meta number": lambda: torch.empty((), device="meta"),
    "quantized": lambda: torch.quantize_per_tensor(torch.ones(2, 3), 0.1, 0, torch.quint8),
    "nested": lambda: torch.nested.nested_tensor([torch.ones(2), torch.ones(3)]),
    "half": lambda: torch.ones(2, 3, dtype=torch.bfloat16),
    "eighth": lambda: torch.ones(2, 3).to(torch.float8_e4m3fn),
    "complex tensor": lambda: torch.ones(2, 3, dtype=torch.complex64).conj(),
    "complex number": lambda: torch.tensor(1j),
    "no layer yet": lambda: nn.parameter.UninitializedParameter(),
    "leaked": leaked,
    "model": lambda: nn.Linear(2, 2),
    "dtype": lambda: torch.float32,
}
