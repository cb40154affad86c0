"""nbgrader's feedback pages for all graded submissions."""

from __future__ import annotations

import gc
import glob
import logging
import multiprocessing
import sys
import threading
import warnings
from collections.abc import Generator, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from nbgrader.converters import GenerateFeedback, NbGraderException
from traitlets.config import Config

from autograders.grading.feedback.page import is_final
from autograders.grading.gradebook.backup import sqlite_file
from autograders.grading.gradebook.course import course_directory, load_config
from autograders.grading.limits import PAGE, PAGE_SECONDS, limit_memory, limited_time
from autograders.grading.run.workers import KILLED, end_with_parent, in_processes
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
    first = [_pool(min(jobs, len(students)))]  # not at the first page, when there may be threads

    def pool(processes: int) -> ProcessPoolExecutor:
        return first.pop() if first else _pool(processes)

    def killed(student: str) -> Page:
        return Page(student, _folder(course, assignment, student), KILLED)

    write = partial(_write_page, course, assignment)
    return in_processes(pool, write, students, jobs, killed)


def _pool(processes: int) -> ProcessPoolExecutor:
    """Its processes run already, so that a fork, which has nbgrader loaded, has no other threads;
    where there are some they are fresh ones."""
    may_fork = sys.platform == "linux" and threading.active_count() == 1
    how = multiprocessing.get_context("fork" if may_fork else "spawn")
    pool = ProcessPoolExecutor(processes, how, initializer=_settle)
    pool.submit(int)
    return pool


def _settle() -> None:
    end_with_parent()
    limit_memory(PAGE)


class _Generate(GenerateFeedback):
    """nbgrader's, which says of no failure what it was: here it keeps what the system refused, or
    which limit was passed."""

    refused: OSError | None = None
    exceeded = ""

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
        except MemoryError:
            self.exceeded = f"its page takes more than {PAGE >> 30} GiB of memory"
            raise
        except TimeoutError as error:
            self.exceeded = f"its page was not made: {error}"
            raise
        except Exception as error:
            self.refused = os_error(error, sqlite_file(self.coursedir))
            raise


def _folder(course: Path, assignment: str, student: str) -> Path:
    directory = course_directory(load_config(course))
    return Path(directory.format_path(directory.feedback_directory, student, assignment))


def _write_page(course: Path, assignment: str, student: str) -> Page:
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    config = load_config(course)
    only = {"student_id": glob.escape(student), "assignment_id": assignment}
    config.merge(Config(CourseDirectory=only))
    directory = course_directory(config)
    folder = _folder(course, assignment, student)
    generate = _Generate(coursedir=directory, config=config, force=True)
    try:
        with limited_time(PAGE_SECONDS):
            generate.start()
    except NbGraderException as error:
        if generate.exceeded:
            return Page(student, folder, generate.exceeded)
        if generate.refused:
            generate.refused.filename = generate.refused.filename or str(folder)
            raise generate.refused from error
        return Page(student, folder, f"nbgrader could not write it: {error}")
    pages = folder.glob("*.html")
    return Page(student, folder, is_final=all(is_final(page) for page in pages))
