"""What pip installs without --editable, where others may read it, is what students get."""

import json
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from edition.leaks import hidden_key, instructors_files, marked_solutions
from edition.machine import Student, fresh_environment, unpacked
from helpers import ASSIGNMENT, ROOT

from autograders.edition.contents import package_names
from autograders.edition.release import TOP
from autograders.student_tools.setup_checks import package_place
from autograders.system.folders import PACKAGES

BUILT_FROM = ("pyproject.toml", "setup.py", "MANIFEST.in", "README.md", "LICENSE", *PACKAGES)
EDITION = ("autograders/edition/__init__.py", "autograders/edition/contents.py")
BUILD = """\
from setuptools import build_meta
build_meta.build_wheel("dist")
build_meta.build_sdist("dist")
"""

PLACE = "import autograders.system.folders as f; print(f.PACKAGE)"
KERNEL = f"""\
from autograders import checks_for
from course_lib.data import load_photograph
points = checks_for("{ASSIGNMENT}")("conv2d", lambda x, w, b: x)
{PLACE}
print(points)
print(load_photograph("camera").shape)
"""
GRADE_AND_RELEASE = """\
from autograders.cli import main
from click.testing import CliRunner
print(*(CliRunner().invoke(main, [command, "01"]).output for command in ("grade", "release")))
"""


def built(folder: Path) -> Path:
    """The folder of the wheel and of the source archive that pip's road builds of `folder`."""
    (folder / "dist").mkdir()
    subprocess.run([sys.executable, "-P", "-c", BUILD], cwd=folder, check=True, capture_output=True)
    return folder / "dist"


@pytest.fixture(scope="module")
def of_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built of a copy of the project, in which an older build has left a hidden case."""
    folder = tmp_path_factory.mktemp("project")
    left_out = shutil.ignore_patterns("node_modules", "__pycache__")
    for name in BUILT_FROM:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=left_out)
        else:
            shutil.copy(source, folder)
    stale = folder / "build" / "lib" / "autograders" / "hidden" / "old.py"
    stale.parent.mkdir(parents=True)
    stale.touch()
    return built(folder)


def wheel_files(dist: Path) -> Mapping[str, bytes]:
    [path] = dist.glob("*.whl")
    with zipfile.ZipFile(path) as wheel:
        return {name: wheel.read(name) for name in wheel.namelist()}


def archive_files(dist: Path) -> Mapping[str, bytes]:
    [path] = dist.glob("*.tar.gz")
    with tarfile.open(path) as archive:
        files = [member for member in archive if member.isfile()]
        read = ((m.name.partition("/")[2], archive.extractfile(m)) for m in files)
        return {name: file.read() for name, file in read if file}


def of_packages(files: Mapping[str, bytes]) -> set[str]:
    return {name for name in files if name.startswith(PACKAGES)}


def test_wheel_of_the_project_holds_what_students_get_and_what_it_requires(
    of_project: Path,
) -> None:
    files = wheel_files(of_project)
    assert of_packages(files) == set(package_names())
    others = {
        name.partition("/")[0].rpartition(".")[2] for name in files.keys() - set(package_names())
    }
    assert others == {"dist-info"}


def test_source_archive_adds_what_the_wheel_is_built_by(of_project: Path) -> None:
    files = archive_files(of_project)
    assert of_packages(files) == {*package_names(), *EDITION}
    assert {"pyproject.toml", "setup.py"} <= files.keys()


def test_neither_holds_a_hidden_case_the_key_or_a_solution(of_project: Path) -> None:
    assert (of_project.parent / "autograders" / "hidden" / "key").is_file()
    for files in (wheel_files(of_project), archive_files(of_project)):
        for search in (instructors_files, hidden_key, marked_solutions):
            assert search(files) == []


@pytest.fixture(scope="module")
def student(released: Path, of_project: Path, tmp_path_factory: pytest.TempPathFactory) -> Student:
    """In an unpacked zip, with the wheel installed as a hub's administrator does."""
    home = tmp_path_factory.mktemp("student")
    folder = unpacked(released / "release" / f"{ASSIGNMENT}.zip", home)
    made = Student(folder, fresh_environment(home / "venv"))
    [wheel] = of_project.glob("*.whl")
    # --ignore-installed: pip must not touch the project that it sees on the path
    install = ("install", "--no-deps", "--ignore-installed", "--quiet", str(wheel))
    made.run("python", "-m", "pip", "--disable-pip-version-check", *install)
    return made


