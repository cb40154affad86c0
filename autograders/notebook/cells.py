"""What a submitted notebook file holds, read without trust: any JSON value becomes plain cells."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

PICTURES = {"image/png", "image/jpeg"}


@dataclass(frozen=True)
class SubmittedCell:
    """One cell as the student left it; every text in it can be written as UTF-8."""

    position: int  # among the submission's cells
    kind: str  # "code", "markdown" or "raw"
    source: str
    id: str | None = None
    grade_id: str | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)  # nbgrader's metadata, unchecked
    tags: tuple[str, ...] = ()
    pictures: Mapping[str, dict[str, str]] = field(default_factory=dict)
    lost_attachments: bool = False
    outputs: object = None  # as the file has them, unchecked


def read_cells(submitted: object) -> list[SubmittedCell]:
    """The cells of a notebook of format 4; what is no cell is left out. Never raises."""
    cells = [cell for cell in _raw_cells(submitted) if isinstance(cell, dict)]
    return [_read_cell(position, cell) for position, cell in enumerate(cells)]


def count_unreadable(submitted: object) -> int:
    """How many entries in the list of cells are not cells at all."""
    return sum(not isinstance(cell, dict) for cell in _raw_cells(submitted))


def read_kernel(submitted: object) -> str | None:
    """The name of the kernel that a notebook asks for; "" if unreadable, None if it names none."""
    metadata = _mapping(_mapping(submitted).get("metadata"))
    if "kernelspec" not in metadata:
        return None
    name = _mapping(metadata["kernelspec"]).get("name")
    return clean(name) if isinstance(name, str) else ""


def clean(value: object) -> str:
    """`value` as text that can be encoded: strings, lists of strings joined, "" for the rest."""
    if isinstance(value, list):
        value = "".join(part for part in value if isinstance(part, str))
    if not isinstance(value, str):
        return ""
    return value.encode("utf-8", "replace").decode("utf-8")


def _raw_cells(submitted: object) -> list[object]:
    cells = _mapping(submitted).get("cells")
    return list(cells) if isinstance(cells, list) else []


def _read_cell(position: int, cell: dict[str, Any]) -> SubmittedCell:
    metadata = _mapping(cell.get("metadata"))
    settings = _mapping(metadata.get("nbgrader"))
    grade_id, cell_id, kind = settings.get("grade_id"), cell.get("id"), cell.get("cell_type")
    tags = metadata.get("tags")
    attachments = _mapping(cell.get("attachments"))
    pictures = _read_pictures(attachments)
    return SubmittedCell(
        position=position,
        # "heading", "html" and whatever else was invented is text
        kind=kind if kind in ("code", "markdown", "raw") else "markdown",
        source=clean(cell.get("source")),
        id=clean(cell_id) if isinstance(cell_id, str) else None,
        grade_id=clean(grade_id) if isinstance(grade_id, str) else None,
        settings=settings,
        tags=tuple(clean(t) for t in tags if isinstance(t, str)) if isinstance(tags, list) else (),
        pictures=pictures,
        lost_attachments=len(pictures) < len(attachments),
        outputs=cell.get("outputs"),
    )


def _read_pictures(attachments: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """The attachments that are PNG or JPEG pictures in base64, by file name."""
    pictures = {}
    for name, bundle in attachments.items():
        data = {kind: clean(_mapping(bundle).get(kind)) for kind in PICTURES}
        data = {k: v for k, v in data.items() if v and re.fullmatch(r"[A-Za-z0-9+/=\s]+", v)}
        if data and isinstance(name, str):
            pictures[clean(name)] = data
    return pictures


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
