"""Which of the files that a student handed in is the notebook, and which are trained weights."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograders.folders import assignments
from autograders.lms.archives import File
from autograders.lms.person import safe_id
from autograders.lms.safe_zip import INSIDE, Refused, entries

# What systems and browsers put behind the name of a file that comes again: -2, _2, " (2)".
AGAIN = re.compile(r"([-_]\d{1,3}| ?\(\d{1,3}\))+$")
# Folders of the students' package that hold other notebooks of the same name.
NOT_THEIRS = {"autograders", "course_lib", "solutions", ".ipynb_checkpoints", "__MACOSX"}


@dataclass(frozen=True)
class Chosen:
    """The bytes of the notebook and of weights by file name; in words, what else there was."""

    notebook: bytes
    source: str
    weights: Mapping[str, bytes] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()


class NotThis(Exception):
    """A file that is not looked for; the message says what it is."""


@dataclass(frozen=True)
class _Ranked:
    rank: tuple[int, ...]  # greater is better
    label: str
    content: bytes


class Chooser:
    """Knows the course's assignments by the ids of their cells."""

    def __init__(self, course: Path, assignment: str) -> None:
        self.assignment = assignment
        self._cells = {
            name: cell_ids((course / "notebooks" / name / f"{name}.ipynb").read_bytes())
            for name in assignments(course)
        }

    def choose(self, files: Iterable[File]) -> Chosen:
        """The latest notebook of the assignment; a zip among the files is looked into.

        What is the assignment's is told by the ids of its cells, since systems and students rename
        files; a notebook that cannot be read is taken by its name.

        Raises:
            Refused: there is none; the message names what there is.
        """
        left_out: list[str] = []
        refused: list[str] = []
        notebooks: list[_Ranked] = []
        weights: dict[str, _Ranked] = {}
        for file, label in _unpacked(files, refused):
            try:
                if file.name.lower().endswith(".ipynb"):
                    notebooks.append(self._notebook(file, label))
                elif file.name.lower().endswith(".safetensors"):
                    found = _Ranked(_rank(file), label, file.entry.read())
                    name = f"{_clean(file.name)}.safetensors"
                    weights[name] = max(weights.get(name, found), found, key=_by_rank)
                elif not file.name.endswith("-receipt.txt"):  # of `course check`
                    left_out.append(label)
            except NotThis as problem:
                left_out.append(f"{label} ({problem})")
            except Refused as problem:
                refused.append(f"{label}: {problem}")
        if not notebooks:
            there = ", ".join([*left_out, *refused]) or "no file"
            raise Refused(f"no notebook of {self.assignment}; there is {there}")
        *others, latest = sorted(notebooks, key=_by_rank)
        left_out += [f"{other.label} (an earlier one)" for other in others]
        kept = {name: found.content for name, found in weights.items()}
        return Chosen(latest.content, latest.label, kept, tuple(left_out), tuple(refused))

    def _notebook(self, file: File, label: str) -> _Ranked:
        """Raises NotThis or Refused."""
        content = file.entry.read()
        found = self._assignment_of(content)
        named = _clean(file.name) == self.assignment.casefold()
        if found != self.assignment and not (found is None and named):
            raise NotThis(found or "not a notebook of this course")
        return _Ranked((found is not None, *_rank(file), named), label, content)

    def _assignment_of(self, content: bytes) -> str | None:
        """The assignment with whose cells a notebook has most in common, None where it has none."""
        ids = cell_ids(content)
        shared = {name: len(ids.keys() & cells.keys()) for name, cells in self._cells.items()}
        best = max(shared, key=lambda name: (shared[name], name == self.assignment))
        return best if shared[best] else None


def cell_ids(content: bytes) -> dict[str, None]:
    """nbgrader's ids of a notebook's cells, in order; none where the file is no notebook."""
    try:
        notebook = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    found = (_id(cell) for cell in (cells if isinstance(cells, list) else ()))
    return {grade_id: None for grade_id in found if isinstance(grade_id, str)}


def _id(cell: Any) -> Any:
    for key in ("metadata", "nbgrader", "grade_id"):
        cell = cell.get(key) if isinstance(cell, dict) else None
    return cell


def _rank(file: File) -> tuple[int, ...]:
    """The latest, and of what came together in a zip the one in the folder to hand in."""
    return file.order, Path(file.name).parent.name == "hand-in"


def _by_rank(found: _Ranked) -> tuple[int, ...]:
    return found.rank


def _clean(name: str) -> str:
    """The name of a file without its folder, its ending and what marks it as come again."""
    return safe_id(AGAIN.sub("", Path(name).stem.casefold())) or "unnamed"


def _unpacked(files: Iterable[File], refused: list[str]) -> Iterator[tuple[File, str]]:
    """Each file with how to name it, those in zips in place of the zip; a zip in a zip stays."""
    for file in files:
        if file.entry.problem:
            refused.append(f"{file.name}: {file.entry.problem}")
        elif not file.name.lower().endswith(".zip"):
            yield file, file.name
        else:
            try:
                inside = entries(io.BytesIO(file.entry.read()), INSIDE)
            except Refused as problem:
                refused.append(f"{file.name}: {problem}")
                continue
            for entry in inside:
                label = f"{file.name}: {entry.name}"
                if entry.problem:
                    refused.append(f"{label}: {entry.problem}")
                elif entry.name.lower().endswith(".zip"):
                    refused.append(f"{label}: a zip in a zip is not looked into")
                elif not _is_other(entry.name):
                    yield File(entry.name, entry, file.order), label


def _is_other(name: str) -> bool:
    parts = Path(name).parts
    return bool(NOT_THEIRS & set(parts)) or parts[-1].startswith("._") or "-before-repair-" in name
