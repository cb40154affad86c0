"""An assignment released: nbgrader's student version, and the zip that students get."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from autograders.checks.load import load_assignment
from autograders.checks.stored import write_bundle
from autograders.edition.contents import ROOT, files_below, operations, package_files
from autograders.edition.points import disagreement
from autograders.notebook.datasets import data_sets
from autograders.system.folders import without_hidden_cases
from autograders.system.os_errors import in_log
from autograders.system.whole_files import write_whole

TOP = "cnn-course"
TIME = (2020, 1, 1, 0, 0, 0)  # of every file in a zip, so that equal contents are equal bytes


class CannotRelease(click.ClickException):
    """There is no student version; the message has the reason. `course` ends with 1."""


def release(course_dir: Path, assignment: str, unlock: Sequence[str] = ()) -> Path:
    """Make `release/ASSIGNMENT/` and the zip for students beside it.

    All zips share the folder cnn-course and, but for `unlock`, the package in it: each unpacks
    over the others.

    Args:
        course_dir: holds nbgrader_config.py and notebooks/.
        assignment: full name.
        unlock: full names of finished assignments, whose notebooks with solutions go in as well,
            and the operations of course_lib that answer nothing but these.

    Returns:
        The zip. Equal contents make equal bytes; an older zip is replaced in one step.

    Raises:
        CannotRelease: the hidden cases are missing, points of the notebook are not those of its
            checks, or nbgrader failed.
        OSError: the system refuses to write a file; the zip is then as it was.
    """
    if missing := without_hidden_cases():  # the checks tell how many there are
        raise CannotRelease(missing)
    _compare_points(course_dir, assignment)
    generate_assignment(course_dir, assignment)
    contents = {
        **package_files(),
        **_assignment_files(course_dir, assignment),
        **{f"solutions/{name}.ipynb": _source(course_dir, name) for name in unlock},
        **operations(unlock),
    }
    target = course_dir / "release" / f"{assignment}.zip"
    write_whole(target, _zipped(contents))
    return target


def generate_assignment(course_dir: Path, assignment: str) -> None:
    """nbgrader's student version of `assignment` in `release/`. Raises CannotRelease, OSError."""
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", "generate_assignment", assignment, "--force"],
        cwd=course_dir,
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        text=True,
        encoding="utf-8",
        errors="replace",
    )
    made = course_dir / "release" / assignment / f"{assignment}.ipynb"
    if done.returncode or not made.is_file():
        if refused := in_log(done.stderr, course_dir / "gradebook.db"):
            raise refused
        raise CannotRelease(f"nbgrader could not release {assignment}: {_reason(done.stderr)}")


def _compare_points(course_dir: Path, assignment: str) -> None:
    """Raises CannotRelease where a check gives other points than its cell is worth."""
    cells = json.loads(_source(course_dir, assignment))["cells"]
    settings = [(cell, cell["metadata"].get("nbgrader", {})) for cell in cells]
    points = {
        "".join(cell["source"]): nbgrader["points"] if nbgrader.get("grade") else None
        for cell, nbgrader in settings
        if cell["cell_type"] == "code"
    }
    if wrong := disagreement(points, f"notebooks/{assignment}"):
        raise CannotRelease(wrong)


def _assignment_files(course_dir: Path, assignment: str) -> dict[str, bytes]:
    """The released notebook, twice, the files beside it, its visible cases and its data sets."""
    folder = course_dir / "release" / assignment
    notebook = (folder / f"{assignment}.ipynb").read_bytes()
    with tempfile.TemporaryDirectory() as scratch:
        bundle = Path(scratch) / f"{assignment}.npz"
        write_bundle(load_assignment(assignment), bundle)
        visible = bundle.read_bytes()
    files = _read(folder, assignment)
    for name in data_sets(json.loads(notebook)):
        files |= _read(ROOT / "data" / name, f"data/{name}")
    return {
        **files,
        f"autograders/released/{assignment}.ipynb": notebook,
        f"autograders/visible/{assignment}.npz": visible,
    }


def _read(folder: Path, name: str) -> dict[str, bytes]:
    """The files below `folder`, which is called `name` in the zip."""
    return {
        f"{name}/{path.relative_to(folder).as_posix()}": path.read_bytes()
        for path in files_below(folder)
    }


def _source(course_dir: Path, assignment: str) -> bytes:
    return (course_dir / "notebooks" / assignment / f"{assignment}.ipynb").read_bytes()


def _zipped(contents: Mapping[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(contents):
            entry = zipfile.ZipInfo(f"{TOP}/{name}", TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system, entry.external_attr = 3, 0o100644 << 16
            archive.writestr(entry, contents[name])
    return stream.getvalue()


def _reason(log: str) -> str:
    """What nbgrader's log says: its first exception, else its errors, else its last line."""
    raised = re.search(r"^ {4}[\w.]+(?:Error|Exception|Exit): (.+)", log, re.MULTILINE)
    errors = re.findall(r"\| ERROR\] (?!Traceback)(.+)", log)
    return raised[1] if raised else " ".join(errors) or log.strip().rpartition("\n")[2]
