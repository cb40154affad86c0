"""Hand-ins are taken from archives as Canvas, Moodle and Gradescope make them; nothing is lost."""

import io
import json
import re
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from grading.small_course import NAME
from helpers import ROOT
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
from lms.taking import ADA, ALAN, submitted, take

from autograders.lms.archives import read_archive
from autograders.lms.choose import Chooser
from autograders.lms.safe_zip import OUTSIDE, Refused, entries
from autograders.system.folders import assignments


@pytest.fixture
def course(tmp_path: Path) -> Path:
    return two_assignments(tmp_path / "course")


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
        "hopper-12349": "refused",
    }
    typed = f"no notebook of {NAME}; there is text.html"
    assert done["hopper-12349"].problems == (typed,)
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
    archive = moodle({**files, ("Ada Lovelace", 3, NOTEBOOK): SOLVED})
    done = take(course, archive, ZoneInfo("Asia/Kolkata"))
    times = {k: f"{each.hand_in.time:%H:%M %Z}" for k, each in done.items() if each.hand_in.time}
    assert times == {"k1": "15:30 UTC", "k2": "16:00 UTC"}
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


HOW = ["as it is", "no metadata", "no ids", "UTF-16", "text alone", "answers alone"]


def as_saved(notebook: dict[str, Any], how: str) -> bytes:
    """A notebook of the course after other programs had it."""
    cells = notebook["cells"]
    for cell in cells:
        if how != "as it is":
            cell["metadata"] = {}
        if how in ("no ids", "UTF-16", "text alone", "answers alone"):
            del cell["id"]
    if how == "text alone":
        notebook["cells"] = [cell for cell in cells if cell["cell_type"] == "markdown"]
    if how == "answers alone":
        text = "\n\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
        notebook["cells"] = [{"cell_type": "code", "source": text}]
    text = json.dumps(notebook)
    return text.encode("utf-16" if how == "UTF-16" else "utf-8")


@pytest.mark.parametrize("how", HOW)
def test_each_notebook_of_the_course_is_known_by_what_is_left_in_it(how: str) -> None:
    choosers = {name: Chooser(ROOT, name) for name in assignments(ROOT)}
    for name in choosers:
        notebook = json.loads((ROOT / "notebooks" / name / f"{name}.ipynb").read_bytes())
        content = as_saved(notebook, how)
        upload = zipped({"ada_1_2_homework.ipynb-1.txt": content})
        [hand_in] = read_archive(entries(io.BytesIO(upload), OUTSIDE)).hand_ins
        assert choosers[name].choose(hand_in.files).notebook == content
        if how == "answers alone":  # functions of one name are asked for in several notebooks
            continue
        for other in choosers.keys() - {name}:
            with pytest.raises(Refused, match=re.escape(f"homework.ipynb-1.txt ({name})")):
                choosers[other].choose(hand_in.files)


def test_a_notebook_that_nothing_is_left_of_goes_by_its_name(course: Path) -> None:
    essay = json.dumps({"cells": [{"cell_type": "markdown", "source": "My essay"}]}).encode()
    files = {
        f"a_1_2_{NAME} - Copy (2).ipynb": essay,
        f"b_3_4_{NAME}-Copy1.ipynb": b"PK\x03\x04",
        f"c_5_6_{NAME}.ipynb.txt": b"{",
        "d_7_8_essay.ipynb": essay,
        "e_9_10_essay.ipynb": b"{",
        f"f_11_12_{NAME}.txt": b"see the other file",
        f"g_13_14_{NAME}.ipynb": essay,
        "g_13_14_mine.json": SOLVED,
    }
    done = take(course, zipped(files))
    assert {student for student, each in done.items() if each.what == "new"} == {
        "a-1",
        "b-3",
        "c-5",
        "g-13",
    }
    assert submitted(course, "g-13") == {NOTEBOOK: SOLVED}
    none = f"no notebook of {NAME}; there is "
    assert done["d-7"].problems == (f"{none}essay.ipynb (not a notebook of this course)",)
    assert done["e-9"].problems[0].startswith(f"{none}essay.ipynb is not JSON, the format of note")
    assert done["f-11"].problems == (f"{none}{NAME}.txt",)
