"""`course grade --device cuda`: functions are asked on the graphics card too, in the same sandbox.

Most of it can be shown without a card: what the sandbox lets in, by a node of another device, and
what is asked for and concluded, by a process that only says that its tensors lie on one.
"""

import inspect
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from grading.attempts import ATTEMPTS, released_course
from grading.nbgrader_course import run, scores
from nbformat.v4 import new_notebook

from autograders.checks.exercise import Exercise
from autograders.checks.judging.judge import ExerciseResult, judge
from autograders.checks.load import load_assignment
from autograders.grading.examiner.canary import WrongVerdict, try_canary
from autograders.grading.examiner.deadline import Deadline
from autograders.grading.examiner.examination import examine
from autograders.grading.examiner.hidden_answer import RemoteAnswer
from autograders.grading.examiner.isolation import Isolation, strongest_isolation
from autograders.grading.examiner.notebook_run import Cell
from autograders.grading.examiner.process import write_edition
from autograders.grading.examiner.proof import Proof
from autograders.grading.examiner.session import Forkserver, SandboxFailed
from autograders.grading.sandboxed.ban import Ban
from autograders.grading.sandboxed.walls import card
from autograders.grading.sandboxed.wire import OnCard, decode, encode
from autograders.grading.steps import isolate

NAME = "05-normalization"
LAYER_NORM = load_assignment(NAME).exercises["layernorm_forward"]
IN_NUMPY = load_assignment("01-discrete-convolution").exercises["convolve2d"]
ANOTHER_NODE = Path("/dev/full")
NO_CARD = "no graphics card that torch sees"


def layernorm(x: Any, gamma: Any, beta: Any, eps: float = 1e-5) -> Any:
    mean = x.mean(1, keepdim=True)
    return (x - mean) / (x.var(1, keepdim=True, unbiased=False) + eps).sqrt() * gamma + beta


class WithCard:
    """Stands for a student's process with a card: what a function of tensors of the card gives
    comes as one of the card, unless `forgets`."""

    devices = ("cpu", "cuda")

    def __init__(self, function: Callable[..., Any], forgets: bool = False, full: bool = False):
        self._function, self._forgets, self._full = function, forgets, full
        self.asked: list[str] = []

    def ask(self, do: str, deadline: float, **frame: Any) -> Any:
        frame = decode(encode(frame)[4:])
        if do == "hold":
            self._device = frame["device"]
            self._arguments = frame["arguments"]
            self.asked.append(self._device)
            return {"unreadable": "out of memory"} if self._full else None
        passed = {
            name: torch.from_numpy(value) if hasattr(value, "dtype") else value
            for name, value in self._arguments.items()
        }
        result = self._function(**passed)
        if self._device == "cuda" and not self._forgets:
            result = result.as_subclass(OnCard)
        return decode(encode({"result": result})[4:])


class NothingToProve:
    def prove(self, *_: Any) -> Proof:
        return Proof()


def judged(student: WithCard, exercise: Exercise = LAYER_NORM) -> ExerciseResult:
    return judge(exercise, RemoteAnswer(student, 0, Deadline(60), NothingToProve(), {}))


def test_each_case_is_asked_on_both_devices() -> None:
    student = WithCard(layernorm)
    verdict = judged(student)
    assert verdict.points == LAYER_NORM.points
    cases = [case for group in LAYER_NORM.groups for case in group.cases]
    again = [case for group in LAYER_NORM.again.values() for case in group.cases]
    assert student.asked == ["cpu", "cuda"] * (len(cases) + len(again))


def test_functions_of_numpy_arrays_are_asked_on_the_processor_only() -> None:
    assert RemoteAnswer(WithCard(layernorm), 0, 60.0, None, {}).devices(IN_NUMPY) == ["cpu"]


