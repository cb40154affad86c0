"""Grading many submissions: workers run notebooks, one process writes the gradebook."""

from __future__ import annotations

import re
import time
from collections.abc import Generator, Iterable
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader.converters import Autograde
from nbgrader.preprocessors import SaveAutoGrades
from traitlets import import_item
from traitlets.config import Config

from autograders.grading.backup import sqlite_file
from autograders.grading.course import course_directory, load_config, open_gradebook
from autograders.grading.indexes import add_indexes
from autograders.grading.isolate import CannotGradeHere
from autograders.grading.late import lateness
from autograders.grading.resume import Grader, set_mark
from autograders.grading.submission import (
    SECRET,
    TIMESTAMP,
    CannotGrade,
    Outcome,
    Submission,
    graded_notebook,
    read_submission,
    timestamp,
)
from autograders.grading.workers import execute_in_processes
from autograders.os_errors import OF_THE_DISK, os_error
from autograders.whole_files import write_all


def grade_all(
    course: Path,
    submissions: list[Submission],
    jobs: int,
    accept_weaker: bool = False,
    device: str = "cpu",
    scheduler: str = "",
) -> Generator[Outcome, None, None]:
    """Each submission's outcome as it is ready, its grades in the gradebook by then.

    What was graded from the same files by the same grader is not graded again, so that a run which
    was ended goes on where it stopped. A submission that cannot be graded changes nothing in the
    gradebook.

    Args:
        course: holds nbgrader_config.py.
        submissions: of one assignment.
        jobs: how many notebooks run at once on this machine.
        accept_weaker: whether to grade where the sandbox lacks layers that strangers' code needs.
        device: "cuda" asks functions on the graphics card as well.
        scheduler: the address of a Dask cluster on which they run instead.

    Raises:
        CannotGradeHere: where the sandbox or the cluster is not what it should be.
        OSError: where the system refuses what grading needs, such as room on a disk.
    """
    config = load_config(course)
    directory = course_directory(config)
    grader = Grader(directory, submissions[0].assignment, device)
    marks = {each.student: grader.mark(each) for each in submissions}  # before they are read
    left = []
    with open_gradebook(directory) as gradebook:
        add_indexes(gradebook)
        for each in submissions:
            if notebook := grader.graded(gradebook, each, marks[each.student]):
                yield Outcome(each, notebook, is_new=False)
            else:
                left.append(each)
    if not left:
        return
    # Closed here: what is left to the garbage collector may end the workers from their own thread.
    with closing(execute_all(course, left, jobs, accept_weaker, device, scheduler)) as outcomes:
        for outcome in outcomes:
            if outcome.notebook is not None:
                set_mark(outcome.notebook, marks[outcome.submission.student])
                try:
                    seconds = _record(config, outcome.submission, outcome.notebook)
                    outcome = replace(outcome, seconds={**outcome.seconds, **seconds})
                except Exception as error:  # whatever it is, the other submissions go on
                    outcome = not_saved(directory, outcome.submission, error)
            yield outcome


def execute(
    course: Path, submission: Submission, accept_weaker: bool = False, device: str = "cpu"
) -> Outcome:
    """Rebuilds and runs one notebook, with nbgrader's steps up to the saving of scores."""
    config = load_config(course)
    if accept_weaker:
        config.IsolatedExecute.accept_weaker = True
    config.IsolatedExecute.device = device
    before_saving, _ = _steps(config)
    try:
        submitted = read_submission(submission)
        notebook, seconds = _apply(before_saving, submitted, submission, config)
    except CannotGradeHere:
        raise
    except CannotGrade as problem:
        return Outcome(submission, problem=str(problem))
    except Exception as error:  # whatever it is, the other submissions go on
        refused = os_error(error, sqlite_file(course_directory(config)))
        if refused and refused.errno in OF_THE_DISK:
            raise refused from error  # it would be so for each of them
        return _failed(submission, "it could not be run", error)
    return Outcome(submission, notebook, seconds=seconds)


