"""What the operating system refuses, as on a full disk: one kind of error, which names the file."""

from __future__ import annotations

import errno
import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

# A fault of the disk that files are written on, never of one submission.
OF_THE_DISK = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO}
_SQLITE = {
    sqlite3.SQLITE_FULL: (errno.ENOSPC, "database or disk is full"),
    sqlite3.SQLITE_IOERR: (errno.EIO, "disk I/O error"),
    sqlite3.SQLITE_READONLY: (errno.EROFS, "attempt to write a readonly database"),
    sqlite3.SQLITE_CANTOPEN: (errno.EACCES, "unable to open database file"),
    sqlite3.SQLITE_PERM: (errno.EACCES, "access permission denied"),
}
_POSTGRESQL = {"53100": errno.ENOSPC, "25006": errno.EROFS}  # disk_full, read_only_sql_transaction


def os_error(error: BaseException | None, database: Path | None = None) -> OSError | None:
    """What the system refused, if that is what `error` is or was raised from; SQLite's refusals
    and PostgreSQL's, which SQLAlchemy may have wrapped, as the OSError that they stand for.

    Args:
        database: the file to name where the refusal is SQLite's, which names none.
    """
    while error is not None:
        said = getattr(error, "orig", None) or error  # SQLAlchemy's word for what it wraps
        if isinstance(said, OSError) and said.errno is not None:
            return said
        number, _ = _SQLITE.get(getattr(said, "sqlite_errorcode", 0) & 0xFF, (0, ""))
        number = number or _POSTGRESQL.get(getattr(said, "sqlstate", None) or "", 0)
        if number:
            return OSError(number, str(said).strip(), str(database or "the gradebook"))
        error = error.__cause__
    return None


def in_log(log: str, database: Path) -> OSError | None:
    """What the system refused to another Python program, if its log tells of that.

    Args:
        database: the file to name where the refusal is SQLite's.
    """
    if found := re.search(r"\[Errno (\d+)\] ([^:\n]+)(?:: '(.+)')?", log):
        return OSError(int(found[1]), found[2], found[3])
    for number, words in _SQLITE.values():
        if f"sqlite3.OperationalError) {words}" in log:
            return OSError(number, words, str(database))
    return None


@contextmanager
def naming(path: Path) -> Iterator[None]:
    """Within, what the system refuses is raised as an OSError that names `path`: one from a write
    names no file, and one of SQLite's none either."""
    try:
        yield
    except Exception as error:
        refused = os_error(error)
        if refused is None:
            raise
        refused.filename, refused.filename2 = str(path), None
        if refused is error:
            raise
        raise refused from error


def stopped(what: str, error: OSError) -> str:
    """The sentence for the end of `what`: at which file, why, what was done before, as the error's
    notes tell, and what to do."""
    place = f" at {os.fsdecode(error.filename)}" if error.filename else ""
    full = error.errno in (errno.ENOSPC, errno.EDQUOT)
    advice = "make room" if full else "put that right"
    parts = [
        f"{what} stopped{place}: {error.strerror}{_no_more_files(error)}",
        *getattr(error, "__notes__", []),
        f"{advice}, then run the same command again",
    ]
    return "; ".join(parts) + "."


def _no_more_files(error: OSError) -> str:
    """Disks that hold very many small files refuse one more though they have room."""
    if error.errno == errno.ENOSPC and error.filename and hasattr(os, "statvfs"):
        with suppress(OSError):
            disk = os.statvfs(os.path.dirname(error.filename))
            if disk.f_files and not disk.f_favail:
                return ", since it can hold no more files (see `df -i`)"
    return ""
