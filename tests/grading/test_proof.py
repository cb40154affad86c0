"""What calls an operation that it may not is not proved, by whatever road it does so."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograders.exercise import load_assignment
from autograders.grading import proof as proof_module
from autograders.grading.examination import examine
from autograders.grading.examiner import write_edition
from autograders.grading.proof import Proof, Prover
from autograders.grading.round import Cell
from autograders.grading.sandbox.rung import strongest_rung
from autograders.grading.session import Student, WarmProcess

NAME = "01-discrete-convolution"
EXERCISE = load_assignment(NAME).exercises["conv2d"]
LOCKED = Cell(
    "import torch\nimport torch.nn.functional as F\nfrom autograders import checks_for\n\n"
    f'check = checks_for("{NAME}")',
    False,
    True,
)
CHECK = Cell('check("conv2d", conv2d)', True, False)
RIGHT = """
def own(x, w, b):
    windows = x.unfold(2, w.shape[2], 1).unfold(3, w.shape[3], 1)
    return torch.einsum("ncijpq,ocpq->noij", windows, w) + b[:, None, None]
"""
# The ban on operations is taken away: from then on nothing but the proof stands in the way.
UNDONE = """
import gc
for found in gc.get_objects():
    if type(found).__name__ == "Ban":
        found.set(())
        found.set = lambda families: None
"""
# The dictionary of what a student's process does when it is asked, changed from inside a call.
DEEDS = """
import json, sys
import numpy as np

def forge(record):
    frame = sys._getframe()
    while "deeds" not in frame.f_locals:
        frame = frame.f_back
    frame.f_locals["deeds"]["record"] = lambda **asked: {
        "record": np.frombuffer(json.dumps(record(**asked)).encode(), "uint8")
    }
"""
IN_A_THREAD = """
import threading

def away(function, *arguments):
    found = []
    thread = threading.Thread(target=lambda: found.append(function(*arguments)))
    thread.start()
    thread.join()
    return found[0]
"""
# Each earns all points while nothing is proved.
ROADS = {
    "a call": "def conv2d(x, w, b):\n    return F.conv2d(x, w, b)",
    "an operation": """
def conv2d(x, w, b):
    return torch.ops.aten.convolution(x, w, b, [1, 1], [0, 0], [1, 1], False, [0, 0], 1)""",
    "a kernel": """
def conv2d(x, w, b):
    return torch.ops.aten._slow_conv2d_forward(x, w, w.shape[2:], b, [1, 1], [0, 0])""",
    "another thread": IN_A_THREAD + "def conv2d(x, w, b):\n    return away(F.conv2d, x, w, b)",
    "modes disabled": """
from torch.utils._python_dispatch import _disable_current_modes

def conv2d(x, w, b):
    with _disable_current_modes():
        return F.conv2d(x, w, b)""",
    "no dispatch": """
def conv2d(x, w, b):
    with torch._C._DisableTorchDispatch():
        return F.conv2d(x, w, b)""",
    "a script": """
import warnings
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    graph = torch._C.parse_ir('''
graph(%x : Tensor, %w : Tensor, %b : Tensor):
  %one : int = prim::Constant[value=1]()
  %zero : int = prim::Constant[value=0]()
  %ones : int[] = prim::ListConstruct(%one, %one)
  %zeros : int[] = prim::ListConstruct(%zero, %zero)
  %y : Tensor = aten::conv2d(%x, %w, %b, %ones, %zeros, %ones, %one)
  return (%y)''')
    run = torch._C._create_function_from_graph("run", graph)

def conv2d(x, w, b):
    return run(x, w, b)""",
    "a custom operation": """
library = torch.library.Library("mine", "DEF")
library.define("y(Tensor x, Tensor w, Tensor b) -> Tensor")
library.impl("y", lambda x, w, b: F.conv2d(x, w, b), "CPU")

def conv2d(x, w, b):
    return torch.ops.mine.y(x, w, b)""",
    "a layout": """
def conv2d(x, w, b):
    if x.dtype is torch.float64:
        return F.conv2d(x, w, b)
    return F.conv2d(x.to_mkldnn(), w, b).to_dense()""",
    "inference mode": """
