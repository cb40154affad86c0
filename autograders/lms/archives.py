"""The archives of submissions that Canvas, Moodle and Gradescope make, read as hand-ins."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

import yaml

from autograders.lms.person import Person
from autograders.lms.safe_zip import Entry, Refused

# lovelaceada_LATE_12345_678901_name.ipynb: the first number is the user's, the second the file's;
# anon_x7Gh2_678901_name.ipynb where grading is anonymous. Canvas writes names in small letters.
CANVAS = re.compile(
    r"(?:(?P<name>(?!LATE_|anon_)(?:(?!_assignsubmission_)[^/])+?)_)?(?P<late>LATE_)?"
    r"(?P<user>\d+|anon_\w{5})"
    r"(?:_(?P<file>\d{1,20})_(?P<rest>[^/]+)|_(?P<typed>(?:text|link)\.html))"
)
# Ada Lovelace_41_assignsubmission_file_: the name of a folder, where the last _ may be missing, or
# the beginning of a file's. Moodle makes spaces of the _ in a person's name.
MARKER = r"_assignsubmission_[a-z0-9]+"
MOODLE_FOLDER = re.compile(rf"(?P<name>.*?)(?:_(?P<number>\d+))?{MARKER}_?")
MOODLE_FILE = re.compile(rf"(?P<name>[^/]*?)(?:_(?P<number>\d+))?{MARKER}_(?P<rest>.+)")
GRADESCOPE = re.compile(r"(?:[^/]+/)?submission_metadata\.yml")
BY_HAND = "put it at submitted/STUDENT/ASSIGNMENT by hand"
MOST_FOLDERS = 3  # around what a system made, by those who unpacked it and zipped it again


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


def read_archive(found: list[Entry], users: Collection[str] = ()) -> Archive:
    """The hand-ins in an archive's entries, by the names that the systems give these.

    An archive that was unpacked and zipped again, with folders around, is read like the system's.

    Args:
        users: Canvas's numbers of the students, so far as they are known.

    Raises:
        Refused: no system makes such an archive, or its list of submissions cannot be read.
    """
    inner: list[Entry] | None = found
    for _ in range(MOST_FOLDERS + 1):
        if inner is not None and (archive := _as_made(inner, users)):
            return archive
        inner = _without_folder(inner or [])
    first = f"; its first file is {found[0].name!r}" if found else "; it is empty"
    raise Refused(
        "it is not what Canvas (Download Submissions), Moodle (Download all submissions) or "
        f"Gradescope (Export Submissions) makes{first}"
    )


def _as_made(found: list[Entry], users: Collection[str]) -> Archive | None:
    # In this order, so that no name that a student gives a file makes another system's archive.
    if any(CANVAS.fullmatch(entry.name) for entry in found):
        return _by_names("Canvas", partial(_canvas, users=users), found)
    if any(_moodle_owner(entry.name) for entry in found):
        return _by_names("Moodle", _moodle, found)
    if metadata := [entry for entry in found if GRADESCOPE.fullmatch(entry.name)]:
        return _gradescope(found, min(metadata, key=lambda entry: entry.name.count("/")))
    return None


def _without_folder(found: list[Entry]) -> list[Entry] | None:
    """The entries named from within the only folder that there is; None where there is another."""
    readable = [entry.name for entry in found if not entry.problem]
    folders = {name.partition("/")[0] for name in readable if "/" in name}
    if len(folders) != 1:
        return None
    within = f"{folders.pop()}/"
    return [replace(entry, name=entry.name.removeprefix(within)) for entry in found]


def _by_names(system: str, read: Callable[[Entry], HandIn | None], found: list[Entry]) -> Archive:
    owners: dict[Person, HandIn] = {}
    left_over = []
    for entry in found:
        try:
            part = read(entry)
        except Refused as problem:
            left_over.append(replace(entry, problem=str(problem)))
            continue
        if part is None:
            left_over.append(entry)
            continue
        so_far = owners.get(part.owner, replace(part, files=()))
        late = so_far.is_late or part.is_late
        owners[part.owner] = replace(so_far, files=(*so_far.files, *part.files), is_late=late)
    return Archive(system, list(owners.values()), left_over)


def _canvas(entry: Entry, users: Collection[str]) -> HandIn | None:
    """Raises Refused where the name can be read as that of either of two known users."""
    match = CANVAS.fullmatch(entry.name)
    if match is None:
        return None
    name, user, number = match["name"] or "", match["user"], match["file"] or "0"
    rest = match["rest"] or match["typed"]
    # ada_2_12345_678901_x.ipynb is of user 12345 where a name ends so; else user 2's file 678901_x.
    more = re.fullmatch(r"(\d{1,20})_(.+)", rest)
    if more and name and not match["late"] and number in users:
        if user in users:
            raise Refused(f"by its name it may be user {user}'s or user {number}'s; {BY_HAND}")
        name, user, number, rest = f"{name}_{user}", number, more[1], more[2]
    owner = Person(name=name, lms_user_id=user)
    if user.startswith("anon_"):
        owner = Person(name=user)
    return HandIn(owner, (File(rest, entry, int(number)),), is_late=bool(match["late"]))


def _moodle_owner(name: str) -> tuple[re.Match[str], str] | None:
    """What tells the owner of a file, and the file's name; a folder is one owner's, whatever is
    in it."""
    folder, _, rest = name.partition("/")
    if rest and (match := MOODLE_FOLDER.fullmatch(folder)):
        return match, rest
    match = MOODLE_FILE.fullmatch(name)
    return match and (match, match["rest"])


def _moodle(entry: Entry) -> HandIn | None:
    """Raises Refused where the name does not tell where the student's ends."""
    found = _moodle_owner(entry.name)
    if found is None:
        return None
    match, rest = found
    if match.re is MOODLE_FILE and len(re.findall(f"{MARKER}_", entry.name)) > 1:
        raise Refused(
            "its name holds Moodle's _assignsubmission_ twice, and so may be two students'; "
            f"download the submissions in folders, or {BY_HAND}"
        )
    owner = Person(name=match["name"], participant=match["number"] or "")
    return HandIn(owner, (File(rest, entry),))


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
