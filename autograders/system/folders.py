"""Where the course lies: the instructor's project, or the folder that a student unpacked."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import click

PACKAGE = Path(__file__).resolve().parents[2]  # the folder that is installed
PACKAGES = ("autograders", "course_lib")


class NotFound(click.UsageError):
    """No folder of the course at or above the current one; `course` ends with 2."""


def find_course(start: Path | None = None) -> Path | None:
    """The nearest folder at or above `start` with nbgrader_config.py and notebooks/, or None."""
    return _nearest(start, is_course)


def find_student_folder(start: Path | None = None) -> Path | None:
    """The nearest folder at or above `start` that is a student's package, or None."""
    return _nearest(start, is_student_folder)


def is_course(folder: Path) -> bool:
    """Whether `folder` is the instructor's project."""
    return (folder / "nbgrader_config.py").is_file() and (folder / "notebooks").is_dir()


def is_project(root: Path = PACKAGE) -> bool:
    """Whether the package in `root` is the instructor's, with grading, not the student edition.

    Told by its files: an import would find a project that is installed beside the edition.
    """
    return (root / "autograders" / "grading").is_dir()


def without_hidden_cases(root: Path = PACKAGE) -> str:
    """Why the project in `root` does not grade, "" where it has its hidden cases."""
    hidden = root / "autograders" / "hidden"
    if (hidden / "key.py").is_file():
        return ""
    return (
        f"the hidden cases are missing: there is no {hidden}; use the whole project, installed by "
        "`pip install --editable .` in its folder"
    )


def is_student_folder(folder: Path) -> bool:
    """Whether `folder` is the package that students unpack."""
    return (folder / "autograders" / "released").is_dir()


def has_modules(root: Path, folder: Path) -> bool:
    """Whether each module of the course's packages in `folder` is the same in `root`."""
    modules = [path for name in PACKAGES for path in (folder / name).rglob("*.py")]
    there = [(path, root / path.relative_to(folder)) for path in modules]
    return all(one.is_file() and one.read_bytes() == path.read_bytes() for path, one in there)


def project_table(root: Path) -> dict[str, Any]:
    """What the package in `root` asks for: as its folder says, or else the wheel it came from."""
    if (root / "pyproject.toml").is_file():
        return tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wheel = distribution("cnn-course")
    return {
        "requires-python": wheel.metadata["Requires-Python"],
        "dependencies": wheel.requires or [],
    }


def course_folder(start: Path | None = None) -> Path:
    """As `find_course`. Raises NotFound."""
    course = find_course(start)
    if course is None:
        raise NotFound(
            f"{start or current_folder()} is not inside a course: no folder at or above it holds "
            "nbgrader_config.py and notebooks/; change to the course's folder first"
        )
    return course


def student_folder(start: Path | None = None) -> Path:
    """The student's package at or above `start`, else the project's own. Raises NotFound."""
    folder = find_student_folder(start)
    if folder is not None:
        return folder
    course = find_course(start)
    if course is None:
        raise NotFound(
            f"{start or current_folder()} is not inside the course; change to the folder "
            "cnn-course that you unpacked"
        )
    if not is_student_folder(workspace(course)):
        raise NotFound(f"{course} has no student's workspace yet; `course lab` makes it")
    return workspace(course)


def workspace(course: Path) -> Path:
    """Where `course lab` keeps the student's package in the project `course`."""
    return course / "workspace" / "cnn-course"


def assignments(folder: Path) -> list[str]:
    """Full names of the assignments of a project or a student's package, in order."""
    if is_course(folder):
        sources = (folder / "notebooks").iterdir()
        return sorted(p.name for p in sources if (p / f"{p.name}.ipynb").is_file())
    return sorted(path.stem for path in (folder / "autograders" / "released").glob("*.ipynb"))


class AssignmentName(click.ParamType):
    """An argument given as `01` or in full; its value is the full name."""

    name = "assignment"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The full name of the assignment `value`. Fails, naming those that exist."""
        folder = _nearest(None, lambda path: is_course(path) or is_student_folder(path))
        if folder is None:
            here = current_folder()
            raise NotFound(f"{here} is not inside the course; change to its folder first")
        names = assignments(folder)
        for name in names:
            if value in (name, name.partition("-")[0]):
                return name
        there = ", ".join(names) or "none"
        self.fail(f"there is no assignment {value!r} in {folder}; there is {there}", param, ctx)


def current_folder() -> Path:
    """The folder that the command was called in. Raises NotFound where it is no more."""
    try:
        return Path.cwd()
    except FileNotFoundError as error:
        raise NotFound("this folder has been removed; change to the course's folder") from error


def _nearest(start: Path | None, is_one: Callable[[Path], bool]) -> Path | None:
    here = (start or current_folder()).resolve()
    return next((folder for folder in (here, *here.parents) if is_one(folder)), None)
