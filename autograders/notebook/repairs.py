"""What was repaired in a submitted notebook, one plain sentence a repair.

Sentences are shown to instructors and students, in Markdown too: of what a student wrote they
quote letters, digits and a few harmless signs only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from nbformat import NotebookNode

from autograders.notebook.cells import SubmittedCell, count_unreadable, read_kernel
from autograders.notebook.slots import CellSlot, asked_name, grade_id, role, same_text


def describe(
    submitted: object, kernel: str, places: list[CellSlot], own: Iterable[SubmittedCell]
) -> list[str]:
    """All repairs of one notebook: its kernel, its places in their order, then the own cells."""
    sentences = list(_kernel(read_kernel(submitted), kernel))
    if any(place.copies for place in places):
        sentences += [sentence for place in places for sentence in _place(place)]
    else:
        sentences.append("None of the released cells was there; they have been put back.")
    known = {grade_id(place.cell) for place in places}
    sentences += [sentence for cell in own for sentence in _own_cell(cell, known)]
    if count := count_unreadable(submitted):
        sentences.append(f"Entries that are no cells were dropped: {count}.")
    return list(dict.fromkeys(sentences))


def describe_kept(places: list[CellSlot], added: Iterable[SubmittedCell]) -> list[str]:
    """Which copy counts of each answer's cell that was there several times, and where the words
    are that were written into released text."""
    sentences = []
    for place in places:
        if place.chosen is not None and role(place.cell) == "answer" and len(place.copies) > 1:
            which = f"copy {place.chosen + 1} counts{place.why and ', '}{place.why}"
            name, times = _title(place.cell), len(place.copies)
            others = " The others with work in them stay where they are." if place.leftover else ""
            sentences.append(f"The {name} was there {times} times; {which}.{others}")
    written = {cell.position for cell in added}
    for place in places:
        if place.position in written:
            sentences.append(f"What was written into the {_title(place.cell)} is kept below it.")
    return sentences


def _kernel(named: str | None, released: str) -> Iterator[str]:
    if named == "":
        yield f"The name of the notebook's kernel could not be read; {released} is used."
    elif named is not None and named != released:
        yield f"The notebook asked for the kernel {_quote(named)}; {released} is used."


def _place(place: CellSlot) -> Iterator[str]:
    if role(place.cell) == "text":
        return
    name, found = _title(place.cell), place.found
    if found is None:
        yield from _missing(place, name)
        return
    if place.adopted:
        asked = asked_name(place.cell)
        was = "missing" if place.anchor < 0 else "as released"
        yield f"The {name} was {was}; an own cell that defines {asked} stands in its place."
    if len(place.copies) > 1 and role(place.cell) == "locked":
        yield f"The {name} was there {len(place.copies)} times; one is kept."
    if place.moved:
        yield f"The {name} had been moved; it is back in its place."
    if found.kind != place.cell.cell_type:
        yield f"The {name} had been made a {found.kind} cell; it is a {place.cell.cell_type} cell."
    if role(place.cell) == "locked" and not same_text(found.source, place.cell.source):
        yield f"The {name} had been edited; the released text is used."
    if not place.adopted:
        yield from _settings(place.cell, found, name)
    for tag in found.tags:
        if tag not in place.cell.metadata.get("tags", []):
            yield f"The tag {_quote(tag)} on the {name} was dropped."
    if role(place.cell) == "answer" and found.lost_attachments:
        yield f"Attachments of the {name} that are no PNG or JPEG pictures were dropped."


def _missing(place: CellSlot, name: str) -> Iterator[str]:
    if place.defined_elsewhere:
        asked = asked_name(place.cell)
        yield f"The {name} was missing; {asked} is defined in another cell, and that one counts."
    else:
        yield f"The {name} was missing; it has been put back as released."


def _settings(cell: NotebookNode, found: SubmittedCell, name: str) -> Iterator[str]:
    released = cell.metadata.get("nbgrader", {})
    flags = ("grade", "solution", "locked", "task")
    changed = any(found.settings.get(k, False) != released.get(k, False) for k in flags)
    if "schema_version" in released:
        changed |= found.settings.get("schema_version") != released["schema_version"]
    if changed or (found.grade_id or "") != grade_id(cell):
        yield f"The nbgrader settings of the {name} had been changed; the released ones are used."
    points = released.get("points")
    if points is not None and found.settings and found.settings.get("points") != points:
        yield f"The points of the {name} had been changed; {points:g} are used."


def _own_cell(cell: SubmittedCell, known: set[str]) -> Iterator[str]:
    if cell.grade_id and cell.grade_id not in known:
        yield f"The cell with the unknown id {_quote(cell.grade_id)} is kept without points."
    elif cell.settings and not cell.grade_id:
        yield "A cell with nbgrader settings but without an id is kept without points."
    if cell.grade_id not in known:
        for tag in cell.tags:
            yield f"The tag {_quote(tag)} on an own cell was dropped."
    if cell.lost_attachments:
        yield "Attachments of an own cell that are no PNG or JPEG pictures were dropped."


def _title(cell: NotebookNode) -> str:
    if role(cell) == "answer":
        return f"answer cell {grade_id(cell)}"
    if role(cell) == "locked":
        kind = "check" if cell.metadata["nbgrader"].get("grade") else "locked"
        return f"{kind} cell {grade_id(cell)}"
    first_line = next(iter(cell.source.strip().splitlines()), "").lstrip("# ")
    kind = "code cell" if cell.cell_type == "code" else "text"
    return f"{kind} that begins {_quote(first_line)}"


def _quote(text: str) -> str:
    return "'" + re.sub(r"[^\w .,:=+/()-]", "?", text)[:40] + "'"
