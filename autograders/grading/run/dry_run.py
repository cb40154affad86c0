"""What grading again would change, and why: it is saved in a copy of the gradebook."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.api import Grade, MissingEntry
from rich.table import Table
from rich.text import Text
from traitlets.config import Config

from autograders.grading.deadlines.due_dates import deadlines
from autograders.grading.gradebook.backup import copy_to
from autograders.grading.gradebook.course import CourseGradebook, course_directory, open_gradebook
from autograders.grading.run.autograde import Saving, not_saved
from autograders.grading.steps.late import told
from autograders.grading.steps.scores import automatic_score
from autograders.grading.submitted.submission import Outcome, graded_notebook
from autograders.system.os_errors import naming

MOST_REASONS = 4


@dataclass(frozen=True)
class Change:
    """The automatic score of one student's cell, as it is and as it would be; None where it has
    none. A score that a person gave stays above it: `by_hand` is that score. What being late costs
    is told the same way, below zero."""

    student: str
    cell: str
    before: float | None
    after: float | None
    by_hand: float | None
    why: str


def changes_of(
    config: Config, outcomes: Iterable[Outcome]
) -> Iterator[tuple[Outcome, list[Change]]]:
    """Each outcome, and what saving it would change.

    Args:
        config: nbgrader's, of the course.

    Raises:
        OSError: where the system refuses what that needs, such as room for the copy.
    """
    directory = course_directory(config)
    elsewhere = deepcopy(config)
    with TemporaryDirectory() as folder, open_gradebook(directory) as gradebook:
        copy = Path(folder, "gradebook.db")
        with naming(copy):
            copy_to(directory, copy)
        elsewhere.CourseDirectory.db_url = f"sqlite:///{copy}"
        saving = Saving(elsewhere)
        for outcome in outcomes:
            if outcome.notebook is None:
                yield outcome, []
                continue
            try:
                saved = saving.save(outcome)
            except Exception as error:  # whatever it is, the other submissions go on
                yield not_saved(course_directory(elsewhere), outcome.submission, error), []
            else:
                changes = _of_scores(gradebook, directory, saved) if outcome.is_new else []
                yield outcome, [*changes, *_of_lateness(directory, saved)]


def _of_scores(gradebook: CourseGradebook, directory: Any, after: Outcome) -> list[Change]:
    submission = after.submission
    graded = graded_notebook(directory, submission)
    before = nbformat.read(graded, as_version=4) if graded.is_file() else None
    try:
        grades = gradebook.grades_of(gradebook.find_submission_notebook(*submission.in_gradebook))
    except MissingEntry:
        grades = {}
    return _of_cells(submission.student, grades, _cells(before), _cells(after.notebook))


def _of_lateness(directory: Any, after: Outcome) -> list[Change]:
    assert after.is_late
    was = after.was_late.penalty if after.was_late else 0.0
    if after.is_late.penalty == was:
        return []
    student, assignment = after.submission.student, after.submission.assignment
    why = told(after.is_late, deadlines(directory, assignment).clock)
    return [Change(student, "being late", 0 - was, 0 - after.is_late.penalty, None, why)]


def _of_cells(
    student: str,
    grades: Mapping[str, Grade],
    before: Mapping[str, NotebookNode],
    after: Mapping[str, NotebookNode],
) -> list[Change]:
    changes = [
        Change(student, name, score, None, None, "the cell is no more there")
        for name, cell in before.items()
        if name not in after and (score := automatic_score(cell)) is not None
    ]
    for name, cell in after.items():
        grade = grades.get(name)
        old = grade.auto_score if grade else None
        new = automatic_score(cell)
        if new != old:
            why = _why(before.get(name), cell) if grade else "it was not graded before"
            changes.append(Change(student, name, old, new, grade and grade.manual_score, why))
    return changes


def changes_table(assignment: str, changes: Iterable[Change]) -> Table:
    """A row for each change."""
    table = Table(title=f"What grading {assignment} again would change")
    for column in ("Student", "cell"):
        table.add_column(column, no_wrap=True)
    for column in ("is", "would be"):
        table.add_column(column, justify="right", no_wrap=True)
    table.add_column("why")
    for change in sorted(changes, key=lambda change: (change.student, change.cell)):
        stays = f" ({change.by_hand:g} given by hand stays)" if change.by_hand is not None else ""
        table.add_row(
            Text(change.student),  # no markup in what a student may have named
            change.cell,
            _shown(change.before),
            _shown(change.after),
            Text(f"{change.why}{stays}"),
        )
    return table


def _cells(notebook: NotebookNode | None) -> dict[str, NotebookNode]:
    cells = notebook.cells if notebook else []
    return {cell.metadata.nbgrader["grade_id"]: cell for cell in cells if utils.is_grade(cell)}


def _why(before: NotebookNode | None, after: NotebookNode) -> str:
    """The points if those are others, and the lines that the cell puts out now and did not when
    it was graded."""
    if before is None:
        return "the cell was not there when it was graded"
    was, worth = (float(cell.metadata.nbgrader["points"]) for cell in (before, after))
    told = [f"the cell is worth {worth:g} instead of {was:g}"] if worth != was else []
    old = set(_lines(before))
    told += [" ".join(line.split()) for line in _lines(after) if line not in old]
    more = f"; {len(told) - MOST_REASONS} lines more" if len(told) > MOST_REASONS else ""
    return "; ".join(told[:MOST_REASONS]) + more or "the cell puts out the same"


def _lines(cell: NotebookNode) -> list[str]:
    """What was printed by or happened in the cell, by line, without its score."""
    lines: list[str] = []
    for output in cell.get("outputs", []):
        if output.output_type == "stream":
            lines += [line for line in output.text.splitlines() if line.strip()]
        elif output.output_type == "error":
            lines.append(f"{output.ename}: {output.evalue}")
    return lines


def _shown(score: float | None) -> str:
    return "none" if score is None else f"{score:g}"
