"""The course's folders and nbgrader's configuration for it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader


def load_config(course: Path) -> Config:
    """What nbgrader_config.py in the folder `course` sets."""
    return PyFileConfigLoader("nbgrader_config.py", path=str(course)).load_config()


def course_directory(config: Config) -> Any:
    """nbgrader's names and places of the course's folders."""
    return CourseDirectory(config=config)


def open_gradebook(directory: Any) -> Gradebook:
    """The course's gradebook, to be closed after use."""
    return Gradebook(directory.db_url, directory.course_id)


def released_points(directory: Any, assignment: str) -> dict[str, float | None]:
    """What each code cell of a released assignment is worth, by its source; None if not graded."""
    with open_gradebook(directory) as gradebook:
        notebook = gradebook.find_notebook(assignment, assignment)
        points = {cell.name: cell.max_score for cell in notebook.grade_cells}
        cells = [cell for cell in notebook.source_cells if cell.cell_type == "code"]
        return {cell.source: points.get(cell.name) for cell in cells}


def is_released(directory: Any, assignment: str) -> bool:
    """Whether the gradebook, if there is one, knows the assignment's notebook."""
    database = Path(directory.root, "gradebook.db")
    if directory.db_url == f"sqlite:///{database}" and not database.exists():
        return False
    with open_gradebook(directory) as gradebook:
        try:
            gradebook.find_notebook(assignment, assignment)
        except MissingEntry:
            return False
    return True
