"""What strangers put into a zip is refused with its name and the reason, and never unpacked."""

import io
import stat
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from grading.small_course import NAME
from lms.systems import NOTEBOOK, SOLVED, two_assignments, zipped

from autograders.lms.archives import read_archive
from autograders.lms.choose import Chooser
from autograders.lms.collect import collect
from autograders.lms.roster import Roster
from autograders.lms.safe_zip import LARGEST, OUTSIDE, Limits, Refused, entries

Change = Callable[[zipfile.ZipInfo], None]


def special(name: str, change: Change, content: bytes = b"content") -> bytes:
    """A zip with one file, whose entry `change` makes special."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        info = zipfile.ZipInfo(name)
        info.compress_type = zipfile.ZIP_DEFLATED
        change(info)
        archive.writestr(info, content)
    return stream.getvalue()


def mode(kind: int) -> Change:
    def change(info: zipfile.ZipInfo) -> None:
        info.external_attr = (kind | 0o644) << 16

    return change


def claiming(size: int, name: str = NOTEBOOK) -> bytes:
    """A zip whose list claims another size of its file than that has."""
    archive = bytearray(zipped({name: b"x" * 1000}))
    at = archive.index(b"PK\x01\x02")
    archive[at + 24 : at + 28] = struct.pack("<I", size)
    return bytes(archive)


def twice(name: str) -> bytes:
    archive = zipped({name: b"1", name[:-1] + "?": b"2"})
    return archive.replace(name[:-1].encode() + b"?", name.encode())


def compressed(kind: int) -> bytes:
    return special("a.ipynb", lambda info: setattr(info, "compress_type", kind))


def encrypted() -> bytes:
    archive = bytearray(zipped({"a.ipynb": b"content"}))
    archive[archive.index(b"PK\x01\x02") + 8] |= 1
    return bytes(archive)


HOSTILE = {
    "no name": (zipped({"?": b""}).replace(b"?", b"\0"), "it has no name"),
    "parent": (zipped({"../../a.ipynb": b""}), "its name leads out of the archive"),
    "parent inside": (zipped({"a/../../a.ipynb": b""}), "its name leads out of the archive"),
    "Windows parent": (zipped({"..\\a.ipynb": b""}), "its name leads out of the archive"),
    "absolute": (zipped({"/etc/a.ipynb": b""}), "its name leads out of the archive"),
    "drive": (zipped({"C:/a.ipynb": b""}), "its name leads out of the archive"),
    "escape": (zipped({"a\x1b[2J.ipynb": b""}), "characters that cannot be shown"),
    "right to left": (zipped({"a\u202ebnypi.exe": b""}), "characters that cannot be shown"),
    "link": (special("a.ipynb", mode(stat.S_IFLNK), b"/etc/passwd"), "it is a link"),
    "pipe": (special("a.ipynb", mode(stat.S_IFIFO)), "it is no plain file"),
    "twice": (twice("a.ipynb"), "the archive holds 2 files of this name"),
    "encrypted": (encrypted(), "it is encrypted"),
    "method": (compressed(zipfile.ZIP_LZMA), "compressed in an unusual way"),
    "bomb": (zipped({"a.ipynb": b" " * 5_000_000}), "as a zip bomb's do"),
    "claims much": (claiming(LARGEST + 1), "it has 100 MB or more"),
    "claims little": (claiming(10), "it is damaged"),
    "claims more": (claiming(2000), "it is damaged"),
}


@pytest.mark.parametrize(("archive", "reason"), HOSTILE.values(), ids=list(HOSTILE))
def test_a_hostile_file_is_refused_with_the_reason(archive: bytes, reason: str) -> None:
    for entry in entries(io.BytesIO(archive), OUTSIDE):
        with pytest.raises(Refused, match=reason):
            entry.read()


@pytest.mark.parametrize(("archive", "reason"), HOSTILE.values(), ids=list(HOSTILE))
def test_in_a_students_zip_it_costs_that_student_alone(
    archive: bytes, reason: str, tmp_path: Path
) -> None:
    course = two_assignments(tmp_path / "course")
    both = {"mallory_1_2_mine.zip": archive, f"ada_3_4_{NAME}.ipynb": SOLVED}
    found = read_archive(entries(io.BytesIO(zipped(both)), OUTSIDE))
    done = list(collect(course / "submitted", found, Chooser(course, NAME), Roster()))
    assert [(each.student, each.what) for each in done] == [
        ("mallory-1", "refused"),
        ("ada-3", "new"),
    ]
    assert reason in done[0].problems[0]


def test_a_systems_entry_with_a_hostile_name_is_told(tmp_path: Path) -> None:
    course = two_assignments(tmp_path / "course")
    names = (f"ada_3_4_{NAME}.ipynb", "../../evil_1_2_a.ipynb", "Makefile", ".DS_Store")
    found = read_archive(entries(io.BytesIO(zipped(dict.fromkeys(names, SOLVED))), OUTSIDE))
    done = list(collect(course / "submitted", found, Chooser(course, NAME), Roster()))
    assert [(each.student, each.problems) for each in done] == [
        ("ada-3", ()),
        ("../../evil_1_2_a.ipynb", ("its name leads out of the archive",)),
        ("Makefile", ("it is no student's, by its name",)),
    ]
    assert {path.name for path in tmp_path.iterdir()} == {"course"}


def test_a_zip_in_a_zip_in_a_hand_in_is_not_looked_into(tmp_path: Path) -> None:
    course = two_assignments(tmp_path / "course")
    inner = zipped({"inner.zip": zipped({NOTEBOOK: SOLVED})})
    found = read_archive(entries(io.BytesIO(zipped({"ada_3_4_outer.zip": inner})), OUTSIDE))
    [done] = collect(course / "submitted", found, Chooser(course, NAME), Roster())
    assert "outer.zip: inner.zip: a zip in a zip is not looked into" in done.problems[0]


@pytest.mark.parametrize(
    ("archive", "limits", "reason"),
    [
        (zipped({f"{k}": b"" for k in range(4)}), Limits(3, 1000), "it holds 4 files; the limit"),
        (zipped({"a": b" " * 2_000_000}), Limits(3, 1_000_000), "it unpacks to 2 MB; the limit is"),
        (claiming(2**32 - 2), Limits(3, LARGEST), "it unpacks to 4,295 MB"),
        (b"no zip", OUTSIDE, "it is no zip, or a damaged one"),
        (zipped({"a": b"content"})[:-30], OUTSIDE, "it is no zip, or a damaged one"),
    ],
    ids=["files", "bytes", "claimed", "text", "cut"],  # a zip's own bytes hold the time
)
def test_an_archive_beyond_the_limits_is_refused_as_a_whole(
    archive: bytes, limits: Limits, reason: str
) -> None:
    with pytest.raises(Refused, match=reason):
        entries(io.BytesIO(archive), limits)


def test_names_in_utf8_are_read_whether_or_not_the_zip_says_so() -> None:
    said = zipped({"Zoë_1.ipynb": b""})
    unsaid = bytearray(said)
    for head, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        unsaid[said.index(head) + at + 1] &= ~0x08
    for archive in (said, bytes(unsaid)):
        [entry] = entries(io.BytesIO(archive), OUTSIDE)
        assert entry.name == "Zoë_1.ipynb"
    [decomposed] = entries(io.BytesIO(zipped({"Zoe\u0308_1.ipynb": b""})), OUTSIDE)
    assert decomposed.name == "Zoë_1.ipynb"
    [old] = entries(io.BytesIO(zipped({"caf?.ipynb": b""}).replace(b"caf?", b"caf\x82")), OUTSIDE)
    assert old.name == "café.ipynb"
