"""Grading many submissions: workers run notebooks, one process writes the gradebook."""

from __future__ import annotations

import re
import time
from collections.abc import Generator
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import nbformat
from nbformat.v4 import new_notebook
from nbgrader.api import MissingEntry
from traitlets.config import Config

from autograders.grading.gradebook.backup import sqlite_file
from autograders.grading.gradebook.course import course_directory, load_config, open_gradebook
from autograders.grading.gradebook.indexes import add_indexes
from autograders.grading.limits import WORKER
from autograders.grading.run.resume import Grader, set_fingerprint
from autograders.grading.run.workers import Work, execute_in_processes
from autograders.grading.steps.configured import (
    apply,
    assigns_penalties,
    before_saving,
    from_saving_on,
)
from autograders.grading.steps.isolate import CannotGradeHere
from autograders.grading.steps.late import lateness
from autograders.grading.submitted.hand_in import note_hand_in
from autograders.grading.submitted.submission import (
    SECRET,
    SMALL,
    TIMESTAMP,
    Lateness,
    Outcome,
    Submission,
    graded_notebook,
    read_plain,
    read_submission,
)
from autograders.notebook.file import NoNotebook
from autograders.system.os_errors import OF_THE_DISK, os_error
from autograders.system.whole_files import write_all


def save_all(
    course: Path, outcomes: Generator[Outcome, None, None]
) -> Generator[Outcome, None, None]:
    """`outcomes` of `run_all`, given on once each one's grades and lateness are in the gradebook.

    A submission that cannot be graded changes nothing in the gradebook.
    """
    config = load_config(course)
    saving = Saving(config)
    with open_gradebook(course_directory(config)) as gradebook:
        add_indexes(gradebook)
    with closing(outcomes):
        for outcome in outcomes:
            if outcome.notebook is not None:
                try:
                    outcome = _record(saving, outcome)
                except Exception as error:  # whatever it is, the other submissions go on
                    outcome = not_saved(saving.directory, outcome.submission, error)
            yield outcome


def run_all(
    course: Path,
    submissions: list[Submission],
    jobs: int,
    accept_weaker: bool = False,
    device: str = "cpu",
    scheduler: str = "",
) -> Generator[Outcome, None, None]:
    """Each submission's outcome as it is ready; nothing is saved.

    What was graded from the same files by the same grader is not run again, so that a run which
    was ended goes on where it stopped.

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
    grader = Grader(load_config(course), submissions[0].assignment, device)
    known = {each.student: grader.know(each) for each in submissions}  # before they are read
    left = []
    with open_gradebook(grader.directory) as gradebook:
        for each in submissions:
            mark, hand_in = known[each.student]
            if notebook := grader.graded(gradebook, each, mark):
                yield Outcome(each, notebook, is_new=False, hand_in=hand_in)
            else:
                left.append(each)
    # Closed here: what is left to the garbage collector may end the workers from their own thread.
    work = partial(execute, course, accept_weaker=accept_weaker, device=device)
    with closing(_execute_all(work, left, jobs, device, scheduler)) as outcomes:
        for outcome in outcomes:
            mark, hand_in = known[outcome.submission.student]
            if outcome.notebook is not None:
                set_fingerprint(outcome.notebook, mark)
            yield replace(outcome, hand_in=hand_in)


def _execute_all(
    work: Work, submissions: list[Submission], jobs: int, device: str, scheduler: str
) -> Generator[Outcome, None, None]:
    if scheduler:
        from autograders.grading.run.cluster import execute_on_cluster  # Dask is an extra

        return execute_on_cluster(work, submissions, scheduler, with_card=device == "cuda")
    return execute_in_processes(work, submissions, jobs)


def execute(
    course: Path, submission: Submission, accept_weaker: bool = False, device: str = "cpu"
) -> Outcome:
    """Rebuilds and runs one notebook, with nbgrader's steps up to the saving of scores."""
    config = load_config(course)
    if accept_weaker:
        config.IsolatedExecute.accept_weaker = True
    config.IsolatedExecute.device = device
    steps = [step(config=config) for step in before_saving(config)]
    try:
        file = read_submission(submission, course)
        notebook, seconds = apply(steps, new_notebook(), submission, config, file=file)
    except CannotGradeHere:
        raise
    except NoNotebook as problem:
        return Outcome(submission, problem=str(problem))
    except MemoryError:
        return Outcome(submission, problem=f"it takes more than {WORKER >> 30} GiB of memory")
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


class Saving:
    """The steps that put an executed notebook into the gradebook that `config` names."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._steps = [step(config=config) for step in from_saving_on(config)]
        self._penalties = [step for step in self._steps if assigns_penalties(step)]
        self.directory = course_directory(config)

    def save(self, outcome: Outcome) -> Outcome:
        """Saves the scores of a notebook that was executed, and the lateness of any. Returns the
        outcome with the notebook, the lateness and the seconds as they are then."""
        assert outcome.hand_in
        was = self._lateness(outcome.submission)
        steps = self._steps if outcome.is_new else self._penalties
        notebook, seconds = apply(
            steps, outcome.notebook, outcome.submission, self._config, outcome.hand_in.time
        )
        return replace(
            outcome,
            notebook=notebook,
            seconds={**outcome.seconds, **seconds},
            was_late=was,
            is_late=self._lateness(outcome.submission),
        )

    def _lateness(self, submission: Submission) -> Lateness | None:
        with open_gradebook(self.directory) as gradebook:
            try:
                return lateness(gradebook.find_submission_notebook(*submission.in_gradebook))
            except MissingEntry:
                return None


def _record(saving: Saving, outcome: Outcome) -> Outcome:
    """Saves what there is of a submission, then the notebook that has it, each as a whole."""
    outcome = saving.save(outcome)
    start = time.monotonic()
    assert outcome.notebook
    assert outcome.hand_in
    graded = graded_notebook(saving.directory, outcome.submission)
    files: dict[Path, bytes] = {}
    text = "" if outcome.hand_in.problem else outcome.hand_in.text
    for name, said in {TIMESTAMP: text, SECRET: _secret(outcome.submission)}.items():
        beside = graded.with_name(name)
        if not said:
            beside.unlink(missing_ok=True)
        elif read_plain(beside, SMALL) != said.encode():
            files[beside] = said.encode()
    if note_hand_in(outcome.notebook, outcome.hand_in) or outcome.is_new:
        files[graded] = nbformat.writes(outcome.notebook).encode()
    write_all(files)
    return replace(outcome, seconds={**outcome.seconds, "write": time.monotonic() - start})


def _secret(submission: Submission) -> str:
    """What `nbgrader release_feedback` names the page by; "" where it was not handed in by the
    exchange."""
    content = read_plain(submission.folder / SECRET, SMALL) or b""
    text = content.decode("utf-8", errors="replace").strip()
    return text if re.fullmatch(r"[0-9a-f]+", text) else ""
