"""What Python asks of other processes or of the kernel, though nobody else is there: done within
the one process of a student. Whoever goes around this meets the sandbox, which refuses the same.
"""

from __future__ import annotations

import errno
import functools
import multiprocessing.heap
import multiprocessing.synchronize
import os
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import torch
from torch.utils.data import DataLoader

COMMAND_NOT_FOUND = 127 << 8  # as os.system gives it
_CHANGES = ("chmod", "lchmod", "fchmod", "chown", "lchown", "fchown", "utime")
_WORKERS = (
    *("num_workers", "prefetch_factor", "persistent_workers", "timeout"),
    *("multiprocessing_context", "pin_memory"),
)


def stay_in_one_process() -> None:
    """From now on, in this process:

    - modules are found in the current folder, as in a kernel;
    - changing a file's mode, owner or times changes nothing;
    - starting a program says that none is found, and why;
    - locks and shared memory are those of threads; SQLite locks no file;
    - loaders of data have no workers, and torch compiles nothing.
    """
    sys.path.insert(0, "")
    os.environ["TORCHDYNAMO_DISABLE"] = "1"
    for name in _CHANGES:
        if hasattr(os, name):
            setattr(os, name, _changes_nothing)
    os.listxattr = lambda *_, **__: []
    os.system = _system
    subprocess.Popen._execute_child = _start_nothing  # type: ignore[attr-defined]
    sqlite3.connect = sqlite3.dbapi2.connect = _connect
    multiprocessing.synchronize._multiprocessing.SemLock = ThreadSemaphore  # type: ignore[attr-defined]
    multiprocessing.heap.Arena._dir_candidates = []  # type: ignore[attr-defined]
    torch.UntypedStorage.share_memory_ = lambda storage, *_, **__: storage  # type: ignore[method-assign]
    DataLoader.__init__ = _without_workers(DataLoader.__init__)  # type: ignore[method-assign]


def _changes_nothing(path: Any, *_: Any, follow_symlinks: bool = True, **at: Any) -> None:
    os.stat(path, dir_fd=at.get("dir_fd"), follow_symlinks=follow_symlinks)  # where there is none


def _system(command: Any) -> int:
    print(f"`{os.fsdecode(command)}` is not run while grading.")
    return COMMAND_NOT_FOUND


def _start_nothing(process: subprocess.Popen, args: Any, *_: Any) -> None:
    program = args if isinstance(args, (str, bytes, os.PathLike)) else args[0]
    raise FileNotFoundError(errno.ENOENT, "No program is started while grading", program)


@functools.wraps(sqlite3.connect)
def _connect(database: Any, *args: Any, _connect: Any = sqlite3.connect, **kwargs: Any) -> Any:
    name = os.fsdecode(database)
    is_uri = kwargs.pop("uri", False) and name.startswith("file:")
    if name not in ("", ":memory:"):
        uri = name if is_uri else Path(os.path.abspath(name)).as_uri()
        database = uri + ("&" if "?" in uri else "?") + "vfs=unix-none"
    return _connect(database, *args, uri=True, **kwargs)


def _without_workers(init: Any) -> Any:
    @functools.wraps(init)
    def initialise(self: DataLoader, *args: Any, **kwargs: Any) -> None:
        init(self, *args, **{k: v for k, v in kwargs.items() if k not in _WORKERS})

    return initialise


class ThreadSemaphore:
    """Stands for `_multiprocessing.SemLock`, whose semaphores have names in /dev/shm.

    Args:
        kind: 0 for a lock that its owner may take again, 1 for a semaphore.
        value: how often it can be taken now.
        maxvalue: how often it can be taken at most.
    """

    SEM_VALUE_MAX = (1 << 31) - 1

    def __init__(self, kind: int, value: int, maxvalue: int, name: str, unlink: bool) -> None:
        self.kind, self.maxvalue = kind, maxvalue
        self.handle, self.name = 0, None
        self._condition = threading.Condition()
        self._value, self._owner, self._depth = value, 0, 0

    def acquire(self, block: bool = True, timeout: float | None = None) -> bool:
        """Takes it; False where it cannot be had, in time."""
        with self._condition:
            if self.kind == 0 and self._is_mine():
                self._depth += 1
                return True
            wait = (None if timeout is None else max(0.0, timeout)) if block else 0
            if not self._condition.wait_for(lambda: self._value > 0, wait):
                return False
            self._value -= 1
            self._owner, self._depth = threading.get_ident(), self._depth + 1
            return True

    def release(self) -> None:
        """Gives it back. Raises ValueError where nobody took it, AssertionError where another."""
        with self._condition:
            if self.kind == 0 and not self._is_mine():
                raise AssertionError("attempt to release recursive lock not owned by thread")
            if self._value >= self.maxvalue:
                raise ValueError("semaphore or lock released too many times")
            self._depth -= 1
            if self.kind == 0 and self._depth:
                return
            self._value += 1
            self._condition.notify()

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *_: object) -> None:
        self.release()

    def _count(self) -> int:
        return self._depth

    def _is_mine(self) -> bool:
        return self._depth > 0 and self._owner == threading.get_ident()

    def _get_value(self) -> int:
        return self._value

    def _is_zero(self) -> bool:
        return self._value == 0

    def _after_fork(self) -> None:
        self._depth = 0
