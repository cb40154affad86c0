"""Limits on what a process of ours takes for one submission: memory, and time of its processor."""

from __future__ import annotations

import contextlib
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

EXAMINER = 6 << 30  # bytes of data for torch and what replies come to
WORKER = 3 << 30
PAGE = 1 << 30
PAGE_SECONDS = 60.0


def limit_memory(more: int) -> None:
    """From here on this process may take at most `more` bytes of data beyond what it has, which
    after a fork is its parent's too; what asks for more gets a MemoryError. Not its addresses are
    counted, of which torch reserves far more than it uses."""
    if sys.platform == "win32":
        return
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    size = _data() + more
    with contextlib.suppress(OSError, ValueError):  # macOS does not take every value
        resource.setrlimit(resource.RLIMIT_DATA, (size if hard < 0 else min(size, hard), hard))


def _data() -> int:
    """Bytes of this process that the limit counts, where the system says so: proc(5)."""
    status = Path("/proc/self/status")
    said = re.search(r"^VmData:\s+(\d+) kB", status.read_text(), re.M) if status.exists() else None
    return int(said[1]) << 10 if said else 0


@contextlib.contextmanager
def limited_time(seconds: float) -> Iterator[None]:
    """Within, this process, of which this is the main thread, may take that much of a processor's
    time, so that a busy machine costs nothing.

    What takes longer gets a TimeoutError, again and again in case that something on the way takes
    it for its own; what does not end then, as in native code, ends with its process.
    """
    if sys.platform == "win32":
        yield
        return
    import resource
    import signal

    def stop(*_: Any) -> None:
        raise TimeoutError(f"it took more than {seconds:g} seconds")

    used = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
    before = resource.getrlimit(resource.RLIMIT_CPU)
    handler = signal.signal(signal.SIGPROF, stop)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used + 2 * seconds) + 10, before[1]))
    signal.setitimer(signal.ITIMER_PROF, seconds, 1.0)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, handler)
        resource.setrlimit(resource.RLIMIT_CPU, before)
