"""Which submissions are graded already: the same files, by the same grader, with those scores."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.api import MissingEntry
from nbgrader.preprocessors import ClearSolutions, LockCells, SaveAutoGrades
from traitlets.config import Config

import autograders
import course_lib
from autograders.grading.deadlines.due_dates import deadlines
from autograders.grading.gradebook.course import CourseGradebook, course_directory, released_points
from autograders.grading.steps.configured import before_saving, from_saving_on
from autograders.grading.steps.execute import weights_beside
from autograders.grading.steps.scores import automatic_score, could_not_be_graded
from autograders.grading.submitted.hand_in import read_hand_in
from autograders.grading.submitted.submission import (
    HandIn,
    Submission,
    graded_notebook,
    notebook_files,
)
from autograders.notebook.file import LARGEST

LIBRARIES = ("nbgrader", "numpy", "torch")
TEMPLATE = (ClearSolutions, LockCells)  # steps of nbgrader's that template.py takes


class Grader:
    """What a submission's scores depend on beside the submission: the released assignment, the
    settings of what is done before they are saved, the course's code and the libraries' versions.
    When it was handed in is told here, and changes no score."""

    def __init__(self, config: Config, assignment: str, device: str = "cpu") -> None:
        self.directory = course_directory(config)
        digest = hashlib.sha256(repr(released_points(self.directory, assignment)).encode())
        digest.update(f"{code_digest()} {device} {_settings(config)}".encode())
        self._digest = digest.digest()
        self._clock = deadlines(self.directory, assignment).clock

    def know(self, submission: Submission) -> tuple[str | None, HandIn]:
        """The submission's mark, and when it was handed in."""
        before = _noted(graded_notebook(self.directory, submission))
        return self._mark(submission), read_hand_in(submission, self._clock, before)

    def _mark(self, submission: Submission) -> str | None:
        """Is the same as long as running it would give the same; None where there is none, or a
        file that cannot be read."""
        try:
            return self._digest_of(submission)
        except OSError:
            return None

    def _digest_of(self, submission: Submission) -> str | None:
        files = notebook_files(submission)
        if not files or any(path.stat().st_size > LARGEST for path in files):
            return None
        digest = hashlib.sha256(self._digest)
        _add(digest, [*files, *weights_beside(str(submission.folder))])
        return digest.hexdigest()

    def graded(
        self, gradebook: CourseGradebook, submission: Submission, mark: str | None
    ) -> NotebookNode | None:
        """The graded notebook of a submission that need not be run again, else None.

        Args:
            mark: the submission's.
        """
        path = graded_notebook(self.directory, submission)
        if mark is None or _noted(path).get("mark") != mark:
            return None
        notebook = nbformat.read(path, as_version=4)
        cells = [cell for cell in notebook.cells if utils.is_grade(cell)]
        if any(could_not_be_graded(cell) for cell in cells):
            return None
        scores = {cell.metadata.nbgrader["grade_id"]: automatic_score(cell) for cell in cells}
        try:
            saved = gradebook.find_submission_notebook(*submission.in_gradebook)
        except MissingEntry:
            return None
        grades = gradebook.grades_of(saved)
        as_saved = scores == {name: grade.auto_score for name, grade in grades.items()}
        return notebook if as_saved else None


def _noted(graded: Path) -> dict[str, Any]:
    """What was noted in a graded notebook; nothing where there is none."""
    try:
        noted = json.loads(graded.read_bytes())["metadata"].get("course", {})
    except (OSError, ValueError, KeyError):
        return {}
    return dict(noted)


def _settings(config: Config) -> str:
    """What nbgrader_config.py sets for the steps to the saving of scores, and for the making of the
    released form. What being late costs, zones and feedback are not among it."""
    saving = [step for step in from_saving_on(config) if issubclass(step, SaveAutoGrades)]
    steps = [*before_saving(config), *saving]
    names = sorted({name for step in (*steps, *TEMPLATE) for name in step.section_names()})
    sections = [(name, sorted(config.get(name, {}).items())) for name in names]
    return repr(([f"{step.__module__}.{step.__qualname__}" for step in steps], sections))


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


def set_fingerprint(notebook: NotebookNode, mark: str | None) -> None:
    """Notes in a graded notebook what it was graded from."""
    notebook.metadata.setdefault("course", NotebookNode())["mark"] = mark


def _add(digest: Any, files: Iterable[Path]) -> None:
    for file in files:
        if file.is_file():  # a pipe would never end
            content = file.read_bytes()
            digest.update(f"{file.name} {len(content)}\n".encode() + content)
