"""How long grading takes here and in nbgrader as it is: 50 submissions to assignment 01, some done,
some begun, some wrong, in one run on one machine, to the same grades.

Both are whole commands. Stock nbgrader has its own steps and settings but for two: stubs are the
course's, and it leaves out the cells tagged `demo` as `course grade` does, which trains no network
for anybody. It runs one notebook after another, as it always does. A second run of `course grade`'s
function tells what each of its steps took. Writes the table into README.md.
"""

import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from readme import markers

from autograders.grading.run.autograde import run_all, save_all
from autograders.grading.submitted.submission import Outcome, find_submissions

TESTS = Path(__file__).parents[1] / "tests"
NAME = "01-discrete-convolution"
SIZE, JOBS = 50, 2
GRADING, FEEDBACK = 50, 10  # aims: how many times stock nbgrader's throughput
STOCK = """
c = get_config()
c.CourseDirectory.course_id = "cnn"
c.CourseDirectory.source_directory = "notebooks"
c.ClearSolutions.code_stub = {"python": "# YOUR CODE HERE\\n..."}
c.Execute.skip_cells_with_tag = "demo"
"""
STAGES = {
    "put back into its released form": ("RebuildNotebook",),
    "run and examined in the sandbox": ("IsolatedExecute",),
    "scores saved": ("SaveGrades",),
    "notebook written": ("write",),
}


def main() -> None:
    from ops import machine  # not in the workers, which find the tests' folders first

    sys.path.append(str(TESTS))  # last, since its folders bear the packages' names
    from samples.generated import write_class
    from samples.graded import automatic_grades, released_course

    with TemporaryDirectory(prefix="benchmark-") as folder:
        ours = released_course(Path(folder, "ours"), NAME)
        write_class(ours, NAME, SIZE)
        stock = shutil.copytree(ours, Path(folder, "stock"))
        (stock / "nbgrader_config.py").write_text(STOCK)
        stages = shutil.copytree(ours, Path(folder, "stages"))
        seconds = {
            "stock": took(stock, "nbgrader", "autograde", NAME),
            "ours": took(ours, "autograders.cli", "grade", "01", "--jobs", str(JOBS)),
            "stock pages": took(stock, "nbgrader", "generate_feedback", NAME),
            "our pages": took(ours, "autograders.cli", "feedback", "01", "--jobs", str(JOBS)),
        }
        found, expected = automatic_grades(ours, NAME), automatic_grades(stock, NAME)
        if different := [name for name in expected if found.get(name) != expected[name]]:
            raise SystemExit(f"other grades than stock nbgrader's: {', '.join(different)}")
        submissions = find_submissions(stages / "submitted", NAME)
        outcomes = list(save_all(stages, run_all(stages, submissions, JOBS)))
    text = "\n".join([*table(seconds), "", *spread(outcomes), "", machine()])
    print(text)
    markers.write("autograde", text)


def took(course: Path, *command: str) -> float:
    """Seconds of a whole command, which must end well."""
    begin = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=course, capture_output=True, text=True
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}: {done.stdout}{done.stderr}")
    return time.monotonic() - begin


def table(seconds: Mapping[str, float]) -> list[str]:
    """Stock's time, ours, and how many times as much ours gets done."""
    rows = []
    for what, theirs, our, aim in (
        ("grading", seconds["stock"], seconds["ours"], GRADING),
        ("feedback pages", seconds["stock pages"], seconds["our pages"], FEEDBACK),
    ):
        each = f"{theirs / SIZE:.2f} s | {our / SIZE:.2f} s"
        rows.append(f"| {what} | {each} | {theirs / our:.1f} | {aim} |")
    head = f"for each of {SIZE} submissions to 01"
    return [
        f"| {head} | stock nbgrader | `course`, {JOBS} at once | times as fast | aim |",
        "| --- | --- | --- | --- | --- |",
        *rows,
    ]


def spread(outcomes: list[Outcome]) -> list[str]:
    """How long a submission takes from when it is taken up, and where that time goes."""
    totals = sorted(sum(outcome.seconds.values()) for outcome in outcomes)
    latest = totals[int(0.95 * len(totals))]
    lines = [
        f"From taken up to saved, {JOBS} at once: half of them within {median(totals):.2f} s, "
        f"95 of 100 within {latest:.2f} s. In the median by stage:",
        "",
    ]
    for stage, steps in STAGES.items():
        each = [sum(outcome.seconds.get(step, 0) for step in steps) for outcome in outcomes]
        lines.append(f"- {stage}: {1000 * median(each):.0f} ms")
    return lines


if __name__ == "__main__":
    main()
