"""What sets a notebook up once more before each graded cell.

A student's variable that happens to be called `np` then costs nothing; a function of that name
that the student has written, or imported from elsewhere, stays the student's.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence

from nbformat import NotebookNode

from autograders.notebook.names.cell_names import cell_names
from autograders.notebook.names.needed_cells import is_graded, sets_up
from autograders.notebook.names.scopes import bound_by
from autograders.notebook.slots import role


def set_up_again(cells: Sequence[NotebookNode]) -> str:
    """The source of the cells that set up, without what students' cells define by `def`, `class`
    or `import` and no graded cell uses.

    Args:
        cells: the code cells of a rebuilt notebook that are run.
    """
    source = "\n".join(cell.source for cell in cells if sets_up(cell))
    students = [cell_names(cell.source).defined for cell in cells if role(cell) != "locked"]
    used = [cell_names(cell.source).read for cell in cells if is_graded(cell)]
    kept = set().union(*students) - set().union(*used)
    return _without(source, kept) if kept & cell_names(source).bound else source


def _without(source: str, names: set[str]) -> str:
    tree = ast.parse(source)
    for statement in tree.body:
        if isinstance(statement, (ast.Import, ast.ImportFrom)):
            statement.names = [
                alias
                for alias in statement.names
                if (alias.asname or alias.name.partition(".")[0]) not in names
            ]
    tree.body = [
        statement
        for statement in tree.body
        if getattr(statement, "names", True) and not names & set(_bound(statement))
    ]
    return ast.unparse(tree)


def _bound(statement: ast.stmt) -> set[str]:
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement]
    return {name for target in targets for name in bound_by(target)}
