"""nbgrader's first step with a submission: put the notebook back into its released form."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nbconvert.exporters import NotebookExporter
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell, new_notebook
from nbgrader.preprocessors import NbGraderPreprocessor

from autograders.grading.sandboxed.budget import Budget
from autograders.grading.steps.cut import cut, unread_files
from autograders.grading.steps.execute import weights_beside
from autograders.grading.steps.own_outputs import keep_outputs
from autograders.grading.steps.template import build_template
from autograders.notebook.file import parse_notebook
from autograders.notebook.new_release import follow_release
from autograders.notebook.rebuild import rebuild
from autograders.notebook.slots import grade_id

SUBMITTED = "course_submitted"  # in the resources: the NotebookFile that was handed in
TOLD = 12  # repairs named at the top of the notebook; a tool may have changed every cell


class SubmittedNotebook(NotebookExporter):
    """`c.Autograde.exporter_class`: `nbgrader autograde` reads files as `course grade` does."""

    def from_file(
        self, file_stream: Any, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[Any, dict[str, Any]]:
        """Raises NoNotebook."""
        if not any(isinstance(step, RebuildNotebook) for step in self._preprocessors):
            return super().from_file(file_stream, resources, **kw)  # it was rebuilt before
        file = parse_notebook(file_stream.buffer.read(), Path(file_stream.name).name)
        return self.from_notebook_node(new_notebook(), {**(resources or {}), SUBMITTED: file}, **kw)


class RebuildNotebook(NbGraderPreprocessor):
    """Stands first in `c.Autograde.sanitize_preprocessors`; no submission makes it raise.

    Takes the submission from the resources, since nbconvert hands on valid notebooks only.
    What was repaired is kept in the notebook's metadata under `course`, and told in a cell at the
    top, which formgrader and the feedback page show; so is where a written answer stands that is
    not in its own cell.
    """

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        file = resources.pop(SUBMITTED)
        names = resources["nbgrader"]
        template = build_template(self, names["db_url"], names["assignment"], names["notebook"])
        submitted, _ = follow_release(file.notebook, template)  # its own changes are no repairs
        rebuilt = rebuild(submitted, template)
        notebook = rebuilt.notebook
        repairs = [*file.repairs, *rebuilt.repairs, *rebuilt.notes]
        budget = Budget()
        repairs += cut(notebook, budget)
        repairs += unread_files(weights_beside(resources.get("metadata", {}).get("path")))
        keep_outputs(notebook, rebuilt.origins, rebuilt.answers, budget)
        elsewhere = _point_to_answers(notebook, template, rebuilt.answers)
        if repairs:
            notebook.metadata["course"] = NotebookNode(repairs=repairs)
        lists = {"Answers to read": elsewhere, "Repaired before grading": repairs}
        if told := [_list(title, its) for title, its in lists.items() if its]:
            top = new_markdown_cell("\n\n".join(told), id="course-repairs")
            notebook.cells.insert(0, top)
        return notebook, resources


def _point_to_answers(
    notebook: NotebookNode, template: NotebookNode, answers: Mapping[str, str]
) -> list[str]:
    """Has the cell of each task that is answered elsewhere say where, so that it waits for a
    person, and an unanswered one as released, which earns nothing; a sentence for each pointer."""
    stubs = {grade_id(cell): cell.source for cell in template.cells}
    sentences = []
    for cell in notebook.cells:
        side = answers.get(grade_id(cell), "here")
        if side == "":
            cell.source = stubs[grade_id(cell)]
        elif side != "here":
            words = f"This cell holds no answer: see what the student wrote in own cells {side} it."
            cell.source = f"# {words}" if cell.cell_type == "code" else f"*{words}*"
            sentences.append(f"{grade_id(cell)}: in the student's own cells {side} its cell.")
    return sentences


def _list(title: str, sentences: list[str]) -> str:
    """Markdown of a list with its title."""
    told = sentences[:TOLD]
    if more := len(sentences) - len(told):
        told = [*told, f"And {more} more."]
    return "\n".join([f"**{title}**\n", *(f"- {sentence}" for sentence in told)])


def repairs_of(notebook: NotebookNode) -> list[str]:
    """What RebuildNotebook repaired in `notebook`."""
    return list(notebook.metadata.get("course", {}).get("repairs", []))
