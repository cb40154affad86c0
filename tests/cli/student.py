"""A student's folder with one small assignment, for tests of what students call."""

import json
from pathlib import Path
from typing import Any

import nbformat
from grading.small_course import NAME, released_notebook
from nbgrader.utils import compute_checksum


def released_with_checksums() -> dict[str, Any]:
    """The small assignment as nbgrader releases it: each of its cells with its checksum."""
    notebook = released_notebook()
    for cell in notebook.cells:
        if "nbgrader" in cell.metadata:
            cell.metadata.nbgrader.checksum = compute_checksum(cell)
    return json.loads(json.dumps(notebook))


def make_student_folder(folder: Path, released: dict[str, Any] | None = None) -> Path:
    """An unpacked package without code, its notebook as released."""
    text = json.dumps(released or released_with_checksums())
    for place in (folder / NAME, folder / "autograders" / "released"):
        place.mkdir(parents=True)
        (place / f"{NAME}.ipynb").write_text(text)
    (folder / "README.md").write_text("Read me.")
    return folder


def notebook_of(folder: Path) -> Path:
    """The student's notebook in `folder`."""
    return folder / NAME / f"{NAME}.ipynb"


def write(path: Path, notebook: Any) -> None:
    """Save a notebook as it is, valid or not."""
    path.write_text(json.dumps(notebook), encoding="utf-8")


def read(path: Path) -> Any:
    """A notebook that must be valid, as plain JSON with each source as one text."""
    notebook = nbformat.read(path, 4)
    nbformat.validate(notebook)
    return json.loads(json.dumps(notebook))
