"""The gradebook in PostgreSQL, on a real server: the instructor's year gives the scores that it
gives on SQLite, graders on two machines lose nothing, and a backup brings it back."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

import nbformat
import pytest
from grading.graders import (
    EXPECTED,
    assert_turns_are_taken,
    class_of_two_assignments,
    grades,
    opened,
    run_at_once,
)
from grading.nbgrader_course import run
from grading.server import programs, server
from grading.small_course import NAME, find
from sqlalchemy import create_engine, text

from autograders.grading.gradebook.backup import restore
from autograders.grading.gradebook.course import (
    CannotOpen,
    course_directory,
    load_config,
    open_gradebook,
)
from autograders.grading.steps.scores import SaveGrades

pytestmark = pytest.mark.skipif(programs() is None, reason="PostgreSQL is not installed")
GRADE = ("autograders.cli", "grade", "01", "--jobs", "1")


@dataclass(frozen=True)
class Course:
    """A course's folder, and where its gradebook is."""

    folder: Path
    url: str


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Course]:
    """Two assignments of one class, graded at once on two machines."""
    folder = tmp_path_factory.mktemp("postgresql")
    with server() as url:
        setting = f"c.CourseDirectory.db_url = {url!r}\n"
        course = class_of_two_assignments(folder / "course", setting)
        other = shutil.copytree(course, folder / "other")
        second = ("autograders.cli", "grade", "02", "--jobs", "1")
        runs = run_at_once((course, GRADE), (other, second))
        assert [(done.returncode, done.stderr) for done in runs] == [(0, ""), (0, "")]
        yield Course(course, url)
        assert not (course / "gradebook.db").exists()


def test_every_score_is_there_once(graded: Course) -> None:
    assert grades(graded.url) == EXPECTED


def test_graders_take_turns(graded: Course) -> None:
    assert_turns_are_taken(graded.folder)


# What formgrader's table of submissions asks for. In a process of its own: nbgrader leaves its
# connections open.
ASKED = f"""
import json
from pathlib import Path
from autograders.grading.gradebook.course import course_directory, load_config
from nbgrader.apps.api import NbGraderAPI
read = NbGraderAPI(course_directory(load_config(Path.cwd()))).get_submissions({NAME!r})
print(json.dumps([[one["student"], one["score"], one["max_score"]] for one in read]))
"""


def test_formgrader_reads_the_same_scores(graded: Course) -> None:
    done = subprocess.run(
        [sys.executable, "-c", ASKED], cwd=graded.folder, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    totals = {
        student: [sum(score for score in scores.values() if score), 11]
        for (name, student), scores in EXPECTED.items()
        if name == NAME
    }
    assert {student: rest for student, *rest in json.loads(done.stdout)} == totals


def test_a_run_waits_for_what_another_program_has_not_saved_yet(graded: Course) -> None:
    """Such as nbgrader's own autograde, which adds the same student."""
    path = graded.folder / "autograded" / "honest" / NAME / f"{NAME}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    names = {"student": "new", "assignment": NAME, "notebook": NAME, "db_url": graded.url}
    saving = Thread(target=SaveGrades().preprocess, args=(notebook, {"nbgrader": names}))
    waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    engine = create_engine(graded.url, isolation_level="READ COMMITTED")
    with engine.connect() as other, engine.connect() as watching:
        other.execute(text("INSERT INTO student (id) VALUES ('new')"))
        saving.start()
        while not watching.scalar(waiting):
            assert saving.is_alive()
            watching.rollback()
        other.commit()
    saving.join(60)
    engine.dispose()
    with opened(graded.url) as gradebook:
        assert gradebook.find_submission(NAME, "new").score == 7
        gradebook.remove_submission(NAME, "new")
        gradebook.remove_student("new")


def test_the_rest_of_the_year(graded: Course) -> None:
    """A submission changes: shown, graded again, told to the student, reported, and undone."""
    path = graded.folder / "submitted" / "honest" / NAME / f"{NAME}.ipynb"
    notebook = json.loads(path.read_text())
    find(notebook, "double-solution")["source"] = "def double(x):\n    return 1"
    path.write_text(json.dumps(notebook))
    changed = {**EXPECTED[NAME, "honest"], "double": 0.0, "unit": 0.0}
    dry = run(graded.folder, *GRADE, "--dry-run")
    assert "Points would change for 1 of 3 students; nothing was saved." in dry.stdout
    assert grades(graded.url) == EXPECTED
    assert run(graded.folder, *GRADE).returncode == 0
    assert grades(graded.url) == {**EXPECTED, (NAME, "honest"): changed}
    told = run(graded.folder, "autograders.cli", "feedback", "01", "--jobs", "1")
    assert told.returncode == 0, told.stderr
    assert "3 feedback pages lie in" in told.stdout
    reported = run(graded.folder, "autograders.cli", "report", "01")
    assert reported.returncode == 0, reported.stderr
    assert "The report on 3 submissions" in reported.stdout
    restored = run(graded.folder, "autograders.cli", "grade", "--restore")
    assert restored.returncode == 0, restored.stderr
    assert grades(graded.url) == EXPECTED
    latest = sorted((graded.folder / "gradebook_backups").glob("*.db"))[-1]
    assert grades(f"sqlite:///{latest}") == {**EXPECTED, (NAME, "honest"): changed}
    drop_all(graded.url)
    restore(course_directory(load_config(graded.folder)), latest.stem)
    assert grades(graded.url) == {**EXPECTED, (NAME, "honest"): changed}


def drop_all(url: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE; CREATE SCHEMA public"))
    engine.dispose()


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("postgresql+psycopg://ta:secret@/g?host=/not/there", "cannot be opened: .*No such file"),
        ("postgresql+pg8000://ta:secret@localhost/g", "module pg8000, which is not installed"),
        ("mysql://ta:secret@localhost/g", "neither in SQLite nor in PostgreSQL"),
    ],
)
def test_a_gradebook_that_cannot_be_opened_is_told(url: str, words: str, tmp_path: Path) -> None:
    (tmp_path / "nbgrader_config.py").write_text(
        f"c = get_config()\nc.CourseDirectory.db_url = {url!r}\n"
    )
    with pytest.raises(CannotOpen, match=f"(?s)the gradebook .*{words}") as told:
        open_gradebook(course_directory(load_config(tmp_path)))
    assert "secret" not in told.value.message
