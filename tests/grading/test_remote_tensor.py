"""Operations done elsewhere give what they give here, and few messages are needed for that."""

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor

from autograders.grading.executor import Executor
from autograders.grading.remote_tensor import (
    MOST_AT_ONCE,
    AskedElsewhere,
    RemoteTensor,
    packed_value,
)

X = torch.randn(3, 4, 5, generator=torch.Generator().manual_seed(0))


def elsewhere(function: Callable[[Tensor], Any], x: Tensor) -> tuple[list[Tensor], list[int]]:
    """The results of `function`, and how many operations there were in each message."""
    executor, sizes = Executor(), []

    def ask(operations: list[dict[str, Any]]) -> Any:
        sizes.append(len(operations))
        return executor.operate(operations)

    (described,) = executor.take([x.clone()])
    remote = RemoteTensor.described(described)
    with AskedElsewhere(ask, held=1) as mode:
        result = function(remote)
    mode.settle()
    packed = packed_value(result if isinstance(result, (list, tuple)) else [result])
    return executor.give([each["remote"] for each in packed]), sizes


def in_place(x: Tensor) -> Tensor:
    y = x * 0
    for i in range(x.shape[0]):
        y[i, 1:, ::2] += x[i, :-1, ::2] * (i + 1)
    y.sub_(1).mul_(x)
    return y


def several(x: Tensor) -> tuple[Tensor, ...]:
    first, *others = x.unbind(0)
    largest, places = torch.stack(others).max(0)
    return first, largest, places, *first.split(2)


def of_other_dtypes(x: Tensor) -> tuple[Tensor, ...]:
    grid = torch.arange(5, dtype=torch.float64).flip(0)
    return x.double() * grid, (x > 0).sum(1), x[:, torch.tensor([2, 0])], torch.full_like(x, 3)


def out(x: Tensor) -> tuple[Tensor, Tensor]:
    y = torch.empty(3, 4, 5)
    return torch.add(x, 1, out=y), y


def columns(x: Tensor) -> Tensor:
    windows = torch.nn.functional.unfold(x[None], (2, 3))
    return torch.einsum("ncl,oc->nol", windows, torch.ones(2, 18)).permute(0, 2, 1).reshape(6, -1)


def branches(x: Tensor) -> Tensor:
    for row in x.flatten(1):
        if float(row.sum()) > 0:
            x = x + row.max()
    return x.clone()


@pytest.mark.parametrize("function", [in_place, several, of_other_dtypes, out, columns, branches])
def test_the_results_are_those_of_doing_it_here(function: Callable[[Tensor], Any]) -> None:
    found, _ = elsewhere(function, X)
    here = function(X.clone())
    expected = here if isinstance(here, tuple) else (here,)
    assert len(found) == len(expected)
    for one, other in zip(found, expected, strict=True):
        assert one.dtype == other.dtype
        assert one.stride() == other.stride()
        assert torch.equal(one, other)


def test_operations_wait_until_a_number_is_needed() -> None:
    assert elsewhere(lambda x: (x * 2 + 1).sum(0), X)[1] == [3]
    *before, last = elsewhere(branches, X)[1]
    assert len(before) == len(X)  # each float() ends a message
    assert max(before) > 1
    assert last > 0


def test_a_message_holds_so_many_operations_and_no_more() -> None:
    def loop(x: Tensor) -> Tensor:
        for _ in range(2 * MOST_AT_ONCE + 10):
            x = x.neg()
        return x

    assert elsewhere(loop, X)[1] == [MOST_AT_ONCE, MOST_AT_ONCE, 10]


@pytest.mark.parametrize(
    "asks",
    [lambda x: x[x > 0], lambda x: x.view(7), lambda x: torch.add(x, torch.ones(2))],
    ids=["a mask", "a wrong view", "wrong shapes"],
)
def test_what_the_executor_refuses_is_named(asks: Callable[[Tensor], Tensor]) -> None:
    with pytest.raises(RuntimeError, match=r"^aten::(index|view|add) failed"):
        elsewhere(asks, X)
