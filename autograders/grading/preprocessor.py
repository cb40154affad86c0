"""nbgrader's first step with a submission: put the notebook back into its released form."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

from nbconvert.exporters import NotebookExporter
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell
from nbgrader.preprocessors import NbGraderPreprocessor

from autograders.corrected import follow_release
from autograders.grading.template import build_template
from autograders.notebook.file import parse_notebook
from autograders.rebuild import rebuild

FILE_REPAIRS = "course_file_repairs"  # in the resources: what was odd about the notebook's file
TOLD = 12  # repairs named at the top of the notebook; a tool may have changed every cell


class SubmittedNotebook(NotebookExporter):
    """`c.Autograde.exporter_class`: `nbgrader autograde` reads files as `course grade` does."""

    def from_file(
        self, file_stream: Any, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[Any, dict[str, Any]]:
        """Raises NoNotebook."""
        file = parse_notebook(file_stream.buffer.read(), Path(file_stream.name).name)
        whole = {"metadata": {}, "nbformat": 4, "nbformat_minor": 5, **file.notebook}
        found = {**(resources or {}), FILE_REPAIRS: file.repairs}
        return super().from_file(io.StringIO(json.dumps(whole)), found, **kw)


class RebuildNotebook(NbGraderPreprocessor):
    """Stands first in `c.Autograde.sanitize_preprocessors`; no submission makes it raise.

    What was repaired is kept in the notebook's metadata under `course`, and told in a cell at the
    top, which formgrader and the feedback page show.
    """

    def preprocess(
        self, nb: NotebookNode | dict[str, Any], resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        names = resources["nbgrader"]
        template = build_template(self, names["db_url"], names["assignment"], names["notebook"])
        nb, _ = follow_release(nb, template)  # what the course changed is no repair
        notebook, repairs = rebuild(nb, template)
        repairs = [*resources.get(FILE_REPAIRS, ()), *repairs]
        if repairs:
            notebook.metadata["course"] = NotebookNode(repairs=repairs)
            notebook.cells.insert(0, new_markdown_cell(_told(repairs), id="course-repairs"))
        return notebook, resources


def _told(repairs: list[str]) -> str:
    told = repairs[:TOLD]
    if more := len(repairs) - len(told):
        told = [*told, f"And {more} more."]
    return "\n".join(["**Repaired before grading**\n", *(f"- {sentence}" for sentence in told)])


def repairs_of(notebook: NotebookNode) -> list[str]:
    """What RebuildNotebook repaired in `notebook`."""
    return list(notebook.metadata.get("course", {}).get("repairs", []))
