"""What a forked student does to itself before any of its code runs; each step must succeed."""

import ctypes
import os
import resource
import signal
import tempfile
from pathlib import Path

from autograders.grading.sandboxed.walls import card, landlock, syscalls

MEMORY = 4 << 30  # bytes of address space; with a graphics card, of data
LARGEST_FILE = 64 << 20
PROCESSOR_SECONDS = 1200
THREADS = 64
_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS = 1, 38

_libc = ctypes.CDLL(None, use_errno=True)


def confine(
    scratch: Path,
    readable: list[Path],
    own_processes: bool,
    layers: set[str],
    card_nodes: list[Path],
) -> None:
    """Limits this process for good: what it may read, write, use and ask of the kernel.

    Args:
        scratch: its own empty folder, the only one that it may change, and where it works from
            now on.
        readable: the only other files and folders that it may open.
        own_processes: whether it sees processes of its own sandbox only, so that their number
            can be limited.
        layers: which of "landlock" and "seccomp" there are on this machine.
        card_nodes: the graphics card's, where it may be used.

    Raises:
        OSError: where a step fails.
    """
    os.chdir(scratch)
    for name in ("HOME", "TMPDIR", "IPYTHONDIR"):
        os.environ[name] = str(scratch)
    tempfile.tempdir = None
    # CUDA reserves addresses by the hundred GiB, of which it uses few
    _limit(resource.RLIMIT_DATA if card_nodes else resource.RLIMIT_AS, MEMORY)
    _limit(resource.RLIMIT_FSIZE, LARGEST_FILE)
    _limit(resource.RLIMIT_CPU, PROCESSOR_SECONDS)
    _limit(resource.RLIMIT_NOFILE, 128)
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_MSGQUEUE, 0)
    if own_processes:
        _limit(resource.RLIMIT_NPROC, THREADS)
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    _prctl(_PR_SET_NO_NEW_PRIVS, 1)
    if "landlock" in layers:
        writable = [scratch, Path("/dev/null")]
        if card_nodes:
            readable = [*readable, *card.READABLE]
            writable += [*card_nodes, *card.WRITABLE]
        landlock.restrict(readable, writable)
    if "seccomp" in layers:
        syscalls.restrict(card.CALLS if card_nodes else ())


def _limit(what: int, most: int) -> None:
    _, hard = resource.getrlimit(what)
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(what, (most, most))


def _prctl(option: int, value: int) -> None:
    if _libc.prctl(option, value, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl was refused")
