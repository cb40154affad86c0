"""What was handed in for an assignment, and the notebook in it."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from autograders.grading.submitted.recognizer import Recognizer
from autograders.notebook.file import (
    NoNotebook,
    NotebookFile,
    may_be_notebook,
    quoted,
    read_notebook,
)

SMALL = 1000  # bytes, of the files in which there is one line
TIMESTAMP, SECRET = "timestamp.txt", "submission_secret.txt"  # what `nbgrader submit` writes beside


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


def notebook_files(submission: Submission) -> list[Path]:
    """The file of the notebook, or, where none has that name, those that may be meant."""
    if _is_plain(submission.path):
        return [submission.path]
    there = sorted(submission.folder.iterdir())
    return [path for path in there if may_be_notebook(path.name) and _is_plain(path)]


def read_submission(submission: Submission, course: Path) -> NotebookFile:
    """The notebook that was handed in.

    Where no file has its name, the only one that holds cells of the assignment is taken for it.

    Args:
        course: holds the assignments' sources.

    Raises:
        NoNotebook: there is none, or several may be meant, or it cannot be read.
    """
    if _is_plain(submission.path):
        return _read(submission.path)
    found, others = [], []
    recognizer = Recognizer(course)
    for path in notebook_files(submission):
        try:
            file = _read(path)
        except NoNotebook as problem:
            others += [str(problem)] if ".ipynb" in path.name.casefold() else []
            continue
        whose = recognizer.assignment_of(file.notebook, submission.assignment)
        if whose == submission.assignment:
            found.append((quoted(path.name), file))
        else:
            what = f"is a notebook of {whose}" if whose else "holds no cell of an assignment"
            others.append(f"{quoted(path.name)} {what}")
    if len(found) == 1:
        return _renamed(*found[0], submission.path.name)
    if found:
        others = [f"leave one of {', '.join(name for name, _ in found)}"]
    there = "; ".join([f"there is no file {submission.path.name} in the submission", *others])
    raise NoNotebook(there)


def _read(path: Path) -> NotebookFile:
    try:
        return read_notebook(path)
    except OSError as error:
        raise NoNotebook(f"{quoted(path.name)} cannot be read: {error.strerror}") from error


def _is_plain(path: Path) -> bool:
    """Whether it is a file and no link; a pipe would never end."""
    return path.is_file() and not path.is_symlink()


def _renamed(name: str, file: NotebookFile, expected: str) -> NotebookFile:
    shown = re.sub(r"[^\w .,()-]", "?", name)  # the sentence is shown as Markdown too
    told = f"The notebook's file was called {shown}; it is taken for {expected}."
    return replace(file, repairs=(told, *file.repairs))
