"""A released notebook whose cells change, though submissions were graded by the older ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from nbformat import NotebookNode
from nbgrader.api import BaseCell, Comment, Grade, MissingEntry, Notebook, SourceCell
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import NbGraderPreprocessor, SaveCells
from sqlalchemy import delete

from autograders.grading.gradebook.backup import back_up
from autograders.grading.gradebook.lock import gradebook_lock
from autograders.grading.gradebook.transaction import one_transaction
from autograders.notebook.new_release import note_cells


class SaveChangedCells(SaveCells):
    """nbgrader's, in one transaction, and not refused where cells were added, split or removed and
    there are submissions: each then has a grade and a comment for every cell of the new release.

    What a person gave for a cell stays with the cell's id. The grades and comments of a cell that
    is gone go with it; the gradebook is backed up before.
    """

    def _create_notebook(self, nb: NotebookNode) -> None:
        course = CourseDirectory(parent=self)
        with gradebook_lock(course, self.assignment_id, self._refuse):
            if self._submitted():
                back_up(course)
            with one_transaction(self.gradebook):
                if submitted := self._submitted():
                    self._fit(submitted)
                super()._create_notebook(nb)

    def _refuse(self) -> None:
        raise RuntimeError(
            f"{self.assignment_id} is being graded: release it when that run has ended"
        )

    def _submitted(self) -> Notebook | None:
        """The notebook in the gradebook if there are submissions of it."""
        try:
            notebook = self.gradebook.find_notebook(self.notebook_id, self.assignment_id)
        except MissingEntry:
            return None
        return notebook if notebook.num_submissions else None

    def _fit(self, notebook: Notebook) -> None:
        """Gives `notebook` and its submissions the cells of the new release."""
        session, add = self.gradebook.db, self.gradebook
        where = (self.notebook_id, self.assignment_id)
        submissions = [submission.id for submission in notebook.submissions]
        kinds: Iterable[tuple[Any, Mapping[str, Any], Any, tuple[type, ...]]] = (
            (notebook.grade_cells, self.new_grade_cells, add.add_grade_cell, (Grade,)),
            (notebook.solution_cells, self.new_solution_cells, add.add_solution_cell, (Comment,)),
            (notebook.task_cells, self.new_task_cells, add.add_task_cell, (Grade, Comment)),
            (notebook.source_cells, self.new_source_cells, add.add_source_cell, ()),
        )
        for cells, released, add_cell, given in kinds:
            there = {cell.name: cell for cell in cells}
            for name in there.keys() - released.keys():
                self._remove(there[name])
            for name in released.keys() - there.keys():
                cell = add_cell(name, *where, **released[name])
                session.add_all(
                    kind(cell_id=cell.id, notebook_id=submission)
                    for submission in submissions
                    for kind in given
                )
        session.flush()
        session.expire_all()

    def _remove(self, cell: BaseCell | SourceCell) -> None:
        session = self.gradebook.db
        if isinstance(cell, BaseCell):
            for kind in (Grade, Comment):
                session.execute(delete(kind).where(kind.cell_id == cell.id))
        session.delete(cell)
        session.flush()


class NoteCells(NbGraderPreprocessor):
    """Notes in a released notebook which cells it has: those of a later release are no repairs."""

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        note_cells(nb)
        return nb, resources
