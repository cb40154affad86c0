"""The student's processes as the examiner has them: started, asked within a time, ended."""

from __future__ import annotations

import contextlib
import json
import select
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from autograders.grading.examiner.deadline import Deadline
from autograders.grading.examiner.isolation import DEVICES, Isolation, command, programs
from autograders.grading.sandboxed.walls import card
from autograders.grading.sandboxed.wire import BrokenFrame, decode, encode, frame_size

START_SECONDS = 120.0
GRACE = 2.0  # seconds after an interrupt before a student's process is ended
PATIENCE = 60.0  # by the clock, for our own process's word

# Where the machine's memory runs out, the kernel ends students before anything else.
_FIRST_TO_END = ("sh", "-c", 'echo 1000 2>/dev/null >/proc/self/oom_score_adj; exec "$@"', "sh")

ENVIRONMENT = {
    "LANG": "C.UTF-8",
    "PATH": "/usr/bin:/bin",
    "USER": "student",
    "MKL_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "NBGRADER_EXECUTION": "autograde",
    "CUDA_CACHE_DISABLE": "1",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONHASHSEED": "0",
}


class StudentCodeLost(BaseException):
    """The student's code did not come to an end, or its process did: no answer will come.

    No `except Exception` on the way may take it for a fault of its own.
    """


class CellTimeout(StudentCodeLost):
    """It was interrupted; its process goes on."""


class ProcessDied(StudentCodeLost):
    """Its process is no more."""


class SandboxFailed(RuntimeError):
    """A fault of ours: no student's code was run, or it can no longer be ended."""


class Forkserver:
    """A process in the sandbox with all that students use loaded; students are forked from it.

    Args:
        isolation: the layers that the sandbox has.
        edition: the folder of the student edition.
        scratch: an empty folder, where students work if the sandbox has none of its own.
        device: "cuda" lets the graphics card in; tensors are then asked for there too.
    """

    def __init__(
        self, isolation: Isolation, edition: Path, scratch: Path, device: str = "cpu"
    ) -> None:
        self.device = device
        nodes = card.nodes() if device == "cuda" else []
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._started = 0
        self._ended: dict[int, int] = {}  # how those ended that were not asked about yet
        prefix, inside, work = command(isolation, edition, scratch, nodes)
        data = (edition / "data").resolve()
        readable = [inside, data, *programs(), *map(Path, DEVICES)]
        settings = {
            "scratch": str(work),
            "readable": [str(path) for path in readable],
            "own_processes": "bubblewrap" in isolation.layers,
            "layers": sorted(isolation.layers),
            "card_nodes": [str(path) for path in nodes],
        }
        environment = ENVIRONMENT | {
            name: str(work / "settings") for name in ("HOME", "MPLCONFIGDIR", "IPYTHONDIR")
        }
        number = str(theirs.fileno())
        program = [sys.executable, "-I", "-c", _start(inside), number, json.dumps(settings)]
        self._process = subprocess.Popen(
            [*_FIRST_TO_END, *_with_environment(prefix, environment), *program],
            env=environment,
            cwd=scratch,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            pass_fds=[theirs.fileno()],
            start_new_session=True,
        )
        theirs.close()
        if self._word(START_SECONDS) != b"ready":
            self._process.kill()
            assert self._process.stderr
            said = self._process.stderr.read().decode(errors="replace").strip()
            self.close()
            raise SandboxFailed(f"the sandbox did not start ({isolation}): {said[-500:]}")

    def new_student(self) -> StudentClient:
        """A new process for one submission, in an empty folder of its own.

        Raises:
            SandboxFailed: where it could not be confined as it should.
        """
        ours, theirs = socket.socketpair()
        self._started += 1
        socket.send_fds(self._control, [b"start %d" % self._started], [theirs.fileno()])
        theirs.close()
        student = StudentClient(ours, self, self._started)
        student.expect_confined(Deadline(PATIENCE))
        return student

    def interrupt(self, number: int) -> None:
        """Interrupts the code of student `number`."""
        self._control.send(b"interrupt %d" % number)

    def end_student(self, number: int) -> str:
        """Ends the process of student `number`, if it has not ended, and says how it ended."""
        with contextlib.suppress(OSError):
            self._control.send(b"kill %d" % number)
        while number not in self._ended:
            self._hear(b"gone")
        code = self._ended.pop(number)
        return f"ended by signal {-code}" if code < 0 else f"ended with {code}"

    def processor_seconds(self, number: int) -> float:
        """What all threads of student `number` together have used; 0 where it has ended."""
        with contextlib.suppress(OSError):
            self._control.send(b"time %d" % number)
        return self._hear(b"time") / 1e9

    def _hear(self, kind: bytes) -> int:
        """The number in the next word of a kind. How processes ended is kept. Raises
        SandboxFailed."""
        while True:
            match self._word(PATIENCE).split():
                case [b"gone", number, code]:
                    self._ended[int(number)] = int(code)
                case [b"time", _, nanoseconds] if kind == b"time":
                    return int(nanoseconds)
                case _:
                    self.close()
                    raise SandboxFailed("the sandbox does not answer")
            if kind == b"gone":
                return int(code)

    def close(self) -> None:
        """Ends the process and whatever is in its sandbox."""
        self._control.close()
        self._process.kill()
        self._process.wait()
        if self._process.stderr:
            self._process.stderr.close()

    def _word(self, seconds: float) -> bytes:
        readable, _, _ = select.select([self._control], [], [], max(0.0, seconds))
        return self._control.recv(100) if readable else b""


