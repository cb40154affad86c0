"""Whose turn it is: runs that change the same grades come one after the other."""

from __future__ import annotations

import fcntl
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text

from autograders.grading.gradebook.backup import FOLDER, sqlite_file


@contextmanager
def gradebook_lock(
    directory: Any, assignment: str | None, if_taken: Callable[[], None]
) -> Iterator[None]:
    """Within, no other turn changes the grades of `assignment`, or any grades where it is None.

    A gradebook on a server keeps the turns itself, for runs on all machines; else a file does. A
    run that is killed has no turn any more.

    Args:
        directory: nbgrader's CourseDirectory.
        if_taken: called before waiting for a turn that another run has.
    """
    held = _in_file if sqlite_file(directory) else _on_server
    with ExitStack() as turns:
        turns.enter_context(held(directory, "course", assignment is not None, if_taken))
        if assignment is not None:
            turns.enter_context(held(directory, assignment, False, if_taken))
        yield


@contextmanager
def _in_file(
    directory: Any, name: str, shared: bool, if_taken: Callable[[], None]
) -> Iterator[None]:
    path = Path(directory.root, FOLDER, f".{name}.lock")
    path.parent.mkdir(exist_ok=True)
    how = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
    with path.open("a") as file:  # the lock ends with the file
        if not _is_free(file.fileno(), how):
            if_taken()
            fcntl.flock(file, how)
        yield


def _is_free(file: int, how: int) -> bool:
    """Whether the lock could be taken; if so, it is."""
    try:
        fcntl.flock(file, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def _on_server(
    directory: Any, name: str, shared: bool, if_taken: Callable[[], None]
) -> Iterator[None]:
    kind = "lock_shared" if shared else "lock"
    key = {"key": zlib.crc32(f"grading {name}".encode())}
    engine = create_engine(directory.db_url, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:  # the lock ends with the connection
            if not connection.scalar(text(f"SELECT pg_try_advisory_{kind}(:key)"), key):
                if_taken()
                connection.execute(text(f"SELECT pg_advisory_{kind}(:key)"), key)
            yield
    finally:
        engine.dispose()
