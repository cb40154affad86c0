"""Cells are corrected, added, split and removed after submissions were graded: all are graded by
the new ones, what a person gave for a cell that stays is kept, and of one that is gone nothing is.
nbgrader refuses this by itself (its issues 1646, 1699 and 1322)."""

import copy
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from subprocess import CompletedProcess

import nbformat
import pytest
from grading.nbgrader_course import run, scores
from grading.small_course import NAME, SETUP, find, hand_in, index, solved_notebook, write_course
from nbgrader.api import Gradebook

from autograders.edition.release import CannotRelease, generate_assignment
from autograders.grading.gradebook.course import course_directory, load_config
from autograders.grading.gradebook.lock import gradebook_lock
from autograders.grading.steps.rebuild import repairs_of

GRADE = ("autograders.cli", "grade", "01", "--jobs", "1")
WRONG = SETUP.replace('"double": (3.0, 2)', '"double": (3.0, 4)')
SPLIT = SETUP.replace('"triple": (2.0, 3)', '"triple": (1.0, 3), "triple-2": (5.0, 3)')
RIGHT = {"double": 3.0, "triple": 1.0, "triple-2": 5.0, "predict-sum": 1.0, "zero": 2.0}


@contextmanager
def gradebook(course: Path) -> Iterator[Gradebook]:
    with closing(Gradebook(f"sqlite:///{course / 'gradebook.db'}", "cnn")) as opened:
        yield opened


def release(course: Path, notebook: nbformat.NotebookNode) -> None:
    nbformat.write(notebook, course / "notebooks" / NAME / f"{NAME}.ipynb")
    generate_assignment(course, NAME)


