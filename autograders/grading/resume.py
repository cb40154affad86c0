"""Which submissions are graded already: the same files, by the same grader, with those scores."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.api import MissingEntry

import autograders
import course_lib
from autograders.grading.course import CourseGradebook, released_points
from autograders.grading.execute import weights_beside
from autograders.grading.gradebook import automatic_score, could_not_be_graded
from autograders.grading.late import deadlines, lateness
from autograders.grading.submission import LARGEST, TIMESTAMP, Submission, graded_notebook

LIBRARIES = ("nbgrader", "numpy", "torch")


class Grader:
    """What a submission's grade depends on beside the submission: the released assignment, the
    settings, the course's code and the libraries' versions."""

    def __init__(self, directory: Any, assignment: str, device: str = "cpu") -> None:
        self._directory = directory
        digest = hashlib.sha256(repr(released_points(directory, assignment)).encode())
        digest.update(f"{code_digest()} {device}".encode())
        _add(digest, [Path(directory.root, "nbgrader_config.py")])
        self._digest = digest.digest()
        self._deadlines = deadlines(directory, assignment)

    def mark(self, submission: Submission) -> str | None:
        """Is the same as long as grading would give the same; None where there is no notebook, or
        a file that cannot be read."""
        try:
            return self._mark(submission)
        except OSError:
            return None

    def _mark(self, submission: Submission) -> str | None:
        path = submission.path
        if not path.is_file() or path.is_symlink() or path.stat().st_size > LARGEST:
            return None
        beside = submission.folder / TIMESTAMP
        digest = hashlib.sha256(self._digest)
        digest.update(f"due {self._deadlines.of(submission.student)}\n".encode())
        _add(digest, [path, beside, *weights_beside(str(submission.folder))])
        return digest.hexdigest()

    def graded(
        self, gradebook: CourseGradebook, submission: Submission, mark: str | None
    ) -> NotebookNode | None:
        """The graded notebook of a submission that need not be graded again, else None.

        Args:
            mark: the submission's.
        """
        path = graded_notebook(self._directory, submission)
        if mark is None or not path.is_file():
            return None
        notebook = nbformat.read(path, as_version=4)
        if notebook.metadata.get("course", {}).get("mark") != mark:
            return None
        cells = [cell for cell in notebook.cells if utils.is_grade(cell)]
        if any(could_not_be_graded(cell) for cell in cells):
            return None
        scores = {cell.metadata.nbgrader["grade_id"]: automatic_score(cell) for cell in cells}
        try:
            saved = gradebook.find_submission_notebook(*submission.in_gradebook)
        except MissingEntry:
            return None
        grades = gradebook.grades_of(saved)
        if scores != {name: grade.auto_score for name, grade in grades.items()}:
            return None
        return notebook if notebook.metadata.course.get("lateness") == lateness(saved) else None


def code_digest() -> str:
    """Tells the course's code, the key of its hidden cases and the libraries' versions from
    others."""
    digest = hashlib.sha256()
    for name in LIBRARIES:
        digest.update(f"{name} {version(name)}\n".encode())
    for package in (autograders, course_lib):
        folder = Path(package.__path__[0])
        _add(digest, [*sorted(folder.rglob("*.py")), folder / "hidden" / "key"])
    return digest.hexdigest()


def set_mark(notebook: NotebookNode, mark: str | None) -> None:
    """Notes in a graded notebook what it was graded from."""
    notebook.metadata.setdefault("course", NotebookNode())["mark"] = mark


def _add(digest: Any, files: Iterable[Path]) -> None:
    for file in files:
        if file.is_file():  # a pipe would never end
            content = file.read_bytes()
            digest.update(f"{file.name} {len(content)}\n".encode() + content)
