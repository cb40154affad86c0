"""What calls an operation that it may not is not proved, by whatever road it does so."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from attacks.unproved import EASIEST, FORGED, ONE_WAY, RIGHT, ROADS, UNDONE, WRONG, forging

from autograders.checks.load import load_assignment
from autograders.grading.examiner import proof as proof_module
from autograders.grading.examiner.deadline import Deadline
from autograders.grading.examiner.examination import examine
from autograders.grading.examiner.isolation import strongest_isolation
from autograders.grading.examiner.notebook_run import Cell, TimeBudget
from autograders.grading.examiner.process import write_edition
from autograders.grading.examiner.proof import Proof, Prover
from autograders.grading.examiner.session import Forkserver, StudentClient

NAME = "01-discrete-convolution"
EXERCISE = load_assignment(NAME).exercises["conv2d"]
LOCKED = Cell(
    "import torch\nimport torch.nn.functional as F\nfrom autograders import checks_for\n\n"
    f'check = checks_for("{NAME}")',
    False,
    True,
)
CHECK = Cell('check("conv2d", conv2d)', True, False)


@contextmanager
def forkserver(folder: Path, assignment: str) -> Iterator[Forkserver]:
    edition, scratch = write_edition(folder, assignment), folder / "scratch"
    scratch.mkdir()
    process = Forkserver(strongest_isolation(), edition, scratch)
    yield process
    process.close()


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Forkserver]:
    with forkserver(tmp_path_factory.mktemp("proof"), NAME) as process:
        yield process


def examined(
    process: Forkserver, source: str, locked: Cell = LOCKED, check: Cell = CHECK
) -> tuple[str | None, float, str]:
    """Why an answer is not proved, its points, and what is told of it."""
    found = examine(process, [locked, Cell(source, False, False), check], [], 60)
    *said, last = found.outputs[2]
    assert last["output_type"] == "execute_result", last
    text = "".join(output.get("text", "") for output in said)
    return found.proofs.get(2), float(last["data"]["text/plain"]), text


def test_a_right_answer_is_proved(process: Forkserver) -> None:
    unproved, points, _ = examined(process, RIGHT + "conv2d = own")
    assert (unproved, points) == ("", EXERCISE.points)


@pytest.mark.parametrize("road", ROADS)
def test_a_forbidden_operation_is_not_proved_by_any_road(process: Forkserver, road: str) -> None:
    unproved, points, text = examined(process, UNDONE + ROADS[road])
    if points:
        assert points == EXERCISE.points
        assert unproved
    else:  # it was found in the record, and only its family is told
        assert "calls an operation in a hidden case, torch's own convolution" in text


def test_the_easiest_step_proves_nothing_of_the_others(process: Forkserver) -> None:
    """Before, it was the one that was tried, where the hardest was wrong: 14 points were proved."""
    unproved, points, _ = examined(process, UNDONE + EASIEST)
    assert (unproved, points) == (WRONG, 14)


def test_each_way_of_a_switch_is_proved(tmp_path: Path) -> None:
    """Before, the hardest case alone, which is one of training: torch's own was proved in the
    evaluation mode."""
    name = "05-normalization"
    locked = replace(LOCKED, source=LOCKED.source.replace(NAME, name))
    check = Cell('check("batchnorm_forward", batchnorm_forward)', True, False)
    with forkserver(tmp_path, name) as process:
        unproved, points, _ = examined(process, UNDONE + ONE_WAY, locked, check)
        assert (unproved, points) == (WRONG, 16)
        own = "(x - running_mean) / (running_var + eps).sqrt() * gamma + beta"
        right = ONE_WAY.replace("away(F.batch_norm, *given)", own)
        assert examined(process, right, locked, check)[:2] == ("", 16)


def test_what_is_right_of_a_wrong_answer_is_proved(process: Forkserver) -> None:
    wrong = "def conv2d(x, w, b):\n    return own(x, w, b if x.dtype is torch.float32 else 0 * b)"
    unproved, points, _ = examined(process, RIGHT + wrong)
    assert (unproved, points) == ("", 14)


@pytest.mark.parametrize("road", ["a call", "another thread", "inference mode"])
def test_while_the_ban_stands_it_earns_nothing(process: Forkserver, road: str) -> None:
    assert examined(process, ROADS[road])[1] == 0


@pytest.mark.parametrize("record", FORGED)
def test_a_forged_record_proves_nothing(process: Forkserver, record: str) -> None:
    why = FORGED[record][1]
    unproved, points, text = examined(process, UNDONE + forging(record))
    if why:
        assert (unproved, points) == (why, EXERCISE.points)
    else:
        assert points == 0
        assert "torch's own convolution" in text
        assert "aten" not in text


def proof_of(process: Forkserver, source: str, prover: Prover) -> Proof:
    """The proof of the last function of a cell that gets everything right."""
    student = process.new_student()
    for cell in (LOCKED.source, source):
        student.ask("run", Deadline(30), source=cell)
    found = student.ask("look_up", Deadline(30), name="conv2d")
    proof = prover.prove(student, found["function"], EXERCISE, EXERCISE.groups)
    student.end()
    return proof


def broken_replayer(process: Forkserver, doing: str) -> StudentClient:
    """A process that replays until it parses a record, and then does something else."""
    replayer = process.new_student()
    source = f"""
import os, signal, time
import autograders.grading.sandboxed.replay.replay as replay
signal.signal(signal.SIGINT, signal.SIG_IGN)
replay.parsed = lambda *_: {doing}"""
    replayer.ask("run", Deadline(30), source=source)
    return replayer


@pytest.mark.parametrize(
    "doing", ["os.abort()", "os._exit(0)", "time.sleep(60)", "bytearray(1 << 45)", "1 / 0"]
)
def test_a_replay_that_does_not_end_well_proves_nothing_and_costs_no_other(
    process: Forkserver, doing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proof_module, "SECONDS", 1.0)
    prover = Prover(process, TimeBudget(60))
    prover._replayer = broken = broken_replayer(process, doing)
    assert proof_of(process, RIGHT + "conv2d = own", prover).unproved
    if broken.is_gone:
        assert proof_of(process, RIGHT + "conv2d = own", prover) == Proof()
    prover.close()


@pytest.mark.parametrize("doing", ["os._exit(0)", "time.sleep(60)", "1 / 0"])
def test_a_call_more_costs_no_point(
    process: Forkserver, doing: str, monkeypatch: pytest.MonkeyPatch
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


def test_the_reasons_are_a_few_and_tell_no_number(process: Forkserver) -> None:
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
