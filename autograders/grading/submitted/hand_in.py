"""When work was handed in: the same work handed in again has the time of the first."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from nbformat import NotebookNode

from autograders.grading.deadlines.clock import Clock
from autograders.grading.submitted.submission import (
    SMALL,
    TIMESTAMP,
    HandIn,
    Submission,
    notebook_files,
    read_plain,
    read_timestamp,
)
from autograders.notebook.cells import read_cells
from autograders.notebook.file import LARGEST, NoNotebook, parse_notebook

UNREADABLE = f"it is empty, no plain file, or has more than {SMALL} bytes"
FORM = "%Y-%m-%d %H:%M:%S.%f"  # as a notebook's metadata has a moment, in UTC


def read_hand_in(submission: Submission, clock: Clock, before: Mapping[str, Any]) -> HandIn:
    """The hand-in of a submission.

    Args:
        clock: knows the zones that a time may be in.
        before: what the student's graded notebook has noted, which may be of the same work.
    """
    work = work_in(submission)
    text = read_timestamp(submission.folder)
    if not text:
        is_there = os.path.lexists(submission.folder / TIMESTAMP)
        return HandIn(work=work, problem=UNREADABLE if is_there else "")
    try:
        time = clock.read(text)
    except ValueError as error:
        return HandIn(work=work, text=text, problem=str(error))
    first = _noted(before, work)
    if first is None or first >= time:
        return HandIn(time, work, text=text)
    return HandIn(first, work, again=time, text=text)


def work_in(submission: Submission) -> str:
    """The digest of the work in a submission; "" where it has no notebook, or several."""
    files = notebook_files(submission)
    content = read_plain(files[0], LARGEST) if len(files) == 1 else None
    weights_there = submission.folder.glob("*.safetensors")
    beside = {path.name: read_plain(path, LARGEST) for path in weights_there}
    weights = {name: numbers for name, numbers in beside.items() if numbers is not None}
    return "" if content is None else digest_of(content, weights)


def digest_of(notebook: bytes, weights: Mapping[str, bytes]) -> str:
    """A digest of what is graded: the cells' kinds, sources, pictures and places, the weights by
    file name. Outputs and other metadata are no part of it; a file that is no notebook is, whole.
    """
    digest = hashlib.sha256()
    for name in sorted(weights):
        digest.update(f"{name} {hashlib.sha256(weights[name]).hexdigest()}\n".encode())
    try:
        cells = read_cells(parse_notebook(notebook, "the notebook").notebook)
    except NoNotebook:
        digest.update(notebook)
        return digest.hexdigest()
    for cell in cells:
        place = [cell.grade_id] if cell.grade_id else [None, cell.id]
        source = cell.source.replace("\r\n", "\n")
        digest.update(json.dumps([cell.kind, source, place, cell.pictures]).encode() + b"\n")
    return digest.hexdigest()


def note_hand_in(notebook: NotebookNode, hand_in: HandIn) -> bool:
    """Notes it in a graded notebook; whether that changed the notebook."""
    course = notebook.metadata.setdefault("course", NotebookNode())
    time = f"{hand_in.time:{FORM}}" if hand_in.time else None
    noted = NotebookNode(work=hand_in.work, time=time)
    is_new = course.get("hand_in") != noted
    course["hand_in"] = noted
    return is_new


def _noted(course: Mapping[str, Any], work: str) -> datetime | None:
    noted = course.get("hand_in", {})
    same = noted.get("work") == work and noted.get("time")
    return datetime.strptime(noted["time"], FORM) if same else None
