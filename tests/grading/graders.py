"""Two small assignments of one class, and several graders at once."""

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from subprocess import CompletedProcess
from threading import Event, Thread
from typing import Any

from grading.attempts import ATTEMPTS, write_attempts
from grading.nbgrader_course import run
from grading.small_course import NAME, write_course
from nbgrader.api import Gradebook

from autograders.grading.gradebook.course import course_directory, load_config
from autograders.grading.gradebook.lock import gradebook_lock

SECOND = "02-small"
STUDENTS = ("honest", "more-points", "no-answer-and-check")
EXPECTED = {
    (name, student): ATTEMPTS[student].expected for name in (NAME, SECOND) for student in STUDENTS
}


def class_of_two_assignments(course: Path, settings: str = "") -> Path:
    """A course at `course` with both assignments released and handed in, and nothing graded."""
    write_course(course)
    with (course / "nbgrader_config.py").open("a") as config:
        config.write(settings)
    shutil.copytree(course / "notebooks" / NAME, course / "notebooks" / SECOND)
    (course / "notebooks" / SECOND / f"{NAME}.ipynb").rename(
        course / "notebooks" / SECOND / f"{SECOND}.ipynb"
    )
    for name in (NAME, SECOND):
        done = run(course, "nbgrader", "generate_assignment", name)
        assert done.returncode == 0, done.stderr
    write_attempts(course, STUDENTS)
    for student in STUDENTS:
        folder = course / "submitted" / student / SECOND
        shutil.copytree(course / "submitted" / student / NAME, folder)
        (folder / f"{NAME}.ipynb").rename(folder / f"{SECOND}.ipynb")
    return course


def run_at_once(*runs: tuple[Path, tuple[str, ...]]) -> list[CompletedProcess[str]]:
    """Each command in its course's folder, all started together."""
    with ThreadPoolExecutor(len(runs)) as pool:
        return list(pool.map(lambda each: run(each[0], *each[1]), runs))


@contextmanager
def opened(db_url: str) -> Iterator[Gradebook]:
    """The gradebook, without a connection that outlives the block."""
    gradebook = Gradebook(db_url, "cnn")
    try:
        yield gradebook
    finally:
        gradebook.close()
        gradebook.engine.dispose()


def grades(db_url: str) -> dict[tuple[str, str], dict[str, float | None]]:
    """(Assignment, student) -> grade cell -> automatic score, each there exactly once."""
    found: dict[tuple[str, str], dict[str, float | None]] = {}
    with opened(db_url) as gradebook:
        for assignment in gradebook.assignments:
            for submission in assignment.submissions:
                (notebook,) = submission.notebooks
                scores = {grade.name: grade.auto_score for grade in notebook.grades}
                assert len(scores) == len(notebook.grades)
                assert (assignment.name, submission.student.id) not in found
                found[assignment.name, submission.student.id] = scores
    return found


def assert_turns_are_taken(course: Path) -> None:
    """Whoever would change the same grades waits; another assignment's grader does not."""
    directory = course_directory(load_config(course))
    waits, has_turn = Event(), Event()

    def restore() -> None:
        with gradebook_lock(directory, None, waits.set):
            has_turn.set()

    def nobody_waits() -> None:
        raise AssertionError("there is no other")

    other = Thread(target=restore)
    with (
        gradebook_lock(directory, NAME, nobody_waits),
        gradebook_lock(directory, SECOND, nobody_waits),
    ):
        other.start()
        assert waits.wait(60)
        assert not has_turn.is_set()
    other.join(60)
    assert has_turn.is_set()
    with gradebook_lock(directory, NAME, nobody_waits):
        waits.clear()
        other = Thread(target=_grade, args=(directory, waits))
        other.start()
        assert waits.wait(60)
    other.join(60)
    assert not other.is_alive()


def _grade(directory: Any, waits: Event) -> None:
    with gradebook_lock(directory, NAME, waits.set):
        pass
