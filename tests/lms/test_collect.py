"""Hand-ins are taken from archives as Canvas, Moodle and Gradescope make them; nothing is lost."""

import io
import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from grading.small_course import NAME
from lms.systems import (
    BLANK,
    NOTEBOOK,
    OTHER,
    SOLVED,
    WRONG,
    about,
    gradescope,
    moodle,
    two_assignments,
    zipped,
)

from autograders.cli import main
from autograders.grading.late import Deadlines
from autograders.lms.archives import HandIn, read_archive
from autograders.lms.choose import Chooser
from autograders.lms.collect import Collected, collect
from autograders.lms.person import Person
from autograders.lms.roster import Roster, read_roster
from autograders.lms.safe_zip import OUTSIDE, Refused, entries
from autograders.lms.table import lateness

ADA = {"name": "Ada Lovelace", "sid": "a1", "email": "ada@uni.edu"}
ALAN = {"name": "Alan Turing", "sid": "a2", "email": "alan@uni.edu"}


@pytest.fixture
def course(tmp_path: Path) -> Path:
    return two_assignments(tmp_path / "course")


def take(course: Path, archive: bytes, roster: Roster | None = None) -> dict[str, Collected]:
    path = course / "archive.zip"
    path.write_bytes(archive)
    with path.open("rb") as stream:
        found = read_archive(entries(stream, OUTSIDE))
        who = read_roster(course) if roster is None else roster
        done = collect(course / "submitted", found, Chooser(course, NAME), who)
        return {each.student: each for each in done}


def submitted(course: Path, student: str) -> dict[str, bytes]:
    folder = course / "submitted" / student / NAME
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_canvas_names_late_marks_and_resubmissions(course: Path) -> None:
    done = take(
        course,
        zipped(
            {
                f"lovelaceada_12345_678999_{NAME}-2.ipynb": SOLVED,
                f"lovelaceada_12345_678901_{NAME}.ipynb": BLANK,
                f"turingalan_LATE_12346_678902_{NAME}-1.ipynb": SOLVED,
                f"o_brien_12347_678903_{NAME}.ipynb": SOLVED,
                f"李小龍_12348_678904_{NAME} (1).ipynb": SOLVED,
                f"LATE_anon_x7Gh2_678905_{NAME}.ipynb": SOLVED,
                f"anon_12345_678906_{NAME}.ipynb": SOLVED,
                f"student3_7_678907_{NAME}.ipynb": SOLVED,
                "hopper_12349_text.html": b"<p>typed</p>",
            }
        ),
    )
    assert {student: each.what for student, each in done.items()} == {
        "lovelaceada-12345": "new",
        "turingalan-12346": "new",
        "o_brien-12347": "new",
        "李小龍-12348": "new",
        "anon_x7Gh2": "new",
        "anon_12345": "new",
        "student3-7": "new",
    }
    assert submitted(course, "lovelaceada-12345") == {NOTEBOOK: SOLVED}
    late = {student for student, each in done.items() if each.hand_in and each.hand_in.is_late}
    assert late == {"turingalan-12346", "anon_x7Gh2"}


@pytest.mark.parametrize("between", ["_/", "/", "_"])
def test_moodle_with_and_without_folders(course: Path, between: str) -> None:
    files = {
        ("Ada Lovelace", 41, NOTEBOOK): SOLVED,
        ("Ada Lovelace", 41, "lenet5.safetensors"): b"weights",
        ("Zoë Müller-Lüdenscheidt", 42, f"{NAME}_1.ipynb"): SOLVED,
    }
    done = take(course, moodle(files, between))
    assert submitted(course, "Ada-Lovelace") == {
        NOTEBOOK: SOLVED,
        "lenet5.safetensors": b"weights",
    }
    assert list(done) == ["Ada-Lovelace", "Zoë-Müller-Lüdenscheidt"]


def test_gradescope_has_times_and_groups(course: Path) -> None:
    metadata = about(5, "2026-04-26 17:34:00.861687000 Z", ADA, ALAN)
    take(course, gradescope({5: {NOTEBOOK: SOLVED}}, metadata))
    for student in ("a1", "a2"):
        assert submitted(course, student) == {
            NOTEBOOK: SOLVED,
            "timestamp.txt": b"2026-04-26 17:34:00.861687 UTC",
        }


