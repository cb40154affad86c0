"""Operations that an exercise asks to write, and so may not be called in its answer.

This watch runs in the student's own process: it explains a rule kindly, and whoever wants to can
switch it off. Proof against that is the isolated grader's part.
"""

import pkgutil
import re
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any
from unittest import mock

from torch.utils._python_dispatch import TorchDispatchMode

FAMILIES = {
    "convolution": (r"conv(?!ert)", "torch's own convolution"),
    "pooling": (r"pool", "torch's own pooling"),
    "normalization": (r"(batch|layer|group|instance|rms)_norm", "torch's own normalization"),
    "autograd": (r"autograd", "automatic differentiation"),
}
_OURS = re.compile(
    r"[/\\](?:site-packages|dist-packages|autograders|torch|contextlib\.py|unittest)"
)
NO_LINE = "a line that could not be found"


@dataclass(frozen=True)
class Use:
    """A forbidden operation that was called: its name, what it is in words, and the line."""

    operation: str
    meaning: str
    line: str


@contextmanager
def watch(families: Sequence[str]) -> Iterator[list[Use]]:
    """Collects the first use of a forbidden operation while the block runs."""
    uses: list[Use] = []
    patterns = [FAMILIES[family] for family in families]

    def note(operation: str) -> None:
        for pattern, meaning in patterns:
            if not uses and re.search(pattern, operation):
                uses.append(use_here(operation, meaning))

    with ExitStack() as stack:
        if set(families) - {"autograd"}:
            stack.enter_context(_Dispatched(note))
        if "autograd" in families:
            stack.enter_context(_autograd_noted(note))
        yield uses


class _Dispatched(TorchDispatchMode):
    """Tells every operation that torch dispatches while the mode is on."""

    def __init__(self, note: Callable[[str], None]) -> None:
        super().__init__()
        self._note = note

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        self._note(func.overloadpacket._qualified_op_name)
        return func(*args, **(kwargs or {}))


@contextmanager
def _autograd_noted(note: Callable[[str], None]) -> Iterator[None]:
    """Every road to a backward pass ends in the one of these functions of torch's, every road to a
    derivative in forward mode (`torch.func.jvp`, dual numbers) in the other."""
    with ExitStack() as stack:
        for name in (
            "torch.autograd._engine_run_backward",
            "torch._functorch.predispatch._make_dual",
        ):
            stack.enter_context(mock.patch(name, _noted(pkgutil.resolve_name(name), note)))
        yield


def _noted(run: Callable[..., Any], note: Callable[[str], None]) -> Callable[..., Any]:
    def noted(*args: Any, **kwargs: Any) -> Any:
        note("torch.autograd")
        return run(*args, **kwargs)

    return noted


def use_here(operation: str, meaning: str) -> Use:
    """The use of `operation` by whatever called this."""
    return Use(operation, meaning, student_line(traceback.extract_stack()))


def student_line(stack: traceback.StackSummary) -> str:
    """The innermost line of `stack` that is neither torch's nor ours: `line 3: y = f(x)`."""
    for frame in reversed(stack):
        if not _OURS.search(frame.filename) and frame.line:
            return f"line {frame.lineno}: {frame.line}"
    return NO_LINE
