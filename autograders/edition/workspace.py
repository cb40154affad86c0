"""The student's workspace in the project: released notebooks, unpacked as a student would."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable
from pathlib import Path

from autograders.edition.contents import ROOT, package_names
from autograders.edition.release import TOP, release
from autograders.notebook.file import NoNotebook, read_notebook
from autograders.system.folders import PACKAGES, assignments, workspace
from autograders.system.whole_files import write_whole

RELEASED = "autograders/released"


def update_workspace(course: Path) -> list[str]:
    """Release what is missing or older than its source, and unpack all zips.

    A notebook whose cells were changed since it was unpacked is kept.

    Returns:
        A sentence for each notebook that was brought in or kept, none where nothing is new.
    """
    names = assignments(course)
    zips = {name: _current_zip(course, name) for name in names}
    folder = workspace(course)
    sentences = [sentence for name in names for sentence in _unpack(zips[name], folder, name)]
    _remove_strays(folder, zips.values())
    return sentences


def _current_zip(course: Path, assignment: str) -> Path:
    """The zip of `assignment`, made anew if anything that goes into it is younger."""
    path = course / "release" / f"{assignment}.zip"
    sources = [
        *(course / "notebooks" / assignment).rglob("*"),
        *(ROOT / name for name in package_names()),
        Path(__file__).with_name("student_readme.md"),
        *(ROOT / "autograders" / "exercises").glob("*.py"),
        *Path(__file__).parent.glob("*.py"),
        ROOT / "pyproject.toml",
        ROOT / "environment.yml",
    ]
    youngest = max(source.stat().st_mtime for source in sources)
    if path.is_file() and path.stat().st_mtime >= youngest:
        return path
    return release(course, assignment)


def _unpack(path: Path, folder: Path, assignment: str) -> list[str]:
    """Write the files of a zip that differ from those in `folder`, but no changed notebook."""
    notebook, pristine = (f"{place}/{assignment}.ipynb" for place in (assignment, RELEASED))
    files = _files(path)
    is_new = not (folder / notebook).is_file()
    is_changed = not is_new and _cells(folder / notebook) != _cells(folder / pristine)
    is_newer = not is_new and files[pristine] != _content(folder / pristine)
    if not is_new and (is_changed or not is_newer):
        del files[notebook]
    for name, content in files.items():
        if _content(folder / name) != content:
            write_whole(folder / name, content)
    if is_new:
        return [f"{assignment} is in {folder / assignment}."]
    if is_changed and is_newer:
        return [
            f"{assignment} has a newer release. Your notebook, which you changed, is kept; "
            f"`course check {assignment}` moves your work into the new one."
        ]
    return [f"{assignment} has a newer release, and its notebook is the new one."] * is_newer


def _remove_strays(folder: Path, zips: Iterable[Path]) -> None:
    """Remove the modules in `folder` that no zip holds any more."""
    known = {folder / name for path in zips for name in _files(path)}
    for package in PACKAGES:
        for path in sorted((folder / package).rglob("*")):
            if path.is_file() and path not in known and path.parent.name != "__pycache__":
                path.unlink()


def _files(path: Path) -> dict[str, bytes]:
    """The files of a student's zip by their name within the package."""
    with zipfile.ZipFile(path) as archive:
        return {name.removeprefix(f"{TOP}/"): archive.read(name) for name in archive.namelist()}


def _content(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def _cells(path: Path) -> list[tuple[str, str]] | None:
    """Type and source of each cell, None where the file is no notebook: running changes neither."""
    try:
        cells = read_notebook(path.resolve()).notebook["cells"]
        return [(cell["cell_type"], "".join(cell["source"])) for cell in cells]
    except (NoNotebook, OSError, KeyError, TypeError):
        return None
