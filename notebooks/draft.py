"""Cells written as plain text, put into a notebook in the form in which notebooks are committed.

A draft is Python in which a line `# %% ID` begins each cell, as editors know it:

    # %% [markdown] exercise-double
    r\"\"\"
    ### Exercise: `double` (5 points · ★☆☆ · 5 minutes)
    \"\"\"
    # %% double-solution
    def double(x): ...
    # %% double (5 points)
    check("double", double)

What a cell is follows from its id, as tests/notebook_form.py wants it: `...-solution` and
`...-answer` are for students to fill in, `demo-...` is not run while grading, points make a check.
"""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

Cell = dict[str, Any]
HEAD = re.compile(r"^# %% (\[markdown\] )?([\w-]+)(?: \((\d+) points?\))?\n", re.MULTILINE)
EMPTY = {
    "cells": [],
    "metadata": {
        "kernelspec": {
            "display_name": "Python 3 (ipykernel)",
            "language": "python",
            "name": "python3",
        },
        "language_info": {"name": "python"},
    },
    "nbformat": 4,
    "nbformat_minor": 5,
}


def cells(draft: str) -> Iterator[Cell]:
    """The cells of a draft. Raises ValueError."""
    before, *parts = HEAD.split(draft)
    if before.strip() or not parts:
        raise ValueError("a draft begins with a line such as `# %% double-solution`")
    for markdown, name, points, text in zip(*(parts[i::4] for i in range(4)), strict=True):
        if markdown:
            source = ast.literal_eval(text.strip()).strip("\n")
            kind: Cell = {"cell_type": "markdown"}
        else:
            source = text.strip("\n")
            kind = {"cell_type": "code", "execution_count": None, "outputs": []}
        metadata = _metadata(name, points) if points or not markdown else {}
        lines = source.splitlines(keepends=True)
        yield {**kind, "id": name, "metadata": metadata, "source": lines}


def _metadata(name: str, points: str | None) -> Cell:
    by_hand = name.startswith("manual-")
    solution = by_hand or name.endswith(("-solution", "-answer"))
    settings = {
        "grade": bool(points),
        "grade_id": name,
        "locked": not solution,
        "schema_version": 3,
        "solution": solution,
        "task": False,
        **({"points": int(points)} if points else {}),
    }
    return {"nbgrader": settings, **({"tags": ["demo"]} if name.startswith("demo-") else {})}


@click.command()
@click.argument("draft", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("notebook", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--after", help="The id of the cell below which they go; the last one otherwise.")
def main(draft: Path, notebook: Path, after: str | None) -> None:
    """Put the cells of DRAFT into NOTEBOOK, which is made if there is none."""
    content = json.loads(notebook.read_text("utf-8")) if notebook.exists() else dict(EMPTY)
    there = [cell["id"] for cell in content["cells"]]
    if after is not None and after not in there:
        raise click.ClickException(f"{notebook} has no cell {after}")
    place = len(there) if after is None else there.index(after) + 1
    try:
        new = list(cells(draft.read_text("utf-8")))
    except (SyntaxError, ValueError) as error:
        raise click.ClickException(f"{draft}: {error}") from error
    if twice := {cell["id"] for cell in new} & set(there):
        raise click.ClickException(f"{notebook} has {', '.join(sorted(twice))} already")
    content["cells"] = [*content["cells"][:place], *new, *content["cells"][place:]]
    notebook.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False)
    notebook.write_text(f"{text}\n", encoding="utf-8")
    click.echo(f"{notebook} has {len(new)} cells more: {', '.join(cell['id'] for cell in new)}")


if __name__ == "__main__":
    main()
