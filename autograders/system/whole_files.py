"""Files that are never half written."""

from __future__ import annotations

import errno
import os
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryFile

from autograders.system.os_errors import naming

BLOCK = 4096  # bytes; less may find room in what a file system keeps beside a file's name


def write_whole(path: Path, content: bytes) -> None:
    """Replace `path` in one step: after a crash it is the old file or the new one.

    Folders above it are made where they are missing.

    Raises:
        OSError: where it cannot be written; it names `path`, which is then as it was.
    """
    write_all({path: content})


def write_all(contents: Mapping[Path, bytes]) -> None:
    """As `write_whole`, for files that belong together: none is replaced before all are written."""
    beside = {path: path.with_name(f".{path.name}.{os.getpid()}") for path in contents}
    try:
        for path, content in contents.items():
            with naming(path):
                path.parent.mkdir(parents=True, exist_ok=True)
                if path.is_dir():  # which would be found out after others are replaced
                    raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
                beside[path].write_bytes(content)
        for path, new in beside.items():
            with naming(path):
                os.replace(new, path)
    finally:
        for path, new in beside.items():
            with naming(path):
                new.unlink(missing_ok=True)


def require_writable(*folders: Path) -> None:
    """Tries to write a file in each of `folders`, or where it is to be made.

    Raises:
        OSError: where that cannot be; it names the folder.
    """
    for folder in folders:
        with naming(folder):
            there = next(place for place in (folder, *folder.parents) if os.path.lexists(place))
            with TemporaryFile(dir=there) as file:
                file.write(bytes(BLOCK))
