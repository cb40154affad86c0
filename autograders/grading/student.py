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
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch

import autograders
from autograders.answer import HeldCall, Raised, hold
from autograders.check import checks_for
from autograders.exercise import load_assignment
from autograders.forbidden import watch
from autograders.grading.ban import Ban
from autograders.grading.cells import Shell, run_cell
from autograders.grading.executor import Executor
from autograders.grading.remote_tensor import (
    AskedElsewhere,
    CannotBeServed,
    RemoteTensor,
    packed_value,
)
from autograders.grading.sandbox import syscalls
from autograders.grading.sandbox.confine import confine
from autograders.grading.wire import BrokenFrame, decode, encode, frame_size
from autograders.probes import NotAsAsked
from autograders.recipes import passable

FAILED = 120  # how a process ends by a fault of ours
KEPT_FREE = 1 << 30  # bytes of a disk that students share with others
LOOKS_SECONDS = 0.2
CHANNEL = 3  # the descriptor of the socket to the examiner, behind the standard ones


def warm_process(control: socket.socket, settings: dict[str, Any]) -> None:
    """Loads what students use, then forks a process whenever it is asked for one.

    `control` takes b"start N" with the new process's end of a socket, b"interrupt N" and
    b"kill N", and gives b"ready" and, when process N is gone, b"gone N CODE". It ends with the
    examiner.
    """
    _warm_up()
    scratch = Path(settings["scratch"])
    # in bubblewrap the scratch folder is a file system of its own; elsewhere it could fill a disk
    kept = 0 if settings["own_processes"] else min(KEPT_FREE, _free(scratch) // 2)
    forked: dict[bytes, tuple[int, int, Path]] = {}
    control.send(b"ready")
    while True:
        watched: list[Any] = [control, *(descriptor for _, descriptor, _ in forked.values())]
        readable, _, _ = select.select(watched, [], [], LOOKS_SECONDS if kept and forked else None)
        if kept and _free(scratch) < kept:
            for _, descriptor, _ in forked.values():
                signal.pidfd_send_signal(descriptor, signal.SIGKILL)
        for number, (pid, descriptor, folder) in list(forked.items()):
            if descriptor in readable:
                _, status = os.waitpid(pid, 0)
                os.close(descriptor)
                _remove(folder)
                del forked[number]
                control.send(b"gone %s %d" % (number, os.waitstatus_to_exitcode(status)))
        if control not in readable:
            continue
        order, channels, _, _ = socket.recv_fds(control, 100, 1)
        if not order:
            os._exit(0)
        what, _, number = order.partition(b" ")
        if what == b"start":
            folder = scratch / os.urandom(8).hex()
            folder.mkdir()
            channel = socket.socket(fileno=channels[0])
            forked[number] = (*_fork(channel, folder, settings), folder)
        elif number in forked:
            kind = signal.SIGINT if what == b"interrupt" else signal.SIGKILL
            signal.pidfd_send_signal(forked[number][1], kind)


def _free(folder: Path) -> int:
    """Bytes that may still be written to its file system."""
    found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize


def _remove(folder: Path) -> None:
    """Removes what a student left, however deep and closed its folders are. This process ends
    where something would remain for the next."""
    with contextlib.suppress(OSError):
        folder.rmdir()  # most leave nothing, and starting programs takes time
        return
    subprocess.run(["chmod", "--recursive", "u+rwx", folder], stderr=subprocess.DEVNULL)
    subprocess.run(["rm", "--recursive", "--force", folder], stderr=subprocess.DEVNULL)
    if folder.exists():
        os._exit(FAILED)


def _fork(channel: socket.socket, folder: Path, settings: dict[str, Any]) -> tuple[int, int]:
    """The new process and a descriptor of it."""
    alone = len(os.listdir("/proc/self/task")) == 1 if os.path.exists("/proc/self/task") else True
    assert alone, "a thread would be lost in the student, with the locks that it holds"
    pid = os.fork()
    if pid:
        channel.close()
        return pid, os.pidfd_open(pid)
    try:
        has_card = bool(settings["card_nodes"])
        Student(_confined(channel, folder, settings), has_card).serve()
    finally:
        os._exit(FAILED)


def _confined(channel: socket.socket, folder: Path, settings: dict[str, Any]) -> socket.socket:
    """The channel, the only thing left open, on which this process has said that it is confined,
    or why it is not."""
    os.dup2(channel.fileno(), CHANNEL)
    os.closerange(CHANNEL + 1, 1 << 16)
    alone = socket.socket(fileno=CHANNEL)
    try:
        nothing = os.open(os.devnull, os.O_RDWR)
        for standard in (0, 1, 2):
            os.dup2(nothing, standard)
        os.close(nothing)
        readable = [Path(path) for path in settings["readable"]]
        nodes = [Path(path) for path in settings["card_nodes"]]
        confine(folder, readable, settings["own_processes"], set(settings["layers"]), nodes)
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

    syscalls.available()  # finding its library starts programs
    for visible in Path(autograders.__path__[0], "visible").glob("*.npz"):
        checks_for(visible.stem)
        ban = Ban()  # what it finds among all of torch's operations is kept
        for exercise in load_assignment(visible.stem).exercises.values():
            ban.set(exercise.forbidden)
        ban.set(())
    torch.backends.cudnn.allow_tf32 = False
    torch.set_num_threads(1)  # a parallel region before a fork would hang the student's first
    Shell.instance()
    torch.nn.functional.conv2d(torch.ones(1, 1, 3, 3), torch.ones(1, 1, 2, 2))
    weight = torch.ones(2, requires_grad=True)
    weight.sum().backward()
    torch.optim.SGD([weight], lr=0.1).step()
    with AskedElsewhere(lambda _: None, held=0):
        torch.ones(2) + 1
    matplotlib.pyplot.figure().canvas.draw()
    matplotlib.pyplot.close("all")
    gc.collect()
    gc.freeze()


class Student:
    """Does what the examiner asks, and says what came of it."""

    def __init__(self, channel: socket.socket, has_card: bool) -> None:
        self._channel = channel
        self._functions: list[Any] = []
        self._call: HeldCall | None = None
        self._ban = Ban(("CPU", "CUDA") if has_card else ("CPU",))
        self._executor = Executor()

    def serve(self) -> None:
        """Answers every frame by one, until the examiner is gone."""
        deeds: dict[str, Callable[..., Any]] = {
            "run": self._run,
            "save": self._save,
            "look_up": self._look_up,
            "hold": self._hold,
            "call": self._called,
            "prove": self._prove,
            "take": self._executor.take,
            "operate": self._executor.operate,
            "give": self._executor.give,
        }
        while True:
            asked = self._heard()
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

    def _heard(self) -> Any:
        return decode(_receive(self._channel))

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
        device: str,
    ) -> None:
        self._ban.set(families)
        passed = {name: passable(value, library, device) for name, value in arguments.items()}
        call = hold(self._functions[function], probe, passed, keywords)

        def watched() -> dict[str, Any]:
            self._ban.uses.clear()
            with watch([family for family in families if family == "autograd"]) as uses:
                try:
                    told = {"result": call()}
                except NotAsAsked as error:
                    told = {"not_as_asked": str(error)}
                except Raised as error:
                    told = {"raised": [error.kind, error.words, error.line]}
            found = [*self._ban.uses, *uses]
            return told | {"uses": [[u.operation, u.meaning, u.line] for u in found]}

        self._call = watched

    def _called(self) -> Any:
        assert self._call
        return self._call()

    def _prove(
        self,
        function: int,
        arguments: dict[str, Any],
        remote: dict[str, Any],
        keywords: list[str],
    ) -> dict[str, Any]:
        """Has a function work on tensors whose numbers are elsewhere."""

        def ask(operations: list[dict[str, Any]]) -> Any:
            self._channel.sendall(encode({"operations": operations}))
            reply = self._heard()
            if "told" not in reply:
                raise _Stopped
            return reply["told"]

        passed = {
            name: RemoteTensor.described(remote[name]) if name in remote else value
            for name, value in arguments.items()
        }
        try:
            with AskedElsewhere(ask, held=len(remote)) as elsewhere:
                result = hold(self._functions[function], "", passed, keywords)()
            elsewhere.settle()
            return {"result": packed_value(result)}
        except (CannotBeServed, NotAsAsked, Raised) as error:
            return {"failed": str(error)}
        except _Stopped:
            return {"failed": "stopped"}


class _Stopped(BaseException):
    """The examiner has seen enough."""


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
