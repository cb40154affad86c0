"""A student's zip, unpacked and installed in an environment of its own, is all that is needed."""

import json
import re
import sys
from pathlib import Path

import pytest
from edition.machine import Student, fresh_environment, unpacked
from helpers import ASSIGNMENT, ROOT, graded_cell, questions, submission

SOLUTIONS = ROOT / "tests" / "samples" / "solutions" / "discrete_convolution" / "windows.py"


@pytest.fixture(scope="module")
def student(released: Path, tmp_path_factory: pytest.TempPathFactory) -> Student:
    home = tmp_path_factory.mktemp("student")
    folder = unpacked(released / "release" / f"{ASSIGNMENT}.zip", home)
    made = Student(folder, fresh_environment(home / "venv"))
    # --ignore-installed: pip must not touch the project that it sees on the path
    install = ("install", "--no-deps", "--no-build-isolation", "--ignore-installed", "--quiet")
    made.run("python", "-m", "pip", *install, "--disable-pip-version-check", "--editable", ".")
    return made


def test_packages_come_from_the_zip_and_nothing_in_them_answers_an_exercise(
    student: Student,
) -> None:
    script = Path(__file__).with_name("in_fresh_folder.py")
    found = json.loads(student.run("python", str(script), ASSIGNMENT))
    packages = ("autograders", "course_lib")
    assert found["places"] == [str(student.folder / name / "__init__.py") for name in packages]
    assert not found["hidden"]
    assert found["answering"] == []


def test_function_that_answers_an_exercise_is_found(student: Student) -> None:
    planted = student.folder / "course_lib" / "planted.py"
    planted.write_text(
        "import numpy as np\n"
        "def _windows(x, k):\n"
        "    views = np.lib.stride_tricks.sliding_window_view(x, k.shape)\n"
        "    return np.einsum('ijpq,pq->ij', views, k)\n"
    )
    try:
        script = Path(__file__).with_name("in_fresh_folder.py")
        found = json.loads(student.run("python", str(script), ASSIGNMENT))
        assert found["answering"] == ["course_lib.planted._windows: cross_correlate2d"]
    finally:
        planted.unlink()


def test_solved_notebook_runs_there_and_earns_all_points_that_it_can_see(
    student: Student,
) -> None:
    path = student.folder / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    path.write_text(json.dumps(submission(path, SOLUTIONS)), encoding="utf-8")
    execute = "from nbclient.cli import main; main()"
    student.run("python", "-c", execute, "--inplace", str(path))
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    graded = {name: graded_cell(cells, name) for name in questions(cells)}
    for name, cell in graded.items():
        if cell["cell_type"] == "markdown":
            continue
        *streams, result = cell["outputs"]  # a slow machine sends what is printed in parts
        printed = "".join(text for stream in streams for text in stream["text"])
        points = float("".join(result["data"]["text/plain"]))
        assert points == cell["metadata"]["nbgrader"]["points"], name
        if not name.startswith(("predict-", "breaks-", "debug-")):
            assert re.search(r"\d+ more groups? .*graded", printed), name


def test_course_commands_work_there(student: Student) -> None:
    student.run("course", "check", "01")
    assert (student.folder / "hand-in" / f"{ASSIGNMENT}.ipynb").is_file()
    listed = re.findall(r"^  (\w+)  ", student.run("course", "--help"), re.M)
    assert listed == ["check", "doctor", "lab", "progress"]
    assert sys.executable != str(student.programs / "python")
    assert "course's package" in student.run("course", "doctor")
