"""A statement that is lost costs itself, not what its cell defined before; and time is processor
time."""

from collections.abc import Iterator
from typing import Any

import pytest

from autograders.grading.examiner.examination import KEPT, examine
from autograders.grading.examiner.isolation import strongest_isolation
from autograders.grading.examiner.notebook_run import Cell
from autograders.grading.examiner.process import write_edition
from autograders.grading.examiner.session import Forkserver

LOCKED = Cell("def check(f):\n    return 1.0 if f(20, 1) == 41 else 0.0", False, True)
GRADED = Cell("check(right)", True, False)
RIGHT = "def right(a, b):\n    return 2 * a + b"
SECONDS = 1.0

# what stands below the function and is lost
LOST = {
    "an endless loop": "while True:\n    pass",
    "an endless loop that prints": "while True:\n    print('x')",
    "an endless loop in a timed cell": "%%time\n{right}\nwhile True:\n    pass",
    "an endless loop that hears nothing": "import signal\n"
    "signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))\nwhile True:\n    pass",
    "a wait": "import threading\nthreading.Event().wait()",
    "an end": "import os\nos._exit(0)",
    "an end by a signal": "import os, signal\nos.kill(os.getpid(), signal.SIGABRT)\nos.abort()",
    "a crash": "import ctypes\nctypes.string_at(0)",
    "an end, and more below": "import os\nos._exit(1)\nright = None",
    "two ends": "import os\nos._exit(0)\n---\nos._exit(0)",
}


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Forkserver]:
    folder = tmp_path_factory.mktemp("lost")
    (folder / "scratch").mkdir()
    process = Forkserver(
        strongest_isolation(), write_edition(folder, "01-small"), folder / "scratch"
    )
    yield process
    process.close()


@pytest.mark.parametrize("name", LOST)
def test_what_a_cell_defined_before_it_was_lost_counts(process: Forkserver, name: str) -> None:
    source = LOST[name] if "{right}" in LOST[name] else f"{{right}}\n{LOST[name]}"
    outputs = examined(process, *source.format(right=RIGHT).split("\n---\n"))
    assert KEPT in outputs[1][-1]["evalue"]
    assert value(outputs[-1]) == "1.0"


def test_what_stands_below_a_lost_statement_is_not_defined(process: Forkserver) -> None:
    outputs = examined(process, f"import os\nos._exit(0)\n{RIGHT}")
    assert outputs[-1][-1]["ename"] == "NameError"


def test_cells_after_a_lost_one_find_what_cells_before_it_defined(process: Forkserver) -> None:
    outputs = examined(process, "n = 2", "m = 1\nimport os\nos._exit(0)", "def right(a, b):\n"
                       "    return n * a + m * b")  # fmt: skip
    assert value(outputs[-1]) == "1.0"


def test_an_answer_that_waits_for_a_processor_has_its_time(process: Forkserver) -> None:
    waits = "import time\n\ndef right(a, b):\n    time.sleep(2)\n    return 2 * a + b"
    assert value(examined(process, waits)[-1]) == "1.0"  # as where others keep the processors busy


@pytest.mark.parametrize("threads", [1, 3])
def test_an_answer_that_computes_too_long_is_stopped(process: Forkserver, threads: int) -> None:
    works = (
        "import threading\n\ndef work():\n    while True:\n        pass\n\n"
        f"def right(a, b):\n    for _ in range({threads - 1}):\n"
        "        threading.Thread(target=work, daemon=True).start()\n    work()"
    )
    assert examined(process, works)[-1][-1]["ename"] in ("CellTimeout", "ProcessDied")


def examined(process: Forkserver, *sources: str) -> list[Any]:
    """The outputs of a locked cell, a student's cells and one that checks `right`."""
    cells = [LOCKED, *(Cell(source, False, False) for source in sources), GRADED]
    return examine(process, cells, [], SECONDS).outputs


def value(outputs: list[Any]) -> str:
    return str(outputs[-1].get("data", {}).get("text/plain", outputs[-1]))
