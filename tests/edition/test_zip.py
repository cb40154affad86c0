"""The zip for students holds what they need, the same bytes each time, and nothing of ours."""

import json
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from edition import leaks
from edition.leaks import SEARCHES
from edition.machine import contents
from helpers import ASSIGNMENT, ROOT, course_folder

from autograders.edition import INSTRUCTORS_PACKAGES
from autograders.release import CannotRelease, release


@pytest.fixture(scope="session")
def files(released: Path) -> Mapping[str, bytes]:
    return contents(released / "release" / f"{ASSIGNMENT}.zip")


@pytest.mark.parametrize("search", SEARCHES.values(), ids=SEARCHES)
def test_nothing_of_the_instructors_is_in_the_zip(
    search: Callable[[leaks.Files], list[str]], files: Mapping[str, bytes]
) -> None:
    assert search(files) == []


def hidden_bundle() -> bytes:
    """A bundle with the hidden groups among the visible ones."""
    import io

    import numpy as np

    from autograders.exercise import load_assignment

    groups = [g for e in load_assignment(ASSIGNMENT).exercises.values() for g in e.groups]
    case = next(group for group in groups if group.hidden).cases[0]
    stream = io.BytesIO()
    np.savez(stream, **{f"a{i}": array for i, array in enumerate(case.arguments.values())})
    return stream.getvalue()


