"""A student's own copy through a repair: corrected cells come in, outputs and pictures stay."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from typing import Any

import nbformat
from nbformat import NotebookNode

from autograders.notebook.cells import PICTURES, SubmittedCell

Cell = dict[str, Any]


def follow_release(
    submitted: dict[str, Any], released: NotebookNode
) -> tuple[dict[str, Any], list[str]]:
    """`submitted` with the cells that a corrected release changed and the student did not.

    nbgrader stores in each released cell a checksum of what was released. Where it holds and
    `released` has another, the course changed the cell and not the student, so that it is no
    repair and nobody's fault. A locked cell of an older release that is no more there is left out;
    one that the older release did not have (`note_cells`) is put in.

    Returns:
        The notebook, `submitted` itself is not changed; and the grade_ids of those cells.
    """
    known = {_grade_id(cell): cell for cell in released.cells if _grade_id(cell)}
    cells, followed = [], []
    for cell in submitted["cells"]:
        name = _grade_id(cell)
        new = known.get(name)
        old = bool(name and _is_as_released(cell))
        if old and new is None and _is_locked(cell):
            continue
        if old and name and new and _checksum(new) not in (None, _checksum(cell)):
            followed.append(name)
            ran = {key: cell[key] for key in ("outputs", "execution_count") if key in cell}
            cell = {**copy.deepcopy(new), **(ran if _source(cell) == new.source else {})}
        cells.append(cell)
    if (noted := _noted(submitted)) is not None:
        followed += _put_in(cells, released, noted)
    return {**submitted, "cells": cells}, followed


def note_cells(released: NotebookNode) -> None:
    """Notes in a notebook that is being released which of its cells are nbgrader's, by grade_id."""
    names = [name for cell in released.cells if (name := _grade_id(cell))]
    released.metadata.setdefault("course", NotebookNode())["cells"] = names


def _noted(submitted: dict[str, Any]) -> set[str] | None:
    """What `note_cells` has noted; None where it is not there, or no such list any more."""
    noted = _settings(submitted, "course").get("cells")
    return {name for name in noted if isinstance(name, str)} if isinstance(noted, list) else None


def _put_in(cells: list[Any], released: NotebookNode, noted: set[str]) -> list[str]:
    """Puts the cells of `released` that are not `noted` among the `cells`, each behind the one that
    it follows there; their grade_ids."""
    added, at = [], 0
    for cell in released.cells:
        name = _grade_id(cell)
        places = [i for i, other in enumerate(cells) if name and _grade_id(other) == name]
        if places:
            at = places[-1] + 1
        elif name and name not in noted:
            cells.insert(at, copy.deepcopy(cell))
            added.append(name)
            at += 1
    return added


def without_own_extras(submitted: dict[str, Any]) -> dict[str, Any]:
    """`submitted` with the source and pictures alone in each cell that is not nbgrader's.

    Tags and other attachments there are the student's own business; what is not there needs no
    repair.
    """
    cells = [
        _plain(c) if isinstance(c, dict) and not _settings(c) else c for c in submitted["cells"]
    ]
    return {**submitted, "cells": cells}


def _plain(cell: Cell) -> Cell:
    kept: Cell = {key: cell[key] for key in ("id", "cell_type", "source") if key in cell}
    if isinstance(attached := cell.get("attachments"), dict):
        pictures = {
            k: v for k, v in attached.items() if isinstance(v, dict) and v.keys() & PICTURES
        }
        kept |= {"attachments": pictures}
    return kept | {"metadata": {}}


def keep_extras(
    notebook: NotebookNode, submitted: dict[str, Any], origins: Mapping[str, SubmittedCell]
) -> NotebookNode:
    """`notebook` with the outputs, and in own cells all else, that `submitted` has there.

    They stay in cells whose type and source are as they were; `origins` are as `rebuild` gives
    them. What does not fit the notebook format, or cannot be written as UTF-8, is left out.
    """
    cells = [cell for cell in submitted["cells"] if isinstance(cell, dict)]
    kept = copy.deepcopy(notebook)
    for i, cell in enumerate(kept.cells):
        if origin := origins.get(cell["id"]):
            found = cells[origin.position]
            if (found.get("cell_type"), _source(found)) == (cell.cell_type, cell.source):
                kept.cells[i] = _with_extras(cell, found)
    return kept


def _with_extras(cell: NotebookNode, found: Cell) -> NotebookNode:
    names = ["outputs", "execution_count"] if cell.cell_type == "code" else []
    if not _settings(cell):
        names += ["metadata", "attachments"]
    extras = {name: copy.deepcopy(found[name]) for name in names if name in found}
    if isinstance(extras.get("metadata"), dict):
        extras["metadata"].pop("nbgrader", None)  # a copy of one of nbgrader's cells is an own one
    candidate = nbformat.from_dict({**cell, **extras})
    try:
        # NaN is not JSON, and a lone surrogate is not UTF-8: both would spoil the whole file
        json.dumps(candidate, ensure_ascii=False, allow_nan=False).encode()
        whole = {"cells": [candidate], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
        nbformat.validate(nbformat.from_dict(whole), relax_add_props=True)
    except (ValueError, nbformat.ValidationError):
        return cell
    return candidate


def _is_as_released(cell: Cell) -> bool:
    """Whether the checksum that was stored at the release still holds."""
    from nbgrader.utils import compute_checksum

    graded = {"cell_type": cell.get("cell_type"), "source": _source(cell)}
    try:
        node = nbformat.from_dict({**graded, "metadata": {"nbgrader": _settings(cell)}})
        return compute_checksum(node) == _checksum(cell)
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError):
        return False  # its settings are not nbgrader's


def _is_locked(cell: Cell) -> bool:
    settings = _settings(cell)
    return not settings.get("solution") and bool(settings.get("grade") or settings.get("locked"))


def _settings(node: Any, whose: str = "nbgrader") -> dict[str, Any]:
    """What the metadata of a cell or a notebook hold under this name, {} where it is no dict."""
    metadata = node.get("metadata") if isinstance(node, dict) else None
    settings = metadata.get(whose) if isinstance(metadata, dict) else None
    return settings if isinstance(settings, dict) else {}


def _grade_id(cell: Any) -> str | None:
    found = _settings(cell).get("grade_id")
    return found if isinstance(found, str) else None


def _checksum(cell: Any) -> str | None:
    found = _settings(cell).get("checksum")
    return found if isinstance(found, str) else None


def _source(cell: Cell) -> str:
    source = cell.get("source", "")
    return source if isinstance(source, str) else "".join(map(str, source))
