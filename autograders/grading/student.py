"""The student's side: a warm process from which each submission's process is forked, and what that
one does when the examiner asks.

It runs in the sandbox, from a folder that holds the student edition and nothing else of the course.
"""

import contextlib
import gc
import json
import os
import random
import select
import shutil
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch

from autograders.answer import HeldCall, Raised, hold
from autograders.forbidden import watch
from autograders.grading.ban import Ban
from autograders.grading.cells import Shell, run_cell
from autograders.grading.sandbox.confine import confine
from autograders.grading.wire import BrokenFrame, decode, encode, frame_size
from autograders.probes import NotAsAsked
from autograders.recipes import passable

FAILED = 120  # how a process ends by a fault of ours
CHANNEL = 3  # the descriptor of the socket to the examiner, behind the standard ones


def warm_process(control: socket.socket, settings: dict[str, Any]) -> None:
    """Loads what students use, then forks one student after the other, each when the last is gone.

    `control` takes b"start" with the student's end of a socket, b"interrupt" and b"kill", and
    gives b"ready" and, when a student is gone, how it ended. It ends with the examiner.
    """
    _warm_up()
    scratch = Path(settings["scratch"])
    student, folder = None, scratch
    control.send(b"ready")
    while True:
        watched: list[Any] = [control] if student is None else [control, student[1]]
        readable, _, _ = select.select(watched, [], [])
        if student and student[1] in readable:
            _, status = os.waitpid(student[0], 0)
            os.close(student[1])
            student = None
            shutil.rmtree(folder, ignore_errors=True)
            control.send(b"gone %d" % os.waitstatus_to_exitcode(status))
        if control not in readable:
            continue
        order, channels, _, _ = socket.recv_fds(control, 100, 1)
        if not order:
            os._exit(0)
        if order == b"start":
            folder = scratch / os.urandom(8).hex()
            folder.mkdir()
            student = _fork(control, socket.socket(fileno=channels[0]), folder, settings)
        elif student:
            kind = signal.SIGINT if order == b"interrupt" else signal.SIGKILL
            signal.pidfd_send_signal(student[1], kind)


def _fork(
    control: socket.socket, channel: socket.socket, folder: Path, settings: dict[str, Any]
) -> tuple[int, int]:
    """The new student's process and a descriptor of it."""
    alone = len(os.listdir("/proc/self/task")) == 1 if os.path.exists("/proc/self/task") else True
    assert alone, "a thread would be lost in the student, with the locks that it holds"
    pid = os.fork()
    if pid:
        channel.close()
        return pid, os.pidfd_open(pid)
    try:
        Student(_confined(control, channel, folder, settings)).serve()
    finally:
        os._exit(FAILED)


def _confined(
    control: socket.socket, channel: socket.socket, folder: Path, settings: dict[str, Any]
) -> socket.socket:
    """The channel, the only thing left open, on which this process has said that it is confined,
    or why it is not."""
    os.dup2(channel.fileno(), CHANNEL)
    os.closerange(CHANNEL + 1, 1 << 16)
    alone = socket.socket(fileno=CHANNEL)
    try:
        nothing = os.open(os.devnull, os.O_RDWR)
        for standard in (0, 1, 2):
            os.dup2(nothing, standard)
        readable = [Path(path) for path in settings["readable"]]
        confine(folder, readable, settings["own_processes"], set(settings["layers"]))
        random.seed(0)
        np.random.seed(0)
        torch.manual_seed(0)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    except BaseException as error:
        alone.sendall(encode({"confined": False, "why": f"{type(error).__name__}: {error}"}))
        raise
    alone.sendall(encode({"confined": True}))
    return alone


def _warm_up() -> None:
    """Whatever is loaded here costs each student nothing."""
    import matplotlib.pyplot
    import torch._dynamo
    import torch.optim
    import torch.utils.data

    torch.set_num_threads(1)  # a parallel region before a fork would hang the student's first
    Shell.instance()
    torch.nn.functional.conv2d(torch.ones(1, 1, 3, 3), torch.ones(1, 1, 2, 2))
    weight = torch.ones(2, requires_grad=True)
    weight.sum().backward()
    torch.optim.SGD([weight], lr=0.1).step()
    with watch(("convolution",)):
        torch.ones(2) + 1
    matplotlib.pyplot.figure().canvas.draw()
    matplotlib.pyplot.close("all")
    gc.collect()
    gc.freeze()


class Student:
    """Does what the examiner asks, and says what came of it."""

    def __init__(self, channel: socket.socket) -> None:
        self._channel = channel
        self._functions: list[Any] = []
        self._call: HeldCall | None = None
        self._ban = Ban()

    def serve(self) -> None:
        """Answers every frame by one, until the examiner is gone."""
        deeds: dict[str, Callable[..., Any]] = {
            "run": self._run,
            "save": self._save,
            "look_up": self._look_up,
            "hold": self._hold,
            "call": self._called,
        }
        while True:
            asked = decode(_receive(self._channel))
            try:
                with _interruptible():
                    reply = deeds[asked.pop("do")](**asked)
                frame = encode(reply)
            except KeyboardInterrupt:
                frame = encode({"interrupted": True})
            except BrokenFrame:
                frame = encode({"too_large": True})
            except Exception as error:  # such as a result whose methods are the student's own
                frame = encode({"unreadable": f"{type(error).__name__}: {error}"})
            self._channel.sendall(frame)

    def _run(self, source: str) -> list[dict[str, Any]]:
        self._ban.set(())  # cells may compare with what exercises ask to write
        return run_cell(source)

    def _save(self, name: str, content: np.ndarray) -> None:
        Path(name).write_bytes(content.tobytes())

    def _look_up(self, name: str) -> dict[str, Any]:
        namespace = Shell.instance().user_ns
        if name not in namespace:
            return {"missing": True}
        if callable(namespace[name]):
            self._functions.append(namespace[name])
            return {"function": len(self._functions) - 1}
        return {"value": namespace[name]}

    def _hold(
        self,
        function: int,
        probe: str,
        library: str,
        arguments: dict[str, Any],
        keywords: list[str],
        families: list[str],
    ) -> None:
        self._ban.set(families)
        passed = {name: passable(value, library) for name, value in arguments.items()}
        call = hold(self._functions[function], probe, passed, keywords)

        def watched() -> dict[str, Any]:
            with watch(families) as uses:
                try:
                    told = {"result": call()}
                except NotAsAsked as error:
                    told = {"not_as_asked": str(error)}
                except Raised as error:
                    told = {"raised": [error.kind, error.words, error.line]}
            return told | {"uses": [[u.operation, u.meaning, u.line] for u in uses]}

        self._call = watched

    def _called(self) -> Any:
        assert self._call
        return self._call()


@contextlib.contextmanager
def _interruptible() -> Iterator[None]:
    """The examiner may interrupt this block, and only this block."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)


def _receive(channel: socket.socket) -> bytes:
    return _exactly(channel, frame_size(_exactly(channel, 4)))


def _exactly(channel: socket.socket, size: int) -> bytes:
    parts = []
    while size:
        part = channel.recv(min(size, 1 << 20))
        if not part:
            os._exit(0)
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


if __name__ == "__main__":
    warm_process(socket.socket(fileno=int(sys.argv[1])), json.loads(sys.argv[2]))