def test_what_students_make_of_the_file_is_understood(course: Path) -> None:
    hand_in = {
        f"cnn-course/hand-in/{NOTEBOOK}": SOLVED,
        "cnn-course/hand-in/lenet5.safetensors": b"weights",
        f"cnn-course/{NAME}/{NOTEBOOK}": BLANK,
        f"cnn-course/{NAME}/lenet5.safetensors": b"early",
        f"cnn-course/autograders/released/{NOTEBOOK}": BLANK,
        f"cnn-course/{NAME}/hand-in/.ipynb_checkpoints/hand-in/{NOTEBOOK}": BLANK,
        "__MACOSX/._01-small.ipynb": b"\0",
    }
    files = {
        "a_1_10_hand-in.zip": zipped(hand_in),
        "b_2_11_final version.ipynb": SOLVED,
        "b_2_12_02-other.ipynb": WRONG,
        "b_2_13_notes.txt": b"see the other file",
        f"c_3_14_{NAME}.ipynb": WRONG,
        "d_4_15_essay.txt": b"",
        f"e_5_16_{NAME}.ipynb": b'{"cells": [',
        "f_6_17_lenet5-2.safetensors": b"new",
        "f_6_16_lenet5.safetensors": b"old",
        f"f_6_18_{NAME}.ipynb": SOLVED,
        f"f_6_19_{NAME}-receipt.txt": b"",
    }
    done = take(course, zipped(files))
    assert submitted(course, "a-1") == {NOTEBOOK: SOLVED, "lenet5.safetensors": b"weights"}
    assert submitted(course, "b-2") == {NOTEBOOK: SOLVED}
    assert done["b-2"].notes == (f"left out: {OTHER}.ipynb ({OTHER})", "left out: notes.txt")
    assert done["c-3"].problems == (f"no notebook of {NAME}; there is {NOTEBOOK} ({OTHER})",)
    assert done["d-4"].problems == (f"no notebook of {NAME}; there is essay.txt",)
    assert submitted(course, "e-5") == {NOTEBOOK: b'{"cells": ['}  # course grade says why not
    assert submitted(course, "f-6") == {NOTEBOOK: SOLVED, "lenet5.safetensors": b"new"}
    assert done["f-6"].notes == ()


def test_collecting_again_loses_nothing(course: Path) -> None:
    def canvas(file: int, content: bytes) -> bytes:
        return zipped({f"ada_1_{file}_{NAME}.ipynb": content})

    def what(archive: bytes) -> str:
        return take(course, archive)["ada-1"].what

    assert what(canvas(20, BLANK)) == "new"
    assert what(canvas(20, BLANK)) == "unchanged"
    assert what(canvas(30, SOLVED)) == "replaced"
    assert what(canvas(20, BLANK)) == "kept"
    assert submitted(course, "ada-1") == {NOTEBOOK: SOLVED}
    before = course / "submitted" / ".collected" / "ada-1" / f"{NAME}-before-1" / NOTEBOOK
    assert before.read_bytes() == BLANK
    assert sorted(path.name for path in (course / "submitted").iterdir()) == [".collected", "ada-1"]


def test_what_was_put_there_by_hand_is_kept_aside(course: Path) -> None:
    by_hand = course / "submitted" / "ada-1" / NAME / NOTEBOOK
    by_hand.parent.mkdir(parents=True)
    by_hand.write_bytes(BLANK)
    assert take(course, zipped({f"ada_1_9_{NAME}.ipynb": SOLVED}))["ada-1"].what == "replaced"
    aside = course / "submitted" / ".collected" / "ada-1" / f"{NAME}-before-1" / NOTEBOOK
    assert aside.read_bytes() == BLANK


def test_the_later_time_wins_whatever_comes_first(course: Path) -> None:
    def archive(time: str, content: bytes) -> bytes:
        return gradescope({5: {NOTEBOOK: content}}, about(5, time, ADA))

    take(course, archive("2026-04-26 17:34:00 Z", SOLVED))
    assert take(course, archive("2026-04-25 17:34:00 Z", BLANK))["a1"].what == "kept"
    assert take(course, archive("2026-04-27 02:00:00 +02:00", BLANK))["a1"].what == "replaced"
    assert submitted(course, "a1")["timestamp.txt"] == b"2026-04-27 00:00:00.000000 UTC"


def test_two_students_of_one_name_are_refused(course: Path) -> None:
    files = {("Ada King", 1, NOTEBOOK): SOLVED, ("Ada King", 2, NOTEBOOK): SOLVED}
    done = take(course, moodle(files))
    assert done["Ada-King"].what == "refused"
    assert "2 hand-ins of this archive would be Ada-King's" in done["Ada-King"].problems[0]
    assert not (course / "submitted").exists()


