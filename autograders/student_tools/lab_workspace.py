"""What JupyterLab shows when a student opens it first: the notebook, its sections on the left."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from autograders.system.folders import PACKAGE, assignments, find_student_folder
from autograders.system.whole_files import write_whole

# Of the workspace that JupyterLab opens where its address names none: "default", and a checksum.
NAME = "default-37a8.jupyterlab-workspace"
SECTIONS = "@jupyterlab/toc:plugin"


def first_page(folder: Path) -> str:
    """The notebook worked on last, the first where none was, README.md where there is none."""
    notebooks = [folder / name / f"{name}.ipynb" for name in assignments(folder)]
    present = [path for path in notebooks if path.is_file()]
    if not present:
        return "README.md"
    worked_on = [path for path in present if _differs_from_released(folder, path)]
    page = max(worked_on, key=lambda path: path.stat().st_mtime) if worked_on else present[0]
    return page.relative_to(folder).as_posix()


def _differs_from_released(folder: Path, notebook: Path) -> bool:
    released = folder / "autograders" / "released" / notebook.name
    return not released.is_file() or notebook.read_bytes() != released.read_bytes()


def prepare_first_view(workspaces: Path, notebook: str) -> None:
    """Write a workspace with `notebook` open, and nothing else but its table of contents.

    Args:
        workspaces: the folder in which JupyterLab keeps its workspaces. One that is there is kept:
            it holds the tabs that the student left open.
        notebook: path from the folder that JupyterLab serves, with forward slashes. Where it is no
            notebook, nothing is written.
    """
    if notebook.endswith(".ipynb") and not (workspaces / NAME).exists():
        view = {"data": _view(notebook), "metadata": {"id": "default"}}
        write_whole(workspaces / NAME, json.dumps(view, indent=2).encode())


def _view(notebook: str) -> dict[str, Any]:
    """What JupyterLab would have stored, with the default layout for what is not named here."""
    tab = f"notebook:{notebook}"
    return {
        "layout-restorer:data": {
            "main": {
                "dock": {"type": "tab-area", "currentIndex": 0, "widgets": [tab]},
                "current": tab,
            },
            "left": {
                "collapsed": False,
                "visible": True,
                "current": SECTIONS,
                "widgets": ["filebrowser", "running-sessions", SECTIONS],
            },
            "right": {"collapsed": True, "visible": True, "widgets": []},
            "relativeSizes": [0.2, 0.8, 0],
        },
        tab: {"data": {"path": notebook, "factory": "Notebook"}},
    }


@click.command()
@click.argument("workspaces", type=click.Path(path_type=Path, file_okay=False))
@click.option("--below", default="", help="Where the package lies in what JupyterLab serves.")
def main(workspaces: Path, below: str) -> None:
    """Prepare the first view in the folder WORKSPACES: on a hub nobody runs `course lab`."""
    page = first_page(find_student_folder() or PACKAGE)
    prepare_first_view(workspaces, f"{below}/{page}" if below else page)


if __name__ == "__main__":
    main()