def conv2d(x, w, b):
    with torch.inference_mode():
        return F.conv2d(x, w, b)""",
    "a function of autograd's": """
class Layer(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, w, b):
        with torch._C._DisableTorchDispatch():
            return F.conv2d(x, w, b)

def conv2d(x, w, b):
    return Layer.apply(x, w, b)""",
    "other memory": IN_A_THREAD
    + """
def conv2d(x, w, b):
    x, w, b = (torch.from_dlpack(t.__dlpack__()) for t in (x, w, b))
    return torch.from_dlpack(away(F.conv2d, x, w, b).__dlpack__())""",
    "numpy": """
def conv2d(x, w, b):
    return F.conv2d(*(torch.from_numpy(t.numpy()) for t in (x, w, b)))""",
    "written down": IN_A_THREAD
    + """
def conv2d(x, w, b):
    y = away(F.conv2d, x, w, b)
    with torch._C._DisableTorchDispatch():
        numbers = y.tolist()
    return torch.tensor(numbers, dtype=x.dtype) + 0 * x.sum()""",
    "in part": IN_A_THREAD
    + RIGHT
    + """
def conv2d(x, w, b):
    y = own(x, w, b)
    y[:, :1] = away(F.conv2d, x, w, b)[:, :1]
    return y""",
    "by an error": IN_A_THREAD
    + RIGHT
    + """
def conv2d(x, w, b):
    y = own(x * 1.5, w, b)
    return y + (away(F.conv2d, x, w, b) - y)""",
    "gradients": """
def conv2d(x, w, b):
    y = torch.zeros(len(x), len(w), *(n - k + 1 for n, k in zip(x.shape[2:], w.shape[2:])))
    y = y.to(x.dtype).requires_grad_()
    z = F.conv_transpose2d(y, w)
    return torch.autograd.grad(z, y, x)[0] + b[:, None, None]""",
}
WRONG = "the record of what it does gives wrong results with other numbers"
NOT_REPLAYED = "the record of what it does could not be replayed"
FORGED = {
    "a constant": ("return {'inputs': 3, 'steps': [], 'results': [{'v': 0}]}", WRONG),
    "torch's operation": (
        """return {'inputs': 3, 'steps': [['aten::convolution.default', [{'v': 0},
        {'v': 1}, {'v': 2}, [1, 1], [0, 0], [1, 1], False, [0, 0], 1], {}, 1]],
        'results': [{'v': 3}]}""",
        None,
    ),
    "an operation of one's own": (
        """return {'inputs': 3, 'steps': [['mine::conv2d.default',
        [{'v': 0}, {'v': 1}, {'v': 2}], {}, 1]], 'results': [{'v': 3}]}""",
        "it uses an operation that is not on the list",
    ),
    "memory": (
        """return {'inputs': 3, 'steps': [['aten::as_strided.default', [{'v': 0},
        [2, 5, 3, 6], [90, 18, 6, 1], 4096], {}, 1]], 'results': [{'v': 3}]}""",
        NOT_REPLAYED,
    ),
    "nothing": ("return {'inputs': 3, 'steps': [], 'results': []}", WRONG),
    "no record": ("return [[[[[]]]]]", NOT_REPLAYED),
    "depth": (
        "x = []\n    for _ in range(900): x = [x]\n"
        "    return {'inputs': 3, 'steps': [['constant', [x], {}, 1]], 'results': []}",
        NOT_REPLAYED,
    ),
    "size": (
        "return {'inputs': 3, 'steps': [], 'results': ['x' * 9_000_000]}",
        "what it does could not be recorded",
    ),
}


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WarmProcess]:
    folder: Path = tmp_path_factory.mktemp("proof")
    edition, scratch = write_edition(folder, NAME), folder / "scratch"
    scratch.mkdir()
    process = WarmProcess(strongest_rung(), edition, scratch)
    yield process
    process.close()


def examined(process: WarmProcess, source: str) -> tuple[str | None, float, str]:
    """Why an answer is not proved, its points, and what is told of it."""
    found = examine(process, [LOCKED, Cell(source, False, False), CHECK], [], 60)
    *said, last = found.outputs[2]
    assert last["output_type"] == "execute_result", last
    text = "".join(output.get("text", "") for output in said)
    return found.proofs.get(2), float(last["data"]["text/plain"]), text


def test_a_right_answer_is_proved(process: WarmProcess) -> None:
    unproved, points, _ = examined(process, RIGHT + "conv2d = own")
    assert (unproved, points) == ("", EXERCISE.points)


@pytest.mark.parametrize("road", ROADS)
def test_a_forbidden_operation_is_not_proved_by_any_road(process: WarmProcess, road: str) -> None:
    unproved, points, text = examined(process, UNDONE + ROADS[road])
    if points:
        assert points == EXERCISE.points
        assert unproved
    else:  # it was found in the record, and only its family is told
        assert "calls an operation in a hidden case, torch's own convolution" in text


@pytest.mark.parametrize("road", ["a call", "another thread", "inference mode"])
def test_while_the_ban_stands_it_earns_nothing(process: WarmProcess, road: str) -> None:
    assert examined(process, ROADS[road])[1] == 0


@pytest.mark.parametrize("record", FORGED)
def test_a_forged_record_proves_nothing(process: WarmProcess, record: str) -> None:
    body, why = FORGED[record]
    forged = f"def forged(**asked):\n    {body}\n"
    call = "def conv2d(x, w, b):\n    forge(forged)\n    return F.conv2d(x, w, b)"
    unproved, points, text = examined(process, "\n".join([UNDONE, DEEDS, forged, call]))
    if why:
        assert (unproved, points) == (why, EXERCISE.points)
    else:
        assert points == 0
        assert "torch's own convolution" in text
        assert "aten" not in text


def proof_of(process: WarmProcess, source: str, prover: Prover) -> Proof:
    """The proof of the last function of a cell that gets everything right."""
    student = process.new_student()
    for cell in (LOCKED.source, source):
        student.ask("run", time.monotonic() + 30, source=cell)
    found = student.ask("look_up", time.monotonic() + 30, name="conv2d")
    proof = prover.prove(student, found["function"], EXERCISE, EXERCISE.groups)
    student.end()
    return proof


def broken_replayer(process: WarmProcess, doing: str) -> Student:
    """A process that replays until it parses a record, and then does something else."""
    replayer = process.new_student()
    source = f"""
