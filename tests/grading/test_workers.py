"""However many workers there are and whatever else the machine does, the grades are the same."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from grading.attempts import released_course
from grading.nbgrader_course import run
from grading.saved import notebooks, saved

ATTEMPTS = ("honest", "late-answer", "exit", "always-exit", "no-check", "no-scores", "ours")
BUSY = "while True: sum(range(100_000))"


def test_one_worker_and_four_on_a_busy_machine_give_the_same(tmp_path: Path) -> None:
    alone = released_course(tmp_path / "alone", ATTEMPTS)
    beside = shutil.copytree(alone, tmp_path / "beside")
    assert run(alone, "autograders.cli", "grade", "01", "--jobs", "1").returncode == 0
    with busy(3):
        assert run(beside, "autograders.cli", "grade", "01", "--jobs", "4").returncode == 0
    assert {student for student, *_ in saved(alone)} == set(ATTEMPTS)
    assert saved(beside) == saved(alone)
    assert notebooks(beside) == notebooks(alone)


@contextmanager
def busy(count: int) -> Iterator[None]:
    """That many processes that compute without end."""
    processes = [subprocess.Popen([sys.executable, "-c", BUSY]) for _ in range(count)]
    try:
        yield
    finally:
        for process in processes:
            process.kill()
            process.wait()
