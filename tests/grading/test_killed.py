"""kill -9 at any place loses nothing: `course grade` goes on where it stopped, and the gradebook
is then as after an undisturbed run."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from grading.attempts import released_course
from grading.nbgrader_course import run
from grading.processes import children, command_of, descendants, is_alive
from grading.saved import notebooks, saved

ATTEMPTS = ("honest", "no-check", "no-scores", "exit", "empty")
GRADE = ("autograders.cli", "grade", "01", "--jobs", "2")
FEEDBACK = ("autograders.cli", "feedback", "01", "--jobs", "2")
# Where the process that writes kills itself, in which call: after one submission more is graded.
# What was graded before has nothing to write, and the gradebook's backup is renamed first.
PLACES = {
    "before the scores are saved": ("autograders.grading.steps.scores.SaveGrades.preprocess", 2),
    "between commit and rename": ("autograders.grading.run.autograde.write_all", 3),
    "before the rename": ("autograders.system.whole_files.os.replace", 3),
}
KILLED = """
import os, sys
from importlib import import_module
place, count = sys.argv.pop(1), int(sys.argv.pop(1))
names, calls = place.split("."), []
found = import_module(names[0])
for name in names[1:-1]:
    found = getattr(found, name) if hasattr(found, name) else import_module(
        f"{found.__name__}.{name}")
original = getattr(found, names[-1])
def replacement(*args, **kwargs):
    calls.append(args)
    if len(calls) == count:
        sys.stdout.flush()
        os.kill(os.getpid(), 9)
    return original(*args, **kwargs)
setattr(found, names[-1], replacement)
from autograders.cli import main
main()
"""


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return released_course(tmp_path_factory.mktemp("killed") / "course", ATTEMPTS)


@pytest.fixture(scope="module")
def undisturbed(course: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    copy = shutil.copytree(course, tmp_path_factory.mktemp("undisturbed") / "course")
    assert run(copy, *GRADE).returncode == 0
    return copy


def assert_as(course: Path, undisturbed: Path) -> None:
    assert saved(course) == saved(undisturbed)
    assert len(saved(course)) == len(ATTEMPTS) * 9
    assert notebooks(course) == notebooks(undisturbed)


def test_killed_while_it_writes(course: Path, undisturbed: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(course, tmp_path / "course")
    for done_before, (place, (name, count)) in enumerate(PLACES.items()):
        command = [sys.executable, "-c", KILLED, name, str(count), *GRADE[1:-1], "1"]
        killed = subprocess.run(
            command, cwd=copy, capture_output=True, text=True, timeout=120, check=False
        )
        assert killed.returncode == -signal.SIGKILL, (place, killed.stderr)
        assert killed.stdout.count("(graded before)") == done_before, place
    finished = run(copy, *GRADE)
    assert finished.returncode == 0, finished.stdout
    assert finished.stdout.count("(graded before)") == len(PLACES)
    assert_as(copy, undisturbed)


def test_grading_again_changes_nothing(undisturbed: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(undisturbed, tmp_path / "course")
    before = (copy / "gradebook.db").read_bytes()
    done = run(copy, *GRADE)
    assert done.returncode == 0
    assert done.stdout.count("(graded before)") == len(ATTEMPTS)
    assert (copy / "gradebook.db").read_bytes() == before


def test_a_killed_worker_costs_a_retry(course: Path, undisturbed: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(course, tmp_path / "course")
    (temporary := tmp_path / "temporary").mkdir()
    started = start(GRADE, copy, TMPDIR=str(temporary))
    os.kill(wait_for_workers(started)[0], signal.SIGKILL)
    printed, _ = started.communicate(timeout=120)
    assert started.returncode == 0, printed
    assert_as(copy, undisturbed)
    assert list(temporary.iterdir()) == []


def test_nothing_outlives_a_killed_run(course: Path, tmp_path: Path) -> None:
    started = start(GRADE, shutil.copytree(course, tmp_path / "course"))
    wait_for_workers(started)
    assert_nothing_outlives(started)


def test_nothing_outlives_killed_feedback(undisturbed: Path, tmp_path: Path) -> None:
    started = start(FEEDBACK, shutil.copytree(undisturbed, tmp_path / "course"))
    until = time.monotonic() + 60
    while len(children(started.pid)) < 2:
        assert time.monotonic() < until
        time.sleep(0.01)
    assert_nothing_outlives(started)


def assert_nothing_outlives(started: subprocess.Popen[str]) -> None:
    family = descendants(started.pid)
    started.kill()
    started.communicate(timeout=60)
    until = time.monotonic() + 60
    while alive := [pid for pid in family if is_alive(pid)]:
        assert time.monotonic() < until, [command_of(pid) for pid in alive]
        time.sleep(0.1)


def start(command: tuple[str, ...], course: Path, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", *command],
        cwd=course,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        text=True,
    )


def wait_for_workers(started: subprocess.Popen[str]) -> list[int]:
    """The processes that execute notebooks, once each has started an examiner."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        workers = [pid for pid in children(started.pid) if "spawn_main" in command_of(pid)]
        if len(workers) == 2 and all(children(pid) for pid in workers):
            return workers
        time.sleep(0.02)
    raise AssertionError("no workers were started")
