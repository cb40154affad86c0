"""The forkserver in the sandbox: all that students use is loaded, and each submission's process
is forked from it, confines itself, and answers the examiner (`submission_process.py`).

It runs from a folder that holds the student edition and nothing else of the course.
"""

import contextlib
import ctypes
import gc
import json
import os
import random
import select
import signal
import socket
import subprocess
import sys
import time
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import torch

import autograders
from autograders.checks.check import checks_for
from autograders.checks.load import load_assignment
from autograders.grading.sandboxed.ban import Ban
from autograders.grading.sandboxed.one_process import stay_in_one_process
from autograders.grading.sandboxed.replay.record import record_call
from autograders.grading.sandboxed.replay.traced_float import traced_floats
from autograders.grading.sandboxed.shell import StudentShell
from autograders.grading.sandboxed.submission_process import StudentServer
from autograders.grading.sandboxed.walls import syscalls
from autograders.grading.sandboxed.walls.confine import confine
from autograders.grading.sandboxed.wire import encode

FAILED = 120  # how a process ends by a fault of ours
KEPT_FREE = 1 << 30  # bytes of a disk that students share with others
LOOKS_SECONDS = 0.2
CHANNEL = 3  # the descriptor of the socket to the examiner, behind the standard ones

_libc = ctypes.CDLL(None)


def warm_process(control: socket.socket, settings: dict[str, Any]) -> None:
    """Loads what students use, then forks a process whenever it is asked for one.

    `control` takes b"start N" with the new process's end of a socket, b"interrupt N", b"kill N"
    and b"time N", and gives b"ready", the processor time of N as b"time N NANOSECONDS" and, when
    process N is gone, b"gone N CODE". It ends with the examiner.
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
        elif what == b"time":
            used = _processor_time(forked[number][0]) if number in forked else 0
            control.send(b"time %s %d" % (number, used))
        elif number in forked:
            kind = signal.SIGINT if what == b"interrupt" else signal.SIGKILL
            signal.pidfd_send_signal(forked[number][1], kind)


def _processor_time(pid: int) -> int:
    """Nanoseconds that all threads of a process together have used."""
    clock = ctypes.c_int()
    if _libc.clock_getcpuclockid(pid, ctypes.byref(clock)):
        return 0
    return time.clock_gettime_ns(clock.value)


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
        StudentServer(_confined(channel, folder, settings), has_card).serve()
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
        stay_in_one_process()
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

    for used in ("data", "gradcheck", "live", "plots", "widgets"):
        import_module(f"course_lib.{used}")
    import_module("safetensors.torch")
    syscalls.available()  # finding its library starts programs
    for visible in Path(autograders.__path__[0], "visible").glob("*.npz"):
        checks_for(visible.stem)
        ban = Ban()  # what it finds among all of torch's operations is kept
        for exercise in load_assignment(visible.stem).exercises.values():
            ban.set(exercise.forbidden)
        ban.set(())
    torch.backends.cudnn.allow_tf32 = False
    torch.set_num_threads(1)  # a parallel region before a fork would hang the student's first
    StudentShell.instance()
    torch.nn.functional.conv2d(torch.ones(1, 1, 3, 3), torch.ones(1, 1, 2, 2))
    weight = torch.ones(2, requires_grad=True)
    weight.sum().backward()
    torch.optim.SGD([weight], lr=0.1).step()
    record_call(lambda: torch.ones(2) + 1, [], lambda recorder: traced_floats(recorder, {}))
    matplotlib.pyplot.figure().canvas.draw()
    matplotlib.pyplot.close("all")
    gc.collect()
    gc.freeze()


if __name__ == "__main__":
    warm_process(socket.socket(fileno=int(sys.argv[1])), json.loads(sys.argv[2]))
