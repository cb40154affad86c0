"""Where checks and cells differ in points nothing is released or graded: a right answer would get
more than its cell may give, and so nothing."""

import json
from pathlib import Path

import nbformat
import pytest
from grading.nbgrader_course import run
from grading.small_course import NAME, find, hand_in, source_notebook, write_course

from autograders.edition.release import CannotRelease, release

CHECKS = 'from autograders import checks_for\n\ncheck = checks_for("01-discrete-convolution")'


def course_in(folder: Path, source: str, points: float) -> Path:
    """A course whose notebook has one cell of the course's checks, `source`, and one of its own."""
    course = write_course(folder)
    notebook = source_notebook()
    find(notebook, "setup")["source"] = CHECKS
    find(notebook, "double")["source"] = source
    find(notebook, "double")["metadata"]["nbgrader"]["points"] = points
    kept = ("setup", "double-solution", "double", "unit")
    notebook.cells = [find(notebook, name) for name in kept]
    nbformat.write(notebook, course / "notebooks" / NAME / f"{NAME}.ipynb")
    return course


CALLS = {
    "more": ('check("conv1d", double)', 4, "the points of conv1d are 5 in the checks and 4 in"),
    "fewer": ("check('conv1d', double)", 6, "the points of conv1d are 5 in the checks and 6 in"),
    "unknown": ('check("conv4d", double)', 5, "there is no check conv4d, which is called in"),
    "predicts": ('check.predict("predict-dot-length", 75)', 2, "the points of predict-dot-length "),
}


@pytest.mark.parametrize("call", CALLS)
def test_a_notebook_of_other_points_is_not_released(call: str, tmp_path: Path) -> None:
    source, points, words = CALLS[call]
    course = course_in(tmp_path / "course", source, points)
    with pytest.raises(CannotRelease, match=f"{words}.*notebooks"):
        release(course, NAME)
    assert not (course / "gradebook.db").exists()


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course that was released when the check had four points, and an answer handed in."""
    course = course_in(tmp_path_factory.mktemp("points") / "course", *CALLS["more"][:2])
    done = run(course, "nbgrader", "generate_assignment", NAME)
    assert done.returncode == 0, done.stderr
    text = (course / "release" / NAME / f"{NAME}.ipynb").read_text()
    notebook = json.loads(text)
    find(notebook, "double-solution")["source"] = "double = lambda x, w, b: x"
    hand_in(course, "ann", notebook)
    return course


def test_a_release_of_other_points_is_not_graded(released: Path) -> None:
    done = run(released, "autograders.cli", "grade", "01")
    assert done.returncode == 2
    sentence = "the points of conv1d are 5 in the checks and 4 in the gradebook"
    assert f"{sentence}; run `course release 01` first" in " ".join(done.stderr.split())
    assert not (released / "autograded").exists()


def test_nor_is_it_by_nbgrader(released: Path) -> None:
    done = run(released, "nbgrader", "autograde", NAME)
    assert done.returncode != 0
    assert "the points of conv1d are 5 in the checks and 4 in the gradebook" in done.stderr
    assert not list(released.glob(f"autograded/*/{NAME}/*.ipynb"))


def test_after_another_release_it_is(released: Path) -> None:
    path = released / "notebooks" / NAME / f"{NAME}.ipynb"
    notebook = nbformat.read(path, 4)
    find(notebook, "double")["metadata"]["nbgrader"]["points"] = 5
    nbformat.write(notebook, path)
    assert run(released, "nbgrader", "generate_assignment", "--force", NAME).returncode == 0
    done = run(released, "autograders.cli", "grade", "01")
    assert done.returncode == 0, done.stderr
