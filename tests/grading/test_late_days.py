"""One course in the zone of its due date: whose hand-in is late, what a person still has to grade,
and what of it is done again when a deadline or the late policy changes."""

import json
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest
from grading.nbgrader_course import run
from grading.small_course import NAME, find, hand_in, solved_notebook, write_course

from autograders.grading.gradebook.course import course_directory, load_config, open_gradebook

GRADE = ("autograders.cli", "grade", "01", "--jobs", "1")
POLICY = "\nc.LatePolicy.points_a_day = 2\n"
DUE = "2026-10-24 23:59 Europe/Berlin"  # summer time ends in the night after the next
TIMES: dict[str, tuple[bytes, float | None]] = {  # student -> timestamp.txt, points off
    "extended": (b"2026-10-25 23:30:00 Europe/Berlin\n", 0),
    "extended-late": (b"2026-10-25 23:59:01 Europe/Berlin", 2),
    "one-day": (b"2026-10-25 23:59 CET", 2),
    "two-days": (b"2026-10-26 00:00 +0100", 4),
    "part-of-a-second": (b"2026-10-24 21:59:00.900000 UTC", 0),
    "seconds": (b"2026-10-24T21:59:05Z", 2),
    "offset": (b"2026-10-24 23:30:00 +0200", 0),
    "utf-16": ("2026-10-25 10:00 Europe/Berlin".encode("utf-16"), 2),
    "no-such-zone": (b"2026-10-26 10:00 PDT", 0),
    "too-long": (b"2026-10-26 10:00 UTC" + b" " * 1000, 0),
}
ODD = ("pipe", "link")  # not plain files
WORDS = "due 2026-10-24 23:59 CEST (UTC+02:00)"


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Graded once by the trusted road; each notebook counts how often it was run."""
    folder = tmp_path_factory.mktemp("late")
    course = write_course(folder / "course")
    config = course / "nbgrader_config.py"
    trusted = config.read_text().replace("isolate.IsolatedExecute", "execute.Execute")
    config.write_text(trusted + POLICY)
    added = run(course, "nbgrader", "db", "assignment", "add", NAME, "--duedate", DUE)
    assert added.returncode == 0, added.stderr
    assert run(course, "nbgrader", "generate_assignment", NAME).returncode == 0
    lines = [f"{student},01,1\n" for student in ("extended", "extended-late")]
    (course / "extensions.csv").write_text("".join(["student,assignment,days\n", *lines]))
    for student, (text, _) in TIMES.items():
        hand_in(course, student, work(course)).with_name("timestamp.txt").write_bytes(text)
    for student in ODD:
        beside = hand_in(course, student, work(course)).with_name("timestamp.txt")
        if student == "pipe":
            os.mkfifo(beside)
        else:
            (folder / "elsewhere.txt").write_text("2026-12-24 10:00 UTC")
            beside.symlink_to(folder / "elsewhere.txt")
    return course


@pytest.fixture(scope="module")
def graded(course: Path) -> CompletedProcess[str]:
    done = run(course, *GRADE)
    assert done.returncode == 0, done.stdout + done.stderr
    return done


def work(course: Path, double: str = "def double(x):\n    return 2 * x") -> dict[str, Any]:
    """A solved notebook that leaves a line in the course's `runs` whenever it is run."""
    notebook = solved_notebook(
        json.loads((course / "release" / NAME / f"{NAME}.ipynb").read_text())
    )
    count = f"open({str(course.parent / 'runs')!r}, 'a').write('run\\n')"
    find(notebook, "double-solution")["source"] = f"{count}\n{double}"
    return notebook


def runs(course: Path) -> int:
    return (course.parent / "runs").read_text().count("run")


def penalties(course: Path) -> dict[str, float]:
    with open_gradebook(course_directory(load_config(course))) as book:
        found = book.assignment_submissions(NAME)
        return {each.student.id: each.late_submission_penalty for each in found}


def test_days_are_counted_in_the_zone_of_the_due_date(course: Path, graded: Any) -> None:
    assert "Due 2026-10-24 23:59 CEST (UTC+02:00)\nDays are counted in Europe/Berlin" in (
        graded.stdout
    )
    expected = {student: points for student, (_, points) in TIMES.items()}
    assert penalties(course) == expected | dict.fromkeys(ODD, 0)


def test_a_time_that_is_none_counts_as_missing_and_is_named(graded: Any) -> None:
    named = set(re.findall(r"^No time: ([\w-]+) - ", graded.stdout, re.MULTILINE))
    assert named == {"no-such-zone", "too-long", *ODD}
    assert "counts as missing: no time zone is called 'PDT'" in " ".join(graded.stdout.split())


def test_formgraders_own_deadline_is_the_right_moment(course: Path, graded: Any) -> None:
    with open_gradebook(course_directory(load_config(course))) as book:
        extended = book.find_submission(NAME, "extended")
        assert f"{extended.duedate}" == "2026-10-25 22:59:00"
        assert extended.total_seconds_late == 0


