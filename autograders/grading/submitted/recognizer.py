"""Whose notebook it is: a notebook belongs to the assignment with which it shares most cells."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat

from autograders.notebook.matching import recognized
from autograders.system.folders import assignments


class Recognizer:
    """Knows the course's assignments by the cells of their sources."""

    def __init__(self, course: Path) -> None:
        self._sources = {
            name: nbformat.read(course / "notebooks" / name / f"{name}.ipynb", 4)
            for name in assignments(course)
        }

    def assignment_of(self, notebook: dict[str, Any], preferred: str) -> str | None:
        """The assignment of a notebook, of equally good ones `preferred`; None where it has no
        cell of any.

        Cells are told as `rebuild` tells them: by nbgrader's ids, cell ids, text, and what a
        student's own cells define.
        """
        shared = {name: recognized(notebook, source) for name, source in self._sources.items()}
        best = max(shared, key=lambda name: (shared[name], name == preferred), default=None)
        return best if best is not None and shared[best] else None
