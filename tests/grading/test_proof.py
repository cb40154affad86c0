"""Doing a function's operations one by one shows what it is made of, whatever it does to hide."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from autograders.exercise import load_assignment
from autograders.grading.examination import examine
from autograders.grading.examiner import write_edition
from autograders.grading.proof import Proof
from autograders.grading.round import Cell
from autograders.grading.sandbox.rung import strongest_rung
from autograders.grading.session import WarmProcess

NAME = "02-padding-and-stride"
LOCKED = Cell(
    f'import torch\nfrom autograders import checks_for\n\ncheck = checks_for("{NAME}")', False, True
)
CHECK = Cell('check("conv1x1", conv1x1)', True, False)
RIGHT = "return torch.einsum('nchw,oc->nohw', x, w[:, :, 0, 0]) + b[:, None, None]"

ALLOWED = {
    "einsum": f"def conv1x1(x, w, b):\n    {RIGHT}",
    "matrix": """
def conv1x1(x, w, b):
    rows = x.permute(0, 2, 3, 1).reshape(-1, x.shape[1])
    y = rows @ w.flatten(1).T + b
    return y.reshape(len(x), *x.shape[2:], -1).permute(0, 3, 1, 2)""",
    "pixels": """
def conv1x1(x, w, b):
    y = torch.zeros(len(x), len(w), *x.shape[2:], dtype=x.dtype)
    for i in range(x.shape[2]):
        for j in range(x.shape[3]):
            y[:, :, i, j] = x[:, :, i, j] @ w[:, :, 0, 0].T + b
    return y""",
    "strides": """
def conv1x1(x, w, b):
    x = x.contiguous()
    x = torch.as_strided(x, x.shape, x.stride())
    return (x[:, None] * w[None]).sum(2) + b[:, None, None]""",
    "unfold": """
def conv1x1(x, w, b):
    columns = torch.nn.functional.unfold(x, 1)
    return (w.flatten(1) @ columns + b[:, None]).reshape(len(x), len(w), *x.shape[2:])""",
    "own function": f"""
class Layer(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, w, b):
        {RIGHT}

    @staticmethod
    def backward(ctx, dy):
        return dy, dy, dy


def conv1x1(x, w, b):
    return Layer.apply(x, w, b)""",
    "branches": f"""
def conv1x1(x, w, b):
    if x.sum() > 0 and int(b.argmax()) >= 0:
        x = x.clone()
    {RIGHT}""",
}
FORBIDDEN = {
    "call": "import torch.nn.functional as F\ndef conv1x1(x, w, b):\n    return F.conv2d(x, w, b)",
    "operation": """
def conv1x1(x, w, b):
    return torch.ops.aten.convolution(x, w, b, [1, 1], [0, 0], [1, 1], False, [0, 0], 1)""",
    "kernel": """
def conv1x1(x, w, b):
    return torch.ops.aten.mkldnn_convolution(x, w, b, [0, 0], [1, 1], [1, 1], 1)""",
    "only at a distance": f"""
def conv1x1(x, w, b):
    if type(x) is torch.Tensor:
        {RIGHT}
    return torch.conv2d(x, w, b)""",
}
# In each the watch in the student's process is undone: it has no numbers there to compute with.
HIDDEN = {
    "thread": """
import threading

def conv1x1(x, w, b):
    found = []
    thread = threading.Thread(target=lambda: found.append(torch.conv2d(x, w, b)))
    thread.start()
    thread.join()
    return found[0]""",
    "no modes": """
from torch.utils._python_dispatch import _disable_current_modes

def conv1x1(x, w, b):
    with _disable_current_modes():
        return torch.conv2d(x, w, b)""",
    "no dispatch": """
def conv1x1(x, w, b):
    with torch._C._DisableTorchDispatch():
        return torch.conv2d(x, w, b)""",
    "lists": """
def conv1x1(x, w, b):
    return torch.conv2d(*(torch.tensor(t.tolist(), dtype=t.dtype) for t in (x, w, b)))""",
    "numpy": """
def conv1x1(x, w, b):
    return torch.conv2d(*(torch.from_numpy(t.numpy()) for t in (x, w, b)))""",
    "one by one": """
def conv1x1(x, w, b):
    def here(t):
        return torch.tensor([float(v) for v in t.reshape(-1)], dtype=t.dtype).reshape(t.shape)

    return torch.conv2d(here(x), here(w), here(b))""",
    "bit by bit": """
def conv1x1(x, w, b):
    def here(t):
        numbers = [int(v * 2**24) / 2**24 for v in t.reshape(-1)]
        return torch.tensor(numbers, dtype=t.dtype).reshape(t.shape)

    return torch.conv2d(here(x), here(w), here(b))""",
    "masks": """
def conv1x1(x, w, b):
    return x[x > 0][: x.numel()] + torch.conv2d(x, w, b)""",
    "never ends": """
def conv1x1(x, w, b):
    while not type(x) is torch.Tensor:
        x = x + 0
    return torch.conv2d(x, w, b)""",
}


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WarmProcess]:
    folder: Path = tmp_path_factory.mktemp("proof")
    edition, scratch = write_edition(folder, NAME), folder / "scratch"
    scratch.mkdir()
    process = WarmProcess(strongest_rung(), edition, scratch)
    yield process
    process.close()


def proof_of(process: WarmProcess, source: str) -> tuple[Proof | None, float]:
    """What came of proving it, and the points."""
    examined = examine(process, [LOCKED, Cell(source, False, False), CHECK], [], 60)
    last = examined.outputs[2][-1]
    lost = last["output_type"] == "error" and last["ename"] == "Gone"  # its process did not live
    return examined.proofs.get(2), 0.0 if lost else float(last["data"]["text/plain"])


@pytest.mark.parametrize("style", ALLOWED)
def test_every_style_of_ones_own_is_proved(process: WarmProcess, style: str) -> None:
    proof, points = proof_of(process, ALLOWED[style])
    assert proof
    assert not proof.forbidden
    assert proof.inconclusive == ""
    assert proof.operations
    assert points == load_assignment(NAME).exercises["conv1x1"].points


@pytest.mark.parametrize("road", FORBIDDEN)
def test_torchs_own_operation_is_named_and_earns_nothing(process: WarmProcess, road: str) -> None:
    proof, points = proof_of(process, FORBIDDEN[road])
    assert proof
    assert proof.forbidden
    assert "conv" in proof.forbidden.operation
    assert points == 0


@pytest.mark.parametrize("road", HIDDEN)
def test_whoever_hides_it_proves_nothing_and_is_stopped_while_called(
    process: WarmProcess, road: str
) -> None:
    proof, points = proof_of(process, HIDDEN[road])
    assert proof is None or proof.forbidden or proof.inconclusive
    assert points == 0


def test_what_was_seen_before_does_not_help(process: WarmProcess) -> None:
    """The case that proves is one that the process has not been asked yet."""
    source = f"""
seen = {{}}

def conv1x1(x, w, b):
    if type(x) is torch.Tensor:
        {RIGHT}
    return seen[tuple(x.shape)]

own, inner = {{}}, conv1x1

def conv1x1(x, w, b):
    y = inner(x, w, b)
    seen[tuple(x.shape)] = y
    return y"""
    proof, points = proof_of(process, source)
    assert proof
    assert "KeyError" in proof.inconclusive
    assert points > 0


def test_a_wrong_answer_has_nothing_to_prove(process: WarmProcess) -> None:
    proof, points = proof_of(process, "def conv1x1(x, w, b):\n    return 0 * x.sum() * w.sum()")
    assert proof is None
    assert points == 0
