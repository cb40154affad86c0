"""Running a student's function for a demo: whatever it does, what comes back can be drawn."""

from __future__ import annotations

import math
import threading
import traceback
from _thread import interrupt_main
from collections.abc import Callable
from typing import Any

import numpy as np

MOST_VALUES = 4096
Outcome = dict[str, Any]


def outcome(
    function: Callable[..., Any],
    arguments: tuple[Any, ...],
    seconds: float,
    diagnose: Callable[..., str | None] | None = None,
) -> Outcome:
    """What `function(*arguments)` came to, as a demo draws it.

    Args:
        function: runs in this thread, so that its prints and Ctrl-C work as in any cell.
        arguments: arrays or tensors; the function gets copies.
        seconds: after so long it is interrupted.
        diagnose: called with the arguments and the result; what it returns is shown as the
            likely mistake.

    Returns:
        name, and status: "values" with shape and values (a flat list; nan and infinities as
        words), "raised", "slow" or "unreadable" with a text; "likely" where diagnose knew one.
    """
    name = getattr(function, "__name__", type(function).__name__)
    try:
        result = _within(seconds, function, *(_copied(argument) for argument in arguments))
    except TimeoutError as late:
        return {"name": name, "status": "slow", "text": str(late)}
    except (Exception, SystemExit) as fault:
        return {"name": name, "status": "raised", "text": _last_line(fault)}
    answer = {"name": name, **_readable(result)}
    likely = diagnose(*arguments, result) if diagnose else None
    return {**answer, "likely": likely} if likely else answer


def _within(seconds: float, function: Callable[..., Any], *arguments: Any) -> Any:
    """The function's result; TimeoutError where it takes longer than `seconds`.

    The main thread is interrupted as by Ctrl-C, on every system.
    """
    lock, state = threading.Lock(), {"running": True, "late": False}

    def stop() -> None:
        with lock:
            if state["running"]:
                state["late"] = True
                interrupt_main()

    timer = threading.Timer(seconds, stop)
    timer.daemon = True
    try:
        try:
            timer.start()
            return function(*arguments)
        finally:
            with lock:
                state["running"] = False
            timer.cancel()
    except KeyboardInterrupt:
        if not state["late"]:
            raise
        raise TimeoutError(f"it was still running after {seconds:g} s") from None


def _copied(argument: Any) -> Any:
    for copy in ("clone", "copy"):
        if hasattr(argument, copy):
            return getattr(argument, copy)()
    return argument


def _last_line(fault: BaseException) -> str:
    """The error and the line of the student's that raised it."""
    text = traceback.format_exception_only(fault)[-1].strip()
    frames = traceback.extract_tb(fault.__traceback__)
    line = next((f.line for f in reversed(frames) if f.line and f.filename != __file__), None)
    return f"{text}\nin the line: {line}" if line else text


def _readable(result: Any) -> Outcome:
    if result is None:
        return {"status": "unreadable", "text": "None: it is not written yet"}
    if hasattr(result, "detach"):
        result = result.detach().cpu().numpy()
    try:
        array = np.asarray(result, dtype=np.float64)
    except (TypeError, ValueError):
        kind = type(result).__name__
        return {"status": "unreadable", "text": f"a {kind}, which is no array of numbers"}
    if array.size > MOST_VALUES:
        return {"status": "unreadable", "text": f"{array.size} numbers, shape {array.shape}"}
    values = [value if math.isfinite(value) else str(value) for value in array.ravel().tolist()]
    return {"status": "values", "shape": list(array.shape), "values": values}