def test_checks_take_the_cases_and_the_images_of_the_folder_that_the_notebook_lies_in(
    student: Student,
) -> None:
    """As a kernel does: the package is the wheel's, and the notebook's folder the current one."""
    kernel = Student(student.folder / ASSIGNMENT, student.programs)
    *printed, place, points, shape = kernel.run("python", "-c", KERNEL).splitlines()
    assert place.startswith(str(student.programs.parent))
    assert (points, shape) == ("0.0", "(3, 256, 256)")
    assert any("more group" in line for line in printed)


def test_students_commands_work_there(student: Student) -> None:
    """Of the notebook its set-up and first exercise are left, so that it is tried in seconds."""
    for name in (f"autograders/released/{ASSIGNMENT}.ipynb", f"{ASSIGNMENT}/{ASSIGNMENT}.ipynb"):
        path = student.folder / name
        notebook = json.loads(path.read_text(encoding="utf-8"))
        kept = ("setup", "cross_correlate2d-solution", "cross_correlate2d")
        notebook["cells"] = [cell for cell in notebook["cells"] if cell["id"] in kept]
        path.write_text(json.dumps(notebook), encoding="utf-8")
    assert "no cell stops that did not stop for you" in student.run("course", "check", "01")
    assert (student.folder / "hand-in" / f"{ASSIGNMENT}.ipynb").is_file()
    assert "Nothing hinders the course" in student.run("course", "doctor")


def test_folder_that_is_newer_than_the_wheel_is_found_and_none_as_well(
    student: Student, tmp_path: Path
) -> None:
    wheel = Path(student.run("python", "-P", "-c", PLACE).strip())
    assert not package_place(student.folder, wheel).fix
    corrected = tmp_path / TOP
    shutil.copytree(student.folder / "autograders", corrected / "autograders")
    (corrected / "autograders" / "answer.py").write_text("# corrected")
    assert package_place(corrected, wheel).fix.endswith(f"run `pip install -e .` in {corrected}")
    assert "change to the folder cnn-course" in package_place(tmp_path, wheel).fix
    assert "to grade, run `pip install -e .`" in package_place(ROOT, wheel).fix


def test_who_would_grade_with_the_wheel_is_told_to_install_the_project(
    released: Path, student: Student
) -> None:
    instructor = Student(released, student.programs)
    for command in ("grade", "release", "lab"):
        told = instructor.run("course", command, "01", status=2)
        assert "without hidden cases and grading; run `pip install --editable .`" in told


def test_wheel_of_a_students_zip_holds_the_same_files(student: Student, tmp_path: Path) -> None:
    folder = tmp_path / TOP
    shutil.copytree(student.folder, folder)
    assert of_packages(wheel_files(built(folder))) == set(package_names())


def test_project_without_its_hidden_cases_grades_and_releases_nothing_and_says_why(
    released: Path, of_project: Path, tmp_path: Path
) -> None:
    course, copy = tmp_path / "course", tmp_path / "copy"
    shutil.copytree(released, course)
    handed_in = course / "submitted" / "ann" / ASSIGNMENT
    shutil.copytree(course / "release" / ASSIGNMENT, handed_in)
    left_out = shutil.ignore_patterns("hidden", "__pycache__")
    for name in PACKAGES:
        shutil.copytree(of_project.parent / name, copy / name, ignore=left_out)
    done = subprocess.run(
        [sys.executable, "-P", "-c", GRADE_AND_RELEASE],
        cwd=course,
        env={**os.environ, "PYTHONPATH": str(copy)},
        capture_output=True,
        text=True,
    )
    told = f"Error: the hidden cases are missing: there is no {copy / 'autograders' / 'hidden'};"
    assert done.stdout.count(told) == 2, done.stdout + done.stderr
    assert not (course / "autograded" / "ann").exists()
