"""A record of what a function does with tensors: every operation that torch dispatches, as data.

It is made in the student's process, where nothing is to be trusted; what it is worth is for
`autograders.grading.sandboxed.replay.replay` to find out. A record is the JSON of a dict:

- `inputs`: how many tensors the function was given. Values are numbered, these first.
- `steps`: what was done, in order, each `[name, arguments, arguments by name, count of results]`.
  The results are the next values. A name is that of an operation of torch's, or one of
  "constant", "read", "tensor", "branch" and "float.*" (`replay.py`).
- `results`: what the function returned; null where it returned nothing of use.

An argument is null, a number, a boolean, a word, a list of arguments, `{"v": n}` for value n,
`{"w": name}` for a dtype, layout or memory format, or `{"c": [real, imaginary]}`.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils._python_dispatch import TorchDispatchMode

from autograders.grading.sandboxed.replay.operations import OPERATIONS, operation_name, tensors_of
from autograders.grading.sandboxed.replay.traced_float import TracedFloat

MOST_STEPS = 20_000
MOST_BYTES = 8_000_000


class CannotRecord(Exception):
    """What a record cannot hold."""


class Recorder(TorchDispatchMode):
    """Writes down every operation while the mode is on.

    Args:
        inputs: the tensors that the function is given.
    """

    def __init__(self, inputs: Sequence[Tensor]) -> None:
        super().__init__()
        self.steps: list[list[Any]] = []
        self._count = 0
        self._known: dict[int, tuple[int, Any]] = {}  # by id: its number, and its form then
        self._kept: list[Tensor] = []  # an id is used again where nobody holds it
        self._in_memory: dict[tuple[int, torch.dtype], int] = {}  # some value that lies there
        for tensor in inputs:
            self._note(tensor)
        self._inputs = self._count

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        kwargs = kwargs or {}
        name = operation_name(func)
        if name not in OPERATIONS and func._can_decompose():
            with self:  # inference mode hands operations over that are made of others
                return func.decompose(*args, **kwargs)
        packed, named = self.packed(args), {k: self.packed(v) for k, v in kwargs.items()}
        result = func(*args, **kwargs)
        if type(result) in (bool, int):  # what follows holds where this comes out again
            self._write(["branch", [name, *packed, result], {}, 0])
            return result
        made = list(tensors_of(result))
        self._write([name, packed, named, len(made)])
        for tensor in made:
            self._note(tensor)
        return result

    def record(self, result: Any) -> bytes:
        """The record of a function that returned `result`. Raises CannotRecord."""
        several = isinstance(result, (tuple, list))
        told = None if result is None else self.packed(list(result) if several else [result])
        data = {"inputs": self._inputs, "steps": self.steps, "results": told}
        text = json.dumps(data, separators=(",", ":")).encode()
        if len(text) > MOST_BYTES:
            raise CannotRecord("a record that is too long")
        return text

    def of_floats(self, flat: Sequence[Any], shape: Sequence[int], dtype: torch.dtype) -> Tensor:
        """A tensor of numbers, of which some may be traced."""
        with _unseen():
            tensor = torch.tensor([float(v) for v in flat], dtype=torch.float64)
            tensor = tensor.to(dtype).reshape(list(shape))
        self._write(["tensor", self.packed([list(flat), list(shape), dtype]), {}, 1])
        self._note(tensor)
        return tensor

    def read(self, tensor: Tensor) -> list[TracedFloat]:
        """The numbers of a floating-point tensor, in order."""
        with _unseen():
            flat = tensor.detach().reshape(-1).to(torch.float64).tolist()
        self._write(["read", [self.packed(tensor)], {}, len(flat)])
        return [self._traced(value) for value in flat]

    def calculated(self, name: str, operands: Sequence[Any], value: float) -> TracedFloat:
        """What came of arithmetic with traced floats."""
        self._write([f"float.{name}", self.packed(operands), {}, 1])
        return self._traced(value)

    def compared(self, name: str, operands: Sequence[Any], outcome: bool) -> bool:
        """What came of a comparison of traced floats."""
        self._write(["branch", [name, *self.packed(operands), outcome], {}, 0])
        return outcome

    def packed(self, value: Any) -> Any:
        """An argument as data. Raises CannotRecord."""
        if value is None or type(value) in (bool, int, float, str):
            return value
        if isinstance(value, Tensor):
            return {"v": self._number_of(value)}
        if type(value) is TracedFloat:
            return {"v": value.number}
        if isinstance(value, (list, tuple)):
            return [self.packed(item) for item in value]
        if isinstance(value, complex):
            return {"c": [value.real, value.imag]}
        if isinstance(value, torch.device):
            return None  # there is only one
        if isinstance(value, (torch.dtype, torch.layout, torch.memory_format)):
            return {"w": str(value).removeprefix("torch.")}
        if isinstance(value, float):  # numpy's, for one
            return float(value)
        raise CannotRecord(f"an argument of type {type(value).__name__}")

    def _write(self, step: list[Any]) -> None:
        if len(self.steps) >= MOST_STEPS:
            raise CannotRecord("too many operations")
        self.steps.append(step)

    def _traced(self, value: float) -> TracedFloat:
        self._count += 1
        return TracedFloat.made(value, self._count - 1, self)

    def _note(self, tensor: Tensor) -> None:
        self._known[id(tensor)] = self._count, _form(tensor)
        self._kept.append(tensor)
        if tensor.layout == torch.strided:
            self._in_memory.setdefault(_memory(tensor), self._count)
        self._count += 1

    def _number_of(self, tensor: Tensor) -> int:
        """One that no operation gave, such as `x.data`, is another view of one that is known; else
        it is a constant."""
        number, form = self._known.get(id(tensor), (0, None))
        if form == _form(tensor):
            return number
        if tensor.layout != torch.strided or type(tensor) not in (Tensor, nn.Parameter):
            raise CannotRecord(f"a tensor of type {type(tensor).__name__}, {tensor.layout}")
        if _memory(tensor) in self._in_memory:
            base = {"v": self._in_memory[_memory(tensor)]}
            form = [list(tensor.shape), list(tensor.stride()), tensor.storage_offset()]
            self._write(["aten::as_strided.default", [base, *form], {}, 1])
        else:
            with _unseen():
                flat = tensor.detach().resolve_conj().resolve_neg().reshape(-1)
                numbers = torch.view_as_real(flat).reshape(-1) if flat.is_complex() else flat
                constant = [numbers.tolist(), list(tensor.shape), tensor.dtype]
            self._write(["constant", self.packed(constant), {}, 1])
        self._note(tensor)
        return self._count - 1


def record_call(
    function: Callable[[], Any], inputs: Sequence[Tensor], modes: Callable[[Recorder], Any]
) -> bytes:
    """The record of a call; of one that fails, or does what no record can hold, of what it did
    until then.

    Args:
        function: the call.
        inputs: the tensors that it is given, which nobody else holds.
        modes: makes what must be on besides from the recorder.
    """
    recorder = Recorder(inputs)
    try:
        with modes(recorder), recorder:
            return recorder.record(function())
    except Exception:  # the function's own, or of what it returned
        recorder.steps = recorder.steps[:MOST_STEPS]
        return recorder.record(None)


def _form(tensor: Tensor) -> Any:
    if tensor.layout != torch.strided:
        return tensor.layout
    return (*_memory(tensor), tensor.shape, tensor.stride(), tensor.storage_offset())


def _memory(tensor: Tensor) -> tuple[int, torch.dtype]:
    return tensor.untyped_storage()._cdata, tensor.dtype


@contextlib.contextmanager
def _unseen() -> Iterator[None]:
    """What is done here is not recorded."""
    with torch._C._DisableTorchDispatch():
        yield
