"""An archive that was unpacked and zipped again is read like the system's; what may be of two
students is nobody's."""

from pathlib import Path

import pytest
from grading.small_course import NAME
from lms.systems import BLANK, NOTEBOOK, SOLVED, about, gradescope, moodle, two_assignments, zipped
from lms.taking import ADA, submitted, take

from autograders.lms.safe_zip import Refused

CANVAS = {
    f"lovelaceada_12345_678901_{NAME}.ipynb": SOLVED,
    f"प्रियाराम_LATE_12346_678902_{NAME}-1.ipynb": SOLVED,
}
MOODLE = {
    f"Ada Lovelace_41_assignsubmission_file/{NOTEBOOK}": SOLVED,
    "Ada Lovelace_41_assignsubmission_onlinetext/onlinetext.html": b"",
}
GRADESCOPE = {
    "submission_metadata.yml": about(5, "2026-04-26 17:34:00 Z", ADA).encode(),
    f"submission_5/{NOTEBOOK}": SOLVED,
}
CLUTTER = [".DS_Store", "__MACOSX/a/._x", "Thumbs.db", "desktop.ini", "._a_1_2_x.ipynb"]
AROUND = ["", "submissions/", "Downloads/CS 1-Homework_1-4242 (2)/", "a/b/c/"]


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return two_assignments(tmp_path_factory.mktemp("again") / "course")


@pytest.mark.parametrize("around", AROUND)
@pytest.mark.parametrize(
    ("files", "students"),
    [
        (CANVAS, {"lovelaceada-12345", "प्रियाराम-12346"}),
        (MOODLE, {"Ada-Lovelace"}),
        (GRADESCOPE, {"a1"}),
    ],
)
def test_folders_and_clutter_around_an_archive_are_passed_by(
    course: Path, files: dict[str, bytes], students: set[str], around: str
) -> None:
    clutter = {f"{where}{name}": b"\0" for name in CLUTTER for where in ("", around)}
    folders = {f"{around}empty/": b"", f"{around}other\\": b""}
    again = {f"{around}{name}": content for name, content in files.items()}
    done = take(course, zipped({**folders, **clutter, **again}))
    assert set(done) == students
    assert not [each for each in done.values() if each.problems]


def test_explorers_backslashes_are_folders(course: Path) -> None:
    assert set(take(course, zipped({"all\\": b"", f"all\\kay_3_4_{NOTEBOOK}": SOLVED}))) == {
        "kay-3"
    }


def test_what_lies_beside_the_folder_is_told(course: Path) -> None:
    beside = {
        "notes.docx": b"",
        "../evil": b"",
        "sub/b_7_8_x.exe": b"",
        f"sub/c_5_6_{NAME}.ipynb": b"{",
    }
    done = take(course, zipped(beside))
    assert {name: each.what for name, each in done.items()} == {
        "b-7": "refused",
        "c-5": "new",
        "notes.docx": "refused",
        "../evil": "refused",
    }


@pytest.mark.parametrize(
    "files",
    [
        {f"a/x_1_2_{NOTEBOOK}": SOLVED, f"b/y_3_4_{NOTEBOOK}": SOLVED},
        {f"a/b/c/d/x_1_2_{NOTEBOOK}": SOLVED},
        {f"a/{NOTEBOOK}": SOLVED},
    ],
)
def test_other_archives_are_refused_as_a_whole(course: Path, files: dict[str, bytes]) -> None:
    with pytest.raises(Refused, match="it is not what Canvas"):
        take(course, zipped(files))


EVE = "Eve_5_assignsubmission_file"


