"""From the outputs of an executed notebook to scores: only what is surely a score counts."""

from __future__ import annotations

import re
import warnings
from typing import Any

from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.preprocessors import NbGraderPreprocessor, SaveAutoGrades
from sqlalchemy.exc import SAWarning
from traitlets import Enum

from autograders.grading.gradebook.course import CourseGradebook
from autograders.grading.gradebook.transaction import one_transaction
from autograders.grading.steps.execute import error_output
from autograders.grading.steps.isolate import unproved

CHECK = re.compile(r"\s*(check|predict|breaks)\(.*\)\s*")
NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?(e[+-]?[0-9]+)?")


class ScoreContract(NbGraderPreprocessor):
    """Turns the output of a graded code cell that is no score into an error, which earns nothing.

    nbgrader by itself gives full points for no output, NaN, True, negatives and tensors, and gives
    up the submission for a number above the points.
    """

    def preprocess_cell(
        self, cell: NotebookNode, resources: dict[str, Any], index: int
    ) -> tuple[NotebookNode, dict[str, Any]]:
        if cell.cell_type == "code" and utils.is_grade(cell) and not utils.is_solution(cell):
            failed = any(output.output_type == "error" for output in cell.outputs)
            fault = None if failed else _fault(cell)
            if failed or fault:
                kept = [o for o in cell.outputs if o.output_type != "execute_result"]
                cell.outputs = kept + ([error_output("NoScore", fault)] if fault else [])
        return cell, resources


class SaveGrades(SaveAutoGrades):
    """nbgrader's, in one transaction with the student and the submission themselves, and with a
    third verdict: a fault of the course's own gives no automatic score and asks for a person. So
    does an answer of which it is not proved that it is made of what its exercise allows; what it
    earned is kept as a proposal."""

    unproved = Enum(
        ("wait", "stand"),
        "wait",
        help="Whether points of answers that are not proved wait for a person or stand.",
    ).tag(config=True)

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        names = resources["nbgrader"]
        self.where = (names["notebook"], names["assignment"], names["student"])
        with CourseGradebook(names["db_url"]) as self.gradebook, one_transaction(self.gradebook):
            self.gradebook.update_or_create_student(names["student"])
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", SAWarning)  # nbgrader's order of building it
                self.gradebook.update_or_create_submission(*self.where[1:])
            notebook = self.gradebook.find_submission_notebook(*self.where)
            self.grades = self.gradebook.grades_of(notebook)
            self.comments = self.gradebook.comments_of(notebook)
            self.waiting = unproved(nb) if self.unproved == "wait" else {}
            for index, cell in enumerate(nb.cells):
                self.preprocess_cell(cell, resources, index)
        return nb, resources

    def _add_score(self, cell: NotebookNode, resources: dict[str, Any]) -> None:
        name = cell.metadata.nbgrader["grade_id"]
        grade = self.grades.get(name) or self.gradebook.find_grade(name, *self.where)  # or raises
        score = automatic_score(cell)
        grade.auto_score = score
        is_proposed = name in self.waiting and bool(score)
        grade.needs_manual_grade = score is None or grade.manual_score is not None or is_proposed

    def _add_comment(self, cell: NotebookNode, resources: dict[str, Any]) -> None:
        name = cell.metadata.nbgrader["grade_id"]
        comment = self.comments.get(name) or self.gradebook.find_comment(name, *self.where)
        as_released = cell.metadata.nbgrader.get("checksum") == utils.compute_checksum(cell)
        unanswered = as_released and not utils.is_task(cell)
        comment.auto_comment = "No response." if unanswered else None


def waits(grade: Any) -> bool:
    """Whether a task of the gradebook has no points before a person gives them."""
    return _is_open(grade) and grade.manual_score is None


def is_to_confirm(grade: Any) -> bool:
    """Whether its points by hand count, and are from before the task was graded again."""
    return _is_open(grade) and grade.manual_score is not None


def _is_open(grade: Any) -> bool:
    return grade.needs_manual_grade or (grade.auto_score is None and grade.manual_score is None)


def automatic_score(cell: NotebookNode) -> float | None:
    """What an executed cell earns by itself; None where a person must say."""
    score: float | None = None if could_not_be_graded(cell) else utils.determine_grade(cell)[0]
    return score


def could_not_be_graded(cell: NotebookNode) -> bool:
    """Whether the check itself failed in this cell."""
    return any(output.get("ename") == "CouldNotBeGraded" for output in cell.get("outputs", []))


def _fault(cell: NotebookNode) -> str | None:
    """Why a graded cell that ran without an error has no score, None if it has one."""
    points = float(cell.metadata.nbgrader["points"])
    results = [output for output in cell.outputs if output.output_type == "execute_result"]
    if cell.execution_count is None:
        return "The cell was not run, so it earns nothing."
    if CHECK.fullmatch(cell.source):
        text = results[0].get("data", {}).get("text/plain") if len(results) == 1 else None
        if not isinstance(text, str) or not NUMBER.fullmatch(text) or float(text) > points:
            return f"The cell gave no number from 0 to {points:g}, so it earns nothing."
        return None
    try:
        utils.determine_grade(cell)
    except (KeyError, TypeError, ValueError):
        return f"The cell gave a result that is no score from 0 to {points:g}."
    return None
