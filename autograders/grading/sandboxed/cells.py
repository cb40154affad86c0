"""Running a cell in IPython without a kernel, and its outputs as plain data."""

import base64
import re
import sys
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from IPython.core.displayhook import DisplayHook
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from traitlets.config import Config

from autograders.grading.sandboxed.budget import LARGEST_PICTURE, LONGEST_TEXT, MOST_OUTPUTS, Output

_CONTROL = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_IMAGE = re.compile(  # as course_lib.plots shows a figure
    r'<img alt="[^"<>]*" src="data:image/png;base64,((?:[A-Za-z0-9+/]{4})*'
    r'(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?)">'
)
PICTURE = "image/png"
PICTURES = {PICTURE: b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}  # how each begins


class _Results(DisplayHook):
    """Keeps the last expression's value where a terminal would print it."""

    def write_output_prompt(self) -> None:
        """There is nobody to read `Out[1]:`."""

    def write_format_data(
        self, format_dict: Mapping[str, Any], md_dict: Mapping[str, Any] | None = None
    ) -> None:
        """Notes what would be printed."""
        self.shell.told.append({"kind": "result", "data": dict(format_dict)})


class Shell(InteractiveShell):
    """IPython as notebooks know it: magics, display and pictures, but no history and no colours."""

    displayhook_class = _Results

    def __init__(self) -> None:
        self.told: list[dict[str, Any]] = []
        plain = Config(HistoryManager={"enabled": False}, InteractiveShell={"colors": "nocolor"})
        super().__init__(config=plain)
        self.run_line_magic("matplotlib", "inline")

    def _showtraceback(self, etype: type, evalue: BaseException, stb: Iterable[str]) -> None:
        told = {"kind": "error", "name": etype.__name__, "words": str(evalue)[:1000]}
        self.told.append(told | {"text": "\n".join(stb)})

    def enable_gui(self, gui: str | None = None) -> None:
        """There is no window to open."""

    def ask_exit(self) -> None:
        """A cell that calls exit() ends nothing."""


def run_cell(source: str) -> list[dict[str, Any]]:
    """Runs a cell in this process's `Shell` and gives what it put out, in its order but for printed
    text, which comes first. Each is a dict: `kind` "stream" with its `text`; "display" or "result"
    with `data`, a picture's as an array of bytes, and `alt`, its words; or "error" with the
    exception's `name` and `words` and the traceback's `text`."""
    shell = Shell.instance()
    shell.told = []
    with capture_output() as captured:
        # who asks for a descriptor, as faulthandler does, gets the standard one
        sys.stdout.fileno, sys.stderr.fileno = lambda: 1, lambda: 2  # type: ignore[method-assign]
        shell.run_cell(source, store_history=True)
    printed = captured.stdout + captured.stderr
    told: list[dict[str, Any]] = []
    if printed:
        told.append({"kind": "stream", "text": shorten(printed)})
    for output in captured.outputs:
        alt = (output.metadata or {}).get("image/png", {}).get("alt", "")
        told.append({"kind": "display", "data": dict(output.data), "alt": str(alt)})
    told += shell.told
    for each in told:
        picture = each.get("data", {}).get(PICTURE)
        if picture is not None:
            png = base64.b64decode(picture) if isinstance(picture, str) else picture
            each["data"][PICTURE] = np.frombuffer(png, "uint8")
    if more := told[MOST_OUTPUTS:]:
        line = f"... outputs left out: {len(more)}; a cell may show {MOST_OUTPUTS} ...\n"
        told[MOST_OUTPUTS:] = [{"kind": "stream", "text": line}]
    return told


def safe_outputs(told: Any, count: int) -> list[Output]:
    """Outputs of what `run_cell` told in a process that is not to be trusted: plain text, PNG and
    JPEG pictures, figures as course_lib.plots shows them, and nothing that a browser runs."""
    outputs = []
    for each in told[: MOST_OUTPUTS + 1] if isinstance(told, list) else []:  # and their line
        if not isinstance(each, dict):
            continue
        safe: dict[str, Any] = {k: shorten(v) for k, v in each.items() if type(v) is str}
        if isinstance(each.get("data"), dict) and (shown := _safe(each["data"])):
            safe["data"] = shown
        outputs += as_outputs([safe], count)
    return outputs


def as_outputs(told: list[dict[str, Any]], count: int) -> list[Output]:
    """Outputs of what `run_cell` told in a process of our own."""
    outputs: list[Output] = []
    for each in told:
        match each:
            case {"kind": "stream", "text": str(text)}:
                outputs.append({"output_type": "stream", "name": "stdout", "text": text})
            case {"kind": "error", "name": str(name), "words": str(words), "text": str(text)}:
                error = {"ename": name, "evalue": words, "traceback": text.split("\n")}
                outputs.append({"output_type": "error", **error})
            case {"kind": "result", "data": dict(data)}:
                shown = {"data": _in_base64(data), "metadata": {}, "execution_count": count}
                outputs.append({"output_type": "execute_result", **shown})
            case {"kind": "display", "data": dict(data)}:
                alt = each.get("alt")
                metadata = {PICTURE: {"alt": alt}} if alt and PICTURE in data else {}
                shown = {"data": _in_base64(data), "metadata": metadata}
                outputs.append({"output_type": "display_data", **shown})
    return outputs


def shorten(text: str) -> str:
    """Printable text of at most LONGEST_TEXT characters."""
    if len(text) > LONGEST_TEXT:
        half = LONGEST_TEXT // 2
        left_out = f"\n... {len(text) - LONGEST_TEXT:,} characters are left out ...\n"
        text = text[:half] + left_out + text[-half:]
    return _CONTROL.sub("", text)


def _safe(data: dict[str, Any]) -> dict[str, Any]:
    text = data.get("text/plain")
    safe: dict[str, Any] = {"text/plain": shorten(text)} if type(text) is str else {}
    for kind in PICTURES:
        picture = data.get(kind)
        if isinstance(picture, np.ndarray) and picture.nbytes > LARGEST_PICTURE:
            size = f"{picture.nbytes / 1e6:.1f} MB; it may have {LARGEST_PICTURE / 1e6:g}"
            safe["text/plain"] = f"... a picture is left out, of {size} ..."
        elif isinstance(picture, np.ndarray) and _is_picture(picture.tobytes(), kind):
            safe[kind] = picture
    html = data.get("text/html")
    if type(html) is str and not _CONTROL.search(html):
        image = _IMAGE.fullmatch(html)
        if image and _is_picture(base64.b64decode(image[1]), PICTURE):
            safe["text/html"] = html
    return safe


def _is_picture(picture: bytes, kind: str) -> bool:
    return len(picture) <= LARGEST_PICTURE and picture.startswith(PICTURES[kind])


def _in_base64(data: dict[str, Any]) -> dict[str, Any]:
    pictures = {kind: base64.b64encode(data[kind].tobytes()) for kind in PICTURES if kind in data}
    return data | {kind: text.decode() for kind, text in pictures.items()}
