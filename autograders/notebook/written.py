"""Answers in words: whether a cell holds any, and where they are if not in the task's own cell."""

from __future__ import annotations

import keyword
import re
import sys
from collections.abc import Sequence
from itertools import pairwise

from autograders.notebook.cells import SubmittedCell
from autograders.notebook.slots import CellSlot, grade_id, is_by_hand, is_check, is_worked_on, role

LONG = 30  # characters of a line: a part of the released text that is as long was copied
LONGEST = 100_000  # characters of a cell that are looked at
SENTENCE = 4  # words of a string: fewer may be a value
LAST = sys.maxsize
_HIDDEN = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_PICTURE = re.compile(r"!\[|<img\b", re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_TARGET = re.compile(r"(?<=\])\([^()\n]*\)")  # of a link
_BADGE = re.compile(  # what the tools that a notebook went through add by themselves
    r"\b(?:created|made|open(?:ed)?|edit|run|view|launch(?:ed)?)\s+(?:in|on|with)\s+"
    r"(?:deepnote|(?:google\s+)?colab(?:oratory)?|kaggle|binder|datalore|studio\s*lab)\b"
    r"(?:\.com\b)?",
    re.IGNORECASE,
)
_LABELS = {"a", "an", "the", "my", "your", "own", "here", "to", "for", "in", "of", "text", "cell"}
_LABELS |= {"answer", "answers", "solution", "task", "question", "response", "explanation"}
_LABELS |= {"code", "note", "notes", "todo", "scratch", "written"}
_STRING = (  # or what begins like one and has no end; not the apostrophe in a word
    r"(?<!\w)[rbfu]{0,2}(?:'''.*?(?:'''|\Z)|\"\"\".*?(?:\"\"\"|\Z)|"
    r"'(?:\\.|[^'\\\n])*'?|\"(?:\\.|[^\"\\\n])*\"?)"
)
_STRING_OR_COMMENT = re.compile(rf"#[^\n]*|{_STRING}", re.DOTALL | re.IGNORECASE)
_SHOWS = {"print", "display", "Markdown", "(", ")", ",", ";"}
_NO_NAMES = {*keyword.kwlist, *keyword.softkwlist}


def holds_words(source: str, stub: str, copied: str = "") -> bool:
    """Whether `source` says anything: words, numbers, formulas or a picture.

    That is more than the released text `stub`, comments of HTML, a heading such as "My answer",
    what tools add, and lines of `copied`, a text by `plain`.
    """
    if len(source) > LONGEST:
        return True
    text = _HIDDEN.sub(" ", source)
    if _BADGE.search(text):
        text = _BADGE.sub(" ", _TAG.sub(" ", _TARGET.sub(" ", text))).replace("![", "[")
    known = plain(stub) + copied
    lines = [line for line in text.splitlines() if not _is_among(plain(line), known)]
    text = "\n".join(lines)
    words = {word.lower() for word in re.findall(r"[^\W_]+", _TAG.sub(" ", text))}
    return bool(_PICTURE.search(text) or words - _LABELS)


def plain(text: str) -> str:
    """Its lines without markup, case and doubled blanks, each between two line ends."""
    lines = (re.sub(r"[\s>#*_`-]+", " ", line).strip().lower() for line in text.splitlines())
    return "".join(f"\n{line}\n" for line in lines)


def _is_among(line: str, known: str) -> bool:
    return line in known or (len(line) >= LONG and line.strip() in known)


def words_of_code(source: str) -> str:
    """What a code cell says that holds but comments, texts to be shown, or prose; else ""."""
    if len(source) > LONGEST:
        return ""
    if magic := re.match(r"\s*%%(?:markdown|html|latex)\b[^\n]*\n", source):
        return source[magic.end() :]
    source = "\n".join(line for line in source.splitlines() if not re.match(r"\s*[%!?]", line))
    code = _STRING_OR_COMMENT.sub(" ", source)
    if _is_prose(code):
        return source
    code = re.sub(r"^\w+\s*=(?!=)", "", code, flags=re.MULTILINE)
    if not _SHOWS.issuperset(re.findall(r"\w+|[^\w\s]", code)):
        return ""
    found = _STRING_OR_COMMENT.findall(source)
    comments = [text for text in found if text.startswith("#")]
    strings = " ".join(text for text in found if not text.startswith("#"))
    return "\n".join([*comments, *([strings] if len(strings.split()) >= SENTENCE else [])])


def _is_prose(code: str) -> bool:
    """Whether words follow each other as they do in no program."""
    pairs = 0
    for line in code.splitlines():
        for one, other in pairwise(line.split()):
            first, second = re.fullmatch(r"\W?([^\W\d]+)", one), re.match(r"[^\W\d]+", other)
            pairs += bool(first and second and not {first[1], second[0]} & _NO_NAMES)
    return pairs >= 2 or re.search(r"[^\x00-\x7f]{4}", code) is not None


def added_text(places: Sequence[CellSlot]) -> list[SubmittedCell]:
    """What a student wrote into released text, each as a cell that follows it."""
    cells = []
    for place in places:
        found, is_text = place.found, place.cell.cell_type == "markdown"
        if found and is_text and role(place.cell) in ("text", "locked"):
            added = _added_lines(place.cell.source, found.source)
            pictures = found.pictures if "attachment:" in added else {}
            if holds_words(added, place.cell.source):
                cells.append(SubmittedCell(place.position, "markdown", added, pictures=pictures))
    return cells


def _added_lines(released: str, found: str) -> str:
    """The lines of `found` beside those of `released`, if these are all there, or many and none
    is; else "": the release itself may have changed since."""
    expected = [line.strip() for line in released.splitlines() if line.strip()]
    lines = found.strip().splitlines()
    there = {line.strip() for line in lines}
    if len(expected) > 2 and there.isdisjoint(expected):
        return found
    added, k = [], 0
    for line in lines:
        wanted = expected[k] if k < len(expected) else None
        if wanted and line.strip() == wanted:
            k += 1
        elif wanted and wanted not in there and line.strip().startswith(wanted):
            k += 1
            added.append(line.strip().removeprefix(wanted))
        else:
            added.append(line)
    return "\n".join(added).strip() if k == len(expected) else ""


def find_answers(
    places: Sequence[CellSlot], own: Sequence[SubmittedCell]
) -> dict[str, list[SubmittedCell]]:
    """By the grade_id of each task whose points a person gives: the cells that hold an answer. That
    is the task's own alone, if it does; else the student's own ones around it, or where it was."""
    copied = "".join(plain(place.cell.source) for place in places)
    answers = {}
    for i, place in enumerate(places):
        if is_by_hand(place.cell):
            around = [] if _is_answered(place) else _around(i, places, own)
            stub = place.cell.source
            answers[grade_id(place.cell)] = [
                cell for cell in around if holds_words(_words(cell), stub, copied)
            ] or ([place.found] if place.found and _is_answered(place) else [])
    return answers


def _is_answered(place: CellSlot) -> bool:
    if place.found is None:
        return False
    if place.cell.cell_type == "code":
        return is_worked_on(place.found.source, place.cell)
    return holds_words(place.found.source, place.cell.source)


def _words(cell: SubmittedCell) -> str:
    return words_of_code(cell.source) if cell.kind == "code" else cell.source


def _around(
    i: int, places: Sequence[CellSlot], own: Sequence[SubmittedCell]
) -> list[SubmittedCell]:
    """The own cells from the task's heading on, or from the last check or answer before it, to the
    next released cell; and those around the task's cell, wherever that has been moved."""
    first = i - 1
    while first > 0 and not _begins_task(places[first]):
        first -= 1
    there = [(k, place.position) for k, place in enumerate(places) if place.position >= 0]
    spans = [
        (
            max((at for k, at in there if k <= first and not places[k].moved), default=-1),
            min((at for k, at in there if k > i and not places[k].moved), default=LAST),
        )
    ]
    if (position := places[i].position) >= 0:
        spans.append(
            (
                max((at for _, at in there if at < position), default=-1),
                min((at for _, at in there if at > position), default=LAST),
            )
        )
    return [cell for cell in own if any(start <= cell.position < end for start, end in spans)]


def _begins_task(place: CellSlot) -> bool:
    """Whether no cell before this one belongs to a task after it."""
    if role(place.cell) == "answer" or is_check(place.cell):
        return True
    return place.cell.cell_type == "markdown" and place.cell.source.lstrip().startswith("#")
