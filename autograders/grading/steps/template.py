"""The released form of a notebook: the source's order and text, the gradebook's graded cells."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import ClearSolutions, LockCells
from nbgrader.utils import is_locked
from traitlets.config import Configurable

from autograders.grading.gradebook.course import CourseGradebook


def build_template(
    parent: Configurable, db_url: str, assignment: str, notebook: str
) -> NotebookNode:
    """The notebook as it was released, though the source may have changed since.

    Order, plain cells and tags come from the source notebook; the text, the points and the kind
    of every nbgrader cell come from the gradebook. A cell that only the gradebook has stands at
    the end, one that only the source has was never released and is left out.

    Args:
        parent: whose configuration names the course's folders and the stubs.

    Raises:
        nbgrader.api.MissingEntry: if the notebook was not released.
    """
    with CourseGradebook(db_url) as gradebook:
        released = _released_cells(gradebook.find_notebook(notebook, assignment))
    template = _read_source(parent, assignment, notebook)
    template, _ = ClearSolutions(parent=parent).preprocess(template, {})
    cells = []
    for cell in template.cells:
        settings = cell.metadata.get("nbgrader", {})
        if not any(settings.get(kind) for kind in ("grade", "solution", "locked", "task")):
            cells.append(cell)
        elif settings.get("grade_id") in released:
            cells.append(_as_released(cell, released.pop(settings["grade_id"])))
    template.cells = cells + list(released.values())
    template, _ = LockCells(parent=parent).preprocess(template, {})
    return template


def _released_cells(notebook: Any) -> dict[str, NotebookNode]:
    """The gradebook's cells by their id, complete in themselves."""
    points = {cell.name: cell.max_score for cell in (*notebook.grade_cells, *notebook.task_cells)}
    graded, answers, tasks = (
        {cell.name for cell in cells}
        for cells in (notebook.grade_cells, notebook.solution_cells, notebook.task_cells)
    )
    released = {}
    for cell in notebook.source_cells:
        settings = {
            "schema_version": 3,
            "grade_id": cell.name,
            "grade": cell.name in graded,
            "solution": cell.name in answers,
            "locked": cell.locked,
            "task": cell.name in tasks,
            "cell_type": cell.cell_type,
            "checksum": cell.checksum,
        }
        if cell.name in points:
            settings["points"] = points[cell.name]
        new_cell = new_code_cell if cell.cell_type == "code" else new_markdown_cell
        released[cell.name] = new_cell(cell.source, metadata={"nbgrader": settings})
    return released


def _as_released(cell: NotebookNode, released: NotebookNode) -> NotebookNode:
    """The released cell with the source's tags, cell id and, where it says the same, `locked`."""
    settings = released.metadata["nbgrader"]
    if is_locked(cell) == settings["locked"]:
        settings["locked"] = cell.metadata["nbgrader"].get("locked", False)
    released.metadata = NotebookNode({**cell.metadata, "nbgrader": settings})
    if "id" in cell:
        released["id"] = cell["id"]
    return released


def _read_source(parent: Configurable, assignment: str, notebook: str) -> NotebookNode:
    course = CourseDirectory(parent=parent)
    folder = course.format_path(course.source_directory, ".", assignment)
    path = Path(folder) / f"{notebook}.ipynb"
    if not path.exists():  # the gradebook's cells alone can be graded
        return new_notebook()
    source = nbformat.read(path, as_version=4)
    source.metadata.pop("widgets", None)
    return source
