"""Thirty kill -9 at random moments of one class's grading, and what is saved in the end.

What is killed is the process that writes, a worker, or an examiner; the first few kill themselves
between the commit to the gradebook and the notebook's rename. A run that ended is started again. In
the end the gradebook and the graded notebooks must be those of a run that nothing disturbed. Writes
a sentence into README.md.
"""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from readme import markers

TESTS = Path(__file__).parents[1] / "tests"
STUDENTS, KILLS, BETWEEN = 360, 30, 5
LONGEST = 1.0  # seconds from one kill to the next
ATTEMPTS = ("honest", "no-check", "no-scores", "exit", "renamed-over", "empty")
GRADE = ("grade", "01", "--jobs", "2")


def main() -> None:
    sys.path.append(str(TESTS))  # last, since its folders bear the packages' names
    from grading.saved import notebooks, saved

    with TemporaryDirectory(prefix="benchmark-") as folder:
        course = class_of_attempts(Path(folder, "course"))
        undisturbed = shutil.copytree(course, Path(folder, "undisturbed"))
        grade(undisturbed).wait()
        killed = kill_often(course)
        if grade(course).wait():
            raise SystemExit("the last run did not grade all")
        if saved(course) != saved(undisturbed) or notebooks(course) != notebooks(undisturbed):
            raise SystemExit("something was lost or changed")
    text = (
        f"{sum(killed.values())} kill -9 while a class of {STUDENTS} was graded: "
        + ", ".join(f"{count} of {what}" for what, count in sorted(killed.items()))
        + ". The gradebook and the graded notebooks are those of a run that nothing disturbed."
    )
    print(text)
    markers.write("kills", text)


def class_of_attempts(course: Path) -> Path:
    """A course in which the small assignment has been released and handed in."""
    from grading.attempts import ATTEMPTS as known
    from grading.nbgrader_course import run
    from grading.small_course import NAME, hand_in, solved_notebook, write_course

    write_course(course)
    assert run(course, "nbgrader", "generate_assignment", NAME).returncode == 0
    for number in range(STUDENTS):
        notebook = solved_notebook()
        known[ATTEMPTS[number % len(ATTEMPTS)]].change(notebook)
        hand_in(course, f"student-{number:03}", notebook)
    return course


def kill_often(course: Path) -> Counter[str]:
    """How often what was killed, each while submissions were in work."""
    from grading.test_killed import KILLED, PLACES

    rng = random.Random(0)
    killed: Counter[str] = Counter()
    between = [sys.executable, "-c", KILLED, PLACES["between commit and rename"][0]]
    for _ in range(BETWEEN):
        command = [*between, str(rng.randint(1, 4)), *GRADE]
        assert subprocess.run(command, cwd=course, stdout=subprocess.DEVNULL).returncode == -9
        killed["the writer between commit and rename"] += 1
    while sum(killed.values()) < KILLS:
        run = grade(course)
        while sum(killed.values()) < KILLS and run.poll() is None:
            time.sleep(rng.uniform(0, LONGEST))
            kind = rng.choice(("the writer", "a worker", "an examiner"))
            if kill(run, kind, rng):
                killed[kind] += 1
        if run.wait() == 0 and sum(killed.values()) < KILLS:
            raise SystemExit(f"all was graded after {sum(killed.values())} kills: hand in more")
    return killed


def grade(course: Path) -> subprocess.Popen[bytes]:
    """A run of `course grade` that has begun."""
    command = [sys.executable, "-m", "autograders.cli", *GRADE]
    quiet = subprocess.DEVNULL  # Python warns where its processes are killed
    return subprocess.Popen(command, cwd=course, stdout=quiet, stderr=quiet)


def kill(run: subprocess.Popen[bytes], kind: str, rng: random.Random) -> bool:
    """Kills a process of that kind if notebooks are being run, and says whether it did."""
    from grading.processes import children, command_of, descendants

    workers = [pid for pid in children(run.pid) if "spawn_main" in command_of(pid)]
    examiners = [pid for w in workers for pid in children(w) if "examiner" in command_of(pid)]
    in_work = [pid for pid in examiners if len(descendants(pid)) > 3]  # more than the warm ones
    targets = {"the writer": [run.pid], "a worker": workers, "an examiner": in_work}[kind]
    if not in_work or not targets:
        return False
    with suppress(ProcessLookupError):
        os.kill(rng.choice(targets), signal.SIGKILL)
        return True
    return False


if __name__ == "__main__":
    main()
