"""Indexes that nbgrader's tables lack: without them, saving a submission's scores goes through
those of the whole class, and takes longer with each that is there."""

from __future__ import annotations

from nbgrader.api import Gradebook
from sqlalchemy import text

from autograders.grading.gradebook.transaction import one_transaction

SEARCHED = {
    "submitted_assignment": "student_id",
    "submitted_notebook": "assignment_id",
    "grade": "notebook_id",
    "comment": "notebook_id",
}


def add_indexes(gradebook: Gradebook) -> None:
    """Adds those that are not there yet."""
    with one_transaction(gradebook):
        for table, column in SEARCHED.items():
            name = f"course_{table}_{column}"
            gradebook.db.execute(text(f"CREATE INDEX IF NOT EXISTS {name} ON {table} ({column})"))
