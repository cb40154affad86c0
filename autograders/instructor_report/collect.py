"""What the course's folders hold of a graded assignment: the gradebook's points, and of each graded
notebook what its checks found, how long it ran and its code."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbgrader.converters import Autograde
from traitlets.config import Config

from autograders.grading.gradebook.course import course_directory, open_gradebook
from autograders.grading.steps.scores import waits
from autograders.grading.steps.template import build_template
from autograders.instructor_report.found import Findings, read_findings

# What stands in the output of a cell that hung or ended its process, on each road.
STOPPED = ("CellTimeout", "ProcessDied", "CellTimeoutError", "DeadKernelError")


@dataclass(frozen=True)
class Task:
    """A graded cell: its id, its points and the section of the notebook that it stands in."""

    name: str
    points: float
    section: str


@dataclass(frozen=True)
class Graded:
    """One student's work.

    `scores` has None where a person's points are missing. `findings` holds what the checks of
    exercises found, by exercise, and `texts` what they printed; `stopped` names the graded cells
    that did not come to their end; `code` is the source of the cells that a student can change.
    """

    student: str
    scores: Mapping[str, float | None]
    findings: Mapping[str, Findings] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    stopped: tuple[str, ...] = ()
    code: str = ""
    page: Path | None = None  # what a link leads to

    @property
    def points(self) -> float:
        """The sum of the scores that are there."""
        return sum(score for score in self.scores.values() if score is not None)


@dataclass(frozen=True)
class Collected:
    """An assignment with all that was graded of it, by student."""

    assignment: str
    tasks: tuple[Task, ...]
    template: str  # the code of the released notebook
    graded: tuple[Graded, ...]
    pseudonyms: bool = False

    def without_names(self) -> Collected:
        """The same with pseudonyms, dealt at random, in their order, and nothing that leads to a
        student: no page to link to, and no text that an answer may have had a part in."""
        width = len(str(len(self.graded)))
        numbers = random.SystemRandom().sample(range(1, len(self.graded) + 1), len(self.graded))
        renamed = [
            replace(each, student=f"Student {number:0{width}}", texts={}, page=None)
            for number, each in zip(numbers, self.graded, strict=True)
        ]
        graded = tuple(sorted(renamed, key=lambda each: each.student))
        return replace(self, graded=graded, pseudonyms=True)


def collect(config: Config, assignment: str) -> Collected:
    """Reads the gradebook and the graded notebooks of a released assignment."""
    directory = course_directory(config)
    parent = Autograde(config=config)
    released = build_template(parent, directory.db_url, assignment, assignment)
    graded = tuple(
        _graded(directory, assignment, student, scores)
        for student, scores in _scores(directory, assignment).items()
    )
    code = [cell.source for cell in released.cells if cell.cell_type == "code"]
    return Collected(assignment, _tasks(released), "\n".join(code), graded)


def _tasks(released: NotebookNode) -> tuple[Task, ...]:
    tasks = []
    section = ""
    for cell in released.cells:
        if cell.cell_type == "markdown":
            for heading in re.findall(r"^## (?:\d+ · )?(.+)$", cell.source, re.MULTILINE):
                section = heading
        settings = cell.metadata.get("nbgrader", {})
        if settings.get("grade"):
            tasks.append(Task(settings["grade_id"], float(settings["points"]), section))
    return tuple(tasks)


def _scores(directory: Any, assignment: str) -> dict[str, dict[str, float | None]]:
    """Student -> graded cell -> its score, None where a person must give it."""
    with open_gradebook(directory) as gradebook:
        submissions = gradebook.assignment_submissions(assignment)
        return {
            submitted.student.id: {
                grade.name: None if waits(grade) else grade.score
                for notebook in submitted.notebooks
                for grade in notebook.grades
            }
            for submitted in sorted(submissions, key=lambda submitted: submitted.student.id)
        }


def _graded(
    directory: Any, assignment: str, student: str, scores: dict[str, float | None]
) -> Graded:
    def folder(place: str) -> Path:
        return Path(directory.format_path(place, student, assignment))

    notebook = folder(directory.autograded_directory) / f"{assignment}.ipynb"
    feedback = folder(directory.feedback_directory) / f"{assignment}.html"
    try:
        cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    except (OSError, ValueError, KeyError):
        return Graded(student, scores)
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    checks = {_settings(cell)["grade_id"]: cell for cell in code if _settings(cell).get("grade")}
    found = {name: read_findings(cell["outputs"], name) for name, cell in checks.items()}
    return Graded(
        student,
        scores,
        {name: what for name, what in found.items() if what is not None},
        {name: _printed(cell) for name, cell in checks.items()},
        tuple(name for name, cell in checks.items() if _was_stopped(cell)),
        "\n".join(_source(cell) for cell in code if not _settings(cell).get("locked")),
        feedback if feedback.is_file() else notebook,
    )


def _printed(cell: dict[str, Any]) -> str:
    streams = [o for o in cell.get("outputs", []) if o.get("output_type") == "stream"]
    return "".join("".join(stream["text"]) for stream in streams)


def _was_stopped(cell: dict[str, Any]) -> bool:
    return any(output.get("ename") in STOPPED for output in cell["outputs"])


def _settings(cell: dict[str, Any]) -> dict[str, Any]:
    settings: dict[str, Any] = cell["metadata"].get("nbgrader", {})
    return settings


def _source(cell: dict[str, Any]) -> str:
    return "".join(cell["source"])
