"""Nothing of a submission outlives it, is another student's to read or fills what others need; and
no examiner outlives whoever asks it."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograders.grading.examiner.deadline import Deadline
from autograders.grading.examiner.isolation import Isolation, strongest_isolation
from autograders.grading.examiner.process import write_edition
from autograders.grading.examiner.session import Forkserver, StudentClient

# A student fills a disk and waits: it is told how that ended.
FILLS = """
import sys, time
from pathlib import Path
from autograders.grading.examiner.deadline import Deadline
from autograders.grading.examiner.process import write_edition
from autograders.grading.examiner.isolation import Isolation
from autograders.grading.examiner.session import Forkserver, StudentCodeLost
folder = Path(sys.argv[1])
scratch = folder / "scratch"
scratch.mkdir()
isolation = Isolation(frozenset({"landlock", "seccomp"}))
process = Forkserver(isolation, write_edition(folder, "01-small"), scratch)
source = '''
try:
    with open("large", "wb") as file:
        while True:
            file.write(bytes(1 << 20))
except OSError:
    while True:
        pass
'''
try:
    process.new_student().ask("run", Deadline(60), source=source)
except StudentCodeLost as lost:
    print(lost)
process.close()
"""
# The last one is not enough, and shows that what is tried could succeed.
RUNGS = {
    "all layers": frozenset({"bubblewrap", "landlock", "seccomp"}),
    "without bubblewrap": frozenset({"landlock", "seccomp"}),
    "bubblewrap alone": frozenset({"bubblewrap"}),
}

STAYS = """
import os, threading, time
for _ in range(3):
    threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()
try:
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            time.sleep(1000)
        os._exit(0)
    os.wait()
except OSError:
    pass
"""
WRITES = """
import os
open("note", "w").write("of another student")
here = os.getcwd()
"""
READS = """
import os
found = []
for read in (lambda: open({there!r} + "/note").read(), lambda: os.listdir({there!r}),
             lambda: os.listdir(".."), lambda: os.remove({there!r} + "/note"),
             lambda: open({there!r} + "/more", "w")):
    try:
        found.append(str(read()))
    except OSError:
        pass
"""


@pytest.fixture(scope="module", params=RUNGS)
def process(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Forkserver]:
    layers, folder = RUNGS[request.param], tmp_path_factory.mktemp("isolation")
    if missing := layers - strongest_isolation().layers:
        pytest.skip(f"this machine has no {', '.join(sorted(missing))}")
    (folder / "scratch").mkdir()
    process = Forkserver(Isolation(layers), write_edition(folder, "01-small"), folder / "scratch")
    yield process
    process.close()


@pytest.fixture
def succeeds(request: pytest.FixtureRequest) -> bool:
    """Whether attacks succeed on the isolation of `process`."""
    return not Isolation(RUNGS[request.node.callspec.params["process"]]).is_enough


def run(student: StudentClient, source: str, name: str = "") -> object:
    """What `name` is after the cell `source`."""
    student.ask("run", Deadline(30), source=source)
    reply = student.ask("look_up", Deadline(30), name=name)
    return reply.get("value")


def descendants(pid: int) -> set[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return {int(pid) for pid in children}.union(*(descendants(int(pid)) for pid in children))


def test_no_student_reads_or_changes_what_another_has_at_the_same_time(
    process: Forkserver, succeeds: bool
) -> None:
    one, other = process.new_student(), process.new_student()
    there = run(one, WRITES, "here")
    assert bool(run(other, READS.format(there=there), "found")) == succeeds
    one.end()
    other.end()


def test_no_process_outlives_a_submission(process: Forkserver, succeeds: bool) -> None:
    before = descendants(process._process.pid)
    student = process.new_student()
    run(student, STAYS)
    student.end()
    assert bool(descendants(process._process.pid) - before) == succeeds


def test_the_kernel_ends_students_before_others(process: Forkserver) -> None:
    student = process.new_student()
    family = {process._process.pid, *descendants(process._process.pid)}
    assert {Path(f"/proc/{pid}/oom_score_adj").read_text() for pid in family} == {"1000\n"}
    student.end()


def test_a_disk_that_students_share_with_others_is_never_full(tmp_path: Path) -> None:
    if strongest_isolation().layers != RUNGS["all layers"]:
        pytest.skip("this machine lacks layers, or bubblewrap, which makes a small disk")
    small = ["--dev-bind", "/", "/", "--size", str(64 << 20), "--tmpfs", str(tmp_path)]
    done = subprocess.run(
        ["bwrap", *small, "--", sys.executable, "-c", FILLS, str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=200,
    )
    assert "(ended by signal 9)" in done.stdout, done.stderr


def test_an_examiner_does_not_outlive_whoever_asks_it() -> None:
    endless = {"source": "while True: pass", "is_grade": False, "sets_up": False}
    request = {"assignment": "01-small", "device": "cpu", "weights": [], "points": {}}
    request |= {"cells": [endless], "seconds": 1000}
    examiner = subprocess.Popen(
        [sys.executable, "-I", "-m", "autograders.grading.examiner.process"],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    _, said = examiner.communicate(json.dumps(request).encode() + b"\n", timeout=100)
    assert examiner.returncode == 1
    assert b"Error" not in said  # it was ended in the middle, and had no fault of its own