def changed(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """With double's check corrected, triple's split, unit's removed and one added."""
    find(notebook, "setup")["source"] = SPLIT.strip()
    find(notebook, "triple")["metadata"]["nbgrader"]["points"] = 1
    for name, source, points, after in [
        ("triple-2", 'check("triple-2", triple)', 5, "triple"),
        ("zero", "assert double(0) == triple(0) == 0", 2, "predict-sum"),
    ]:
        cell = copy.deepcopy(find(notebook, "double")) | {"source": source, "id": name}
        cell["metadata"]["nbgrader"].update(grade_id=name, points=points)
        notebook.cells.insert(index(notebook, after) + 1, nbformat.from_dict(cell))
    del notebook.cells[index(notebook, "unit")]
    return notebook


@pytest.fixture(scope="module")
def released_again(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Graded by a wrong check and in part by a person, then released with other cells."""
    course = write_course(tmp_path_factory.mktemp("changed") / "course")
    notebook = nbformat.read(course / "notebooks" / NAME / f"{NAME}.ipynb", 4)
    find(notebook, "setup")["source"] = WRONG.strip()
    release(course, notebook)
    answers = nbformat.read(course / "release" / NAME / f"{NAME}.ipynb", 4)
    hand_in(course, "right", solved_notebook(answers))
    wrong = solved_notebook(answers)
    find(wrong, "triple-solution")["source"] = "def triple(x):\n    return x"
    hand_in(course, "wrong", wrong)
    assert run(course, *GRADE).returncode == 0
    with gradebook(course) as opened:
        for cell, score in (("double", 2.5), ("manual-why", 4), ("unit", 0.5)):
            opened.find_grade(cell, NAME, NAME, "right").manual_score = score
        opened.find_comment("triple-solution", NAME, NAME, "right").manual_comment = "Short!"
        opened.db.commit()
    release(course, changed(notebook))
    return course


def test_a_release_with_other_cells_keeps_what_a_person_gave(released_again: Path) -> None:
    with gradebook(released_again) as opened:
        given = {
            grade.name: (grade.auto_score, grade.manual_score)
            for grade in opened.find_submission(NAME, "right").notebooks[0].grades
        }
        assert given == {
            "double": (0, 2.5),
            "triple": (2, None),
            "predict-sum": (1, None),
            "manual-why": (None, 4),
            "triple-2": (None, None),
            "zero": (None, None),
        }
        assert opened.find_comment("triple-solution", NAME, NAME, "right").comment == "Short!"
        assert opened.find_assignment(NAME).max_score == 3 + 1 + 5 + 1 + 2 + 4


def test_nothing_stays_of_a_cell_that_is_gone(released_again: Path) -> None:
    with closing(sqlite3.connect(released_again / "gradebook.db")) as connection:
        for table in ("grade", "comment"):
            lost = f"SELECT id FROM {table} WHERE cell_id NOT IN (SELECT id FROM base_cell)"
            assert connection.execute(lost).fetchall() == []
        for table in ("base_cell", "source_cell"):
            assert not connection.execute(f"SELECT id FROM {table} WHERE name = 'unit'").fetchall()
    backups = sorted((released_again / "gradebook_backups").glob("*.db"))
    with closing(sqlite3.connect(backups[-1])) as connection:
        query = "SELECT manual_score FROM grade JOIN base_cell ON cell_id = base_cell.id"
        assert (0.5,) in connection.execute(f"{query} WHERE name = 'unit'").fetchall()


def test_a_dry_run_shows_what_other_cells_change(released_again: Path) -> None:
    dry = run(released_again, *GRADE, "--dry-run")
    assert dry.returncode == 0, dry.stderr
    assert shown(dry, "right") == [
        ["double", "0", "3", "the cell puts out the same (2.5 given by hand stays)"],
        ["triple", "2", "1", "the cell is worth 1 instead of 2"],
        ["triple-2", "none", "5", "the cell was not there when it was graded"],
        ["unit", "1", "none", "the cell is no more there"],
        ["zero", "none", "2", "the cell was not there when it was graded"],
    ]
    assert [row[0] for row in shown(dry, "wrong")] == ["double", "triple-2", "unit", "zero"]


def shown(dry: CompletedProcess[str], student: str) -> list[list[str]]:
    lines = [line for line in dry.stdout.splitlines() if line.startswith("│")]
    rows = [[cell.strip() for cell in line.strip("│").split("│")] for line in lines]
    return [row[1:] for row in rows if row[0] == student]


ROADS = {"course": GRADE, "nbgrader": ("nbgrader", "autograde", NAME, "--force")}


@pytest.mark.parametrize("road", ROADS)
def test_older_submissions_are_graded_by_the_new_cells(
    road: str, released_again: Path, tmp_path: Path
) -> None:
    course = shutil.copytree(released_again, tmp_path / "course")
    done = run(course, *ROADS[road])
    assert done.returncode == 0, done.stderr
    assert scores(course) == {
        "right": {**RIGHT, "manual-why": None},
        "wrong": {**RIGHT, "triple": 0.0, "triple-2": 0.0, "manual-why": None},
    }
    with gradebook(course) as opened:
        right = opened.find_submission(NAME, "right")
        assert right.score == 2.5 + 1 + 5 + 1 + 2 + 4
        assert right.max_score == 3 + 1 + 5 + 1 + 2 + 4
        assert opened.find_comment("triple-solution", NAME, NAME, "right").comment == "Short!"
    graded = nbformat.read(course / "autograded" / "right" / NAME / f"{NAME}.ipynb", 4)
    ids = [cell.metadata.get("nbgrader", {}).get("grade_id") for cell in graded.cells]
    assert ids.index("triple-2") == ids.index("triple") + 1
    assert ids.index("zero") == ids.index("predict-sum") + 1
    assert not any("double(0) == 0" in cell.source for cell in graded.cells)
    assert repairs_of(graded) == []


def test_an_assignment_is_not_released_while_it_is_graded(released_again: Path) -> None:
    before = (released_again / "gradebook.db").read_bytes()
    with (
        gradebook_lock(course_directory(load_config(released_again)), NAME, lambda: None),
        pytest.raises(CannotRelease, match="01-small is being graded: release it when"),
    ):
        generate_assignment(released_again, NAME)
    assert (released_again / "gradebook.db").read_bytes() == before