class StudentClient:
    """A submission's process. What it says is checked before it is used."""

    def __init__(self, channel: socket.socket, process: Forkserver, number: int) -> None:
        self._channel = channel
        self._process = process
        self._number = number
        self.devices = list(dict.fromkeys(["cpu", process.device]))
        self.is_gone = False
        self.begun = 0  # statements of the cell that it was last asked to run

    def ask(self, do: str, deadline: Deadline, **details: Any) -> Any:
        """Has the student's process do one thing and gives its reply.

        Args:
            do: a deed of `autograders.grading.sandboxed.submission_process.Student`.
            deadline: when it must be done.

        Raises:
            CellTimeout, ProcessDied.
        """
        return self.exchange({"do": do, **details}, deadline)

    def exchange(self, message: dict[str, Any], deadline: Deadline) -> Any:
        """Sends a message and gives the reply to it. Raises CellTimeout, ProcessDied."""
        if self.is_gone:
            raise ProcessDied("the student's process has ended")
        self.begun = 0
        try:
            self._count(deadline)
            self._send(encode(message), deadline.end + GRACE)
            reply = self._reply(deadline)
        except TimeoutError:
            self._process.interrupt(self._number)
            try:
                grace = Deadline(GRACE)
                self._count(grace)
                reply = self._reply(grace)
            except (TimeoutError, OSError, BrokenFrame):
                raise ProcessDied(f"it took too long and was stopped ({self.end()})") from None
            raise CellTimeout("it took too long and was interrupted") from None
        except (OSError, BrokenFrame) as error:
            raise ProcessDied(f"the process that ran it is gone: {error} ({self.end()})") from None
        if isinstance(reply, dict) and reply.get("interrupted") is True:
            raise CellTimeout("it interrupted itself")
        return reply

    def expect_confined(self, deadline: Deadline) -> None:
        """Waits until the process is confined. Raises SandboxFailed where it is not."""
        try:
            self._count(deadline)
            reply = self._reply(deadline)
        except (OSError, BrokenFrame) as error:
            reply = {"why": f"it does not answer: {error}"}
        if reply != {"confined": True}:
            self.end()
            raise SandboxFailed(f"a student's process could not be confined: {reply.get('why')}")

    def end(self) -> str:
        """Ends the process; says how it ended."""
        if self.is_gone:
            return "it had ended"
        self.is_gone = True
        self._channel.close()
        return self._process.end_student(self._number)

    def _send(self, frame: bytes, deadline: float) -> None:
        self._channel.settimeout(max(0.01, deadline - time.monotonic()))
        self._channel.sendall(frame)

    def _count(self, deadline: Deadline) -> None:
        """From here on its processor time counts under a deadline, unless it does already."""
        if self._number not in deadline.used_before:
            deadline.used_before[self._number] = self._process.processor_seconds(self._number)

    def _left(self, deadline: Deadline) -> float:
        """Seconds for which it need not be looked at again. Raises TimeoutError where none are."""
        left = deadline.unquestioned()
        if left <= 0:
            used = self._process.processor_seconds(self._number)
            left = deadline.seconds - (used - deadline.used_before[self._number])
        if left <= 0 or deadline.is_over_by_clock():
            raise TimeoutError
        return max(0.01, min(left, deadline.end - time.monotonic()))

    def _reply(self, deadline: Deadline) -> Any:
        """Its next frame but those that tell how far a cell has come, which are noted."""
        while True:
            reply = decode(self._exactly(frame_size(self._exactly(4, deadline)), deadline))
            match reply:
                case {"begun": int(count)} if len(reply) == 1:
                    self.begun = count
                case _:
                    return reply

    def _exactly(self, size: int, deadline: Deadline) -> bytes:
        """`size` bytes, by a deadline for all: one byte before each time-out helps nobody."""
        read = bytearray()  # a list of many tiny parts would take far more memory than they
        while len(read) < size:
            self._channel.settimeout(self._left(deadline))
            try:
                part = self._channel.recv(min(size - len(read), 1 << 20))
            except TimeoutError:
                continue  # it may have waited for a processor
            if not part:
                raise BrokenFrame("it ended")
            read += part
        return bytes(read)


def _start(edition: Path) -> str:
    """The program of the forkserver, which finds the course in `edition` and nowhere else."""
    return (
        f"import sys; sys.path.insert(0, {str(edition)!r}); import runpy; "
        "runpy.run_module('autograders.grading.sandboxed.forkserver', run_name='__main__')"
    )


def _with_environment(prefix: list[str], environment: dict[str, str]) -> list[str]:
    if not prefix:
        return []
    end = prefix.index("--")
    settings = [part for item in environment.items() for part in ("--setenv", *item)]
    return [*prefix[:end], *settings, *prefix[end:]]
