"""What was handed in for an assignment, and the notebook in it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbgrader.utils import parse_utc

from autograders.grading.recognizer import Recognizer
from autograders.notebook.file import (
    NoNotebook,
    NotebookFile,
    may_be_notebook,
    quoted,
    read_notebook,
)

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
        return read_notebook(submission.path)
    found, others = [], []
    recognizer = Recognizer(course)
    for path in notebook_files(submission):
        try:
            file = read_notebook(path)
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


def _is_plain(path: Path) -> bool:
    """Whether it is a file and no link; a pipe would never end."""
    return path.is_file() and not path.is_symlink()


def _renamed(name: str, file: NotebookFile, expected: str) -> NotebookFile:
    shown = re.sub(r"[^\w .,()-]", "?", name)  # the sentence is shown as Markdown too
    told = f"The notebook's file was called {shown}; it is taken for {expected}."
    return replace(file, repairs=(told, *file.repairs))