def test_a_page_with_a_task_that_waits_gives_no_total(course: Path, graded: Any) -> None:
    with open_gradebook(course_directory(load_config(course))) as book:
        by_hand = book.find_grade("manual-why", NAME, NAME, "extended")
        by_hand.manual_score, by_hand.needs_manual_grade = 0, False  # a zero is graded
        book.db.commit()
    done = run(course, "autograders.cli", "feedback", "01")
    assert done.returncode == 0, done.stderr
    told = " ".join(done.stdout.split())
    assert (
        f"{len(TIMES) + len(ODD) - 1} of these give no total, since a task on it waits for a "
        "person: grade it in formgrader, under Manual Grading, and run `course feedback 01` again."
    ) in told
    waits, final = (page(course, student) for student in ("one-day", "extended"))
    assert "(7 of 7 so far; 4 wait for a person)" in waits
    assert "2 points will be taken off the total." in waits
    assert waits.count("Waits for a person: 0 to 4 points") == 1
    assert "Handed in 2026-10-25 23:59 CET (UTC+01:00)." in waits
    assert "(Score: 7 / 11)" in final
    assert "aits for a person" not in final
    assert (
        "Due 2026-10-25 23:59 CET (UTC+01:00), with your extension of 1 day. "
        "Handed in 2026-10-25 23:30 CET (UTC+01:00)."
    ) in final


def page(course: Path, student: str) -> str:
    return (course / "feedback" / student / NAME / f"{NAME}.html").read_text(encoding="utf-8")


def test_a_page_without_a_total_is_released_and_named(course: Path, graded: Any) -> None:
    assert run(course, "autograders.cli", "feedback", "01").returncode == 0
    exchange = course.parent / "exchange"
    exchange.mkdir(exist_ok=True)
    for student in ("one-day", "extended"):
        folder = course / "feedback" / student / NAME
        (folder / "timestamp.txt").write_text("2026-10-24 10:00 UTC")
        (folder / "submission_secret.txt").write_text("abc")
    done = run(course, "nbgrader", "release_feedback", NAME, f"--Exchange.root={exchange}")
    assert done.returncode == 0, done.stderr
    assert re.findall(r"without a total: on the page of (\S+)", done.stderr) == ["one-day"]
    assert done.stderr.count("Feedback released to") == 2


def edit_policy(course: Path) -> None:
    append(course, "c.LatePolicy.points_a_day = 3\n")


def move_extension(course: Path) -> None:
    (course / "extensions.csv").write_text("student,assignment,days\none-day,01,1\n")


def set_zone(course: Path) -> None:
    append(course, 'c.NbGraderAPI.timezone = "UTC"\n')


def append(course: Path, line: str) -> None:
    with (course / "nbgrader_config.py").open("a") as config:
        config.write(line)


CHANGES: dict[Callable[[Path], None], dict[str, float]] = {
    edit_policy: {"one-day": 3, "two-days": 6, "seconds": 3, "extended-late": 3, "utf-16": 3},
    move_extension: {"one-day": 0, "extended": 2, "extended-late": 4},
    set_zone: {"one-day": 4, "extended": 2},
}


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_what_changes_no_score_is_applied_without_running_anything(
    course: Path, graded: Any, change: Callable[[Path], None], tmp_path: Path
) -> None:
    copy = shutil.copytree(
        course, tmp_path / "course", symlinks=True, ignore=lambda _, names: set(names) & {"pipe"}
    )
    change(copy)
    before, count = penalties(copy), runs(course)
    notebooks = {path: path.read_bytes() for path in copy.glob("autograded/*/*/*.ipynb")}
    expected = before | CHANGES[change]
    changed = {student for student in before if expected[student] != before[student]}
    dry = run(copy, *GRADE, "--dry-run")
    assert dry.returncode == 0, dry.stderr
    assert f"Points would change for {len(changed)} of {len(before) - 1} students" in dry.stdout
    assert penalties(copy) == before
    done = run(copy, *GRADE)
    assert penalties(copy) == expected
    assert set(re.findall(r"^Being late: ([\w-]+) - ", done.stdout, re.MULTILINE)) == changed
    assert runs(course) == count
    assert {path: path.read_bytes() for path in notebooks} == notebooks


def test_a_setting_of_the_run_itself_runs_all_again(
    course: Path, graded: Any, tmp_path: Path
) -> None:
    copy = shutil.copytree(course, tmp_path / "course", symlinks=True, ignore=only("offset"))
    count = runs(course)
    append(copy, "c.Execute.timeout = 6\n")
    assert run(copy, *GRADE).returncode == 0
    assert runs(course) == count + 1


def only(*students: str) -> Callable[[Any, list[str]], set[str]]:
    """Leaves all other submissions out of a copy."""
    others = {*TIMES, *ODD} - set(students)
    return lambda folder, names: set(names) & others


def test_the_same_work_handed_in_again_keeps_its_time(
    course: Path, graded: Any, tmp_path: Path
) -> None:
    students = ("offset", "part-of-a-second", "one-day")
    copy = shutil.copytree(course, tmp_path / "course", symlinks=True, ignore=only(*students))
    same = work(course) | {"metadata": {"saved by": "another program"}}
    find(same, "unit")["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "again"}]
    hand_in(copy, "offset", same)
    hand_in(copy, "part-of-a-second", work(course, "def double(x):\n    return x + x"))
    weights = copy / "submitted" / "one-day" / NAME / "lenet5.safetensors"
    weights.write_bytes(b"other weights")
    for student in students:
        beside = copy / "submitted" / student / NAME / "timestamp.txt"
        beside.write_text("2026-10-26 23:59 Europe/Berlin")
    for _ in range(2):
        done = run(copy, *GRADE)
        assert done.returncode == 0, done.stderr
        told = " ".join(done.stdout.split())
        assert (
            "Handed in again: offset - at 2026-10-26 23:59 CET (UTC+01:00), equal to the one "
            "before: the time of that counts, 2026-10-24 23:30 CEST (UTC+02:00)"
        ) in told
        assert told.count("Handed in again") == 1
        given = penalties(copy)
        assert [given[student] for student in students] == [0, 4, 4]
    assert "(graded before)" in done.stdout
