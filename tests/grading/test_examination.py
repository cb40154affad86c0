"""Thousands of submissions go through one examiner: nothing of one is kept when the next begins;
demos are run for their names, in time of their own."""

import linecache
from collections.abc import Iterator

import pytest

from autograders.grading.examiner import notebook_run as one_round
from autograders.grading.examiner.examination import examine
from autograders.grading.examiner.isolation import strongest_isolation
from autograders.grading.examiner.notebook_run import (
    CELLS_AT_FULL_TIME,
    DEMOS_AT_FULL_TIME,
    Cell,
    TimeBudget,
)
from autograders.grading.examiner.process import write_edition
from autograders.grading.examiner.session import Forkserver
from autograders.grading.sandboxed.cells import Shell

NAME = "02-padding-and-stride"
SETUP = Cell(f'from autograders import checks_for\n\ncheck = checks_for("{NAME}")', False, True)
CHECK = Cell('check("conv1x1", conv1x1)', True, False)
CELLS = [SETUP, Cell("def conv1x1(x, w, b):\n    return x", False, False), CHECK]
ANSWER = Cell(
    "def conv1x1(x, w, b):\n    return along(x, w[:, :, 0, 0]) + b.reshape(-1, 1, 1)", False, False
)
TOOLS = """
import torch

def along(x, w):
    return torch.einsum("nchw,oc->nohw", x, w)

print("a demo")
"""


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Forkserver]:
    folder = tmp_path_factory.mktemp("examination")
    scratch = folder / "scratch"
    scratch.mkdir()
    warm = Forkserver(strongest_isolation(), write_edition(folder, NAME), scratch)
    yield warm
    warm.close()


def points(process: Forkserver, demo: str, seconds: float = 60) -> tuple[str, list[object]]:
    """What the answer earns after a demo, and what the demo puts out."""
    cells = [SETUP, *([Cell(demo, False, False, is_demo=True)] if demo else []), ANSWER, CHECK]
    outputs = examine(process, cells, [], seconds).outputs
    return outputs[-1][-1]["data"]["text/plain"], outputs[1] if demo else []


def test_no_line_of_a_submission_is_kept(process: Forkserver) -> None:
    kept = []
    for _ in range(3):
        examine(process, CELLS, [], 60)
        kept.append((len(linecache.cache), len(Shell.instance().history_manager.input_hist_raw)))
    assert kept[2] == kept[1]


def test_an_answer_that_uses_a_demo_earned_nothing_and_earns_its_points(
    process: Forkserver,
) -> None:
    assert points(process, "") == ("0.0", [])
    assert points(process, TOOLS) == ("5.0", [])


@pytest.mark.parametrize("end", ["conv1x1(None, None, None)", "while True:\n    pass"])
def test_a_demo_that_stops_or_takes_too_long_leaves_the_names_that_it_made(
    process: Forkserver, end: str
) -> None:
    assert points(process, TOOLS + end, seconds=3) == ("5.0", [])


def test_demos_take_no_time_from_the_other_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    monkeypatch.setattr(one_round.time, "monotonic", lambda: now)
    budget = TimeBudget(seconds=2)
    budget.start_round()
    for _ in range(DEMOS_AT_FULL_TIME):
        with budget.demo() as deadline:
            assert deadline.seconds == 2
            now += 2
    with budget.demo() as deadline:
        assert deadline.seconds == 0  # there is no more time for demos
    now += CELLS_AT_FULL_TIME * 2 - 1
    assert budget.deadline().end == now + 1
