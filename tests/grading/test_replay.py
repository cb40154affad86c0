"""What a record may hold, and in which order the numbers are on which it is replayed."""

import json
import time
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from grading.replaying import proof_here, recorded

from autograders.checks.load import load_assignment
from autograders.grading.examiner.deadline import Deadline
from autograders.grading.examiner.isolation import strongest_isolation
from autograders.grading.examiner.process import write_edition
from autograders.grading.examiner.proof import Proof
from autograders.grading.examiner.session import Forkserver, StudentCodeLost
from autograders.grading.sandboxed.replay.operations import OPERATIONS, NotAllowed, perform
from autograders.grading.sandboxed.replay.replay import replay

NAME = "03-pooling"
X = torch.arange(12.0).reshape(3, 4)
RECORDS = 1200
KINDS = 5  # of arguments that fit nothing


def as_record(steps: list[Any], results: list[Any], inputs: int = 1) -> np.ndarray:
    text = json.dumps({"inputs": inputs, "steps": steps, "results": results})
    return np.frombuffer(text.encode(), "uint8")


def step(name: str, *args: Any, count: int = 1, **kwargs: Any) -> list[Any]:
    return [f"aten::{name}", [*args], kwargs, count]


V = {"v": 0}
REFUSED = {
    "memory of others": step("as_strided.default", V, [3, 5], [4, 1], 0),
    "memory before": step("as_strided.default", V, [3], [-1], 2),
    "no tensor": step("remainder.Tensor", 1, 0),
    "another dtype's number": step("view.default", V, {"w": "int8"}),
    "axes": step("_fft_r2c.default", V, [7], 0, True),
    "the same axis twice": step("_fft_r2c.default", V, [1, 1], 0, True),
    "a longer transform": [
        step("_fft_r2c.default", V, [1], 0, True),
        step("_fft_c2r.default", {"v": 1}, [1], 2, 4000),
    ],
    "too large": step("zeros.default", [100_000, 100_000]),
    "too large by a product": step("expand.default", V, [10_000_000, 3, 4]),
    "too many parts": step("cat.default", [V] * 100_000),
    "a device": step("zeros.default", [2], device="cuda"),
    "a word": step("_to_copy.default", V, dtype={"w": "__class__"}),
    "a value that is not there": step("neg.default", {"v": 7}),
    "an argument twice": step("add.Tensor", V, V, other=V),
    "too many results": step("neg.default", V, count=2),
    "a number without end": ["float.pow", [10**9, 10**9], {}, 1],
    "a resized result": step("maximum.out", V, V, out={"v": 1}),
    "constants": ["constant", [[0] * 200_000, [200_000], {"w": "float32"}], {}, 1],
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_step_that_does_harm_is_refused(name: str) -> None:
    steps = REFUSED[name] if isinstance(REFUSED[name][0], list) else [REFUSED[name]]
    if name == "a resized result":
        steps = [step("new_empty.default", V, [0]), *steps]
    assert set(replay(as_record(steps, [V]), [X.clone()], 5)) == {"failed"}


def test_memory_is_given_out_empty() -> None:
    """Between the numbers of strides as well."""
    torch.full((1000,), 7.0)  # and let go
    steps = [
        step("new_empty_strided.default", V, [10, 10], [50, 2]),
        step("as_strided.default", {"v": 1}, [400], [1], 0),
        step("empty.memory_format", [1000]),
    ]
    found = replay(as_record(steps, [{"v": 2}, {"v": 3}]), [X], 5)["results"]
    assert not any(each.any() for each in found)


def test_an_operation_that_is_not_listed_is_named_and_nothing_is_done() -> None:
    steps = [step("neg_.default", V), step("convolution.default", V), ["python.exec", [], {}, 1]]
    x = X.clone()
    found = replay(as_record(steps, [V]), [x], 5)
    assert found == {"unknown": ["aten::convolution.default", "python.exec"]}
    assert torch.equal(x, X)


def test_a_record_that_takes_too_long_is_given_up() -> None:
    start = time.monotonic()
    steps = [step("mm.default", {"v": 1}, {"v": 1})] * 10_000
    steps = [step("ones.default", [700, 700]), *steps]
    assert set(replay(as_record(steps, [V]), [X], 0.2)) == {"failed"}
    assert time.monotonic() - start < 5


def test_no_listed_operation_writes_to_a_generator_or_by_names() -> None:
    schemas = {name: str(operation._schema) for name, operation in OPERATIONS.items()}
    assert not [name for name, text in schemas.items() if "Generator" in text or "Dimname" in text]
    assert not [
        name for name in schemas if any(w in name for w in ("conv", "pool", "_norm", "set_"))
    ]


# ---------------------------------------------------------------- the order of numbers


def pooled(x: torch.Tensor, kernel: Any, stride: Any) -> tuple[list[int], list[Any]]:
    """torch's own places of the largest numbers, in a flat image, and the windows."""
    with torch._C._DisableTorchDispatch():
        _, places = torch.nn.functional.max_pool2d(x, kernel, stride, return_indices=True)
        return places.reshape(*places.shape[:2], -1).tolist(), list(places.shape)


def _answer(compare: Callable[..., None]) -> Callable[..., torch.Tensor]:
    """What knows the places from torch and, so that the order stays, compares some numbers."""

    def max_pool2d(x: torch.Tensor, kernel: Any, stride: Any) -> torch.Tensor:
        places, shape = pooled(x, kernel, stride)
        compare(x, kernel, stride)
        flat = x.reshape(*x.shape[:2], -1)
        return flat.gather(2, torch.tensor(places)).reshape(shape)

    return max_pool2d


def _nothing(x: torch.Tensor, kernel: Any, stride: Any) -> None:
    pass


def _a_chain(x: torch.Tensor, kernel: Any, stride: Any) -> None:
    with torch._C._DisableTorchDispatch():
        order = x.reshape(-1).argsort().tolist()
    flat = x.reshape(-1)
    for one, other in pairwise(order):
        assert flat[one] < flat[other]


def _all_at_once(x: torch.Tensor, kernel: Any, stride: Any) -> None:
    assert int(x.argmax()) >= 0


def _neighbours(x: torch.Tensor, kernel: Any, stride: Any) -> None:
    for one, other in zip(x.reshape(-1)[::2], x.reshape(-1)[1::2], strict=False):
        assert isinstance(bool(one < other), bool)


def _read(x: torch.Tensor, kernel: Any, stride: Any) -> None:
    windows = x.unfold(2, kernel, stride).unfold(3, kernel, stride)
    for window in windows.reshape(-1, kernel * kernel):
        assert bool(window[0] == window.max()) in (True, False)


@pytest.mark.parametrize("compare", [_nothing, _a_chain, _all_at_once, _neighbours, _read])
def test_places_that_torch_found_are_no_answer_whatever_is_compared(compare: Any) -> None:
    exercise = load_assignment(NAME).exercises["max_pool2d"]
    assert proof_here(_answer(compare), exercise).unproved


def test_an_order_is_kept_where_pooling_is_asked_for_only() -> None:
    exercise = load_assignment("02-padding-and-stride").exercises["conv1x1"]

    def conv1x1(x: torch.Tensor, w: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
        best = x.reshape(-1)[0]
        for v in x.reshape(-1):
            best = v if v > best else best
        return torch.einsum("nchw,oc->nohw", x, w[..., 0, 0]) + b[:, None, None] + 0 * best

    why = "what it does depends on the numbers that it is given"
    assert proof_here(conv1x1, exercise) == Proof(unproved=why)


def test_the_same_record_meets_the_same_numbers() -> None:
    exercise = load_assignment(NAME).exercises["avg_pool2d"]

    def sometimes(x: torch.Tensor, kernel: int, stride: int) -> torch.Tensor:
        assert x.sum() > -1e9
        return x.unfold(2, kernel, stride).unfold(3, kernel, stride).mean((-2, -1))

    assert proof_here(sometimes, exercise) == proof_here(sometimes, exercise) == Proof()


# ---------------------------------------------------------------- records of anything


def wild(random: np.random.Generator, kind: str, values: int) -> Any:
    """An argument of an operation, most often of the right kind, with odd numbers."""
    if random.random() < 0.03:
        return [None, "x", [[1]], 1.5, {"w": "int8"}][random.integers(KINDS)]
    if kind.startswith("Optional["):
        return None if random.random() < 0.3 else wild(random, kind[9:-1], values)
    if kind.startswith("List["):
        return [wild(random, kind[5:-1], values) for _ in range(random.integers(4))]
    number = int(
        random.choice([0, 1, 1, 2, 2, 3, 4, 5, -1, -2, 7, 100, 10**6, -(2**63), 2**63 - 1])
    )
    words = {"ScalarType": ["float32", "int64", "bool", "complex64", "uint8", "float16"]}
    match kind:
        case "Tensor":
            return {"v": int(random.integers(values))}
        case "int" | "SymInt":
            return number
        case "bool":
            return bool(random.integers(2))
        case "number" | "float":
            return random.choice([0.0, 1.0, -1.5, 1e30, float("nan"), float("inf"), number])
        case "str":
            return random.choice(["floor", "trunc"])
        case "ScalarType":
            return {"w": str(random.choice(words[kind]))}
    return None


def wild_record(random: np.random.Generator) -> np.ndarray:
    """A random operation with random arguments, on two inputs and what came of some good steps."""
    steps = [
        step(
            "_to_copy.default", V, dtype={"w": str(random.choice(["int64", "complex64", "bool"]))}
        ),
        step("arange.default", 4),
        step("new_zeros.default", V, [0, 3]),
        step("permute.default", V, [1, 0]),
    ]
    name = str(random.choice(sorted(OPERATIONS)))
    args, kwargs = [], {}
    for argument in OPERATIONS[name]._schema.arguments:
        value = wild(random, str(argument.real_type), 2 + len(steps))
        value = value.item() if isinstance(value, np.generic) else value
        if argument.kwarg_only and value is not None:
            kwargs[argument.name] = value
        elif not argument.kwarg_only:
            args.append(value)
    steps.append([name, args, kwargs, len(OPERATIONS[name]._schema.returns)])
    return as_record(steps, [{"v": 6}], 2)


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Forkserver]:
    folder: Path = tmp_path_factory.mktemp("replay")
    (folder / "scratch").mkdir()
    process = Forkserver(
        strongest_isolation(), write_edition(folder, "01-small"), folder / "scratch"
    )
    yield process
    process.close()


@pytest.mark.parametrize("seed", range(4))
def test_no_record_of_anything_ends_the_process(process: Forkserver, seed: int) -> None:
    """Nor does the process tell afterwards what it should not, and it goes on."""
    random = np.random.default_rng(seed)
    replayer, came = process.new_student(), Counter[str]()
    for _ in range(RECORDS // 4):
        record = wild_record(random)
        try:
            reply = replayer.ask(
                "replay", Deadline(20), record=record, inputs=[X, X + 1], seconds=5.0
            )
        except StudentCodeLost as lost:
            raise AssertionError(f"{lost}: {record.tobytes().decode()}") from lost
        came[next(iter(reply))] += 1
    right = recorded(lambda x, y: x @ y.T, {"x": X.numpy(), "y": X.numpy()})
    reply = replayer.ask("replay", Deadline(20), record=right, inputs=[X, X + 1], seconds=5.0)
    assert torch.equal(reply["results"][0], X @ (X + 1).T)
    replayer.end()
    assert came["failed"] > 0
    assert came["results"] > 20


def test_arguments_are_looked_at_before_torch_sees_them() -> None:
    with pytest.raises(NotAllowed, match="no Tensor"):
        perform("aten::neg.default", [[X]], {})
    with pytest.raises(NotAllowed, match="too many numbers"):
        perform("aten::zeros.default", [[30_000, 30_000]], {})
    with pytest.raises(NotAllowed, match="not on the list"):
        perform("aten::conv2d.default", [X, X], {})