def test_a_function_that_leaves_the_card_loses_its_points_and_is_told_why() -> None:
    verdict = judged(WithCard(layernorm, forgets=True))
    assert verdict.points == 0
    assert verdict.first_failure
    assert verdict.first_failure.wrong.detail == "y is on device cpu; cuda was expected"


def test_a_full_card_costs_nobody_a_point() -> None:
    with pytest.raises(SandboxFailed, match=r"graphics card could not be used: .*out of memory"):
        judged(WithCard(layernorm, full=True))


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Forkserver]:
    """The sandbox with another device's node in place of a card's."""
    if "bubblewrap" not in strongest_isolation().layers:
        pytest.skip("this machine has no bubblewrap")
    yield from started(tmp_path_factory.mktemp("card"), "cuda", strongest_isolation())


def started(folder: Path, device: str, isolation: Isolation) -> Iterator[Forkserver]:
    (folder / "scratch").mkdir()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(card, "nodes", lambda: [ANOTHER_NODE])
        edition = write_edition(folder, NAME)
        process = Forkserver(isolation, edition, folder / "scratch", device)
    yield process
    process.close()


DOES = """
import ctypes, errno, fcntl, mmap, os, threading

def errno_of(call):
    try:
        call()
        return 0
    except OSError as error:
        return error.errno
    except MemoryError:
        return errno.ENOMEM

def asks_the_node():
    with open({node!r}, "rb") as node:
        fcntl.ioctl(node, 0x46D6)

def names_a_thread():
    name = f"/proc/self/task/{{threading.get_native_id()}}/comm"
    with open(name, "w") as file:
        file.write("cuda-worker")

def reserves_addresses():
    libc = ctypes.CDLL(None, use_errno=True)
    libc.mmap.restype = ctypes.c_void_p
    nothing, private, anonymous, lazily = 0, 2, 0x20, 0x4000
    at = libc.mmap(None, ctypes.c_size_t(100 << 30), nothing, private | anonymous | lazily, -1, 0)
    if at == ctypes.c_void_p(-1).value:
        raise OSError(ctypes.get_errno(), "mmap")

found = {{
    "node": errno_of(asks_the_node),
    "thread": errno_of(names_a_thread),
    "card": errno_of(lambda: os.listdir("/sys/bus")),
    "memfd": errno_of(lambda: os.memfd_create("x")),
    "addresses": errno_of(reserves_addresses),
    "memory": errno_of(lambda: bytearray(5 << 30)),
    "listing": errno_of(lambda: os.listdir("/proc")),
    "another": errno_of(lambda: open("/proc/1/environ").read()),
    "its memory": errno_of(lambda: open(f"/proc/{{os.getppid()}}/mem", "rb").read(1)),
}}
listed = os.listdir("/proc") if not found["listing"] else []
found["processes"] = sum(name.isdigit() for name in listed)
"""


def found(process: Forkserver) -> Any:
    student = process.new_student()
    student.ask("run", Deadline(60), source=DOES.format(node=str(ANOTHER_NODE)))
    reply = student.ask("look_up", Deadline(10), name="found")
    student.end()
    return reply["value"]


EPERM, ENOENT, ENOMEM, EACCES, ENOTTY = 1, 2, 12, 13, 25


def test_what_cuda_needs_is_let_in_and_no_more(process: Forkserver) -> None:
    now = found(process)
    assert now.pop("node") == ENOTTY  # the device itself answers
    assert now.pop("another") == EACCES
    assert now.pop("its memory") == EACCES
    assert now.pop("memory") == ENOMEM
    assert now.pop("processes") <= 4  # bubblewrap's own, the warm one, the student
    assert set(now.values()) == {0}


