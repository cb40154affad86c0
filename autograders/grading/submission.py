"""What was handed in for an assignment, and why a file of it cannot be graded."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbgrader.utils import parse_utc

LARGEST = 100_000_000  # bytes; nbgrader's own limit for a file
TIMESTAMP, SECRET = "timestamp.txt", "submission_secret.txt"  # what `nbgrader submit` writes beside


class CannotGrade(Exception):
    """A submission that is no notebook; the message says why, in words for the instructor."""


@dataclass(frozen=True)
class Submission:
    """One student's folder for one assignment; the notebook may not be there."""

    student: str
    assignment: str
    folder: Path

    @property
    def path(self) -> Path:
        """The file of the notebook, which bears the assignment's name."""
        return self.folder / f"{self.assignment}.ipynb"

    @property
    def in_gradebook(self) -> tuple[str, str, str]:
        """Notebook, assignment and student, as nbgrader's gradebook is asked for the notebook."""
        return self.assignment, self.assignment, self.student


@dataclass(frozen=True)
class Outcome:
    """A submission's executed notebook, or why there is none; and how many seconds each step of
    it took, by nbgrader's name of the step."""

    submission: Submission
    notebook: NotebookNode | None = None
    problem: str = ""
    is_new: bool = True  # False where it was graded already
    seconds: Mapping[str, float] = field(default_factory=dict)


def graded_notebook(directory: Any, submission: Submission) -> Path:
    """Where nbgrader's CourseDirectory `directory` has the graded notebook of a submission."""
    names = (directory.autograded_directory, submission.student, submission.assignment)
    return Path(directory.format_path(*names)) / submission.path.name


def find_submissions(submitted: Path, assignment: str) -> list[Submission]:
    """What lies in `submitted`/STUDENT/`assignment`, by student."""
    folders = sorted(path for path in submitted.glob(f"*/{assignment}") if path.is_dir())
    return [
        Submission(folder.parent.name, assignment, folder)
        for folder in folders
        if not folder.parent.name.startswith(".")
    ]


def timestamp(submission: Submission) -> str | None:
    """When it was handed in, as `nbgrader collect` notes it; None without a time there."""
    path = submission.folder / TIMESTAMP
    if not path.is_file():  # a pipe would never end
        return None
    try:
        text = path.read_text(encoding="utf-8").strip()
        parse_utc(text)
    except (OSError, ValueError, OverflowError):
        return None
    return text


def read_submission(submission: Submission) -> dict[str, Any]:
    """The JSON object in the notebook's file, with a list of cells but otherwise unchecked.

    Raises:
        CannotGrade: there is no such file, it cannot be read, or it is no notebook.
    """
    try:
        content = _read(submission)
    except OSError as error:
        raise CannotGrade(f"the file cannot be read: {error.strerror}") from error
    if not content.strip():
        raise CannotGrade("the file is empty")
    try:
        value = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise CannotGrade(f"the file is not JSON ({_where(error)})") from error
    if not _has_cells(value):
        raise CannotGrade("the file is JSON, but not a notebook: it has no list of cells")
    return value


def _read(submission: Submission) -> bytes:
    path = submission.path
    if not path.is_file() or path.is_symlink():
        others = sorted(other.name for other in submission.folder.glob("*.ipynb"))
        there = f"; there is {', '.join(others)}" if others else ""
        raise CannotGrade(f"there is no file {path.name} in the submission{there}")
    if path.stat().st_size > LARGEST:
        raise CannotGrade(f"the file is larger than {LARGEST // 1_000_000} MB")
    return path.read_bytes()


def _has_cells(value: Any) -> bool:
    """Whether this is a notebook of format 4, or of 2 or 3 with its worksheets."""
    return isinstance(value, dict) and (
        isinstance(value.get("cells"), list) or isinstance(value.get("worksheets"), list)
    )


def _where(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg}, line {error.lineno}"
    if isinstance(error, UnicodeDecodeError):
        return f"byte {error.start} is no text"
    return "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
