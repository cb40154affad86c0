"""The one reader of notebooks' files: what people hand in, from bytes to cells, without trust."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LARGEST = 100_000_000  # bytes; nbgrader's own limit for a file
DEEPEST = 100  # a notebook's outputs nest to a tenth of it; copying what nests deeper can fail
LONGEST_INTEGER = 640  # digits; Python converts as many whatever its limit is set to
ENDS = re.compile(r"\.ipynb\b(?!\.zip)|\.(json|txt)$", re.IGNORECASE)
# The text editors' and systems' names of what json.detect_encoding tells by a file's first bytes.
ENCODINGS = {"utf-16": "UTF-16", "utf-32": "UTF-32"}
OTHER_FILES = {  # by their first letters, in lower case
    b"pk\x03\x04": "a zip archive",
    b"%pdf": "a PDF",
    b"\x1f\x8b": "a compressed file",
    b"<!doctype html": "a web page; download the notebook itself",
    b"<html": "a web page; download the notebook itself",
}
OLD_FORMAT = "The file was in an old format of notebooks, of which the outputs are not kept."
# What stands for a byte that is no UTF-8 -> the letter that Windows-1252 has for it.
WESTERN = {0xDC00 + n: bytes([n]).decode("cp1252", "replace") for n in range(0x80, 0x100)}
BLANK = "\0 \t\r\n\ufeff"


class NoNotebook(Exception):
    """A file that holds no notebook; the message begins with its name and says what it holds."""


@dataclass(frozen=True)
class NotebookFile:
    """A notebook of format 4 with a list of cells, otherwise as it was handed in and unchecked;
    and in plain sentences what was odd about the file."""

    notebook: dict[str, Any]
    repairs: tuple[str, ...] = ()


def may_be_notebook(name: str) -> bool:
    """Whether a file's name is one that systems, browsers and people give to notebooks, such as
    `01 (1).ipynb`, `01.IPYNB`, `01.ipynb.txt` or `01.json`."""
    base = name.rpartition("/")[2]
    return bool(ENDS.search(base)) and not base.startswith(".") and "-before-repair-" not in base


def read_notebook(path: Path) -> NotebookFile:
    """The notebook in a plain file.

    Raises:
        NoNotebook: it is a link, a pipe or the like, or it is larger than 100 MB, or as for
            `parse_notebook`.
        OSError: the file cannot be opened.
    """
    if path.is_symlink() or not path.is_file():  # a pipe would never end
        raise NoNotebook(f"{quoted(path.name)} is no plain file")
    if path.stat().st_size > LARGEST:
        raise NoNotebook(f"{quoted(path.name)} is larger than {LARGEST // 1_000_000} MB")
    return parse_notebook(path.read_bytes(), path.name)


def parse_notebook(content: bytes, name: str) -> NotebookFile:
    """The notebook in the bytes of a file called `name`.

    UTF-8, UTF-16 and UTF-32 are read, with a byte order mark or without; bytes that are no UTF-8
    are read as Windows-1252; formats 2 and 3 become format 4.

    Raises:
        NoNotebook: there is nothing in it, or it is no JSON, or no notebook.
    """
    try:
        text, repairs = _decode(content)
        value = _json(text)
        if not isinstance(value, dict) or not (_is_list(value, "cells") or _sheets(value)):
            raise _Unreadable("is JSON, but not a notebook: it has no list of cells")
    except _Unreadable as problem:
        raise NoNotebook(f"{quoted(name)} {problem}") from None
    if _prune(value):
        repairs.append(f"What was nested deeper than {DEEPEST} levels was left out.")
    if not _is_list(value, "cells"):
        repairs.append(OLD_FORMAT)
        value = _upgraded(value)
    return NotebookFile(value, tuple(repairs))


def quoted(text: str) -> str:
    """A name or text of a stranger's, short and without what would move a terminal's cursor."""
    shown = "".join(letter if letter.isprintable() else "?" for letter in text[:100])
    return shown if len(text) <= 100 else f"{shown[:97]}..."


class _Unreadable(Exception):
    """What is wrong with a file: the rest of a sentence that begins with its name."""


def _decode(content: bytes) -> tuple[str, list[str]]:
    if not content.strip(b"\0 \t\r\n"):
        raise _Unreadable("is empty")
    beginning = content[:200].lstrip().lower()
    for begins, what in OTHER_FILES.items():
        if beginning.startswith(begins):
            raise _Unreadable(f"is not JSON, the format of notebooks, but {what}")
    encoding = json.detect_encoding(content)
    repairs = []
    try:
        text = content.decode(encoding, "surrogatepass")
    except UnicodeDecodeError as fault:
        if not encoding.startswith("utf-8"):
            raise _Unreadable(f"is damaged: byte {fault.start} is no text in {encoding}") from None
        text, count = _western(content)
        repairs.append(
            f"Bytes of the file that are no UTF-8 were read as Windows-1252: {count}; look at what "
            "is not plain English."
        )
    if name := ENCODINGS.get(encoding[:6]):
        repairs.append(f"The file was in {name}; notebooks are in UTF-8.")
    kept = text.lstrip("\ufeff").rstrip(BLANK)
    if not kept:
        raise _Unreadable("is empty")
    if count := text[len(text.rstrip(BLANK)) :].count("\0"):
        repairs.append(f"Zero bytes at the end of the file were left out: {count}.")
    return kept, repairs


def _western(content: bytes) -> tuple[str, int]:
    """UTF-8 with single bytes of Windows-1252 in between; the text, and how many those are."""
    escaped = content.decode("utf-8-sig", "surrogateescape")
    count = len(escaped) - len(content.decode("utf-8-sig", "ignore"))
    return escaped.translate(WESTERN), count


def _json(text: str) -> Any:
    try:
        return json.loads(text, parse_int=_integer)
    except json.JSONDecodeError as fault:
        raise _Unreadable(f"is not JSON, the format of notebooks: {_where(fault)}") from None
    except RecursionError:
        raise _Unreadable("is nested too deeply to be a notebook") from None


def _integer(digits: str) -> int | float:
    return int(digits) if len(digits) <= LONGEST_INTEGER else float(digits)


def _where(fault: json.JSONDecodeError) -> str:
    """Which line breaks, and why."""
    lines = fault.doc.split("\n")
    for number, line in enumerate(lines, 1):
        if re.match(r"<{7}( |$)", line):
            return (
                f"line {number} is a conflict marker of Git ({quoted(line.rstrip())}); "
                "finish the merge, or take one of its two sides"
            )
    place = f"line {fault.lineno}, column {fault.colno}"
    if fault.msg == "Extra data":
        return f"the notebook ends before {place}, but the file goes on"
    if fault.pos >= len(fault.doc) or fault.msg.startswith("Unterminated string"):
        return f"{place}: the end is missing ({fault.msg})"
    line = lines[fault.lineno - 1]
    near = quoted(line[max(0, fault.colno - 31) : fault.colno + 29].strip())
    return f"{place}: {fault.msg}; it reads there: {near}"


def _is_list(notebook: dict[str, Any], key: str) -> bool:
    return isinstance(notebook.get(key), list)


def _sheets(notebook: dict[str, Any]) -> list[dict[str, Any]]:
    """What formats 2 and 3 had the cells in."""
    sheets = notebook["worksheets"] if _is_list(notebook, "worksheets") else []
    return [sheet for sheet in sheets if isinstance(sheet, dict) and _is_list(sheet, "cells")]


def _prune(value: dict[str, Any]) -> bool:
    """Empties what is nested deeper than DEEPEST levels; whether anything was."""
    level: list[Any] = [value]
    for _ in range(DEEPEST):
        level = [inner for outer in level for inner in _inside(outer)]
    for outer in level:
        outer.clear()
    return bool(level)


def _inside(value: Any) -> Iterator[Any]:
    """The lists and dicts directly in a list or dict."""
    inner = value.values() if isinstance(value, dict) else value
    return (each for each in inner if isinstance(each, list | dict))


def _upgraded(notebook: dict[str, Any]) -> dict[str, Any]:
    cells = [_upgraded_cell(cell) for sheet in _sheets(notebook) for cell in sheet["cells"]]
    kept = {key: value for key, value in notebook.items() if key != "worksheets"}
    return {**kept, "nbformat": 4, "nbformat_minor": 5, "cells": cells}


def _upgraded_cell(cell: Any) -> Any:
    """A cell in format 4, without outputs; a heading becomes one in Markdown."""
    if not isinstance(cell, dict):
        return cell
    kept = {key: cell[key] for key in ("cell_type", "metadata", "source") if key in cell}
    if "input" in cell:
        return {**kept, "source": cell["input"]}
    if kept.get("cell_type") == "heading" and isinstance(kept.get("source"), str):
        level = min(max(cell["level"], 1), 6) if isinstance(cell.get("level"), int) else 1
        return {**kept, "cell_type": "markdown", "source": f"{'#' * level} {kept['source']}"}
    return kept
