"""Landlock: the kernel's list of the only files that a process may still open.

Three system calls have no wrapper in the C library; their numbers are the same on all machines.
Source: https://docs.kernel.org/userspace-api/landlock.html
"""

import ctypes
import os
import sys
from collections.abc import Sequence
from pathlib import Path

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_VERSION = 1 << 0
_PATH_BENEATH = 1
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_TRUNCATE, _ASK_DEVICE = 1 << 14, 1 << 15
_READING = _EXECUTE | _READ_FILE | _READ_DIR
_OF_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _ASK_DEVICE
_FILE_RIGHTS = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 5: (1 << 16) - 1}
_NETWORK_RIGHTS = 0b11  # bind and connect, from version 4 on
_SCOPES = 0b11  # abstract sockets and signals, from version 6 on

_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


class _Ruleset(ctypes.Structure):
    _fields_ = [
        ("files", ctypes.c_uint64),
        ("network", ctypes.c_uint64),
        ("scoped", ctypes.c_uint64),
    ]


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = [("allowed", ctypes.c_uint64), ("folder", ctypes.c_int32)]


def version() -> int:
    """The version of Landlock in this kernel, 0 where there is none."""
    if _libc is None:
        return 0
    return max(0, int(_libc.syscall(_CREATE_RULESET, None, 0, _VERSION)))


def restrict(readable: Sequence[Path], writable: Sequence[Path]) -> None:
    """From now on this process opens files below `readable` and `writable` only, changes files
    below `writable` only, and neither connects nor listens by TCP. Paths that do not exist are
    left out. `no_new_privs` must be set.

    Raises:
        OSError: where the kernel refuses.
    """
    here = version()
    handled = _FILE_RIGHTS[max(v for v in _FILE_RIGHTS if v <= here)]
    network, scoped = _NETWORK_RIGHTS * (here >= 4), _SCOPES * (here >= 6)
    attributes = _Ruleset(handled, network, scoped)
    size = 24 if here >= 6 else 16 if here >= 4 else 8
    ruleset = _call(_CREATE_RULESET, ctypes.byref(attributes), size, 0)
    for paths, rights in ((readable, _READING), (writable, handled & ~_EXECUTE)):
        for path in filter(Path.exists, paths):
            folder = os.open(path, os.O_PATH | os.O_CLOEXEC)
            allowed = rights if path.is_dir() else rights & _OF_FILES
            rule = _PathBeneath(allowed & handled, folder)
            _call(_ADD_RULE, ruleset, _PATH_BENEATH, ctypes.byref(rule), 0)
            os.close(folder)
    _call(_RESTRICT_SELF, ruleset, 0)
    os.close(ruleset)


def _call(number: int, *arguments: object) -> int:
    assert _libc
    result = int(_libc.syscall(number, *arguments))
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, f"Landlock: {os.strerror(code)}")
    return result
