"""How long students' code may take: in processor time, with a bound by the clock beside it."""

from __future__ import annotations

import math
import time

WAITS = 6  # times as long as its processor time may a process take that waits for a processor


class Deadline:
    """Each student's process may use `seconds` of processor time, of all its threads, from when it
    is first asked under this deadline, and WAITS times as many by the clock from now on: an answer
    gets on a busy machine what it gets on an idle one, and one that sleeps comes to an end.

    Args:
        seconds: of processor time.
        end: by `time.monotonic`, when it is over at the latest.
    """

    def __init__(self, seconds: float, end: float = math.inf) -> None:
        self.seconds = seconds
        self._start = time.monotonic()
        self.end = min(self._start + WAITS * seconds, end)
        self.used_before: dict[int, float] = {}  # by the number of a process

    def share(self, part: float) -> Deadline:
        """A deadline of a part of this one's seconds."""
        return Deadline(part * self.seconds, self.end)

    def is_over_by_clock(self) -> bool:
        """Whether the clock alone ends it."""
        return time.monotonic() >= self.end

    def unquestioned(self) -> float:
        """For how many seconds from now on a process of one thread cannot have used up its time."""
        return self._start + self.seconds - time.monotonic()