def not_saved(directory: Any, submission: Submission, error: Exception) -> Outcome:
    """What becomes of an executed submission where `save` raises `error`.

    Raises:
        OSError: where the system refused to save it, which is no fault of the submission's.
    """
    if refused := os_error(error, sqlite_file(directory)):
        raise refused from error
    return _failed(submission, "its scores could not be saved", error)


def _failed(submission: Submission, what: str, error: Exception) -> Outcome:
    return Outcome(submission, problem=f"{what}: {type(error).__name__}: {error}")


def execute_all(
    course: Path,
    submissions: list[Submission],
    jobs: int,
    accept_weaker: bool = False,
    device: str = "cpu",
    scheduler: str = "",
) -> Generator[Outcome, None, None]:
    """As `grade_all`, but all of them anew, and nothing is saved."""
    work = partial(execute, course, accept_weaker=accept_weaker, device=device)
    if scheduler:
        from autograders.grading.cluster import execute_on_cluster  # Dask is an extra

        return execute_on_cluster(work, submissions, scheduler, with_card=device == "cuda")
    return execute_in_processes(work, submissions, jobs)


def _steps(config: Config) -> tuple[list[type], list[type]]:
    """nbgrader's configured steps, before and from the saving of scores on."""
    autograde = Autograde(config=config)
    names = [*autograde.sanitize_preprocessors, *autograde.autograde_preprocessors]
    steps = [import_item(name) if isinstance(name, str) else name for name in names]
    at = next(k for k, step in enumerate(steps) if issubclass(step, SaveAutoGrades))
    return steps[:at], steps[at:]


def _apply(
    steps: Iterable[type],
    notebook: Any,
    submission: Submission,
    config: Config,
    handed_in: str | None = None,
) -> tuple[NotebookNode, dict[str, float]]:
    """The notebook after the steps, and how many seconds each took."""
    resources: dict[str, Any] = {
        "metadata": {"path": str(submission.folder)},
        "nbgrader": {
            "student": submission.student,
            "assignment": submission.assignment,
            "notebook": submission.assignment,
            "db_url": course_directory(config).db_url,
            "timestamp": handed_in,
        },
    }
    seconds: dict[str, float] = {}
    for step in steps:
        start = time.monotonic()
        notebook, resources = step(config=config)(notebook, resources)
        seconds[step.__name__] = seconds.get(step.__name__, 0) + time.monotonic() - start
    return notebook, seconds


def save(
    config: Config, submission: Submission, notebook: NotebookNode
) -> tuple[NotebookNode, dict[str, float]]:
    """Saves scores and penalties in the gradebook that `config` names; the notebook then, in which
    the lateness is noted, and how many seconds each step took."""
    _, from_saving_on = _steps(config)
    notebook, seconds = _apply(from_saving_on, notebook, submission, config, timestamp(submission))
    with open_gradebook(course_directory(config)) as gradebook:
        saved = gradebook.find_submission_notebook(*submission.in_gradebook)
        notebook.metadata.setdefault("course", NotebookNode())["lateness"] = lateness(saved)
    return notebook, seconds


def _record(config: Config, submission: Submission, notebook: NotebookNode) -> dict[str, float]:
    """Saves the scores, then the notebook that has them, each as a whole; how long each took."""
    notebook, seconds = save(config, submission, notebook)
    start = time.monotonic()
    graded = graded_notebook(course_directory(config), submission)
    beside = {TIMESTAMP: timestamp(submission), SECRET: _secret(submission)}
    files = {graded.with_name(name): text for name, text in beside.items() if text is not None}
    files[graded] = nbformat.writes(notebook)
    write_all({path: text.encode() for path, text in files.items()})
    return {**seconds, "write": time.monotonic() - start}


def _secret(submission: Submission) -> str | None:
    """What `nbgrader release_feedback` names the page by; None where it was not handed in by the
    exchange."""
    path = submission.folder / SECRET
    if not path.is_file() or path.is_symlink() or path.stat().st_size > 1000:
        return None
    text = path.read_text(encoding="utf-8", errors="replace").strip()
    return text if re.fullmatch(r"[0-9a-f]+", text) else None
