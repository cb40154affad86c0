"""`course grade --scheduler`: the same grades from a Dask cluster, though one worker is killed."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import cloudpickle
import pytest
from distributed import get_worker
from grading.attempts import ATTEMPTS, released_course
from grading.nbgrader_course import run, scores
from grading.processes import children, command_of

from autograders.grading.run.cluster import execute_on_cluster
from autograders.grading.steps.isolate import CannotGradeHere
from autograders.grading.submitted.submission import Outcome, find_submissions

STUDENTS = ("honest", "no-check", "exit", "empty")
GRADE = ("autograders.cli", "grade", "01", "--scheduler")
DASK = (sys.executable, "-m", "dask")


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return released_course(tmp_path_factory.mktemp("cluster") / "course", STUDENTS)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, int]]:
    """The address of a scheduler with two workers, and the process that starts those."""
    folder = tmp_path_factory.mktemp("dask")
    file = folder / "scheduler.json"
    common = ("--scheduler-file", str(file), "--no-dashboard")
    here = ("--host", "127.0.0.1")
    told = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True, "cwd": folder}
    with subprocess.Popen([*DASK, "scheduler", *common, *here, "--port", "0"], **told) as scheduler:
        address = line_with("Scheduler at:", scheduler).rpartition("at:")[2].strip()
        with workers(address, folder, "--nworkers", "2") as starter:
            yield address, starter
        scheduler.terminate()
        scheduler.communicate(timeout=60)


@contextlib.contextmanager
def workers(address: str, folder: Path, *options: str) -> Iterator[int]:
    """The process that starts workers of one thread each, while they run."""
    command = [*DASK, "worker", address, "--host", "127.0.0.1", "--nthreads", "1", "--no-dashboard"]
    told = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True, "cwd": folder}
    with subprocess.Popen([*command, *options], **told) as starter:
        for _ in range(2 if "--nworkers" in options else 1):
            line_with("Starting established connection", starter)
        try:
            yield starter.pid
        finally:
            starter.terminate()
            starter.communicate(timeout=60)


def line_with(words: str, process: subprocess.Popen[str]) -> str:
    assert process.stdout
    said = []
    for line in process.stdout:
        said.append(line)
        if words in line:
            return line
    raise AssertionError("".join(said))


def test_a_killed_worker_costs_nobody_anything(course: Path, cluster: tuple[str, int]) -> None:
    address, starter = cluster
    started = subprocess.Popen(
        [sys.executable, "-m", *GRADE, address], cwd=course, stdout=subprocess.PIPE, text=True
    )
    os.kill(a_worker_in_work(starter), signal.SIGKILL)
    printed, _ = started.communicate(timeout=300)
    assert started.returncode == 0, printed
    expected = {student: ATTEMPTS[student].expected for student in STUDENTS}
    assert scores(course) == expected


def a_worker_in_work(starter: int) -> int:
    """A worker that has an examiner at its side."""
    until = time.monotonic() + 120
    while time.monotonic() < until:
        for worker in children(starter):
            if any("examiner" in command_of(child) for child in children(worker)):
                return worker
        time.sleep(0.02)
    raise AssertionError("no worker began to grade")


def test_a_cluster_that_is_not_there_is_named(course: Path) -> None:
    done = run(course, *GRADE, "tcp://127.0.0.1:9", "--dry-run")
    assert done.returncode == 2
    assert "there is no Dask scheduler at tcp://127.0.0.1:9" in done.stderr


def test_what_needs_a_graphics_card_goes_to_workers_that_have_one(
    course: Path, cluster: tuple[str, int], tmp_path: Path
) -> None:
    address, _ = cluster
    submissions = find_submissions(course / "submitted", "01-small") * 3
    cloudpickle.register_pickle_by_value(sys.modules[__name__])  # workers do not have this module
    by_whom = lambda submission: Outcome(submission, problem=get_worker().name)  # noqa: E731
    with pytest.raises(CannotGradeHere, match=r"no worker of the Dask .* has a graphics card"):
        next(iter(execute_on_cluster(by_whom, submissions, address, with_card=True)))
    with workers(address, tmp_path, "--name", "with-card", "--resources", "GPU=1"):
        named = list(execute_on_cluster(by_whom, submissions, address, with_card=True))
    assert [outcome.problem for outcome in named] == ["with-card"] * len(submissions)
