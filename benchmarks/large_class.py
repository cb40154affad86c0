"""Five thousand submissions to assignment 01 in one `course grade`: whether the rate stays and the
memory does not grow.

Memory is what all processes of the run have for themselves, with their share of what they have in
common, taken each time another 250 are done. Writes a sentence into README.md.
"""

import re
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import psutil
from ops import machine
from readme import markers

TESTS = Path(__file__).parents[1] / "tests"
NAME = "01-discrete-convolution"
SIZE, JOBS, STEP = 5000, 2, 250


def main() -> None:
    sys.path.append(str(TESTS))  # last, since its folders bear the packages' names
    from samples.generated import write_class
    from samples.graded import automatic_grades, released_course

    with TemporaryDirectory(prefix="benchmark-") as folder:
        course = released_course(Path(folder, "course"), NAME)
        write_class(course, NAME, SIZE)
        times, memory = watch(course)
        graded = len(automatic_grades(course, NAME))
    rates = [STEP / (later - earlier) for earlier, later in pairwise(times)]
    quarter = len(rates) // 4
    first, last = median(rates[:quarter]), median(rates[-quarter:])
    text = (
        f"{graded:,} submissions in one run, {JOBS} at once: {first:.2f} a second in the first "
        f"quarter, {last:.2f} in the last (medians of each {STEP}; {min(rates):.2f} to "
        f"{max(rates):.2f} over all); all processes together {memory[0]:,.0f} MB after {STEP} and "
        f"{memory[-1]:,.0f} MB at the end, at most {max(memory):,.0f}. {machine()}"
    )
    print(text)
    markers.write("large_class", text)


def watch(course: Path) -> tuple[list[float], list[float]]:
    """After each STEP submissions the seconds since the first line, and the megabytes."""
    command = [sys.executable, "-m", "autograders.cli", "grade", "01", "--jobs", str(JOBS)]
    times, memory = [], []
    with subprocess.Popen(command, cwd=course, stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout
        for line in run.stdout:
            done = re.match(rf"Grading {NAME} (\d+)/", line)
            if done and int(done[1]) % STEP == 0:
                times.append(time.monotonic())
                memory.append(megabytes(run.pid))
                print(f"{done[1]}: {times[-1] - times[0]:.0f} s, {memory[-1]:.0f} MB", flush=True)
    if run.returncode:
        raise SystemExit(f"course grade ended with {run.returncode}")
    return times, memory


def megabytes(pid: int) -> float:
    """The proportional set size of a process and all that it has started."""
    parent = psutil.Process(pid)
    total = 0
    for process in [parent, *parent.children(recursive=True)]:
        try:
            total += process.memory_full_info().pss
        except psutil.NoSuchProcess:  # a student's process that has ended meanwhile
            continue
    return total / 1e6


if __name__ == "__main__":
    main()