def test_moodles_worksheet_tells_two_of_one_name_apart_and_the_times(course: Path) -> None:
    (course / "roster.csv").write_text(
        "\ufeffIdentifier,Full name,ID number,Email address,Last modified (submission)\n"
        'Participant 1,Ada King,k1,ada@uni.edu,"Wednesday, 23 September 2020, 9:00 PM"\n'
        'Participant 2,Ada King,k2,ada2@uni.edu,"Wednesday, September 23, 2020, 9:30 PM"\n'
        "Participant 3,Ada Lovelace,k3,ada3@uni.edu,-\n",
        encoding="utf-8",
    )
    files = {(who, number, NOTEBOOK): SOLVED for who, number in (("Ada King", 1), ("Ada King", 2))}
    done = take(course, moodle({**files, ("Ada Lovelace", 3, NOTEBOOK): SOLVED}))
    minutes = {k: each.hand_in.time.minute for k, each in done.items() if each.hand_in.time}
    assert minutes == {"k1": 0, "k2": 30}
    assert set(submitted(course, "k3")) == {NOTEBOOK}


def test_who_is_not_on_the_roster_is_refused(course: Path) -> None:
    (course / "roster.csv").write_text("id,name,lms_user_id\nada,Ada Lovelace,12345\n")
    done = take(
        course,
        zipped(
            {
                f"renamed_12345_1_{NAME}.ipynb": SOLVED,
                f"turingalan_2_3_{NAME}.ipynb": SOLVED,
            }
        ),
    )
    assert done["ada"].what == "new"
    assert done["turingalan"].problems[0].startswith("roster.csv has not one student 'turingalan'")
    record = json.loads((course / "submitted" / ".collected" / "ada" / f"{NAME}.json").read_text())
    assert record["owner"] == {"name": "renamed", "lms_user_id": "12345"}


@pytest.mark.parametrize(
    ("archive", "system", "student"),
    [
        (
            zipped(
                {
                    "mallory_1_2_eve_5_assignsubmission_file_a.ipynb": WRONG,
                    "mallory_1_3_submission_metadata.yml": b"",
                    f"ada_4_5_{NAME}.ipynb": SOLVED,
                }
            ),
            "Canvas",
            "ada-4",
        ),
        (
            moodle(
                {
                    ("Mallory", 1, "submission_metadata.yml"): b"submission_1: {}",
                    ("Mallory", 1, f"ada_4_5_{NAME}.ipynb"): WRONG,
                    ("Ada", 4, NOTEBOOK): SOLVED,
                }
            ),
            "Moodle",
            "Ada",
        ),
        (
            gradescope(
                {
                    5: {"submission_metadata.yml": b"{}", f"x_1_2_{NAME}.ipynb": SOLVED},
                    6: {NOTEBOOK: SOLVED},
                },
                about(5, "2026-04-26 17:34:00 Z", ALAN) + about(6, "2026-04-26 17:34:00 Z", ADA),
            ),
            "Gradescope",
            "a1",
        ),
    ],
)
def test_no_name_of_a_file_makes_another_systems_archive(
    course: Path, archive: bytes, system: str, student: str
) -> None:
    assert read_archive(entries(io.BytesIO(archive), OUTSIDE)).system == system
    assert take(course, archive)[student].what == "new"


@pytest.mark.parametrize(
    ("archive", "reason"),
    [
        (b"PK no zip", "it is no zip"),
        (zipped({}), "it is not what Canvas"),
        (zipped({"notes.txt": b""}), "its first file is 'notes.txt'"),
        (gradescope({}, "submission_1: [oh"), "is no YAML"),
        (gradescope({}, "submission_1: 5"), "does not list submissions"),
        (gradescope({}, "submission_1:\n  :submitters: [5]"), "does not list submissions"),
        (gradescope({}, ":created_at: 2026-99-99"), "is no YAML"),
    ],
)
def test_another_archive_is_refused_as_a_whole(course: Path, archive: bytes, reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        take(course, archive)


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
    due = Deadlines(datetime(2026, 4, 26, 12), {"ada": timedelta(days=1)})
    hand_in = HandIn(Person(), (), is_late, time)
    assert lateness(hand_in, due, "alan") == words
    if time:
        later = HandIn(Person(), (), is_late, time + timedelta(days=1))
        assert lateness(later, due, "ada") == words
