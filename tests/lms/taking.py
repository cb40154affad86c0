"""Collecting from an archive in memory, and what is there afterwards."""

from datetime import UTC, tzinfo
from pathlib import Path

from grading.small_course import NAME

from autograders.lms.archives import read_archive
from autograders.lms.choose import Chooser
from autograders.lms.collect import Collected, collect
from autograders.lms.roster import read_roster
from autograders.lms.safe_zip import OUTSIDE, entries

ADA = {"name": "Ada Lovelace", "sid": "a1", "email": "ada@uni.edu"}
ALAN = {"name": "Alan Turing", "sid": "a2", "email": "alan@uni.edu"}


def take(course: Path, archive: bytes, zone: tzinfo = UTC) -> dict[str, Collected]:
    """What became of each hand-in of the archive, by student."""
    path = course / "archive.zip"
    path.write_bytes(archive)
    with path.open("rb") as stream:
        roster = read_roster(course)
        found = read_archive(entries(stream, OUTSIDE), roster.users)
        done = collect(course / "submitted", found, Chooser(course, NAME), roster, zone)
        return {each.student: each for each in done}


def submitted(course: Path, student: str) -> dict[str, bytes]:
    """The files of a student's submission."""
    folder = course / "submitted" / student / NAME
    return {path.name: path.read_bytes() for path in folder.iterdir()}
