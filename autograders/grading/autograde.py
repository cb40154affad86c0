"""Grading many submissions: workers run notebooks, one process writes the gradebook."""

from __future__ import annotations

import logging
import multiprocessing
import os
import tempfile
import threading
import warnings
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader.converters import Autograde
from nbgrader.preprocessors import SaveAutoGrades
from nbgrader.utils import parse_utc
from sqlalchemy.exc import SAWarning
from traitlets import import_item
from traitlets.config import Config

from autograders.grading.course import course_directory, load_config, open_gradebook
from autograders.grading.isolate import CannotGradeHere
from autograders.grading.resume import Grader, set_mark
from autograders.grading.submission import (
    CannotGrade,
    Submission,
    graded_notebook,
    read_submission,
)
from autograders.whole_files import write_whole


@dataclass(frozen=True)
class Outcome:
    """A submission's executed notebook, or why there is none."""

    submission: Submission
    notebook: NotebookNode | None = None
    problem: str = ""
    is_new: bool = True  # False where it was graded already


def grade_all(
    course: Path, submissions: list[Submission], jobs: int, accept_weaker: bool = False
) -> Iterator[Outcome]:
    """Each submission's outcome as it is ready, its grades in the gradebook by then.

    What was graded from the same files by the same grader is not graded again, so that a run which
    was ended goes on where it stopped. A submission that cannot be graded changes nothing in the
    gradebook.

    Args:
        course: holds nbgrader_config.py.
        submissions: of one assignment.
        jobs: how many notebooks run at once.
        accept_weaker: whether to grade where the sandbox lacks layers that strangers' code needs.

    Raises:
        CannotGradeHere: where the sandbox is not what it should be.
    """
    config = load_config(course)
    directory = course_directory(config)
    grader = Grader(directory, submissions[0].assignment)
    with open_gradebook(directory) as gradebook:
        marks = {each.student: grader.mark(each) for each in submissions}  # before they are read
        graded = {
            each.student: grader.graded(gradebook, each, marks[each.student])
            for each in submissions
        }
    yield from (
        Outcome(each, graded[each.student], is_new=False)
        for each in submissions
        if graded[each.student]
    )
    left = [each for each in submissions if not graded[each.student]]
    for outcome in execute_all(course, left, jobs, accept_weaker) if left else ():
        if outcome.notebook is not None:
            set_mark(outcome.notebook, marks[outcome.submission.student])
            try:
                _record(config, outcome.submission, outcome.notebook)
            except Exception as error:  # whatever it is, the other submissions go on
                outcome = _failed(outcome.submission, "its scores could not be saved", error)
        yield outcome


def execute(course: Path, submission: Submission, accept_weaker: bool = False) -> Outcome:
    """Rebuilds and runs one notebook, with nbgrader's steps up to the saving of scores."""
    config = load_config(course)
    if accept_weaker:
        config.IsolatedExecute.accept_weaker = True
    before_saving, _ = _steps(config)
    try:
        submitted = read_submission(submission)
        notebook = _apply(before_saving, submitted, submission, config)
    except CannotGradeHere:
        raise
    except CannotGrade as problem:
        return Outcome(submission, problem=str(problem))
    except Exception as error:  # whatever it is, the other submissions go on
        return _failed(submission, "it could not be run", error)
    return Outcome(submission, notebook)


def _failed(submission: Submission, what: str, error: Exception) -> Outcome:
    return Outcome(submission, problem=f"{what}: {type(error).__name__}: {error}")


def execute_all(
    course: Path, submissions: list[Submission], jobs: int, accept_weaker: bool = False
) -> Iterator[Outcome]:
    """As `grade_all`, but nothing is saved.

    Executes in `jobs` processes; where one of those is killed, what was in work then gets another
    try, each alone, and the others go on.
    """
    work = partial(execute, course, accept_weaker=accept_weaker)
    waiting = deque(submissions)
    with TemporaryDirectory(prefix="grading-", ignore_cleanup_errors=True) as scratch:
        while waiting:
            with _pool(min(jobs, len(waiting)), scratch) as pool:
                unfinished = yield from _execute_until_broken(pool, work, waiting, 2 * jobs)
            alone = deque(unfinished)
            while alone:
                with _pool(1, scratch) as pool:
                    for submission in (yield from _execute_until_broken(pool, work, alone, 1)):
                        problem = "the process that ran it was killed, perhaps for want of memory"
                        yield Outcome(submission, problem=problem)


def _execute_until_broken(
    pool: ProcessPoolExecutor,
    work: Callable[[Submission], Outcome],
    waiting: deque[Submission],
    most: int,
) -> Generator[Outcome, None, list[Submission]]:
    """Takes submissions off `waiting`, at most `most` at a time, until none is left or a worker is
    killed. Returns those that were not finished then: one of them may have been the cause."""
    running: dict[Future[Outcome], Submission] = {}
    try:
        while waiting or running:
            while waiting and len(running) < most:
                running[pool.submit(work, waiting[0])] = waiting[0]
                waiting.popleft()
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                outcome = future.result()
                del running[future]
                yield outcome
    except BrokenProcessPool:
        pass
    finally:
        pool.shutdown(cancel_futures=True)
    return list(running.values())


def _pool(processes: int, scratch: str) -> ProcessPoolExecutor:
    """Fresh processes, not forks: what nbgrader and its kernels' threads hold stays here."""
    spawn = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(processes, spawn, initializer=_settle, initargs=(scratch,))


def _settle(scratch: str) -> None:
    """A worker's start: what it leaves behind when killed goes with `scratch`."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    tempfile.tempdir = scratch
    logging.disable(logging.CRITICAL)  # a cell that timed out is told in its output
    warnings.simplefilter("ignore")


def _end_with_parent() -> None:
    """A worker whose parent is killed would wait for its next submission for ever."""
    parent = multiprocessing.parent_process()
    assert parent
    parent.join()
    os._exit(1)


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
    timestamp: str | None = None,
) -> NotebookNode:
    resources: dict[str, Any] = {
        "metadata": {"path": str(submission.folder)},
        "nbgrader": {
            "student": submission.student,
            "assignment": submission.assignment,
            "notebook": submission.assignment,
            "db_url": course_directory(config).db_url,
            "timestamp": timestamp,
        },
    }
    for step in steps:
        notebook, resources = step(config=config)(notebook, resources)
    return notebook


def _record(config: Config, submission: Submission, notebook: NotebookNode) -> None:
    """Saves the scores, then the notebook that has them, each as a whole."""
    _, from_saving_on = _steps(config)
    timestamp = _timestamp(submission)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SAWarning)  # nbgrader's order of building a submission
        notebook = _apply(from_saving_on, notebook, submission, config, timestamp)
    graded = graded_notebook(course_directory(config), submission)
    write_whole(graded, nbformat.writes(notebook).encode())
    if timestamp is not None:
        write_whole(graded.with_name("timestamp.txt"), timestamp.encode())


def _timestamp(submission: Submission) -> str | None:
    """When it was handed in, as `nbgrader collect` notes it; None if that is not there."""
    path = submission.folder / "timestamp.txt"
    if not path.is_file():  # a pipe would never end
        return None
    try:
        text = path.read_text(encoding="utf-8").strip()
        parse_utc(text)
    except (OSError, ValueError, OverflowError):
        return None
    return text