import os, signal, time
import autograders.grading.replay as replay
signal.signal(signal.SIGINT, signal.SIG_IGN)
replay.parsed = lambda *_: {doing}"""
    replayer.ask("run", time.monotonic() + 30, source=source)
    return replayer


@pytest.mark.parametrize(
    "doing", ["os.abort()", "os._exit(0)", "time.sleep(60)", "bytearray(1 << 45)", "1 / 0"]
)
def test_a_replay_that_does_not_end_well_proves_nothing_and_costs_no_other(
    process: WarmProcess, doing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proof_module, "SECONDS", 1.0)
    prover = Prover(process, time.monotonic() + 60)
    prover._replayer = broken = broken_replayer(process, doing)
    assert proof_of(process, RIGHT + "conv2d = own", prover).unproved
    if broken.is_gone:
        assert proof_of(process, RIGHT + "conv2d = own", prover) == Proof()
    prover.close()


@pytest.mark.parametrize("doing", ["os._exit(0)", "time.sleep(60)", "1 / 0"])
def test_a_call_more_costs_no_point(
    process: WarmProcess, doing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It fails while it is recorded alone: its points are those of the calls before."""
    recording = "torch.utils._python_dispatch._get_current_dispatch_mode()"
    source = f"""
import os, time
def conv2d(x, w, b):
    if {recording}:
        {doing}
    return own(x, w, b)"""
    monkeypatch.setattr(proof_module, "SECONDS", 1.0)
    unproved, points, _ = examined(process, RIGHT + source)
    assert points == EXERCISE.points
    assert unproved


def test_the_reasons_are_a_few_and_tell_no_number(process: WarmProcess) -> None:
    """What a function says of a hidden case, by what it does, is not in them."""
    told = set()
    for number in (3, 5):
        source = f"""
def conv2d(x, w, b):
    for _ in range({number}):
        x = torch.ops.aten.{"sinh" if number == 3 else "atan"}(x) * 0 + x
    return own(x, w, b)"""
        told.add(examined(process, RIGHT + source)[0])
    assert told == {"it uses an operation that is not on the list"}
