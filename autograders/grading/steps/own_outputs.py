"""What a student's own cells had put out when they were handed in, for the person who grades."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any

import numpy as np
from nbformat import NotebookNode, from_dict

from autograders.grading.sandboxed.budget import Budget, Output
from autograders.grading.sandboxed.cells import PICTURES, safe_outputs
from autograders.notebook.cells import SubmittedCell, clean
from autograders.notebook.slots import grade_id, role

KEPT = "handed_in"  # in a cell's metadata, until the notebook has run
MARK = "**Output as handed in.** It is the student's own, and was not made here."


def keep_outputs(
    notebook: NotebookNode,
    origins: Mapping[str, SubmittedCell],
    answers: Mapping[str, str],
    budget: Budget,
) -> None:
    """Keeps the submitted outputs of cells that are the student's to write and not graded by a
    program, through the run: cleaned, within a budget, and marked. Others show what the run gives.

    Args:
        notebook: rebuilt, and changed in place.
        origins, answers: as `rebuild` gives them.
        budget: of the submission.
    """
    for cell in notebook.cells:
        origin = origins.get(cell["id"]) if cell.cell_type == "code" else None
        is_theirs = role(cell) == "code" or answers.get(grade_id(cell)) == "here"
        if origin and is_theirs and (outputs := _cleaned(origin.outputs, budget)):
            cell.metadata[KEPT] = from_dict(outputs)


def show_outputs(notebook: NotebookNode) -> None:
    """Puts what `keep_outputs` kept in the place of what the same cells gave in a run."""
    for cell in notebook.cells:
        if (outputs := cell.metadata.pop(KEPT, None)) is not None:
            cell.outputs = outputs


def left_to_show(notebook: NotebookNode) -> Budget:
    """What of a submission's budget is left for a run, after what it was handed in with."""
    budget = Budget()
    for cell in notebook.cells:
        for bundle in cell.get("attachments", {}).values():
            budget.attach("".join(bundle.values()))
        if cell.cell_type == "markdown":
            budget.write(cell.source)
        for output in cell.metadata.get(KEPT, []):
            budget.show(output)
    return budget


def _cleaned(outputs: object, budget: Budget) -> list[Output]:
    """The outputs of a cell that can be shown, below the mark: in Markdown, which no student's
    output is."""
    given = outputs if isinstance(outputs, list) else []
    told = [_as_told(each) for each in given if isinstance(each, dict)]
    shown = [output for each in told for output in safe_outputs([each], 0) if budget.show(output)]
    if not told:
        return []
    words = MARK
    if left_out := len(told) - len(shown):
        words += f" Outputs left out, being too large or neither text nor pictures: {left_out}."
    data = {"text/markdown": words, "text/plain": words}
    return [{"output_type": "display_data", "data": data, "metadata": {}}, *shown]


def _as_told(output: Mapping[str, Any]) -> dict[str, Any]:
    """An output of a notebook's file as a process that runs cells would tell it."""
    match output:
        case {"output_type": "stream", "text": text}:
            return {"kind": "stream", "text": clean(text)}
        case {"output_type": "error", "traceback": list(lines)}:
            words = {"name": clean(output.get("ename")), "words": clean(output.get("evalue"))}
            return {"kind": "error", **words, "text": "\n".join(map(clean, lines))}
        case {"data": dict(data)}:
            shown: dict[str, Any] = {kind: _picture(data.get(kind)) for kind in PICTURES}
            shown["text/html"] = clean(data.get("text/html"))  # a figure, or it is not shown
            return {"kind": "display", "data": shown | {"text/plain": _text(data)}}
    return {}


def _text(data: Mapping[str, Any]) -> str | None:
    """Words; of formulas and Markdown, which Python shows as `<...>`, their source."""
    kinds = ("text/plain", "text/markdown", "text/latex")
    plain, *sources = [clean(data.get(kind)) for kind in kinds]
    if not plain or plain.startswith("<"):
        plain = next((source for source in sources if source), plain)
    return plain or None


def _picture(text: object) -> np.ndarray[Any, np.dtype[np.uint8]] | None:
    try:
        return np.frombuffer(base64.b64decode(clean(text)), "uint8")
    except (binascii.Error, ValueError):
        return None
