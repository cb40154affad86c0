"""What was handed in for an assignment, and why a file of it cannot be graded."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

LARGEST = 100_000_000  # bytes; nbgrader's own limit for a file
SMALL = 1000  # bytes, of the files in which there is one line
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
class HandIn:
    """When a submission was handed in, in UTC and None where no time is known, and a digest of the
    work in it. The same work handed in again has the time of the first."""

    time: datetime | None = None
    work: str = ""
    again: datetime | None = None  # when, where it is the same work as before
    text: str = ""  # what stands in its timestamp.txt
    problem: str = ""  # why there is no time in that


@dataclass(frozen=True)
class Lateness:
    """When a notebook was handed in and was due for its student, in UTC and None where it is not
    known, and how many points being late costs."""

    handed_in: datetime | None
    due: datetime | None
    penalty: float


@dataclass(frozen=True)
class Outcome:
    """A submission's executed notebook, or why there is none; when it was handed in; how late it
    is and was before, once that is saved; and how many seconds each step of it took, by nbgrader's
    name of the step."""

    submission: Submission
    notebook: NotebookNode | None = None
    problem: str = ""
    is_new: bool = True  # False where it was graded already
    seconds: Mapping[str, float] = field(default_factory=dict)
    hand_in: HandIn | None = None  # None as long as the notebook is only executed
    is_late: Lateness | None = None
    was_late: Lateness | None = None


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


def read_timestamp(folder: Path) -> str:
    """What the submission in `folder` says of when it was handed in; "" without a file for it."""
    content = read_plain(folder / TIMESTAMP, SMALL) or b""
    utf_16 = content.startswith((b"\xff\xfe", b"\xfe\xff"))  # of Windows' own shell
    return content.decode("utf-16" if utf_16 else "utf-8-sig", errors="replace").strip()


def read_plain(path: Path, most: int) -> bytes | None:
    """The content of a file in a folder that may be a student's; None where it is no plain file or
    has more than `most` bytes."""
    try:
        opened = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)  # a pipe never ends
    except (OSError, ValueError):
        return None
    with open(opened, "rb") as file:
        content = file.read(most + 1) if stat.S_ISREG(os.fstat(opened).st_mode) else None
    return content if content is None or len(content) <= most else None


def read_submission(submission: Submission) -> dict[str, Any]:
    """The JSON object in the notebook's file, with a list of cells but otherwise unchecked.

    Raises:
        CannotGrade: there is no such file, or it is no notebook.
    """
    path = submission.path
    if not path.is_file() or path.is_symlink():
        others = sorted(other.name for other in submission.folder.glob("*.ipynb"))
        there = f"; there is {', '.join(others)}" if others else ""
        raise CannotGrade(f"there is no file {path.name} in the submission{there}")
    if path.stat().st_size > LARGEST:
        raise CannotGrade(f"the file is larger than {LARGEST // 1_000_000} MB")
    content = path.read_bytes()
    if not content.strip():
        raise CannotGrade("the file is empty")
    try:
        value = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise CannotGrade(f"the file is not JSON ({_where(error)})") from error
    if not _has_cells(value):
        raise CannotGrade("the file is JSON, but not a notebook: it has no list of cells")
    return value


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
