"""A disk that is full, and files that cannot be written, end a run with a sentence; no student
loses anything by it, and the next run goes on."""

import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from subprocess import CompletedProcess
from types import SimpleNamespace

import pytest
from grading.attempts import ATTEMPTS, released_course
from grading.nbgrader_course import run, scores
from grading.small_course import NAME

from autograders.grading.gradebook.course import require_writable_gradebook

GRADE = ("autograders.cli", "grade", "01", "--jobs", "1")
FEEDBACK = ("autograders.cli", "feedback", "01", "--jobs", "1")
STUDENTS = ("empty", "honest")
ROOM_OF_A_RUN = 300_000  # bytes; an examiner's folder takes more


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return released_course(tmp_path_factory.mktemp("refused") / "course", STUDENTS)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    (folder := tmp_path / "small").mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("no small disk can be made here: mount was refused")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def fill(disk: Path, left: int) -> None:
    """Leaves `left` bytes of it free."""
    (disk / "filler").unlink(missing_ok=True)
    (disk / "filler").write_bytes(bytes(shutil.disk_usage(disk).free - left))


def assert_stopped(done: CompletedProcess[str], place: Path, words: str) -> None:
    assert done.returncode == 74, done.stdout + done.stderr
    assert f"stopped at {place}" in done.stderr
    assert words in done.stderr
    assert done.stderr.count("\n") == 1
    assert "Not graded" not in done.stdout


def test_a_full_disk_at_each_place_and_then_room(
    course: Path, small_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = shutil.copytree(course, small_disk / "course")
    fill(small_disk, 0)
    assert_stopped(run(copy, *GRADE), copy / "autograded", "No space left on device; make room,")
    fill(small_disk, 100_000)
    assert_stopped(run(copy, *GRADE), copy / "gradebook_backups", "database or disk is full; make")
    assert list((copy / "gradebook_backups").glob("*.db*")) == []
    (temporary := small_disk / "temporary").mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    fill(small_disk, (copy / "gradebook.db").stat().st_size + ROOM_OF_A_RUN)
    words = "No space left on device; 0 of 2 submissions are graded and saved; make room, then run"
    assert_stopped(run(copy, *GRADE), temporary, words)
    assert list(temporary.iterdir()) == []
    assert scores(copy) == {}
    (small_disk / "filler").unlink()
    assert run(copy, *GRADE).returncode == 0
    assert scores(copy) == {student: ATTEMPTS[student].expected for student in STUDENTS}
    fill(small_disk, 8_192)
    assert_stopped(run(copy, *FEEDBACK), copy / "feedback", "0 of 2 pages are written; make room")


def test_a_gradebook_that_is_read_only_is_found_before_the_run(
    course: Path, small_disk: Path, tmp_path: Path
) -> None:
    shutil.copy(course / "gradebook.db", small_disk)
    (link := tmp_path / "gradebook.db").symlink_to(small_disk / "gradebook.db")
    directory = SimpleNamespace(db_url=f"sqlite:///{link}")
    before = link.read_bytes()
    require_writable_gradebook(directory)
    assert link.read_bytes() == before
    with closing(sqlite3.connect(link, isolation_level=None)) as another:
        another.execute("BEGIN IMMEDIATE")
        require_writable_gradebook(directory)  # which waits for its turn, and is no refusal
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    with pytest.raises(OSError, match="attempt to write a readonly database") as error:
        require_writable_gradebook(directory)
    assert error.value.filename == str(link)


def test_what_is_in_the_way_of_one_is_named_and_the_others_are_saved(
    course: Path, tmp_path: Path
) -> None:
    copy = shutil.copytree(course, tmp_path / "course")
    for folder in ("autograded", "feedback"):
        (copy / folder).mkdir()
        (copy / folder / "honest").touch()
    words = "Not a directory; 1 of 2 submissions are graded and saved; put that right, then run"
    assert_stopped(run(copy, *GRADE), copy / "autograded" / "honest" / NAME, words)
    (copy / "autograded" / "honest").unlink()
    done = run(copy, *GRADE)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("(graded before)") == 1
    assert scores(copy) == {student: ATTEMPTS[student].expected for student in STUDENTS}
    words = "1 of 2 pages are written; put that right"
    assert_stopped(run(copy, *FEEDBACK), copy / "feedback" / "honest", words)
    (copy / "feedback" / "honest").unlink()
    assert run(copy, *FEEDBACK).returncode == 0


@pytest.mark.parametrize(
    ("blocked", "command"),
    [
        ("exports", ("export", "01")),
        ("reports", ("report", "01")),
        ("release", ("release", "01")),
        ("submitted", ("collect", "01", "nbgrader_config.py")),
    ],
)
def test_each_command_tries_where_it_will_write(
    blocked: str, command: tuple[str, ...], course: Path, tmp_path: Path
) -> None:
    shutil.copytree(course / "notebooks", tmp_path / "notebooks")
    shutil.copy(course / "nbgrader_config.py", tmp_path)
    (tmp_path / blocked).touch()
    done = run(tmp_path, "autograders.cli", *command)
    assert_stopped(done, tmp_path / blocked, "Not a directory; put that right, then run the same")
