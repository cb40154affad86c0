"""nbgrader's configured steps, which a submission goes through one after the other."""

from __future__ import annotations

import time
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from nbformat import NotebookNode
from nbgrader.converters import Autograde
from nbgrader.preprocessors import AssignLatePenalties, SaveAutoGrades
from traitlets import import_item
from traitlets.config import Config

from autograders.grading.gradebook.course import course_directory
from autograders.grading.steps.rebuild import SUBMITTED
from autograders.grading.submitted.submission import Submission
from autograders.notebook.file import NotebookFile


def before_saving(config: Config) -> list[type]:
    """The steps up to the saving of scores."""
    return _split(config)[0]


def from_saving_on(config: Config) -> list[type]:
    """The step that saves scores, and those after it."""
    return _split(config)[1]


def assigns_penalties(step: object) -> bool:
    """Whether a step has to do with when a submission was handed in."""
    return isinstance(step, AssignLatePenalties)


def _split(config: Config) -> tuple[list[type], list[type]]:
    autograde = Autograde(config=config)
    names = [*autograde.sanitize_preprocessors, *autograde.autograde_preprocessors]
    steps = [import_item(name) if isinstance(name, str) else name for name in names]
    at = next(k for k, step in enumerate(steps) if issubclass(step, SaveAutoGrades))
    return steps[:at], steps[at:]


def apply(
    steps: Iterable[Any],
    notebook: NotebookNode,
    submission: Submission,
    config: Config,
    handed_in: datetime | None = None,
    file: NotebookFile | None = None,
) -> tuple[NotebookNode, dict[str, float]]:
    """The notebook after the steps, and how many seconds each took.

    Args:
        file: what was handed in, for the step that rebuilds the notebook from it.
    """
    resources: dict[str, Any] = {
        "metadata": {"path": str(submission.folder)},
        "nbgrader": {
            "student": submission.student,
            "assignment": submission.assignment,
            "notebook": submission.assignment,
            "db_url": course_directory(config).db_url,
            "handed_in": handed_in,
        },
        SUBMITTED: file,
    }
    seconds: dict[str, float] = {}
    for step in steps:
        start = time.monotonic()
        notebook, resources = step(notebook, resources)
        name = type(step).__name__
        seconds[name] = seconds.get(name, 0) + time.monotonic() - start
    return notebook, seconds
