"""A lesson as readers of the website get it: no answer, no hidden test, recordings where it ran."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader.preprocessors import ClearHiddenTests, ClearMarkScheme, ClearSolutions

from autograders.grading.gradebook.course import load_config
from autograders.site.live import live_demo
from autograders.site.recordings import is_recorded, recorded


def lesson(course: Path, source: Path, recordings: Path) -> NotebookNode:
    """The notebook `source` with what each cell is in its metadata, under `site`.

    Args:
        course: holds nbgrader_config.py, which says what stands in place of an answer.
        source: a notebook with answers.
        recordings: the file that `record` wrote for it.

    Returns:
        A notebook for the template: `kind` is text, demo, hidden, task or check; `live` is what
        a demo in the page needs, for a cell that shows one; `unknown` is true for a cell whose
        recording is missing or of an older form of it.
    """
    notebook = nbformat.read(source, as_version=4)
    config = load_config(course)
    for remove in (ClearSolutions, ClearHiddenTests, ClearMarkScheme):
        notebook, _ = remove(config=config).preprocess(notebook, {})
    found = recorded(notebook, recordings)
    for cell in notebook.cells:
        kind = _kind(cell)
        live = live_demo(cell.source) if kind == "demo" else None
        is_shown = kind == "demo" and live is None
        cell.metadata.site = {
            "kind": kind,
            "live": live,
            "unknown": is_shown and cell.id not in found and is_recorded(cell),
        }
        if cell.cell_type == "code":
            cell.outputs = found.get(cell.id, []) if is_shown else []
    return notebook


def page_of_text(source: Path) -> NotebookNode:
    """A page of Markdown as a notebook of one cell."""
    cell: Any = nbformat.v4.new_markdown_cell(source.read_text(encoding="utf-8"))
    cell.metadata.site = {"kind": "text", "live": None, "unknown": False}
    return nbformat.v4.new_notebook(cells=[cell])


def _kind(cell: NotebookNode) -> str:
    grading = cell.metadata.get("nbgrader", {})
    if cell.cell_type != "code":
        return "text"
    if grading.get("solution"):
        return "task"
    if grading.get("grade"):
        return "check"
    is_demo = "demo" in cell.metadata.get("tags", [])
    return "hidden" if is_demo and not is_recorded(cell) else "demo"
