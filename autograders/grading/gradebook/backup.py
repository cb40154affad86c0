"""Copies of the gradebook as it was before each run, and the way back to one."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from nbgrader.api import Base
from sqlalchemy import create_engine, delete, insert, inspect, select
from sqlalchemy.engine import URL, Connection, make_url

from autograders.system.os_errors import naming

FOLDER = "gradebook_backups"
KEPT = 20
AT_ONCE = 10_000  # rows


class CannotRestore(Exception):
    """There is no such backup, or it is damaged; the message says which there are."""


def back_up(directory: Any, keep: Path | None = None) -> Path | None:
    """A copy of the course's gradebook as it is now, named by the time in UTC; the oldest beyond
    `KEPT` are removed. None where there is no gradebook yet. It is a gradebook in SQLite, whatever
    the course's own is kept in.

    Args:
        directory: nbgrader's CourseDirectory.
        keep: a backup that is not removed, however old.
    """
    if not _exists(directory):
        return None
    folder = Path(directory.root, FOLDER)
    folder.mkdir(exist_ok=True)
    target = folder / f"{datetime.now(UTC):%Y-%m-%dT%H%M%S.%f}.db"
    beside = folder / f".{target.name}.{os.getpid()}"
    with naming(target):
        try:
            copy_to(directory, beside)
            os.replace(beside, target)
        finally:
            beside.unlink(missing_ok=True)
    for old in backups(directory)[:-KEPT]:
        if old != keep:
            old.unlink(missing_ok=True)
    return target


def copy_to(directory: Any, file: Path) -> None:
    """Copies the course's gradebook as it is now to `file`, in SQLite."""
    if gradebook := sqlite_file(directory):
        _copy(gradebook, file)
    else:
        _copy_from_server(directory.db_url, file)


def backups(directory: Any) -> list[Path]:
    """The backups that there are, oldest first."""
    return sorted(Path(directory.root, FOLDER).glob("[0-9]*.db"))


def restore(directory: Any, name: str | None = None) -> Path:
    """Brings the backup `name`, else the latest, back in one transaction, and returns it. The
    gradebook as it is now is backed up before, so that restoring again undoes it.

    Raises:
        CannotRestore: there is no such backup, or it is damaged.
        OSError: the system refuses to write the gradebook, which is then as it was.
    """
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
    if gradebook := sqlite_file(directory):
        with naming(gradebook):
            _copy(chosen, gradebook)
    else:
        _copy_to_server(chosen, directory.db_url)
    return chosen


def sqlite_file(directory: Any) -> Path | None:
    """The file of the course's gradebook; None where a server keeps it."""
    url = make_url(directory.db_url)
    return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None


def _exists(directory: Any) -> bool:
    if gradebook := sqlite_file(directory):
        return gradebook.exists()
    with _connected(directory.db_url) as connection:
        return inspect(connection).has_table("assignment")


def _copy(source: Path, target: Path) -> None:
    """SQLite's own copy: what others write meanwhile is in it as a whole or not at all."""
    with (
        closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as old,
        closing(sqlite3.connect(target, timeout=60)) as new,
    ):
        old.backup(new)


def _copy_from_server(url: str, target: Path) -> None:
    """As the server has it at one moment."""
    with (
        _connected(url, isolation_level="REPEATABLE READ") as old,
        _connected(_url(target)) as new,
    ):
        Base.metadata.create_all(new)
        _copy_rows(old, new)


def _copy_to_server(source: Path, url: str) -> None:
    """In one transaction: others see all of it or nothing. The database may be empty."""
    with _connected(_url(source)) as old, _connected(url) as new:
        Base.metadata.create_all(new)
        for table in reversed(Base.metadata.sorted_tables):
            new.execute(delete(table))
        _copy_rows(old, new)


def _copy_rows(old: Connection, new: Connection) -> None:
    for table in Base.metadata.sorted_tables:
        rows = old.execution_options(yield_per=AT_ONCE).execute(select(table)).mappings()
        for part in rows.partitions():
            new.execute(insert(table), [dict(row) for row in part])


def _url(file: Path) -> URL:
    return URL.create("sqlite", database=str(file))


@contextmanager
def _connected(url: str | URL, **options: Any) -> Iterator[Connection]:
    """A connection whose changes are saved at the end, or none of them."""
    engine = create_engine(url, **options)
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()
