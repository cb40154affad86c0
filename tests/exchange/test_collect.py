"""What `nbgrader collect` takes where a student handed in several times, and when it was."""

import json
import os
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest
from grading.nbgrader_course import run
from grading.small_course import NAME, find, solved_notebook, write_course

ON_TIME, LATE, LATER = (f"2026-10-{day} 10:00:00.000000 UTC" for day in (24, 26, 27))
OTHER = "def double(x):\n    return x + x"
# student -> (time in the folder's name, answer, trained weights), as they were handed in
HANDED_IN: dict[str, list[tuple[str, str | None, bytes]]] = {
    "again": [(ON_TIME, None, b"1"), (LATE, None, b"1"), (LATER, None, b"1")],
    "other-answer": [(ON_TIME, None, b"1"), (LATE, OTHER, b"1")],
    "other-weights": [(ON_TIME, None, b"1"), (LATE, None, b"2")],
    "back-to-the-first": [(ON_TIME, None, b"1"), (LATE, OTHER, b"1"), (LATER, None, b"1")],
    "forged": [(LATE, None, b"1")],
}
COLLECTED = {
    "again": ON_TIME,
    "other-answer": LATE,
    "other-weights": LATE,
    "back-to-the-first": LATER,
    "forged": LATE,
    "again-since-collected": ON_TIME,
}


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, CompletedProcess[str]]:
    """Their latest work, `nbgrader collect --update`; one had been collected before."""
    folder = tmp_path_factory.mktemp("collect")
    course = write_course(folder / "course")
    inbound = folder / "exchange" / "cnn" / "inbound"
    for student, times in HANDED_IN.items():
        for number, (time, answer, weights) in enumerate(times):
            beside = inbound / f"{student}+{NAME}+{time}+{number}"
            submit(beside, answer, weights, ON_TIME if student == "forged" else time)
    submit(course / "submitted" / "again-since-collected" / NAME, None, b"1", ON_TIME)
    submit(inbound / f"again-since-collected+{NAME}+{LATE}+0", None, b"1", LATE)
    odd = inbound / f"odd+{NAME}+{ON_TIME}+0"
    odd.mkdir()
    os.mkfifo(odd / f"{NAME}.ipynb")
    submit(inbound / f"odd+{NAME}+{LATE}+1", None, b"1", LATE)
    config = course / "nbgrader_config.py"
    open_to_all = (
        f"c.Exchange.root = {str(folder / 'exchange')!r}\nc.ExchangeCollect.check_owner = False\n"
    )
    config.write_text(config.read_text() + open_to_all)
    done = run(course, "nbgrader", "collect", NAME, "--update")
    assert done.returncode == 0, done.stderr
    return course / "submitted", done


def submit(folder: Path, answer: str | None, weights: bytes, said: str) -> None:
    """A submission with other outputs and metadata than any other."""
    notebook: dict[str, Any] = solved_notebook()
    if answer is not None:
        find(notebook, "double-solution")["source"] = answer
    notebook["metadata"]["saved"] = folder.name
    text = {"output_type": "stream", "name": "stdout", "text": folder.name}
    find(notebook, "unit")["outputs"] = [text]
    folder.mkdir(parents=True)
    (folder / f"{NAME}.ipynb").write_text(json.dumps(notebook))
    (folder / "lenet5.safetensors").write_bytes(weights)
    (folder / "timestamp.txt").write_text(said)
    (folder / "submission_secret.txt").write_text("abc")


@pytest.mark.parametrize("student", COLLECTED)
def test_the_same_work_is_collected_as_it_came_first(collected: Any, student: str) -> None:
    beside = collected[0] / student / NAME / "timestamp.txt"
    assert beside.read_text() == COLLECTED[student]


def test_what_is_not_the_latest_folder_is_told(collected: Any) -> None:
    told = [line for line in collected[1].stderr.splitlines() if "Handed in again" in line]
    assert [line.split("Handed in again: ")[1] for line in sorted(told)] == [
        f"{student} at 2026-10-{day} 10:00:00 UTC, equal to the one before: the time of that "
        "counts, 2026-10-24 10:00:00 UTC"
        for student, day in (("again", 27), ("again-since-collected", 26))
    ]


def test_a_file_that_says_another_time_than_the_folder_is_put_right(collected: Any) -> None:
    told = [line for line in collected[1].stderr.splitlines() if "the folder's time counts" in line]
    assert len(told) == 1
    assert f"Its timestamp.txt says '{ON_TIME}'" in told[0]


def test_what_is_no_file_ends_nothing(collected: Any) -> None:
    assert (collected[0] / "odd" / NAME / "timestamp.txt").read_text() == LATE
