"""The student edition: what of the packages and of an assignment goes to students, as a zip."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import click

from autograders.bundle import write_bundle
from autograders.datasets import data_sets
from autograders.edition import INSTRUCTORS_PACKAGES, STUDENT_MODULES, UNLOCKED
from autograders.folders import without_hidden_cases
from autograders.os_errors import in_log
from autograders.points import disagreement
from autograders.whole_files import write_whole

ROOT = Path(__file__).resolve().parents[1]
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
        **_operations(unlock),
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


def package_files() -> dict[str, bytes]:
    """What every zip holds: the packages' student edition and how to install it."""
    return {
        "README.md": (ROOT / "autograders" / "student_readme.md").read_bytes(),
        "environment.yml": (ROOT / "environment.yml").read_bytes(),
        "LICENSE": (ROOT / "LICENSE").read_bytes(),
        "pyproject.toml": _student_pyproject().encode(),
        **{name: (ROOT / name).read_bytes() for name in STUDENT_MODULES},
    }


def _assignment_files(course_dir: Path, assignment: str) -> dict[str, bytes]:
    """The released notebook, twice, the files beside it, its visible cases and its data sets."""
    folder = course_dir / "release" / assignment
    notebook = (folder / f"{assignment}.ipynb").read_bytes()
    with tempfile.TemporaryDirectory() as scratch:
        bundle = Path(scratch) / f"{assignment}.npz"
        write_bundle(assignment, bundle)
        visible = bundle.read_bytes()
    files = {f"{assignment}/{name}": content for name, content in _tree(folder)}
    for name in data_sets(json.loads(notebook)):
        files |= {f"data/{name}/{n}": content for n, content in _tree(ROOT / "data" / name)}
    return {
        **files,
        f"autograders/released/{assignment}.ipynb": notebook,
        f"autograders/visible/{assignment}.npz": visible,
    }


def _operations(unlock: Sequence[str]) -> dict[str, bytes]:
    names = {n for answered, ns in UNLOCKED.items() if set(answered) <= set(unlock) for n in ns}
    return {name: (ROOT / name).read_bytes() for name in names}


def _tree(folder: Path) -> Iterator[tuple[str, bytes]]:
    """The files below `folder` by relative name, without what tools leave there."""
    for path in folder.rglob("*"):
        parts = path.relative_to(folder).parts
        if path.is_file() and not any(p.startswith(".") or p == "__pycache__" for p in parts):
            yield "/".join(parts), path.read_bytes()


def _source(course_dir: Path, assignment: str) -> bytes:
    return (course_dir / "notebooks" / assignment / f"{assignment}.ipynb").read_bytes()


def _student_pyproject() -> str:
    """The project's pyproject.toml with what students install; JSON strings are TOML strings."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    dependencies = "".join(
        f"    {json.dumps(requirement)},\n"
        for requirement in project["dependencies"]
        if not requirement.startswith(INSTRUCTORS_PACKAGES)
    )
    return f"""\
[build-system]
requires = ["setuptools>=77"]
build-backend = "setuptools.build_meta"

[project]
name = {json.dumps(project["name"])}
version = {json.dumps(project["version"])}
requires-python = {json.dumps(project["requires-python"])}
dependencies = [
{dependencies}]

[project.scripts]
course = "autograders.cli:main"

[tool.setuptools.packages.find]
include = ["course_lib*", "autograders*"]

[tool.setuptools.package-data]
autograders = ["lab_settings/**/*"]
course_lib = ["widgets/static/*"]
"""


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
