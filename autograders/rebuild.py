"""A submitted notebook, put back into its released form with the student's work kept."""

from __future__ import annotations

import copy
import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from dataclasses import replace
from itertools import count
from typing import Any

from nbformat import NotebookNode

from autograders.places import Place, asked_name, defines, grade_id, role, same_text
from autograders.repairs import describe
from autograders.submitted import SubmittedCell, read_cells

VALID_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


def rebuild(submitted: dict[str, Any], template: NotebookNode) -> tuple[NotebookNode, list[str]]:
    """`template` with the student's answers and own cells put in, and what was repaired.

    All cells, metadata and tags are the template's, in the template's order; but a free cell that
    the student has edited has no tags, so that it is run while grading as own cells are. From the
    student come the sources of the solution cells and of code cells that are not locked, the
    pictures of answers graded by hand, and own cells, each after the released cell that it
    followed.

    Args:
        submitted: any value that a JSON parser returns; it is read without trust.
        template: the notebook as released, format 4.

    Returns:
        A valid notebook of format 4.5 without outputs, and one plain sentence for each repair.
        Never raises for anything that `submitted` holds.
    """
    cells = read_cells(submitted)
    places = [_choose(cell, copies) for cell, copies in _match(cells, template.cells)]
    dropped = {cell.position for place in places for cell in place.copies}
    dropped -= {cell.position for place in places for cell in place.leftover}
    own = [cell for cell in cells if cell.position not in dropped]
    places, own = _adopt(places, own)
    places = _find_moved(places)

    notebook = copy.deepcopy(template)
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    notebook.cells = _weave(places, own)
    _give_ids(notebook.cells)
    kernel = template.metadata.get("kernelspec", {}).get("name", "python3")
    return notebook, describe(submitted, kernel, places, own)


def recognized(submitted: dict[str, Any], template: NotebookNode) -> int:
    """How many cells of `template`, released or not, `rebuild` would find in `submitted`."""
    cells = read_cells(submitted)
    if found := sum(bool(copies) for _, copies in _match(cells, template.cells)):
        return found
    places, _ = _adopt([Place(cell) for cell in template.cells], cells)
    return sum(place.adopted for place in places)


def _match(
    cells: list[SubmittedCell], released: list[NotebookNode]
) -> list[tuple[NotebookNode, tuple[SubmittedCell, ...]]]:
    """Each released cell with its copies: by nbgrader's id, else the cell's id, else the text."""
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
    by_text = {
        (cell.cell_type, cell.source.strip()): i
        for i, cell in reversed(list(enumerate(released)))
        if i not in copies
    }
    for cell in unmatched:
        i = by_text.pop((cell.kind, cell.source.strip()), None)
        if i is not None:
            copies[i].append(cell)
    return [(cell, tuple(copies[i])) for i, cell in enumerate(released)]


def _may_fill(released: NotebookNode, cell: SubmittedCell) -> bool:
    """A cell that nbgrader does not know must be of the same kind as well as have the id."""
    return role(released) in ("answer", "locked") or cell.kind == released.cell_type


def _choose(released: NotebookNode, copies: tuple[SubmittedCell, ...]) -> Place:
    """Of an answer's copies the last that was worked on, rather one that defines the function."""
    if not copies:
        return Place(released)
    as_released = [same_text(cell.source, released.source) for cell in copies]
    if role(released) in ("locked", "text"):
        return Place(released, copies, as_released.index(True) if any(as_released) else 0)
    worked_on = [k for k, untouched in enumerate(as_released) if not untouched]
    named = [k for k in worked_on if defines(copies[k].source, asked_name(released))]
    return Place(released, copies, (named or worked_on or range(len(copies)))[-1])


def _adopt(
    places: list[Place], own: list[SubmittedCell]
) -> tuple[list[Place], list[SubmittedCell]]:
    """Missing answers filled with the last own cell that defines the function."""
    own = list(own)
    filled = []
    for place in places:
        if place.found is None and role(place.cell) == "answer":
            name = asked_name(place.cell)
            candidates = [c for c in own if c.kind == "code" and defines(c.source, name)]
            if candidates:
                own.remove(candidates[-1])
                place = replace(place, copies=(candidates[-1],), chosen=0, adopted=True)
        filled.append(place)
    return [_look_elsewhere(place, filled) for place in filled], own


def _look_elsewhere(place: Place, places: list[Place]) -> Place:
    """A missing answer whose function another cell defines must not be hidden by an empty stub."""
    if place.found is not None or role(place.cell) != "answer":
        return place
    name = asked_name(place.cell)
    sources = [other.found.source for other in places if other.found and role(other.cell) != "text"]
    return replace(place, defined_elsewhere=any(defines(source, name) for source in sources))


def _find_moved(places: list[Place]) -> list[Place]:
    """Marks the fewest places without which the submission has the released order."""
    positions = [place.position for place in places]
    there = [i for i, position in enumerate(positions) if position >= 0]
    kept = {there[k] for k in _longest_increasing([positions[i] for i in there])}
    return [replace(place, moved=i in there and i not in kept) for i, place in enumerate(places)]


def _longest_increasing(values: list[int]) -> list[int]:
    """The indices of a longest increasing subsequence."""
    tails: list[int] = []  # tails[n]: index of the least value that ends a run of n + 1
    before: list[int] = []
    for k, value in enumerate(values):
        length = bisect_left([values[tail] for tail in tails], value)
        before.append(tails[length - 1] if length else -1)
        tails[length : length + 1] = [k]
    indices = []
    k = tails[-1] if tails else -1
    while k >= 0:
        indices.append(k)
        k = before[k]
    return indices[::-1]


def _weave(places: list[Place], own: list[SubmittedCell]) -> list[NotebookNode]:
    """The released cells in their order, each followed by the own cells that followed it."""
    anchors = [place.position for place in places if place.position >= 0 and not place.moved]
    followers: dict[int, list[NotebookNode]] = defaultdict(list)
    for cell in own:
        k = bisect_right(anchors, cell.position)
        followers[anchors[k - 1] if k else -1].append(_own_cell(cell))
    woven = followers.pop(-1, [])
    for place in places:
        woven.append(_fill(place))
        woven += followers.get(place.position, [])
    return woven


def _fill(place: Place) -> NotebookNode:
    """The released cell with what the student may change in it."""
    cell = copy.deepcopy(place.cell)
    if place.found and role(cell) in ("answer", "code"):
        if not same_text(place.found.source, cell.source):
            cell.metadata.pop("tags", None)  # a demo that was edited is the student's own work
        cell.source = place.found.source
    elif place.defined_elsewhere:
        cell.source = f"# {asked_name(cell)} is defined in another cell"
    if cell.cell_type == "code":
        cell.outputs, cell.execution_count = [], None
    elif place.found and role(cell) == "answer" and place.found.pictures:
        cell.attachments = NotebookNode(place.found.pictures)
    return cell


def _own_cell(cell: SubmittedCell) -> NotebookNode:
    node = NotebookNode(cell_type=cell.kind, metadata=NotebookNode(), source=cell.source)
    if cell.kind == "code":
        node.outputs, node.execution_count = [], None
    return node


def _give_ids(cells: list[NotebookNode]) -> None:
    """Keeps the released ids and numbers the cells that have none."""
    taken: set[str] = set()
    for cell in cells:
        if not VALID_ID.fullmatch(cell.get("id", "")) or cell["id"] in taken:
            cell.pop("id", None)
        taken.add(cell.get("id", ""))
    numbers = count(1)
    for cell in cells:
        if "id" not in cell:
            cell["id"] = next(name for n in numbers if (name := f"own-{n}") not in taken)
