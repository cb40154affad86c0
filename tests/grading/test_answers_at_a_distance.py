"""What is right, wrong or a side effect in one kernel is so in the sandbox, in the same words."""

from typing import Any

import pytest
from helpers import ROOT, read_solutions

from autograders.grading.examiner.examination import examine
from autograders.grading.examiner.isolation import strongest_isolation
from autograders.grading.examiner.notebook_run import Cell
from autograders.grading.examiner.process import write_edition
from autograders.grading.examiner.session import Forkserver

NAME = "01-discrete-convolution"
SETUP = f"""import numpy as np
import torch
from autograders import checks_for

check = checks_for("{NAME}")
predict, breaks = check.predict, check.breaks"""
ODD = (ROOT / "tests/checks/odd_values.py").read_text()
SAMPLE = ROOT / "tests/samples/solutions/discrete_convolution/windows.py"
BACKWARD = read_solutions(SAMPLE).answers["conv2d_backward"]
ANSWERS = """
from collections import deque, namedtuple
Gradients, Input = namedtuple("Gradients", "dx dw db"), namedtuple("Input", "x w b")
class Own(torch.Tensor):
    pass
def slide(x, k):
    return (np.lib.stride_tricks.sliding_window_view(x, k.shape) * k).sum((2, 3))
def matrix(x, k):
    return np.asmatrix(slide(x, k))
def named(dy, x, w):
    return Gradients(*map(torch.nn.Parameter, conv2d_backward(dy, x, w)))
def in_a_deque(dy, x, w):
    return deque(y.as_subclass(Own) for y in conv2d_backward(dy, x, w))
def wrong_named(dy, x, w):
    return Gradients(*(y + 1 for y in conv2d_backward(dy, x, w)))
def negates(x, k):
    y = slide(x, k)
    np.abs(k, out=k)
    np.negative(k, out=k)
    return y
def leaves(x, k):
    torch.set_default_dtype(torch.float64)
    np.seterr(all="ignore")
    return slide(x, k)
letters = frozenset("ACF")
picked = filter("ACF".count, "ABCDEF")
number = np.array([75], dtype=object)
sums = map(int, ["45", "110", "40", "40"])
endless = [number] * 200_000
def ramp(*shape):
    return torch.arange(1.0, torch.Size(shape).numel() + 1).reshape(shape)
inputs = zip([ramp(2, 2, 4, 3).flip(0)], [ramp(3, 2, 3, 2)], [ramp(3)])
nearly = deque([Input(ramp(2, 2, 4, 3).flip(0), torch.nn.Parameter(ramp(3, 2, 3, 2)), ramp(3))])
turn = [0]
def odd(x, k):
    turn[0] += 1
    return list(ODD.values())[turn[0] % len(ODD)]()
"""
EARNS = {
    'check("cross_correlate2d", matrix)': 8.0,
    'check("conv2d_backward", named)': 18.0,
    'check("conv2d_backward", in_a_deque)': 18.0,
    'check("conv2d_backward", wrong_named)': 0.0,
    'check("cross_correlate2d", negates)': 0.0,
    'check("cross_correlate2d", leaves)': 8.0,
    'predict("predict-self-flip", letters)': 2.0,
    'predict("predict-self-flip", picked)': 2.0,
    'predict("predict-dot-length", number)': 1.0,
    'predict("predict-slide-sums", sums)': 2.0,
    'predict("predict-dot-length", endless)': 0.0,
    'breaks("breaks-conv2d", inputs)': 5.0,
    'breaks("breaks-conv2d", nearly)': 5.0,
}
ODD_CELLS = ['check("cross_correlate2d", odd)', 'check("conv2d", odd)']


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Any]]:
    """What each graded cell puts out."""
    folder = tmp_path_factory.mktemp("distance")
    edition, scratch = write_edition(folder, NAME), folder / "scratch"
    scratch.mkdir()
    own = (Cell(source, False, False) for source in (BACKWARD, ANSWERS, ODD))
    cells = [Cell(SETUP, False, True), *own]
    graded = [*EARNS, *ODD_CELLS]
    process = Forkserver(strongest_isolation(), edition, scratch)
    try:
        examined = examine(process, [*cells, *(Cell(c, True, False) for c in graded)], [], 120)
    finally:
        process.close()
    return dict(zip(graded, examined.outputs[len(cells) :], strict=True))


def earned(outputs: list[Any]) -> str:
    """The value of a graded cell, as it is shown."""
    shown = [o["data"]["text/plain"] for o in outputs if o["output_type"] == "execute_result"]
    return shown[-1] if shown else str(outputs)


def text(outputs: list[Any]) -> str:
    """What a graded cell prints."""
    return "".join(o["text"] for o in outputs if o["output_type"] == "stream")


@pytest.mark.parametrize("cell", EARNS)
def test_an_answer_earns_what_it_earns_in_a_kernel(
    outputs: dict[str, list[Any]], cell: str
) -> None:
    assert earned(outputs[cell]) == str(EARNS[cell])


@pytest.mark.parametrize("cell", ODD_CELLS)
def test_odd_values_are_wrong_answers_and_no_fault_of_ours(
    outputs: dict[str, list[Any]], cell: str
) -> None:
    assert earned(outputs[cell]) == "0.0"


def test_side_effects_are_told(outputs: dict[str, list[Any]]) -> None:
    told = text(outputs['check("cross_correlate2d", negates)'])
    assert "it changes k, which it was given: work on a copy, k = k.copy()" in told
    told = text(outputs['check("cross_correlate2d", leaves)'])
    assert told.splitlines()[-1] == (
        "  A call left this behind, and the check put it back: "
        "another default dtype, numpy's error handling changed"
    )


def test_a_value_that_cannot_be_read_is_named_so(outputs: dict[str, list[Any]]) -> None:
    told = text(outputs['predict("predict-dot-length", endless)'])
    assert "the answer must be one number; it is a value that could not be read" in told
