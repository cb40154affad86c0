"""nbgrader's feedback pages for all graded submissions."""

from __future__ import annotations

import gc
import glob
import logging
import multiprocessing
import sys
import warnings
from collections.abc import Generator, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbgrader.converters import GenerateFeedback, NbGraderException
from traitlets.config import Config

from autograders.grading.feedback.page import is_final
from autograders.grading.gradebook.backup import sqlite_file
from autograders.grading.gradebook.course import course_directory, load_config
from autograders.grading.run.workers import end_with_parent
from autograders.system.os_errors import os_error
from autograders.system.whole_files import require_writable


@dataclass(frozen=True)
class Page:
    """One student's feedback folder, or why there is none."""

    student: str
    folder: Path
    problem: str = ""
    is_final: bool = True  # False where a task on it waits for a person


def graded_students(directory: Any, assignment: str) -> list[str]:
    """Those with a graded notebook of the assignment."""
    graded = Path(directory.root, directory.autograded_directory)
    notebooks = graded.glob(f"*/{assignment}/{assignment}.ipynb")
    return sorted(path.parents[1].name for path in notebooks)


def write_feedback(
    course: Path, assignment: str, students: list[str], jobs: int
) -> Generator[Page, None, None]:
    """Writes each student's page anew, and says so as it is ready.

    Raises:
        OSError: where the system refuses one.
    """
    require_writable(course / "feedback")
    gc.freeze()  # what is loaded stays: pages take a seventh less time if it is not gone over
    # A fork has nbgrader loaded; made here and not at the first page, when there may be threads.
    how = multiprocessing.get_context("fork" if sys.platform == "linux" else None)
    pool = ProcessPoolExecutor(min(jobs, len(students)), how, initializer=end_with_parent)
    running = [pool.submit(_write_page, course, assignment, student) for student in students]
    return _as_ready(pool, running)


def _as_ready(
    pool: ProcessPoolExecutor, running: list[Future[Page]]
) -> Generator[Page, None, None]:
    try:
        for future in as_completed(running):
            yield future.result()
    finally:
        pool.shutdown(cancel_futures=True)


class _Generate(GenerateFeedback):
    """nbgrader's, which says of no failure what it was: here it keeps what the system refused."""

    refused: OSError | None = None

    def init_assignment(self, assignment_id: str, student_id: str) -> None:
        with self._keeping():
            super().init_assignment(assignment_id, student_id)

    def convert_single_notebook(self, notebook_filename: str) -> None:
        with self._keeping():
            super().convert_single_notebook(notebook_filename)

    @contextmanager
    def _keeping(self) -> Iterator[None]:
        try:
            yield
        except Exception as error:
            self.refused = os_error(error, sqlite_file(self.coursedir))
            raise


def _write_page(course: Path, assignment: str, student: str) -> Page:
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    config = load_config(course)
    only = {"student_id": glob.escape(student), "assignment_id": assignment}
    config.merge(Config(CourseDirectory=only))
    directory = course_directory(config)
    names = (directory.feedback_directory, student, assignment)
    folder = Path(directory.format_path(*names))
    generate = _Generate(coursedir=directory, config=config, force=True)
    try:
        generate.start()
    except NbGraderException as error:
        if generate.refused:
            generate.refused.filename = generate.refused.filename or str(folder)
            raise generate.refused from error
        return Page(student, folder, f"nbgrader could not write it: {error}")
    pages = folder.glob("*.html")
    return Page(student, folder, is_final=all(is_final(page) for page in pages))