def source_notebook() -> bytes:
    return (ROOT / "notebooks" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb").read_bytes()


def unmarked_source() -> bytes:
    return source_notebook().replace(b"### BEGIN SOLUTION", b"").replace(b"### END SOLUTION", b"")


PLANTS: dict[str, Callable[[], dict[str, bytes]]] = {
    "instructor's files": lambda: {"autograders/hidden/discrete_convolution.py": b""},
    "what tools leave": lambda: {"course_lib/__pycache__/data.cpython-311.pyc": b""},
    "solution marks": lambda: {"01/source.ipynb": source_notebook()},
    "lines of solutions": lambda: {"01/source.ipynb": unmarked_source()},
    "the key of the hidden cases": lambda: {
        "key.txt": (ROOT / "autograders" / "hidden" / "key").read_bytes()
    },
    "hidden cases": lambda: {f"autograders/visible/{ASSIGNMENT}.npz": hidden_bundle()},
    "exercises' functions": lambda: {"course_lib/more.py": b"def conv1d(x, w, b): ..."},
    "imports of what is absent": lambda: {
        "course_lib/more.py": b"def f():\n    from autograders.grading import cli"
    },
}


@pytest.mark.parametrize("name", SEARCHES)
def test_each_search_finds_what_is_planted(name: str, files: Mapping[str, bytes]) -> None:
    assert SEARCHES[name]({**files, **PLANTS[name]()}) != []


@pytest.mark.parametrize("module", ["pytest", "no_such_package", "course_lib.ops", "playwright"])
def test_import_of_a_package_that_students_do_not_have_is_found(
    module: str, files: Mapping[str, bytes]
) -> None:
    planted = {**files, "course_lib/more.py": f"import {module}".encode()}
    assert leaks.absent_imports(planted) == [f"course_lib/more.py: {module}"]


def test_zip_holds_the_notebook_its_data_and_how_to_install_it(
    released: Path, files: Mapping[str, bytes]
) -> None:
    notebook = (released / "release" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb").read_bytes()
    assert files[f"{ASSIGNMENT}/{ASSIGNMENT}.ipynb"] == notebook
    assert files[f"autograders/released/{ASSIGNMENT}.ipynb"] == notebook
    assert {n.split("/")[1] for n in files if n.startswith("data/")} == {"photographs"}
    assert files["data/photographs/SHA256SUMS"]
    assert {"README.md", "LICENSE", "environment.yml", "pyproject.toml"} <= set(files)


def test_students_install_what_the_project_installs_but_for_what_only_instructors_need(
    files: Mapping[str, bytes],
) -> None:
    ours = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    theirs = tomllib.loads(files["pyproject.toml"].decode())["project"]
    for key in ("name", "version", "requires-python", "scripts"):
        assert theirs[key] == ours[key]
    assert "optional-dependencies" not in theirs
    assert set(theirs["dependencies"]) < set(ours["dependencies"])
    left_out = set(ours["dependencies"]) - set(theirs["dependencies"])
    assert {re.split(r"\W", requirement)[0] for requirement in left_out} == set(
        INSTRUCTORS_PACKAGES
    )


def test_students_install_nothing_but_what_their_files_import_and_the_programs(
    files: Mapping[str, bytes],
) -> None:
    theirs = tomllib.loads(files["pyproject.toml"].decode())["project"]["dependencies"]
    names = {re.match(r"[\w-]+", requirement)[0] for requirement in theirs}
    texts = [content.decode() for name, content in files.items() if name.endswith(".py")]
    imported = {
        top for text in texts for top in re.findall(r"^\s*(?:from|import) (\w+)", text, re.M)
    }
    assert names - imported == {"jupyterlab", "jupyterlab-tour"}


def test_readme_names_only_commands_that_there_are(files: Mapping[str, bytes]) -> None:
    named = re.findall(r"^    course (\w+)", files["README.md"].decode(), re.MULTILINE)
    assert set(named) == {"lab", "check", "doctor"}


def test_second_release_elsewhere_gives_the_same_bytes(released: Path, tmp_path: Path) -> None:
    again = release(course_folder(tmp_path / "elsewhere"), ASSIGNMENT)
    assert again.read_bytes() == (released / "release" / again.name).read_bytes()


def test_unlocking_adds_the_notebook_with_solutions(released: Path, tmp_path: Path) -> None:
    shutil.copytree(released, tmp_path / "course")
    path = release(tmp_path / "course", ASSIGNMENT, unlock=[ASSIGNMENT])
    files = contents(path)
    assert files.pop(f"solutions/{ASSIGNMENT}.ipynb") == source_notebook()
    assert files == contents(released / "release" / path.name)


@pytest.mark.parametrize(
    ("unlock", "modules"),
    [
        (["01-discrete-convolution", "03-pooling", "04-lenet5"], set()),
        (["01-discrete-convolution", "02-padding-and-stride"], {"conv"}),
        (["02-padding-and-stride", "03-pooling"], {"pool"}),
        (["05-normalization"], {"norm"}),
    ],
)
def test_unlocking_adds_the_operations_that_answer_nothing_else(
    unlock: list[str], modules: set[str], released: Path, tmp_path: Path
) -> None:
    """What is there can be imported with nothing else of the course but what students have."""
    shutil.copytree(released, tmp_path / "course")
    path = release(tmp_path / "course", ASSIGNMENT, unlock=unlock)
    files = contents(path)
    operations = {"conv", "pool", "norm"}
    assert {n for n in operations if f"course_lib/ops/{n}.py" in files} == modules
    with zipfile.ZipFile(path) as archive:
        archive.extractall(tmp_path / "unpacked")
    for name in modules:
        line = f"import course_lib.ops.{name} as m; print(m.__file__)"
        done = subprocess.run(
            [sys.executable, "-P", "-c", line],
            env={"PYTHONPATH": str(tmp_path / "unpacked" / "cnn-course")},
            capture_output=True,
            text=True,
        )
        assert "unpacked" in done.stdout, done.stderr


def test_release_that_nbgrader_refuses_says_why_and_keeps_the_old_zip(
    released: Path, tmp_path: Path
) -> None:
    course = tmp_path / "course"
    shutil.copytree(released, course)
    zip_before = (course / "release" / f"{ASSIGNMENT}.zip").read_bytes()
    path = course / "notebooks" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    graded = [c for c in notebook["cells"] if c["metadata"].get("nbgrader", {}).get("grade")]
    graded[1]["metadata"]["nbgrader"]["grade_id"] = "conv2d"
    path.write_text(json.dumps(notebook), encoding="utf-8")
    with pytest.raises(CannotRelease, match=r"could not release 01-.*: .*conv2d"):
        release(course, ASSIGNMENT)
    assert (course / "release" / f"{ASSIGNMENT}.zip").read_bytes() == zip_before
