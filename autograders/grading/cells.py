"""Running a cell in IPython without a kernel, and its outputs as plain data."""

import base64
import re
from collections.abc import Iterable, Mapping
from typing import Any

from IPython.core.displayhook import DisplayHook
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from nbformat import NotebookNode
from nbformat.v4 import new_output
from traitlets.config import Config

LONGEST_TEXT = 64_000  # characters of one text; of a longer one the middle is left out
MOST_OUTPUTS = 40
LARGEST_PICTURE = 2_000_000  # bytes
_CONTROL = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_PNG = b"\x89PNG\r\n\x1a\n"


class _Results(DisplayHook):
    """Keeps the text of the last expression's value where a terminal would print it."""

    def write_output_prompt(self) -> None:
        """There is nobody to read `Out[1]:`."""

    def write_format_data(
        self, format_dict: Mapping[str, Any], md_dict: Mapping[str, Any] | None = None
    ) -> None:
        self.shell.told.append({"kind": "result", "text": format_dict.get("text/plain", "")})


class Shell(InteractiveShell):
    """IPython as notebooks know it: magics, display and pictures, but no history and no colours."""

    displayhook_class = _Results

    def __init__(self) -> None:
        self.told: list[dict[str, Any]] = []
        plain = Config(HistoryManager={"enabled": False}, InteractiveShell={"colors": "NoColor"})
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
    text, which comes first: dicts with `kind` "text", "picture", "result" or "error", and `text`,
    `png` (base64), `name` and `words`."""
    shell = Shell.instance()
    shell.told = []
    with capture_output() as captured:
        shell.run_cell(source, store_history=True)
    printed = [text for text in (captured.stdout, captured.stderr) if text]
    told = [{"kind": "text", "text": text} for text in printed]
    for output in captured.outputs:
        data = output.data
        picture = data.get("image/png")
        if picture is not None:
            png = picture if isinstance(picture, str) else base64.b64encode(picture).decode()
            alt = (output.metadata or {}).get("image/png", {}).get("alt")
            told.append({"kind": "picture", "png": png, "text": str(alt or "")})
        else:
            told.append({"kind": "text", "text": str(data.get("text/plain", "")) + "\n"})
    return [_shortened(each) for each in [*told, *shell.told][:MOST_OUTPUTS]]


def as_outputs(told: Any, count: int) -> list[NotebookNode]:
    """A notebook's outputs of what `run_cell` told, perhaps in a process that is not to be trusted:
    whatever is no text and no PNG picture is left out, so that nothing in it runs in a browser."""
    outputs = []
    for each in told[:MOST_OUTPUTS] if isinstance(told, list) else []:
        match _shortened(each) if _is_words(each) else None:
            case {"kind": "text", "text": text}:
                outputs.append(new_output("stream", name="stdout", text=text))
            case {"kind": "result", "text": text}:
                data = {"text/plain": text}
                outputs.append(new_output("execute_result", data, execution_count=count))
            case {"kind": "error", "name": name, "words": said, "text": text}:
                lines = text.split("\n")
                outputs.append(new_output("error", ename=name, evalue=said, traceback=lines))
            case {"kind": "picture", "png": png, "text": alt} if _is_picture(png):
                data = {"image/png": png, "text/plain": alt or "a picture"}
                metadata = {"image/png": {"alt": alt}} if alt else {}
                outputs.append(new_output("display_data", data, metadata=metadata))
    return outputs


def shorten(text: str) -> str:
    """Printable text of at most LONGEST_TEXT characters."""
    if len(text) > LONGEST_TEXT:
        half = LONGEST_TEXT // 2
        left_out = f"\n... {len(text) - LONGEST_TEXT:,} characters are left out ...\n"
        text = text[:half] + left_out + text[-half:]
    return _CONTROL.sub("", text)


def _shortened(each: dict[str, str]) -> dict[str, str]:
    return {key: value if key == "png" else shorten(value) for key, value in each.items()}


def _is_words(each: Any) -> bool:
    return isinstance(each, dict) and all(type(value) is str for value in each.values())


def _is_picture(png: str) -> bool:
    try:
        content = base64.b64decode(png, validate=True)
    except ValueError:
        return False
    return content.startswith(_PNG) and len(content) <= LARGEST_PICTURE
