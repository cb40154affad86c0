"""The course's folders and nbgrader's configuration for it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any, ClassVar

import click
from nbgrader.api import (
    BaseCell,
    Comment,
    Grade,
    Gradebook,
    MissingEntry,
    SubmittedNotebook,
)
from nbgrader.coursedir import CourseDirectory
from sqlalchemy import inspect
from sqlalchemy.engine import Engine, make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import scoped_session, sessionmaker, undefer
from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

from autograders.grading.gradebook.backup import sqlite_file
from autograders.system.os_errors import naming, os_error
from autograders.system.whole_files import require_writable


class CannotOpen(click.ClickException):
    """There is no way to the gradebook; the message says which and why. `course` ends with 1."""


class CourseGradebook(Gradebook):
    """nbgrader's, which finds all that belongs to one submitted notebook in one query. A process
    has one engine for each gradebook, with which SQLAlchemy keeps its compiled queries."""

    _engines: ClassVar[dict[str, Engine]] = {}

    def __init__(self, db_url: str, course_id: str = "default_course") -> None:
        engine = self._engines.get(db_url)
        if engine and inspect(engine).has_table("course"):
            self.engine, self.course_id, self.authenticator = engine, course_id, None
            self.db = scoped_session(sessionmaker(bind=engine))
            self.check_course(course_id)
        else:
            super().__init__(db_url, course_id)
            self._engines[db_url] = self.engine

    def grades_of(self, notebook: SubmittedNotebook) -> dict[str, Grade]:
        """The grades of a submitted notebook, by the name of their cell."""
        return dict(self._by_cell(Grade, notebook).options(undefer(Grade.max_score)).all())

    def comments_of(self, notebook: SubmittedNotebook) -> dict[str, Comment]:
        """The comments on a submitted notebook, by the name of their cell."""
        return dict(self._by_cell(Comment, notebook).all())

    def _by_cell(self, kind: type[Grade | Comment], notebook: SubmittedNotebook) -> Any:
        query = self.db.query(BaseCell.name, kind).join(BaseCell, BaseCell.id == kind.cell_id)
        return query.filter(kind.notebook_id == notebook.id)


def load_config(course: Path) -> Config:
    """What nbgrader_config.py in the folder `course` sets."""
    return PyFileConfigLoader("nbgrader_config.py", path=str(course)).load_config()


def course_directory(config: Config) -> Any:
    """nbgrader's names and places of the course's folders."""
    return CourseDirectory(config=config)


def open_gradebook(directory: Any) -> CourseGradebook:
    """The course's gradebook, to be closed after use.

    Raises:
        CannotOpen: it is neither SQLite nor PostgreSQL, its server does not answer, or Python's
            module for it is missing.
        OSError: the system refuses its file.
    """
    url = make_url(directory.db_url)
    shown = f"the gradebook {url.render_as_string()}"  # without its password
    if url.get_backend_name() not in ("sqlite", "postgresql"):
        raise CannotOpen(f"{shown} is neither in SQLite nor in PostgreSQL")
    try:
        return CourseGradebook(directory.db_url, directory.course_id)
    except ModuleNotFoundError as error:
        raise CannotOpen(
            f"{shown} needs Python's module {error.name}, which is not installed; for "
            "postgresql+psycopg:// it is psycopg: pip install 'psycopg[binary]'"
        ) from error
    except OperationalError as error:
        if refused := os_error(error, sqlite_file(directory)):
            raise refused from error
        raise CannotOpen(f"{shown} cannot be opened: {error.orig}") from error


def require_writable_gradebook(directory: Any) -> None:
    """Tries a change of the gradebook that is not saved; one on a server tells by itself.

    Raises:
        OSError: where that cannot be; it names the file or its folder.
    """
    file = sqlite_file(directory)
    if file is None:
        return
    require_writable(file.parent)
    if not file.exists():
        return
    try:
        with naming(file), closing(sqlite3.connect(file, 0, isolation_level=None)) as connection:
            connection.execute("BEGIN")  # with IMMEDIATE, SQLite would only read what is read-only
            connection.execute("CREATE TABLE tried (text)")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:  # then another program writes it
            raise


def released_points(directory: Any, assignment: str) -> dict[str, float | None]:
    """What each code cell of a released assignment is worth, by its source; None if not graded."""
    with open_gradebook(directory) as gradebook:
        notebook = gradebook.find_notebook(assignment, assignment)
        points = {cell.name: cell.max_score for cell in notebook.grade_cells}
        cells = [cell for cell in notebook.source_cells if cell.cell_type == "code"]
        return {cell.source: points.get(cell.name) for cell in cells}


def is_released(directory: Any, assignment: str) -> bool:
    """Whether the gradebook, if there is one, knows the assignment's notebook."""
    database = sqlite_file(directory)
    if database and not database.exists():
        return False
    with open_gradebook(directory) as gradebook:
        try:
            gradebook.find_notebook(assignment, assignment)
        except MissingEntry:
            return False
    return True
