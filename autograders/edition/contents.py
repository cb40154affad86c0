"""What of the packages goes to students. Of autograders whole rooms do; of course_lib, which holds
what answers exercises too, what is named here."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

ROOMS = ("checks", "notebook", "student_tools", "system")

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


LIBRARY = (
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


def package_names() -> list[str]:
    """Each file of the packages that every student gets, as in the project's folder."""
    rooms = (path for room in ROOMS for path in files_below(ROOT / "autograders" / room))
    names = (path.relative_to(ROOT).as_posix() for path in rooms)
    return ["autograders/__init__.py", "autograders/cli.py", *names, *LIBRARY]


def package_files() -> dict[str, bytes]:
    """What every zip holds: the packages' student edition and how to install it."""
    return {
        "README.md": Path(__file__).with_name("student_readme.md").read_bytes(),
        "environment.yml": (ROOT / "environment.yml").read_bytes(),
        "LICENSE": (ROOT / "LICENSE").read_bytes(),
        "pyproject.toml": _student_pyproject().encode(),
        **{name: (ROOT / name).read_bytes() for name in package_names()},
    }


def operations(unlock: Sequence[str]) -> dict[str, bytes]:
    """What answers the finished assignments `unlock`, and no others."""
    names = {n for answered, ns in UNLOCKED.items() if set(answered) <= set(unlock) for n in ns}
    return {name: (ROOT / name).read_bytes() for name in names}


def files_below(folder: Path) -> Iterator[Path]:
    """The files below `folder`, without what tools leave there."""
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if path.is_file() and not any(p.startswith(".") or p == "__pycache__" for p in parts):
            yield path


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
autograders = ["student_tools/lab_settings/**/*"]
course_lib = ["widgets/static/*"]
"""
