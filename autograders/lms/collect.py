"""From an archive of a system to submitted/, one student after the other."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Any

from autograders.grading.deadlines.clock import Clock
from autograders.grading.submitted.hand_in import digest_of, work_in
from autograders.grading.submitted.submission import TIMESTAMP, Submission, read_timestamp
from autograders.lms.archives import Archive, HandIn
from autograders.lms.choose import Chooser
from autograders.lms.person import Person, safe_id
from autograders.lms.roster import NAME as ROSTER
from autograders.lms.roster import Roster
from autograders.lms.safe_zip import Refused
from autograders.system.whole_files import write_whole

# In submitted/, which nbgrader and course grade pass by: what a system said of a submission,
# STUDENT/ASSIGNMENT.json, and what lay in its place before, STUDENT/ASSIGNMENT-before-N.
ASIDE = ".collected"
# Wednesday, 23 September 2020, 9:00 PM; as Moodle's English, American and 24-hour settings write it
WORKSHEET_TIMES = (
    "%A, %d %B %Y, %I:%M %p",
    "%A, %B %d, %Y, %I:%M %p",
    "%A, %d %B %Y, %H:%M",
)


@dataclass(frozen=True)
class Collected:
    """What became of one student's hand-in: `new`, `replaced`, `unchanged`, `again` (the same work
    as what is there, the time of which counts), `kept` (what is there is later), `passed over` (it
    is nobody's) or `refused`, and in words what there is to say."""

    student: str
    what: str
    source: str = ""
    notes: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    hand_in: HandIn | None = None


def collect(
    submitted: Path, archive: Archive, chooser: Chooser, roster: Roster, zone: tzinfo = UTC
) -> Iterator[Collected]:
    """Puts each hand-in of the archive at submitted/STUDENT/ASSIGNMENT, and says so. `zone` is the
    course's, in which times are that name none.

    What was there is moved aside. After a crash a student's folder is the old one, the new one, or
    not there yet; collecting again puts it there.
    """
    students = [_student(archive.system, hand_in.owner, roster) for hand_in in archive.hand_ins]
    often = Counter(student for student, _ in students if student)
    for without_time, (student, problem) in zip(archive.hand_ins, students, strict=True):
        hand_in = _timed(without_time, roster.by_id(student), zone)
        if often[student] > 1:
            problem = f"{often[student]} hand-ins of this archive would be {student}'s"
        name = hand_in.owner.name or student
        if archive.system == "Canvas" and roster.is_test_student(hand_in.owner):
            note = ("it is Canvas's Test Student",)
            yield Collected(name, "passed over", notes=note, hand_in=hand_in)
            continue
        try:
            if problem:
                raise Refused(f"{problem}; see {ROSTER} in docs/lms.md")
            yield _put(submitted / student / chooser.assignment, archive.system, hand_in, chooser)
        except Refused as refusal:
            yield Collected(student or name, "refused", problems=(str(refusal),), hand_in=hand_in)
    for entry in archive.left_over:
        if entry.problem or not Path(entry.name).name.startswith("."):
            why = entry.problem or "it is no student's, by its name"
            yield Collected(entry.name, "refused", problems=(why,))


def read_record(submitted: Path, student: str, assignment: str) -> dict[str, Any]:
    """What the system said of a submission; nothing where it was put there by hand."""
    try:
        text = _record(submitted, student, assignment).read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    value: dict[str, Any] = json.loads(text)
    return value


def _student(system: str, owner: Person, roster: Roster) -> tuple[str, str]:
    """The course's id of a system's student, and why there is none."""
    if roster:
        found = roster.find(owner)
        return (found.student, "") if found else ("", _not_on_roster(owner))
    ids = {
        "Canvas": f"{owner.name}-{owner.lms_user_id}",
        "Moodle": owner.name,
        "Gradescope": owner.sis_user_id or owner.email or owner.name,
    }
    student = safe_id(ids[system])
    return student, "" if student else f"the name {owner.name!r} makes no id"


def _not_on_roster(owner: Person) -> str:
    if owner.name.startswith("anon_"):
        return f"the archive is anonymous, and does not say whose {owner.name!r} is"
    number = f" with Moodle's number {owner.participant}" if owner.participant else ""
    return f"{ROSTER} has not one student {owner.name or owner.email!r}{number}"


def _timed(hand_in: HandIn, person: Person, zone: tzinfo) -> HandIn:
    """With the time of Moodle's grading worksheet, if that is the roster: Moodle's archive has no
    times."""
    if hand_in.time or not person.participant or person.participant != hand_in.owner.participant:
        return hand_in
    for form in WORKSHEET_TIMES:
        with suppress(ValueError, OverflowError):
            time = datetime.strptime(person.handed_in, form)
            return replace(hand_in, time=time.replace(tzinfo=zone).astimezone(UTC))
    return hand_in


def _put(target: Path, system: str, hand_in: HandIn, chooser: Chooser) -> Collected:
    submitted, student, assignment = target.parents[1], target.parent.name, target.name
    chosen = chooser.choose(hand_in.files)
    files = {**chosen.weights, f"{assignment}.ipynb": chosen.notebook}
    if hand_in.time is not None:
        files[TIMESTAMP] = f"{hand_in.time:%Y-%m-%d %H:%M:%S.%f} UTC".encode()
    record = _said(system, hand_in)
    what = _compare(target, files, record, read_record(submitted, student, assignment))
    notes = [f"left out: {name}" for name in chosen.left_out]
    if first := _first_time(target, files, hand_in.time) if what == "replaced" else None:
        what = "again"
        notes.append(f"handed in again at {hand_in.time:%Y-%m-%d %H:%M:%S} UTC, equal to before")
        hand_in = replace(hand_in, time=first)
    if what in ("new", "replaced"):
        _replace(target, files)
    if what != "kept":
        text = json.dumps(record, indent=1) + "\n"
        write_whole(_record(submitted, student, assignment), text.encode())
    return Collected(student, what, chosen.source, tuple(notes), chosen.refused, hand_in)


def _first_time(target: Path, files: dict[str, bytes], time: datetime | None) -> datetime | None:
    """When the work in `files` was handed in first, if that is what lies at `target`; else None."""
    notebook = f"{target.name}.ipynb"
    weights = {name: files[name] for name in files if name.endswith(".safetensors")}
    there = Submission(target.parent.name, target.name, target)
    if time is None or work_in(there) != digest_of(files[notebook], weights):
        return None
    with suppress(ValueError):
        first = Clock().read(read_timestamp(target)).replace(tzinfo=UTC)
        return first if first < time else None
    return None


def _said(system: str, hand_in: HandIn) -> dict[str, Any]:
    """What the system says of a hand-in, as JSON has it."""
    return {
        "owner": {key: value for key, value in asdict(hand_in.owner).items() if value},
        "system": system,
        "submission": hand_in.submission,
        "is_late": hand_in.is_late,
        "order": [f"{hand_in.time or ''}", hand_in.order],
    }


def _compare(
    target: Path, files: dict[str, bytes], record: dict[str, Any], before: dict[str, Any]
) -> str:
    """What is to be done with what lies at `target`."""
    if not target.exists():
        return "new"
    there = {path.name: path.read_bytes() for path in target.iterdir() if path.is_file()}
    if there == files:
        return "unchanged"
    is_later = before.get("system") == record["system"] and before["order"] > record["order"]
    return "kept" if is_later else "replaced"


def _replace(target: Path, files: dict[str, bytes]) -> None:
    submitted, student = target.parents[1], target.parent.name
    submitted.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".collecting-", dir=submitted) as scratch:
        new = Path(scratch) / target.name
        for name, content in files.items():
            write_whole(new / name, content)
        target.parent.mkdir(exist_ok=True)
        if target.exists():
            target.rename(_free(submitted / ASIDE / student, target.name))
        new.rename(target)


def _record(submitted: Path, student: str, assignment: str) -> Path:
    return submitted / ASIDE / student / f"{assignment}.json"


def _free(folder: Path, name: str) -> Path:
    """A path in `folder`, which is made, that nothing has yet."""
    folder.mkdir(parents=True, exist_ok=True)
    number = 1
    while (path := folder / f"{name}-before-{number}").exists():
        number += 1
    return path
