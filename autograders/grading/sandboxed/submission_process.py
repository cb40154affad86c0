"""What a submission's process does when the examiner asks.

It runs in the sandbox, confined, from a folder that holds the student edition and nothing else of
the course.
"""

import contextlib
import os
import signal
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch

from autograders.checks.judging.answer import Raised, hold
from autograders.checks.judging.forbidden import watch
from autograders.checks.judging.function_arguments import passable
from autograders.checks.judging.global_state import put_back
from autograders.checks.judging.mute_output import mute_output
from autograders.checks.judging.plain_data import NotAsAsked, unrolled
from autograders.grading.sandboxed.ban import Ban
from autograders.grading.sandboxed.cells import run_cell
from autograders.grading.sandboxed.replay.comparisons import compared
from autograders.grading.sandboxed.replay.record import record_call
from autograders.grading.sandboxed.replay.replay import replay
from autograders.grading.sandboxed.replay.traced_float import traced_floats
from autograders.grading.sandboxed.shell import StudentShell
from autograders.grading.sandboxed.wire import BrokenFrame, decode, encode, frame_size


class StudentServer:
    """Does what the examiner asks, and says what came of it."""

    def __init__(self, channel: socket.socket, has_card: bool) -> None:
        self._channel = channel
        self._functions: list[Any] = []
        self._call: Callable[[], dict[str, Any]] | None = None
        self._ban = Ban(("CPU", "CUDA") if has_card else ("CPU",))

    def serve(self) -> None:
        """Answers every frame by one, until the examiner is gone."""
        deeds: dict[str, Callable[..., Any]] = {
            "run": self._run,
            "save": self._save,
            "look_up": self._look_up,
            "hold": self._hold,
            "call": self._called,
            "record": self._record,
            "replay": replay,
            "compare": compared,
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

    def _run(self, source: str, most: int | None = None) -> list[dict[str, Any]]:
        """Runs a cell, but no more than its first `most` statements, and tells of each that it
        begins: where the cell is lost it is known how far it came."""
        self._ban.set(())  # cells may compare with what exercises ask to write
        shell = StudentShell.instance()
        shell.begun, shell.most = 0, most
        shell.on_begin = lambda count: self._channel.sendall(encode({"begun": count}))
        try:
            return run_cell(source)
        finally:
            shell.on_begin = shell.most = None

    def _save(self, name: str, content: np.ndarray) -> None:
        Path(name).write_bytes(content.tobytes())

    def _look_up(self, name: str) -> dict[str, Any]:
        namespace = StudentShell.instance().user_ns
        if name not in namespace:
            return {"missing": True}
        if callable(namespace[name]):
            self._functions.append(namespace[name])
            return {"function": len(self._functions) - 1}
        return {"value": unrolled(namespace[name])}

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
                told: dict[str, Any]
                try:
                    got = call()
                    told = {"result": got.result, "changed": got.changed, "left": got.left}
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

    def _record(
        self,
        function: int,
        arguments: dict[str, Any],
        keywords: list[str],
        families: list[str],
    ) -> dict[str, Any]:
        """The record of what a function does with these; or what of the families it used."""
        self._ban.set(families)
        self._ban.uses.clear()
        passed = {name: passable(value, "torch") for name, value in arguments.items()}
        by_position = [value for name, value in passed.items() if name not in keywords]
        by_name = {name: passed[name] for name in keywords}

        def call() -> Any:
            with mute_output():
                return self._functions[function](*by_position, **by_name)

        inputs = [value for value in passed.values() if isinstance(value, torch.Tensor)]
        names = StudentShell.instance().user_ns
        with put_back():
            record = record_call(call, inputs, lambda recorder: traced_floats(recorder, names))
        if self._ban.uses:
            return {"uses": [[use.operation, use.meaning, use.line] for use in self._ban.uses]}
        return {"record": np.frombuffer(record, "uint8")}


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
