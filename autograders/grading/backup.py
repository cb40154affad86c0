"""Copies of the gradebook as it was before each run, and the way back to one."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy.engine import make_url

FOLDER = "gradebook_backups"
KEPT = 20


class CannotRestore(Exception):
    """There is no such backup, or it is damaged; the message says which there are."""


def back_up(directory: Any, keep: Path | None = None) -> Path | None:
    """A copy of the course's gradebook as it is now, named by the time in UTC; the oldest beyond
    `KEPT` are removed. None where it is no SQLite file: a server has backups of its own.

    Args:
        directory: nbgrader's CourseDirectory.
        keep: a backup that is not removed, however old.
    """
    gradebook = _file(directory)
    if gradebook is None or not gradebook.exists():
        return None
    folder = Path(directory.root, FOLDER)
    folder.mkdir(exist_ok=True)
    target = folder / f"{datetime.now(UTC):%Y-%m-%dT%H%M%S.%f}.db"
    beside = folder / f".{target.name}.{os.getpid()}"
    try:
        _copy(gradebook, beside)
        os.replace(beside, target)
    finally:
        beside.unlink(missing_ok=True)
    for old in backups(directory)[:-KEPT]:
        if old != keep:
            old.unlink()
    return target


def backups(directory: Any) -> list[Path]:
    """The backups that there are, oldest first."""
    return sorted(Path(directory.root, FOLDER).glob("[0-9]*.db"))


def restore(directory: Any, name: str | None = None) -> Path:
    """Brings the backup `name`, else the latest, back in one transaction, and returns it. The
    gradebook as it is now is backed up before, so that restoring again undoes it.

    Raises:
        CannotRestore: there is no such backup, it is damaged, or the gradebook is no SQLite file.
    """
    gradebook = _file(directory)
    if gradebook is None:
        raise CannotRestore(f"the gradebook is no SQLite file: restore {directory.db_url} there")
    there = {path.stem: path for path in backups(directory)}
    if not there:
        raise CannotRestore(f"there is no backup yet in {Path(directory.root, FOLDER)}")
    chosen = there.get(name or max(there))
    if chosen is None:
        raise CannotRestore(f"there is no backup {name!r}; there are {', '.join(there)}")
    with closing(sqlite3.connect(f"file:{chosen}?mode=ro", uri=True)) as connection:
        try:
            ((found,),) = connection.execute("PRAGMA integrity_check(1)").fetchall()
        except sqlite3.DatabaseError as error:
            found = str(error)
    if found != "ok":
        raise CannotRestore(f"the backup {chosen} is damaged: {found}")
    back_up(directory, keep=chosen)
    _copy(chosen, gradebook)
    return chosen


def _file(directory: Any) -> Path | None:
    url = make_url(directory.db_url)
    return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None


def _copy(source: Path, target: Path) -> None:
    """SQLite's own copy: what others write meanwhile is in it as a whole or not at all."""
    with (
        closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as old,
        closing(sqlite3.connect(target, timeout=60)) as new,
    ):
        old.backup(new)
