"""The archives of submissions that Canvas, Moodle and Gradescope make, read as hand-ins."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import yaml

from autograders.lms.person import Person
from autograders.lms.safe_zip import Entry, Refused

# lovelaceada_LATE_12345_678901_name.ipynb: the first number is the user's, the second the file's;
# anon_x7Gh2_678901_name.ipynb where grading is anonymous. Canvas writes names in small letters.
CANVAS = re.compile(
    r"(?:(?P<name>(?!LATE_|anon_)\w+?)_)?(?P<late>LATE_)?(?P<user>\d+|anon_\w{5})"
    r"(?:_(?P<file>\d+)_(?P<rest>[^/]+)|_(?P<typed>(?:text|link)\.html))"
)
# Ada Lovelace_12345_assignsubmission_file_/name.ipynb, or without a folder, or without the last _
MOODLE = re.compile(
    r"(?P<name>[^/]*?)(?:_(?P<number>\d+))?_assignsubmission_[a-z]+(?:_?/|_)(?P<rest>.+)"
)
GRADESCOPE = re.compile(r"(?:[^/]+/)?submission_metadata\.yml")


@dataclass(frozen=True)
class File:
    """A file that was handed in: its name as the student gave it, what it holds, and a number
    that is greater the later it came."""

    name: str
    entry: Entry
    order: int = 0


@dataclass(frozen=True)
class HandIn:
    """What one student handed in, and when, as far as the system's archive says so."""

    owner: Person
    files: tuple[File, ...]
    is_late: bool = False  # as the system marks it
    time: datetime | None = None  # in UTC
    submission: str = ""  # the system's own number

    @property
    def order(self) -> int:
        """Greater for a later one of the same student; 0 where the system does not tell."""
        return max((file.order for file in self.files), default=0)


@dataclass(frozen=True)
class Archive:
    """An archive's hand-ins, and the entries that belong to none."""

    system: str
    hand_ins: list[HandIn]
    left_over: list[Entry]


def read_archive(found: list[Entry]) -> Archive:
    """The hand-ins in an archive's entries, by the names that the systems give these.

    Raises:
        Refused: no system makes such an archive, or its list of submissions cannot be read.
    """
    found = [entry for entry in found if not entry.name.startswith("__MACOSX/")]
    # In this order, so that no name that a student gives a file makes another system's archive.
    if any(CANVAS.fullmatch(entry.name) for entry in found):
        return _by_names("Canvas", CANVAS, _canvas, found)
    if any(MOODLE.fullmatch(entry.name) for entry in found):
        return _by_names("Moodle", MOODLE, _moodle, found)
    if metadata := [entry for entry in found if GRADESCOPE.fullmatch(entry.name)]:
        return _gradescope(found, min(metadata, key=lambda entry: entry.name.count("/")))
    first = f"; its first file is {found[0].name!r}" if found else "; it is empty"
    raise Refused(
        "it is not what Canvas (Download Submissions), Moodle (Download all submissions) or "
        f"Gradescope (Export Submissions) makes{first}"
    )


def _by_names(
    system: str,
    pattern: re.Pattern[str],
    read: Callable[[re.Match[str], Entry], HandIn],
    found: list[Entry],
) -> Archive:
    owners: dict[Person, HandIn] = {}
    left_over = []
    for entry in found:
        match = pattern.fullmatch(entry.name)
        if match is None:
            left_over.append(entry)
            continue
        part = read(match, entry)
        so_far = owners.get(part.owner, replace(part, files=()))
        late = so_far.is_late or part.is_late
        owners[part.owner] = replace(so_far, files=(*so_far.files, *part.files), is_late=late)
    return Archive(system, list(owners.values()), left_over)


def _canvas(match: re.Match[str], entry: Entry) -> HandIn:
    owner = Person(name=match["name"] or "", lms_user_id=match["user"])
    if match["user"].startswith("anon_"):
        owner = Person(name=match["user"])
    file = File(match["rest"] or match["typed"], entry, int(match["file"] or 0))
    return HandIn(owner, (file,), is_late=bool(match["late"]))


def _moodle(match: re.Match[str], entry: Entry) -> HandIn:
    owner = Person(name=match["name"], participant=match["number"] or "")
    return HandIn(owner, (File(match["rest"], entry),))


def _gradescope(found: list[Entry], metadata: Entry) -> Archive:
    """Each submitter's copy of what their group handed in."""
    top = metadata.name.rpartition("/")[0]
    hand_ins, left_over = [], []
    of_folder: dict[str, list[File]] = {}
    for entry in found:
        folder, _, rest = entry.name.removeprefix(f"{top}/" if top else "").partition("/")
        if rest:
            of_folder.setdefault(folder, []).append(File(rest, entry))
        elif entry is not metadata:
            left_over.append(entry)
    for folder, about in _metadata(metadata).items():
        files = tuple(of_folder.pop(folder, ()))
        for submitter in about.get(":submitters") or ():
            hand_ins.append(
                HandIn(
                    _submitter(submitter),
                    files,
                    time=_in_utc(about.get(":created_at")),
                    submission=folder.removeprefix("submission_"),
                )
            )
    left_over += [file.entry for files in of_folder.values() for file in files]
    return Archive("Gradescope", hand_ins, left_over)


def _metadata(entry: Entry) -> dict[str, dict[str, Any]]:
    try:
        value = yaml.load(entry.read(), getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise Refused(f"{entry.name} is no YAML ({error})") from error
    if not isinstance(value, dict) or not all(_is_about(about) for about in value.values()):
        raise Refused(f"{entry.name} does not list submissions with their :submitters")
    return {str(folder): about for folder, about in value.items()}


def _is_about(value: Any) -> bool:
    submitters = value.get(":submitters") if isinstance(value, dict) else None
    return isinstance(submitters, list) and all(isinstance(each, dict) for each in submitters)


def _submitter(about: dict[str, Any]) -> Person:
    name, email, sid = (_text(about.get(key)) for key in (":name", ":email", ":sid"))
    return Person(name=name, email=email, sis_user_id=sid)


def _text(value: Any) -> str:
    return str(value).strip() if isinstance(value, str | int) else ""


def _in_utc(value: Any) -> datetime | None:
    """YAML's times without a zone are in UTC."""
    if not isinstance(value, datetime):
        return None
    try:
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
    except OverflowError:
        return None