def test_moodles_folder_is_one_owners_whatever_names_hold_the_marker(course: Path) -> None:
    files = {
        f"Eve_5_assignsubmission_file_/{EVE}_{NOTEBOOK}": SOLVED,
        f"Mal_6_assignsubmission_file_/{EVE}_/{NOTEBOOK}": SOLVED,
        f"{EVE} Jr_7_assignsubmission_file_/{NOTEBOOK}": BLANK,
        f"Zed_assignsubmission_onlinetext_8_assignsubmission_file/{NOTEBOOK}": BLANK,
    }
    done = take(course, zipped(files))
    assert {each.what for each in done.values()} == {"new"}
    assert {student for student in done if submitted(course, student)[NOTEBOOK] == SOLVED} == {
        "Eve",
        "Mal",
    }
    assert len(done) == 4


def test_a_name_that_may_be_two_students_is_refused_and_told(course: Path) -> None:
    double = f"Max_8_assignsubmission_file_{EVE}_{NOTEBOOK}"
    trap = f"Ada_9_assignsubmission_file_1_2_{NOTEBOOK}"
    done = take(course, zipped({double: BLANK, trap: SOLVED, f"{EVE}_my.ipynb": SOLVED}))
    assert {name: each.what for name, each in done.items()} == {
        "Ada": "new",
        "Eve": "unchanged",
        double: "refused",
    }
    [problem] = done[double].problems
    assert "twice, and so may be two students'; download the submissions in folders" in problem


def test_moodles_number_is_an_owner_only_with_the_name(course: Path) -> None:
    (course / "roster.csv").write_text(
        "Identifier,Full name,ID number\nParticipant 41,Ada King,k1\nTeilnehmer/in42,Bo Li,k2\n"
    )
    files = {
        ("Ada King", 42, NOTEBOOK): SOLVED,  # the worksheet is another assignment's
        ("Group A", 42, NOTEBOOK): SOLVED,
        ("Teilnehmerin", 42, NOTEBOOK): SOLVED,
    }
    done = take(course, moodle(files))
    (course / "roster.csv").unlink()
    assert {student: each.what for student, each in done.items()} == {
        "k1": "new",
        "k2": "new",
        "Group A": "refused",
    }
    assert "has not one student 'Group A' with Moodle's number 42" in done["Group A"].problems[0]


def test_canvas_names_that_end_in_a_number_are_told_by_the_roster(course: Path) -> None:
    (course / "roster.csv").write_text(
        "Student,ID,SIS Login ID,Section\n"
        "Kim 2,777,kim,CS 1\nNoor 5,888,noor,CS 1\nLi,5,li,CS 1\nPat,999,pat,CS 1\n"
    )
    unsure = f"noor_5_888_31_{NOTEBOOK}"
    files = {
        f"kim_2_777_30_{NOTEBOOK}": SOLVED,
        unsure: SOLVED,
        f"pat_999_32_1_{NOTEBOOK}": SOLVED,
        f"anon_x7Gh2_33_{NOTEBOOK}": SOLVED,
        f"{(huge := 'kay_777_' + '9' * 5000)}_a.ipynb": SOLVED,
    }
    done = take(course, zipped(files))
    (course / "roster.csv").unlink()
    assert {name: each.what for name, each in done.items()} == {
        "kim": "new",
        "pat": "new",
        "anon_x7Gh2": "refused",
        unsure: "refused",
        f"{huge}_a.ipynb": "refused",
    }
    assert done["anon_x7Gh2"].problems[0].startswith("the archive is anonymous")
    assert "may be user 5's or user 888's" in done[unsure].problems[0]


def test_gradescope_without_a_student_id_goes_by_email_or_name(course: Path) -> None:
    kay = {"name": "Kay", "email": "kay@uni.edu"}
    metadata = about(5, "2026-04-26 17:34:00 Z", kay, {"name": "O'Neil, Zoë"})
    done = take(course, gradescope({5: {NOTEBOOK: BLANK, f"b/{NAME} (1).ipynb": SOLVED}}, metadata))
    assert set(done) == {"kay@uni.edu", "O-Neil-Zoë"}
    assert done["kay@uni.edu"].notes == (f"left out: {NOTEBOOK} (another one)",)
