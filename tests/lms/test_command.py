"""`course collect`: its table and its exit statuses."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from grading.small_course import NAME
from lms.systems import NOTEBOOK, SOLVED, two_assignments, zipped

from autograders.cli import main
from autograders.grading.deadlines.clock import Clock
from autograders.grading.deadlines.due_dates import Deadlines
from autograders.lms.archives import HandIn
from autograders.lms.person import Person
from autograders.lms.table import lateness


@pytest.fixture
def course(tmp_path: Path) -> Path:
    return two_assignments(tmp_path / "course")


def test_the_command_says_what_it_took_and_what_not(
    course: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(course)
    monkeypatch.setenv("COLUMNS", "200")
    files = {f"ada_1_2_{NAME}.ipynb": SOLVED, "mal_LATE_3_4_[red]e.txt": b""}
    (course / "all.zip").write_bytes(zipped(files))
    done = CliRunner().invoke(main, ["collect", "01", "all.zip"])
    assert done.exit_code == 1
    assert re.search(rf"ada-1 +│ new +│ +│ {NOTEBOOK} ", done.output)
    assert re.search(
        r"mal-3 +│ refused +│ yes +│ +│ no notebook of .* is \[red\]e.txt", done.output
    )
    assert "A notebook of 1 student is in" in done.output
    (course / "all.zip").write_bytes(zipped({f"ada_1_2_{NAME}.ipynb": SOLVED}))
    assert CliRunner().invoke(main, ["collect", "01", "all.zip"]).exit_code == 0
    (course / "roster.csv").write_text(
        "LastName,FirstName,ID,SIS Login ID,Section\nLi,Ada,1,ada,\nTest,Student,3,b19,\n"
    )
    files = {f"liada_1_2_{NAME}.ipynb": SOLVED, f"studenttest_3_4_{NAME}.ipynb": SOLVED}
    (course / "all.zip").write_bytes(zipped(files))
    done = CliRunner().invoke(main, ["collect", "01", "all.zip"])
    assert done.exit_code == 0
    assert "Passed over in roster.csv: Student Test, Canvas's Test Student\n" in done.output
    assert re.search(r"studenttest +│ passed over │ +│ +│ it is Canvas's Test Stu", done.output)
    assert "A notebook of 1 student is in" in done.output
    (course / "all.zip").write_bytes(b"")
    wrong = CliRunner().invoke(main, ["collect", "01", "all.zip"])
    assert wrong.exit_code == 2
    assert "all.zip: it is no zip, or a damaged one" in wrong.stderr


@pytest.mark.parametrize(
    ("time", "is_late", "words"),
    [
        (datetime(2026, 4, 26, 12, tzinfo=UTC), False, "no"),
        (datetime(2026, 4, 26, 12, 5, tzinfo=UTC), False, "5 min"),
        (datetime(2026, 4, 26, 15, tzinfo=UTC), False, "3.0 h"),
        (datetime(2026, 4, 29, 12, tzinfo=UTC), True, "3.0 days"),
        (None, True, "yes"),
        (None, False, ""),
    ],
)
def test_lateness_in_words(time: datetime | None, is_late: bool, words: str) -> None:
    due = Deadlines(datetime(2026, 4, 26, 12), {"ada": 1}, Clock())
    hand_in = HandIn(Person(), (), is_late, time)
    assert lateness(hand_in, due, "alan") == words
    if time:
        later = HandIn(Person(), (), is_late, time + timedelta(days=1))
        assert lateness(later, due, "ada") == words
