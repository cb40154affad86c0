"""A submitted notebook, put back into its released form with the student's work kept."""

from __future__ import annotations

import copy
import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

from nbformat import NotebookNode

from autograders.notebook.cells import SubmittedCell, read_cells
from autograders.notebook.matching import find_places
from autograders.notebook.repairs import describe, describe_kept
from autograders.notebook.slots import CellSlot, asked_name, grade_id, role, same_text
from autograders.notebook.written import added_text, find_answers

VALID_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True)
class Rebuilt:
    """A notebook in its released form, and how it came from the submitted one."""

    notebook: NotebookNode  # valid, of format 4.5, without outputs
    repairs: list[str]  # one plain sentence for each
    notes: list[str]  # and for what was left as it is, though it could be taken otherwise
    origins: dict[str, SubmittedCell]  # by the id of a cell in `notebook`, where it came from
    answers: dict[str, str]  # of tasks whose points a person gives: see `_sides`


def rebuild(submitted: dict[str, Any], template: NotebookNode) -> Rebuilt:
    """`template` with the student's answers and own cells put in.

    All cells, metadata and tags are the template's, in the template's order; but a free cell that
    the student has edited has no tags, so that it is run while grading as own cells are. From the
    student come the sources of the solution cells and of code cells that are not locked, the
    pictures of text, and own cells, each after the released cell that it followed.

    Args:
        submitted: any value that a JSON parser returns; it is read without trust. Nothing that
            it holds makes this raise.
        template: the notebook as released, format 4.
    """
    places, own = find_places(read_cells(submitted), template.cells)
    places = _find_moved(places)
    added = added_text(places)
    own = sorted([*added, *own], key=lambda cell: cell.position)

    notebook = copy.deepcopy(template)
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    woven = _weave(places, own)
    notebook.cells = [cell for cell, _ in woven]
    _give_ids(notebook.cells)
    kernel = template.metadata.get("kernelspec", {}).get("name", "python3")
    return Rebuilt(
        notebook,
        describe(submitted, kernel, places, own),
        describe_kept(places, added),
        {cell["id"]: origin for cell, origin in woven if origin},
        _sides(find_answers(places, own), woven),
    )


def _sides(
    answers: dict[str, list[SubmittedCell]],
    woven: list[tuple[NotebookNode, SubmittedCell | None]],
) -> dict[str, str]:
    """Where the answers stand: "here", in the task's own cell, "above" or "below" it, "above and
    below" it, or "" if nowhere."""
    tasks = {grade_id(cell): k for k, (cell, _) in enumerate(woven)}
    found = {id(origin): k for k, (_, origin) in enumerate(woven)}
    sides = {}
    for task, cells in answers.items():
        steps = {found[id(cell)] - tasks[task] for cell in cells}
        above, below = min(steps, default=0) < 0, max(steps, default=0) > 0
        here = ["here"] if steps == {0} else []
        sides[task] = " and ".join(here + ["above"] * above + ["below"] * below)
    return sides


def _find_moved(places: list[CellSlot]) -> list[CellSlot]:
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


def _weave(
    places: list[CellSlot], own: list[SubmittedCell]
) -> list[tuple[NotebookNode, SubmittedCell | None]]:
    """The released cells in their order, each followed by the own cells that followed it; beside
    each the submitted cell that it was."""
    anchors = [place.position for place in places if place.position >= 0 and not place.moved]
    followers: dict[int, list[tuple[NotebookNode, SubmittedCell | None]]] = defaultdict(list)
    for cell in own:
        k = bisect_right(anchors, cell.position)
        followers[anchors[k - 1] if k else -1].append((_own_cell(cell), cell))
    woven = followers.pop(-1, [])
    for place in places:
        woven.append((_fill(place), place.found))
        woven += followers.get(place.position, [])
    return woven


def _fill(place: CellSlot) -> NotebookNode:
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
    elif cell.pictures:
        node.attachments = NotebookNode(cell.pictures)
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
