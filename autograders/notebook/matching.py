"""Which submitted cell fills which place of a released notebook, and which of several counts."""

from __future__ import annotations

import ast
import re
import warnings
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from nbformat import NotebookNode

from autograders.notebook.cells import SubmittedCell, read_cells
from autograders.notebook.slots import (
    CellSlot,
    asked_name,
    defines,
    grade_id,
    is_check,
    is_worked_on,
    role,
    same_text,
    writes,
)
from autograders.notebook.written import holds_words

_MAGIC_LINE = re.compile(r"^([ \t]*)(?:[%!?].*|[\w.]+\?\??[ \t]*)$", re.MULTILINE)
_MAGIC_VALUE = re.compile(r"=[ \t]*[%!].*")


def find_places(
    cells: list[SubmittedCell], released: list[NotebookNode]
) -> tuple[list[CellSlot], list[SubmittedCell]]:
    """A place for each released cell, in their order, and the cells that are the student's own.

    An answer's cell may be there several times. Of those that were worked on, the last one before
    its check counts, as in one kernel that runs the notebook from top to bottom; where there is
    none before it, the last of all. What defines the function is preferred to what does not.
    """
    copies = _match(cells, released)
    places = [_as_found(cell, its) for cell, its in zip(released, copies, strict=True)]
    ends = [_ends(i, places) for i in range(len(places))]
    places = [_choose(place, its_ends) for place, its_ends in zip(places, ends, strict=True)]
    dropped = {cell.position for place in places for cell in place.copies}
    dropped -= {cell.position for place in places for cell in place.leftover}
    own = [cell for cell in cells if cell.position not in dropped]
    for i, place in enumerate(places):
        if adopted := _adoptable(place, own, ends[i]):
            own.remove(adopted)
            places[i] = replace(
                place, copies=(adopted,), chosen=0, adopted=True, anchor=place.position
            )
    return [_look_elsewhere(place, places) for place in places], own


def recognized(submitted: dict[str, Any], template: NotebookNode) -> int:
    """How many cells of `template`, released or not, are found in `submitted`."""
    places, _ = find_places(read_cells(submitted), template.cells)
    found = sum(bool(place.copies) and not place.adopted for place in places)
    return found or sum(place.adopted for place in places)


def _match(
    cells: list[SubmittedCell], released: list[NotebookNode]
) -> list[tuple[SubmittedCell, ...]]:
    """The copies of each released cell: by nbgrader's id, else the cell's id, else the text."""
    by_grade_id = {grade_id(cell): i for i, cell in enumerate(released) if grade_id(cell)}
    by_id = {cell["id"]: i for i, cell in enumerate(released) if "id" in cell}
    copies: dict[int, list[SubmittedCell]] = defaultdict(list)
    unmatched = []
    for cell in cells:
        i = by_grade_id.get(cell.grade_id or "", by_id.get(cell.id or ""))
        if i is None or not _may_fill(released[i], cell):
            unmatched.append(cell)
        else:
            copies[i].append(cell)
    texts = [(cell.cell_type, cell.source.strip()) for cell in released]
    by_text = {texts[i]: i for i in reversed(range(len(texts))) if i not in copies}
    # A copy that lost its ids and is as released would undo the answer before it.
    counts = Counter(texts)
    stubs = {
        texts[i]: i
        for i, cell in enumerate(released)
        if role(cell) == "answer" and counts[texts[i]] == 1
    }
    for cell in unmatched:
        text = (cell.kind, cell.source.strip())
        i = by_text.pop(text, stubs.get(text))
        if i is not None:
            copies[i].append(cell)
    return [tuple(sorted(copies[i], key=lambda c: c.position)) for i in range(len(released))]


def _may_fill(released: NotebookNode, cell: SubmittedCell) -> bool:
    """A cell that nbgrader does not know must be of the same kind as well as have the id."""
    return role(released) in ("answer", "locked") or cell.kind == released.cell_type


def _as_found(released: NotebookNode, copies: tuple[SubmittedCell, ...]) -> CellSlot:
    """The place with its first copy that is as released, else the first."""
    if not copies:
        return CellSlot(released)
    as_released = [same_text(cell.source, released.source) for cell in copies]
    return CellSlot(released, copies, as_released.index(True) if any(as_released) else 0)


def _ends(i: int, places: list[CellSlot]) -> list[int]:
    """Where the submission has the check of answer `i`, the one that counts first; or, where it
    has none, the cell that comes next in the release."""
    check = next((place for place in places[i + 1 :] if is_check(place.cell)), None)
    there = check if check and check.copies else None
    there = there or next((place for place in places[i + 1 :] if place.copies), None)
    if there is None:
        return []
    others = [copy.position for copy in there.copies if copy is not there.found]
    return [there.position, *others]


def _choose(place: CellSlot, ends: list[int]) -> CellSlot:
    """The place with the copy of an answer that counts."""
    if role(place.cell) != "answer" or len(place.copies) < 2:
        return place
    cells = [copy for copy in place.copies if is_worked_on(copy.source, place.cell)]
    what = "was worked on"
    if place.cell.cell_type == "code":
        name = asked_name(place.cell)
        named = [copy for copy in cells if defines(copy.source, name)]
        cells = [copy for copy in named if _is_python(copy.source)] or named or cells
        what = f"defines {name}" if named else what
    else:
        stub = place.cell.source
        cells = [copy for copy in cells if holds_words(copy.source, stub)] or cells
    if not cells:
        return place
    last, is_before = _last_before(ends, cells)
    why = f"the last before its check that {what}" if is_before else f"the last that {what}"
    return replace(place, chosen=place.copies.index(last), why=why)


def _last_before(ends: Sequence[int], cells: list[SubmittedCell]) -> tuple[SubmittedCell, bool]:
    """The last of `cells` before the first of the `ends` that has one before it, else the last of
    all; and whether it is the former."""
    for end in ends:
        if before := [cell for cell in cells if cell.position < end]:
            return before[-1], True
    return cells[-1], False


def _adoptable(place: CellSlot, own: list[SubmittedCell], ends: list[int]) -> SubmittedCell | None:
    """The own cell that is taken for an answer whose cell is missing, or is there untouched.

    Where it is there, a value counts only from a cell between it and its check, where one kernel
    would have it: names of values are used again for other things.
    """
    if role(place.cell) != "answer" or place.cell.cell_type != "code":
        return None
    name = asked_name(place.cell)
    found = [cell for cell in own if cell.kind == "code" and defines(cell.source, name)]
    if place.found:
        if is_worked_on(place.found.source, place.cell):
            return None
        start, end = place.position, max(ends[:1], default=-1)
        found = [cell for cell in found if writes(cell.source, name) or start < cell.position < end]
    found = [cell for cell in found if _is_python(cell.source)] or found
    return _last_before(ends, found)[0] if found else None


def _look_elsewhere(place: CellSlot, places: list[CellSlot]) -> CellSlot:
    """A missing answer whose function another cell defines must not be hidden by an empty stub."""
    if place.found is not None or role(place.cell) != "answer":
        return place
    name = asked_name(place.cell)
    sources = [other.found.source for other in places if other.found and role(other.cell) != "text"]
    return replace(place, defined_elsewhere=any(defines(source, name) for source in sources))


def _is_python(source: str) -> bool:
    """Whether a kernel could run it, its magics aside: what cannot be read defines nothing."""
    source = _MAGIC_VALUE.sub("= 0", _MAGIC_LINE.sub(r"\1pass", source))
    try:
        with warnings.catch_warnings(action="ignore"):
            ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True
