"""Which of the files that a student handed in is the notebook, and which are trained weights."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from autograders.grading.submitted.recognizer import Recognizer
from autograders.lms.archives import File
from autograders.lms.person import safe_id
from autograders.lms.safe_zip import INSIDE, Refused, entries
from autograders.notebook.file import NoNotebook, may_be_notebook, parse_notebook

# What systems, browsers and people put behind the name of a file that comes again.
AGAIN = re.compile(r"([-_]\d{1,3}| ?\(\d{1,3}\)|( - |[-_ ])(copy|kopie|copie|copia) ?\d{0,3})+$")
# Folders of the students' package that hold other notebooks of the same name.
NOT_THEIRS = {"autograders", "course_lib", "solutions", ".ipynb_checkpoints"}


@dataclass(frozen=True)
class Chosen:
    """The bytes of the notebook and of weights by file name; in words, what else there was."""

    notebook: bytes
    source: str
    weights: Mapping[str, bytes] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()


class NotThis(Exception):
    """A file that is not looked for; the message names it and says what it is."""


@dataclass(frozen=True)
class _Ranked:
    rank: tuple[int, ...]  # greater is better
    label: str
    content: bytes


class Chooser:
    """Tells an assignment's notebooks from others."""

    def __init__(self, course: Path, assignment: str) -> None:
        self.assignment = assignment
        self._recognizer = Recognizer(course)

    def choose(self, files: Iterable[File]) -> Chosen:
        """The latest notebook of the assignment; a zip among the files is looked into.

        What is the assignment's is told by its cells, since systems and students rename files; a
        notebook that cannot be read, or has no cell of any assignment, is taken by its name.

        Raises:
            Refused: there is none; the message names what there is.
        """
        left_out: list[str] = []
        refused: list[str] = []
        notebooks: list[_Ranked] = []
        weights: dict[str, _Ranked] = {}
        for file, label in _unpacked(files, refused):
            if file.name.endswith("-receipt.txt"):  # of `course check`
                continue
            try:
                if may_be_notebook(file.name):
                    notebooks.append(self._notebook(file, label))
                elif file.name.lower().endswith(".safetensors"):
                    rank = (file.order, _is_to_hand_in(file))
                    found = _Ranked(rank, label, file.entry.read())
                    name = f"{_clean(file.name)}.safetensors"
                    weights[name] = max(weights.get(name, found), found, key=_by_rank)
                else:
                    left_out.append(label)
            except NotThis as problem:
                left_out.append(str(problem))
            except Refused as problem:
                refused.append(f"{label}: {problem}")
        if not notebooks:
            there = ", ".join([*left_out, *refused]) or "no file"
            raise Refused(f"no notebook of {self.assignment}; there is {there}")
        *others, latest = sorted(notebooks, key=_by_rank)
        left_out += [
            f"{other.label} ({'an earlier' if other.rank[1] < latest.rank[1] else 'another'} one)"
            for other in others
        ]
        kept = {name: found.content for name, found in weights.items()}
        return Chosen(latest.content, latest.label, kept, tuple(left_out), tuple(refused))

    def _notebook(self, file: File, label: str) -> _Ranked:
        """Raises NotThis or Refused."""
        content = file.entry.read()
        says_so = ".ipynb" in file.name.casefold()  # and is no other text or JSON
        named = says_so and _clean(file.name) == self.assignment.casefold()
        found = None
        try:
            notebook = parse_notebook(content, label).notebook
        except NoNotebook as problem:
            if not named:
                raise NotThis(problem if says_so else label) from None
        else:
            found = self._recognizer.assignment_of(notebook, self.assignment)
            if found != self.assignment and not (found is None and named):
                raise NotThis(f"{label} ({found or 'not a notebook of this course'})")
        rank = (found is not None, file.order, _is_to_hand_in(file), named)
        return _Ranked(rank, label, content)


def _is_to_hand_in(file: File) -> bool:
    """Whether it lies in a zip in the folder where `course check` puts what to hand in."""
    return Path(file.name).parent.name == "hand-in"


def _by_rank(found: _Ranked) -> tuple[int, ...]:
    return found.rank


def _clean(name: str) -> str:
    """The name of a file without its folder, its ending and what marks it as come again."""
    base = Path(name).name.casefold()
    stem, ending, _ = base.partition(".ipynb")
    return safe_id(AGAIN.sub("", stem if ending else Path(base).stem)) or "unnamed"


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
