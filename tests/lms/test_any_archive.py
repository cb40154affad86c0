"""Whatever an archive holds: what is read goes into submitted/, and nothing else is said than why
not."""

import io
import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest
from grading.small_course import NAME
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lms.systems import NOTEBOOK, SOLVED, about, two_assignments, zipped

from autograders.lms.archives import read_archive
from autograders.lms.choose import Chooser
from autograders.lms.collect import collect
from autograders.lms.roster import Roster
from autograders.lms.safe_zip import OUTSIDE, Refused, entries

BEGINNINGS = ["ada_1_2_", "eve_LATE_3_4_", "../x_5_6_", "t/submission_1/", "t/submission_2/"]
BEGINNINGS += ["Ada_7_assignsubmission_file_/", "Eve_8_assignsubmission_file_"]
PARTS = (
    ".. / \\ C: ~ . + é \u202e _1 -2 _LATE_ anon_ab3cD _assignsubmission_file_ .collected "
    f"submission_metadata.yml timestamp.txt {NAME} {NOTEBOOK} hand-in/"
).split()
ENDS = ["", ".ipynb", ".IPYNB", ".safetensors", ".zip"]
LIST = st.sampled_from(["t/submission_metadata.yml", "submission_metadata.yml"])
NAMES = (
    LIST
    | st.text(st.characters(exclude_characters="\0", codec="utf-8"), min_size=1, max_size=12)
    | st.builds(
        lambda beginning, parts, end: beginning + "".join(parts) + end,
        st.sampled_from(BEGINNINGS),
        st.lists(st.sampled_from(PARTS), max_size=3),
        st.sampled_from(ENDS),
    )
)
METADATA = (
    about(1, "0001-01-01 00:00:00 +23:00", {"sid": "../../y"}) + about(2, "now", {"sid": "b"})
).encode()
CONTENTS = st.sampled_from([SOLVED, SOLVED, b"[]", b"{", zipped({f"../{NOTEBOOK}": SOLVED})])
MODES = st.sampled_from([0, 0, 0o100644 << 16, 0o120777 << 16])


@st.composite
def archives(draw: Any) -> bytes:
    """Zips of odd names and kinds, some with bytes changed afterwards."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in draw(st.sets(NAMES, max_size=5)):
            info = zipfile.ZipInfo(name)
            info.external_attr = draw(MODES)
            is_list = name.endswith("submission_metadata.yml")
            archive.writestr(info, METADATA if is_list else draw(CONTENTS))
    made = bytearray(stream.getvalue())
    changes = st.tuples(st.integers(1, 400), st.integers(0, 255))  # the list of files is at the end
    for at, byte in draw(st.just([]) | st.lists(changes, max_size=3)):
        made[-at % len(made)] = byte
    return bytes(made)


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return two_assignments(tmp_path_factory.mktemp("any") / "a" / "course")


@settings(max_examples=200, deadline=None, derandomize=True)
@given(archives() | st.binary(max_size=200))
@example(zipped({f"x_1_2_{NAME}.ipynb": SOLVED, f"../y_1_2_{NAME}.ipynb": SOLVED}))
@example(zipped({"?": SOLVED}).replace(b"?", b"\0"))
def test_nothing_is_written_but_a_students_submission(course: Path, made: bytes) -> None:
    shutil.rmtree(course / "submitted", ignore_errors=True)
    before = files(course.parents[1])
    try:
        found = read_archive(entries(io.BytesIO(made), OUTSIDE))
        done = list(collect(course / "submitted", found, Chooser(course, NAME), Roster()))
    except Refused:
        done = []
    new = files(course.parents[1]) - before
    assert not any(path.is_symlink() for path in new)
    taken = {each.student for each in done if each.what == "new"}
    aside = course / "submitted" / ".collected"
    expected = {course / "submitted" / student / NAME / NOTEBOOK for student in taken}
    expected |= {aside / student / f"{NAME}.json" for student in taken}
    others = new - expected
    assert expected <= new
    assert {path.parent for path in others} <= {path.parent for path in expected}
    assert {path.suffix for path in others} <= {".safetensors", ".txt"}
    assert {path.name for path in others if path.suffix == ".txt"} <= {"timestamp.txt"}


def files(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if not path.is_dir() or path.is_symlink()}
