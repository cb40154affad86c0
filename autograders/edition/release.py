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

from autograders.checks.load import load_assignment
from autograders.checks.stored import write_bundle
from autograders.edition.points import disagreement
from autograders.notebook.datasets import data_sets
from autograders.system.os_errors import in_log
from autograders.system.whole_files import write_whole

ROOT = Path(__file__).resolve().parents[2]
TOP = "cnn-course"
TIME = (2020, 1, 1, 0, 0, 0)  # of every file in a zip, so that equal contents are equal bytes

STUDENT_DEMOS = (
    "conv1d_conv3d",
    "kernel_lab",
    "lenet5",
    "network_table",
    "normalization",
    "padding_stride",
    "pooling",
    "receptive_field",
    "sliding_kernel",
    "training_race",
)


def demo_files(demo: str) -> tuple[str, ...]:
    """What students get of a demo of course_lib.widgets."""
    folder = "course_lib/widgets"
    return f"{folder}/{demo}.py", f"{folder}/static/{demo}.js", f"{folder}/static/{demo}.svg"


# What students get of the packages. Whatever is not named here stays with the instructor.
STUDENT_MODULES = (
    "autograders/__init__.py",
    "autograders/checks/__init__.py",
    "autograders/checks/breaks.py",
    "autograders/checks/buggy/__init__.py",
    "autograders/checks/buggy/discrete_convolution.py",
    "autograders/checks/buggy/normalization.py",
    "autograders/checks/buggy/padding_and_stride.py",
    "autograders/checks/buggy/pooling.py",
    "autograders/checks/check.py",
    "autograders/checks/exercise.py",
    "autograders/checks/judging/__init__.py",
    "autograders/checks/judging/adapters.py",
    "autograders/checks/judging/answer.py",
    "autograders/checks/judging/compare.py",
    "autograders/checks/judging/forbidden.py",
    "autograders/checks/judging/function_arguments.py",
    "autograders/checks/judging/global_state.py",
    "autograders/checks/judging/judge.py",
    "autograders/checks/judging/mute_output.py",
    "autograders/checks/judging/plain_data.py",
    "autograders/checks/judging/rules.py",
    "autograders/checks/judging/small_models.py",
    "autograders/checks/predictions.py",
    "autograders/checks/load.py",
    "autograders/checks/progress.py",
    "autograders/checks/stored.py",
    "autograders/checks/telling/__init__.py",
    "autograders/checks/telling/by_hand.py",
    "autograders/checks/telling/diagnose.py",
    "autograders/checks/telling/picture.py",
    "autograders/checks/telling/report.py",
    "autograders/checks/telling/result.py",
    "autograders/checks/trained_weights.py",
    "autograders/cli.py",
    "autograders/notebook/__init__.py",
    "autograders/notebook/cells.py",
    "autograders/notebook/datasets.py",
    "autograders/notebook/file.py",
    "autograders/notebook/matching.py",
    "autograders/notebook/names/__init__.py",
    "autograders/notebook/names/cell_names.py",
    "autograders/notebook/names/needed_cells.py",
    "autograders/notebook/names/scopes.py",
    "autograders/notebook/names/set_up_again.py",
    "autograders/notebook/new_release.py",
    "autograders/notebook/rebuild.py",
    "autograders/notebook/repairs.py",
    "autograders/notebook/slots.py",
    "autograders/notebook/written.py",
    "autograders/student_tools/__init__.py",
    "autograders/student_tools/as_graded.py",
    "autograders/student_tools/doctor.py",
    "autograders/student_tools/lab.py",
    "autograders/student_tools/lab_settings/exchange/jupyter_server_config.d/course.json",
    "autograders/student_tools/lab_settings/exchange/labconfig/page_config.json",
    "autograders/student_tools/lab_settings/student/jupyter_server_config.d/course.json",
    "autograders/student_tools/lab_settings/student/labconfig/default_setting_overrides.json",
    "autograders/student_tools/lab_settings/student/labconfig/page_config.json",
    "autograders/student_tools/lab_settings/student/labextensions/cnn-course-demos/package.json",
    "autograders/student_tools/lab_settings/student/labextensions/cnn-course-demos/static/pictures.js",
    "autograders/student_tools/lab_settings/student/labextensions/cnn-course-tour/package.json",
    "autograders/student_tools/lab_settings/student/labextensions/cnn-course-tour/static/tour.js",
    "autograders/student_tools/lab_workspace.py",
    "autograders/student_tools/setup_checks.py",
    "autograders/student_tools/submit.py",
    "autograders/system/__init__.py",
    "autograders/system/console.py",
    "autograders/system/folders.py",
    "autograders/system/os_errors.py",
    "autograders/system/whole_files.py",
    "course_lib/__init__.py",
    "course_lib/data.py",
    "course_lib/gradcheck.py",
    "course_lib/live.py",
    "course_lib/plots.py",
    "course_lib/weights.py",
    "course_lib/widgets/__init__.py",
    "course_lib/widgets/demo.py",
    "course_lib/widgets/static/demo.css",
    "course_lib/widgets/static/photographs.u8",
    "course_lib/widgets/static/small_lenet5.f32",
    "course_lib/widgets/student.py",
    *(file for demo in STUDENT_DEMOS for file in demo_files(demo)),
)

# What only releasing, grading and the website import: students do not install it.
INSTRUCTORS_PACKAGES = (
    "copydetect",
    "jinja2",
    "latex2mathml",
    "nh3",
    "pyseccomp",
    "PyYAML",
    "tzdata",
)

# Finished assignments -> what answers them, and goes to students once all of these are unlocked.
UNLOCKED = {
    ("01-discrete-convolution", "02-padding-and-stride"): (
        "course_lib/arguments.py",
        "course_lib/arrays.py",
        "course_lib/ops/__init__.py",
        "course_lib/ops/conv.py",
        "course_lib/ops/windows.py",
    ),
    ("02-padding-and-stride", "03-pooling"): (
        "course_lib/arguments.py",
        "course_lib/arrays.py",
        "course_lib/ops/__init__.py",
        "course_lib/ops/pool.py",
        "course_lib/ops/windows.py",
    ),
    ("05-normalization",): (
        "course_lib/arrays.py",
        "course_lib/ops/__init__.py",
        "course_lib/ops/norm.py",
        "course_lib/ops/standardise.py",
    ),
}


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
        CannotRelease: points of the notebook are not those of its checks, or nbgrader failed.
        OSError: the system refuses to write a file; the zip is then as it was.
    """
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
        "README.md": (Path(__file__).with_name("student_readme.md")).read_bytes(),
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
        write_bundle(load_assignment(assignment), bundle)
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