@pytest.mark.parametrize("layers", [{"landlock", "seccomp"}, {"bubblewrap", "landlock", "seccomp"}])
def test_without_the_card_all_of_it_stays_closed(tmp_path: Path, layers: set[str]) -> None:
    if missing := layers - strongest_isolation().layers:
        pytest.skip(f"this machine has no {', '.join(sorted(missing))}")
    for process in started(tmp_path, "cpu", Isolation(frozenset(layers))):
        now = found(process)
    assert now.pop("processes") == 0
    assert now.pop("addresses") == now.pop("memory") == ENOMEM
    assert set(now.values()) <= {EPERM, ENOENT, EACCES}


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a graphics card")
def test_a_card_that_cannot_be_used_costs_nobody_a_point(process: Forkserver) -> None:
    cells = [
        Cell("from autograders.checks.load import load_assignment", False, sets_up=True),
        Cell("from autograders.checks.judging.judge import judge", False, sets_up=True),
        Cell(f"exercise = load_assignment({NAME!r}).exercises['{LAYER_NORM.name}']", False, True),
        Cell(inspect.getsource(layernorm).replace("Any", "object"), False, False),
        Cell("judge(exercise, layernorm).points", True, False),
    ]
    with pytest.raises(SandboxFailed, match="graphics card could not be used"):
        examine(process, cells, [], 30)


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a graphics card")
def test_a_card_that_cannot_be_used_stops_the_canary(process: Forkserver, tmp_path: Path) -> None:
    with pytest.raises(WrongVerdict, match=r"right answer said: .*CUDA"):
        try_canary(process, strongest_isolation(), tmp_path)


def test_the_canary_s_attacks_fail_beside_a_card(
    process: Forkserver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "device", "cpu")  # its right answer computes there
    try_canary(process, strongest_isolation(), tmp_path)


def test_what_is_forbidden_raises_on_the_card_too() -> None:
    name = "aten::conv2d"
    has_kernel = torch._C._dispatch_has_kernel_for_dispatch_key
    assert not has_kernel(name, "CUDA")
    ban = Ban(("CPU", "CUDA"))
    ban.set(("convolution", "autograd"))
    assert has_kernel(name, "CUDA")
    assert has_kernel("aten::mul.Tensor", "AutogradCUDA")
    ban.set(())
    assert not has_kernel(name, "CUDA")


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return released_course(tmp_path_factory.mktemp("course") / "course", ("honest", "empty"))


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a graphics card")
@pytest.mark.parametrize("by", ["option", "setting"])
def test_without_a_card_nothing_is_graded(by: str, course: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(course, tmp_path / "course")
    with (copy / "nbgrader_config.py").open("a") as config:
        config.write('c.IsolatedExecute.device = "cuda"\n' if by == "setting" else "")
    option = ("--device", "cuda") if by == "option" else ()
    done = run(copy, "autograders.cli", "grade", "01", *option)
    assert done.returncode == 2
    assert card.WEAKER in " ".join(done.stdout.split())
    assert "--device cuda needs a graphics card that torch sees" in done.stderr
    if by == "setting":
        assert run(copy, "autograders.cli", "grade", "01", "--device", "cpu").returncode == 0


@pytest.mark.skipif(not torch.cuda.is_available(), reason=NO_CARD)
def test_on_the_card_the_grades_are_those_of_the_processor(course: Path) -> None:
    done = run(course, "autograders.cli", "grade", "01", "--device", "cuda")
    assert done.returncode == 0, done.stderr
    assert scores(course) == {name: ATTEMPTS[name].expected for name in ("honest", "empty")}


def test_stock_nbgrader_says_what_the_card_weakens(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    step = isolate.IsolatedExecute(device="cuda")
    monkeypatch.setattr(step.log, "warning", said.append)
    monkeypatch.setattr(isolate, "require_card", lambda: None)
    with pytest.raises(KeyError, match="metadata"):  # of a submission, which there is none of
        step.preprocess(new_notebook(), {})
    assert said == [card.WEAKER]


def test_a_rung_without_bubblewrap_has_no_card(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(
        isolate, "strongest_isolation", lambda: Isolation(frozenset({"landlock", "seccomp"}))
    )
    with pytest.raises(isolate.CannotGradeHere, match="needs bubblewrap"):
        isolate.require_card()
