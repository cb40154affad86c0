"""A check that was wrong is corrected: what grading again would change is shown before anything is
saved, what a person gave stays, and the gradebook can be brought back."""

import hashlib
import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from subprocess import CompletedProcess

import nbformat
import pytest
from grading.nbgrader_course import run, scores
from grading.small_course import NAME, SETUP, find, hand_in, solved_notebook, write_course

GRADE = ("autograders.cli", "grade", "01", "--jobs", "1")
TOLD = SETUP.replace(
    'print("checked", name)',
    'print("  passed" if function(5) == 5 * factor else "  failed", "1. five times", name)',
)
WRONG = TOLD.replace('"double": (3.0, 2)', '"double": (3.0, 4)')


@pytest.fixture(scope="module")
def regraded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, CompletedProcess[str]]:
    """Graded by a wrong check, which was then corrected and released again; the dry run."""
    course = write_course(tmp_path_factory.mktemp("regrade") / "course")
    correct_check(course, WRONG)
    released = json.loads((course / "release" / NAME / f"{NAME}.ipynb").read_text())
    misled = solved_notebook(released)
    find(misled, "double-solution")["source"] = "def double(x):\n    return 4 * x"
    hand_in(course, "misled", misled)
    hand_in(course, "right", solved_notebook(released))
    hand_in(course, "judged", solved_notebook(released))
    hand_in(course, "no-notebook", b"")
    assert run(course, *GRADE).returncode == 1
    assert scores(course)["right"]["double"] == 0
    with closing(sqlite3.connect(course / "gradebook.db")) as connection, connection:
        given = connection.execute(
            """UPDATE grade SET manual_score = 1.5 WHERE id = (
                SELECT grade.id FROM grade JOIN base_cell ON grade.cell_id = base_cell.id
                JOIN submitted_notebook ON grade.notebook_id = submitted_notebook.id
                JOIN submitted_assignment
                    ON submitted_notebook.assignment_id = submitted_assignment.id
                WHERE student_id = 'judged' AND base_cell.name = 'double')"""
        )
        assert given.rowcount == 1
    correct_check(course, TOLD)
    before = content(course)
    hand_in(course, "new", solved_notebook(released))
    dry = run(course, *GRADE, "--dry-run")
    shutil.rmtree(course / "submitted" / "new")
    assert content(course) == before
    return course, dry


def correct_check(course: Path, setup: str) -> None:
    path = course / "notebooks" / NAME / f"{NAME}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    find(notebook, "setup")["source"] = setup.strip()
    nbformat.write(notebook, path)
    assert run(course, "nbgrader", "generate_assignment", NAME, "--force").returncode == 0


def content(course: Path) -> dict[str, str]:
    """Each file of the course, without its submissions, by its digest."""
    files = [path for path in course.rglob("*") if path.is_file()]
    return {
        str(path.relative_to(course)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
        if "submitted" not in path.parts and path.name != ".nbgrader.log"
    }


def rows(done: CompletedProcess[str]) -> dict[tuple[str, str], list[str]]:
    lines = [line for line in done.stdout.splitlines() if line.startswith("│")]
    cells = [[cell.strip() for cell in line.strip("│").split("│")] for line in lines]
    return {(row[0], row[1]): row[2:] for row in cells}


def test_a_dry_run_shows_whose_points_would_change_and_why(regraded) -> None:
    dry = regraded[1]
    assert dry.returncode == 1
    found = rows(dry)
    assert found["right", "double"] == ["0", "3", "passed 1. five times double"]
    assert found["misled", "double"] == ["3", "0", "failed 1. five times double"]
    assert found["judged", "double"][:2] == ["0", "3"]
    assert "(1.5 given by hand stays)" in " ".join(dry.stdout.split())
    assert found["new", "unit"] == ["none", "1", "it was not graded before"]
    assert {student for student, cell in found if cell == "triple"} == {"new"}
    assert "Points would change for 4 of 4 students; nothing was saved." in dry.stdout
    assert "Not graded: no-notebook - 01-small.ipynb is empty" in dry.stdout


def test_grading_then_does_it_and_a_backup_is_brought_back(regraded, tmp_path: Path) -> None:
    course = shutil.copytree(regraded[0], tmp_path / "course")
    config = course / "nbgrader_config.py"
    assert str(course) not in config.read_text()
    assert run(course, *GRADE).returncode == 1
    assert [scores(course)[who]["double"] for who in ("right", "misled", "judged")] == [3, 0, 3]
    assert manual(course) == [1.5]
    restored = run(course, "autograders.cli", "grade", "--restore")
    assert restored.returncode == 0, restored.stderr
    assert "The gradebook is as it was at" in restored.stdout
    assert [scores(course)[who]["double"] for who in ("right", "misled", "judged")] == [0, 3, 0]
    assert manual(course) == [1.5]
    names = sorted(path.stem for path in (course / "gradebook_backups").glob("*.db"))
    assert len(names) == 4  # of two runs, of the release between them, and before it was restored
    assert run(course, "autograders.cli", "grade", "--restore").returncode == 0
    assert scores(course)["right"]["double"] == 3
    assert run(course, "autograders.cli", "grade", "--restore", names[0]).returncode == 0
    assert scores(course) == {}


def manual(course: Path) -> list[float]:
    with closing(sqlite3.connect(course / "gradebook.db")) as connection:
        query = "SELECT manual_score FROM grade WHERE manual_score IS NOT NULL"
        return [score for (score,) in connection.execute(query)]


def test_what_cannot_be_restored_changes_nothing(regraded, tmp_path: Path) -> None:
    course = shutil.copytree(regraded[0], tmp_path / "course")
    before_grading, kept = sorted((course / "gradebook_backups").glob("*.db"))
    damaged = kept.with_name("2000-01-01T000000.000000.db")
    damaged.write_bytes(kept.read_bytes()[:5000])
    there = [path.stem for path in (damaged, before_grading, kept)]
    before = content(course)
    for name, message in [
        ("01", f"there is no backup '01'; there are {', '.join(there)}"),
        (damaged.stem, "is damaged: "),
    ]:
        done = run(course, "autograders.cli", "grade", "--restore", name)
        assert done.returncode == 2
        assert message in " ".join(done.stderr.split())
    assert content(course) == before
    shutil.rmtree(course / "gradebook_backups")
    done = run(course, "autograders.cli", "grade", "--restore")
    assert done.returncode == 2
    assert "there is no backup yet in" in done.stderr
    assert run(course, "autograders.cli", "grade").returncode == 2
