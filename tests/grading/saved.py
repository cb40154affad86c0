"""All that grading has saved, in a form that two runs can be compared by."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any


def saved(course: Path) -> list[tuple[Any, ...]]:
    """All that the gradebook has of each student, without the names it gives its rows."""
    query = """
        SELECT student_id, base_cell.name, auto_score, manual_score, needs_manual_grade,
            comment.auto_comment
        FROM submitted_assignment
        LEFT JOIN submitted_notebook ON submitted_notebook.assignment_id = submitted_assignment.id
        LEFT JOIN base_cell ON base_cell.notebook_id = submitted_notebook.notebook_id
        LEFT JOIN grade
            ON grade.cell_id = base_cell.id AND grade.notebook_id = submitted_notebook.id
        LEFT JOIN comment
            ON comment.cell_id = base_cell.id AND comment.notebook_id = submitted_notebook.id
        ORDER BY 1, 2
    """
    with closing(sqlite3.connect(course / "gradebook.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return connection.execute(query).fetchall()


def notebooks(course: Path) -> dict[str, Any]:
    """Each graded notebook without times."""
    found = {}
    for path in (course / "autograded").rglob("*"):
        if path.is_file() and not path.name.startswith("."):  # as a killed run may leave it
            notebook = json.loads(path.read_text())  # whatever is there is whole
            for cell in notebook["cells"]:
                cell["metadata"].pop("execution", None)
            notebook["metadata"]["course"].pop("mark")
            found[str(path.relative_to(course))] = notebook
    return found
