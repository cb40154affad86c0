"""Which cells grading runs: all but the demos, and of these the ones whose names others use.

Cells tagged `demo` train, draw and compare, which takes time. What is right in one kernel, run
from top to bottom, must be right all the same: a demo is run in its place where a cell that is run
may see what it made.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from nbformat import NotebookNode

from autograders.notebook.names.cell_names import EVERYTHING, Argument, CellNames, cell_names
from autograders.notebook.slots import role

LONGEST = 1_000_000  # characters of all cells, which are read in some seconds


def cells_to_run(cells: Sequence[NotebookNode]) -> list[NotebookNode]:
    """The code cells of a rebuilt notebook that are run while grading, in their order; all of them
    where there is too much to read."""
    code = [cell for cell in cells if cell.cell_type == "code"]
    if sum(len(cell.source) for cell in code) > LONGEST:
        return code
    names = [cell_names(cell.source) for cell in code]
    set_up = {
        name for cell, its in zip(code, names, strict=True) if sets_up(cell) for name in its.bound
    }
    demos = {i for i, cell in enumerate(code) if is_demo(cell)}
    needed = needed_demos(names, demos, set_up)
    return [cell for i, cell in enumerate(code) if i not in demos or i in needed]


def is_demo(cell: NotebookNode) -> bool:
    """Whether a cell is tagged `demo`."""
    return "demo" in cell.metadata.get("tags", [])


def is_graded(cell: NotebookNode) -> bool:
    """Whether a cell's points are given by a program."""
    return role(cell) == "locked" and bool(cell.metadata.nbgrader.get("grade"))


def sets_up(cell: NotebookNode) -> bool:
    """Whether a cell is locked code that sets the notebook up."""
    is_code = cell.cell_type == "code"
    return is_code and role(cell) == "locked" and not is_graded(cell) and not is_demo(cell)


def needed_demos(cells: Sequence[CellNames], demos: set[int], set_up: set[str]) -> set[int]:
    """Those of `demos` whose names, or changes of them, the other cells may see.

    Args:
        cells: the names of each code cell, in the order of the notebook.
        demos: the places of the demos among them.
        set_up: names of modules, checks and the like, of which no cell's use is a change.
    """
    functions = set_up.union(*(names.defined for names in cells))
    arguments = set().union(*(names.changed_arguments for names in cells))
    changes = {i: _changed(cells[i], arguments) - functions for i in demos}
    sees = _seen(cells, changes)
    needed: set[int] = set()
    waiting = [i for i in range(len(cells)) if i not in demos]
    while waiting:
        new = sees[waiting.pop()] - needed
        needed |= new
        waiting += new
    return needed


def _changed(names: CellNames, arguments: set[Argument]) -> set[str]:
    """What a cell changes a part of, itself or by passing it to a function that changes it."""
    return names.changed | {name for argument, name in names.passed if argument in arguments}


def _seen(cells: Sequence[CellNames], changes: dict[int, set[str]]) -> list[set[int]]:
    """For each cell the demos from which it may have a name: the last that bound it surely and
    those that may have bound or changed it since; for what its functions read, until their last
    use."""
    last_use = _last_use(cells)
    makes = {i: cells[i].bound | changed for i, changed in changes.items()}
    makers: dict[str, set[int]] = defaultdict(set)
    seen: list[set[int]] = []
    for i, names in enumerate(cells):
        read = names.read | names.read_later | changes.get(i, set()) | {EVERYTHING}
        later = (j for j in makes if i < j <= last_use[i])
        seen.append({j for j in later if makes[j] & (names.read_later | {EVERYTHING})})
        seen[i] |= set().union(*(makers[name] for name in read))
        for name in names.bound_surely:
            makers[name] = set()
        for name in makes.get(i, ()):
            makers[name].add(i)
    return seen


def _last_use(cells: Sequence[CellNames]) -> list[int]:
    """For each cell the last one that may call a function of it, through others as well."""
    last = list(range(len(cells)))
    users: dict[str, int] = {}
    for i in reversed(range(len(cells))):
        last[i] = max(i, *(users.get(name, i) for name in cells[i].bound), i)
        for name in cells[i].read | cells[i].read_later:
            users[name] = max(users.get(name, i), last[i])
    return last
