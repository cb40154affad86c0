"""Drafts become the cells that are committed."""

import json
import runpy
from pathlib import Path

import pytest
from click.testing import CliRunner
from helpers import ROOT, Cell, source_of
from notebook_form import written

DRAFT = runpy.run_path(str(ROOT / "notebooks" / "draft.py"))
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*/*.ipynb"))
TWO = '# %% [markdown] more\nr"""\nMore.\n"""\n\n# %% demo-more\nprint(1)\n'


def drafted(cell: Cell) -> str:
    """A committed cell as its author would have written it."""
    points = cell["metadata"].get("nbgrader", {}).get("points")
    worth = f" ({points} points)" if points else ""
    if cell["cell_type"] == "markdown":
        return f"# %% [markdown] {cell['id']}{worth}\n{source_of(cell)!r}\n"
    return f"# %% {cell['id']}{worth}\n{source_of(cell)}\n\n"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_committed_cell_can_be_drafted(path: Path) -> None:
    committed = json.loads(path.read_text(encoding="utf-8"))["cells"]
    for cell in committed:
        cell["metadata"].pop("jupyter", None)  # a folded cell is folded in JupyterLab
    assert list(DRAFT["cells"]("\n".join(map(drafted, committed)))) == committed


def put(folder: Path, draft: str, *options: str):
    (folder / "draft.py").write_text(draft, encoding="utf-8")
    arguments = [str(folder / "draft.py"), str(folder / "new" / "new.ipynb"), *options]
    return CliRunner().invoke(DRAFT["main"], arguments)


def test_a_notebook_is_made_and_then_filled_at_a_place(tmp_path: Path) -> None:
    assert put(tmp_path, TWO).exit_code == 0
    assert put(tmp_path, TWO.replace("more", "between"), "--after", "more").exit_code == 0
    text = (tmp_path / "new" / "new.ipynb").read_text(encoding="utf-8")
    notebook = json.loads(text)
    assert text == written(notebook)
    names = [cell["id"] for cell in notebook["cells"]]
    assert names == ["more", "between", "demo-between", "demo-more"]


@pytest.mark.parametrize(
    ("draft", "options", "words"),
    [
        (TWO, (), "has demo-more, more already"),
        ("# %% other\nprint()\n", ("--after", "nowhere"), "has no cell nowhere"),
        ("print(1)\n", (), "a draft begins with a line such as"),
        ("# %% [markdown] other\nNot quoted.\n", (), "draft.py: "),
    ],
)
def test_a_draft_that_does_not_fit_changes_nothing(tmp_path: Path, draft, options, words) -> None:
    put(tmp_path, TWO)
    path = tmp_path / "new" / "new.ipynb"
    before = path.read_bytes()
    done = put(tmp_path, draft, *options)
    assert done.exit_code == 1
    assert words in done.output
    assert path.read_bytes() == before
