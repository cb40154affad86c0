"""Answers to an assignment, taken from its source notebook."""

from pathlib import Path

import nbformat
from nbformat import NotebookNode

MARKERS = ("### BEGIN SOLUTION", "### END SOLUTION")


def read(path: Path) -> NotebookNode:
    return nbformat.read(path, as_version=4)


def settings(cell: NotebookNode) -> dict:
    """What nbgrader keeps about a cell; empty for a cell it does not know."""
    return cell.metadata.get("nbgrader", {})


def grade_cells(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if settings(cell).get("grade")]


def solutions(source: NotebookNode) -> dict[str, str]:
    """The source of each solution cell by its id, without the markers around the answer."""
    return {
        settings(cell)["grade_id"]: _without_markers(cell.source)
        for cell in source.cells
        if settings(cell).get("solution")
    }


def fill_in(path: Path, answers: dict[str, str]) -> None:
    """Write the answers into the notebook at `path`."""
    notebook = read(path)
    for cell in notebook.cells:
        cell.source = answers.get(settings(cell).get("grade_id", ""), cell.source)
    nbformat.write(notebook, path)


def _without_markers(source: str) -> str:
    lines = source.splitlines()
    return "\n".join(line for line in lines if line.strip() not in MARKERS)
