"""nbgrader's exchange, where no student's folder stands for another's, for the course's own files,
or in the way of the class. It is a folder that everybody on the machine may write into."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import stat
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from nbgrader.exchange import ExchangeError
from nbgrader.exchange.default import ExchangeCollect, ExchangeReleaseFeedback
from nbgrader.utils import ignore_patterns

from autograders.grading.deadlines.due_dates import course_clock
from autograders.grading.feedback.page import is_final
from autograders.grading.submitted.hand_in import work_in
from autograders.grading.submitted.submission import SECRET, TIMESTAMP, Submission, read_timestamp
from autograders.system.whole_files import write_whole

NOBODY = ""  # no student's id


class Collect(ExchangeCollect):
    """nbgrader's, which takes what belongs to another account with a warning, follows links with
    the rights of who collects, and ends at the first folder that it cannot read.

    Here each of these is left in the exchange, with a line that says why. Where all students are
    one account, as in containers of a hub, `c.ExchangeCollect.check_owner = False` takes folders
    by their names alone.

    Of the same work that was handed in again the first is collected, so that nobody is late by
    handing in once more. The time of a submission is that in the name of its folder.
    """

    src_records: list[dict[str, Any]]

    def init_src(self) -> None:
        """Finds of each student the latest work that is the student's own, where it was handed in
        first."""
        self._found: list[dict[str, Any]] = []
        self._clock = course_clock(self.coursedir, self.coursedir.assignment_id, None)
        super().init_src()
        own = [each for each in self.src_records if each["username"] != NOBODY]
        first = [self._first_of_the_same(each) for each in own]
        self.src_records = [each for each in first if "filename" in each]

    def _path_to_record(self, path: str) -> dict[str, Any]:
        try:
            record: dict[str, Any] = super()._path_to_record(path)
            record["timestamp"] = self._clock.read(_time_in(path))
        except (ExchangeError, ValueError, OverflowError):
            record, problem = {}, "its name is not as `nbgrader submit` gives them"
        else:
            problem = _not_own(path, record["username"]) if self.check_owner else ""
        if problem:
            self.log.error("Not collected: %s: %s", path, problem)
            record |= {"username": NOBODY, "timestamp": datetime.min}  # init_src leaves it out
        self._found.append({**record, "path": Path(path)})
        return self._found[-1]

    def _first_of_the_same(self, latest: dict[str, Any]) -> dict[str, Any]:
        """The record of the submission from which on the student handed in nothing else; without
        a file's name where that is what was collected before."""
        first, work = latest, self._work(latest)
        for each in self._before(latest):
            if not work or self._work(each) != work:
                break
            first = each
        if first is not latest:
            self.log.warning(
                "Handed in again: %s at %s UTC, equal to the one before: the time of that counts, "
                "%s UTC",
                *(latest["username"], latest["timestamp"], first["timestamp"]),
            )
        return first

    def _work(self, record: dict[str, Any]) -> str:
        return work_in(Submission(record["username"], self.coursedir.assignment_id, record["path"]))

    def _before(self, latest: dict[str, Any]) -> list[dict[str, Any]]:
        """What the student handed in before, the latest first, with what was collected of it."""
        student, course = latest["username"], self.coursedir
        names = (course.submitted_directory, student, course.assignment_id)
        collected = Path(course.format_path(*names))
        found = [each for each in self._found if each["username"] == student]
        with contextlib.suppress(ValueError):
            time = self._clock.read(read_timestamp(collected))
            found.append({"username": student, "timestamp": time, "path": collected})
        earlier = [each for each in found if each["timestamp"] < latest["timestamp"]]
        return sorted(earlier, key=lambda each: (each["timestamp"], "filename" in each))[::-1]

    def do_copy(self, src: str, dest: str, log: Any = None) -> None:
        """Copies the plain files of a submission, or says why it cannot be copied."""
        try:
            if self.get_size(src) > 1000 * self.coursedir.max_dir_size:
                raise OSError(f"it is larger than {self.coursedir.max_dir_size} kB")
            with _opened(src) as folder:
                copy = partial(shutil.copy2, follow_symlinks=False)
                shutil.copytree(folder, dest, True, self._left_out, copy)
            self._note_time(src, Path(dest))
        except OSError as error:  # shutil.Error is one
            shutil.rmtree(dest, ignore_errors=True)
            self.log.error("Not collected: %s: %s", src, error)
        else:
            if self.coursedir.groupshared:
                self.set_perms(dest, fileperms=0o660, dirperms=0o2770)

    def _note_time(self, src: str, dest: Path) -> None:
        """The time is that of the folder's name, by which the latest was chosen; the file beside
        the notebook may say another."""
        said, time = read_timestamp(dest), _time_in(src)
        if said != time:
            self.log.warning("Its %s says %r; the folder's time counts: %s", TIMESTAMP, said, src)
            write_whole(dest / TIMESTAMP, time.encode())

    def _left_out(self, folder: str, names: list[str]) -> list[str]:
        """What the course's settings ignore, and all that is neither a plain file nor a folder."""
        course = self.coursedir
        plain = []
        for name in names:
            mode = os.lstat(Path(folder, name)).st_mode
            if stat.S_ISREG(mode) or stat.S_ISDIR(mode):
                plain.append(name)
            else:
                self.log.error("Left out: %s is no plain file", Path(folder, name))
        ignored = ignore_patterns(course.ignore, course.include, course.max_file_size, self.log)
        return [*(set(names) - set(plain)), *ignored(folder, plain)]


class ReleaseFeedback(ExchangeReleaseFeedback):
    """nbgrader's, which ends at the first page of a student who did not hand in by the exchange;
    here these are left out, with a line. A page without a total, since a task on it waits for a
    person, is released and named: it says so itself."""

    def copy_files(self) -> None:
        course = self.coursedir
        pattern = course.format_path(course.feedback_directory, "*", course.assignment_id)
        excluded = [name for name in course.student_id_exclude.split(",") if name]
        for folder in sorted(Path("/").glob(pattern.lstrip("/"))):
            student = folder.parent.name
            if not all((folder / name).is_file() for name in (TIMESTAMP, SECRET)):
                self.log.warning("Not released: %s did not hand in by the exchange", student)
                excluded.append(student)
            elif not all(is_final(page) for page in folder.glob("*.html")):
                self.log.warning(
                    "Released without a total: on the page of %s a task waits for a person", student
                )
        course.student_id_exclude = ",".join(excluded)
        super().copy_files()


@contextlib.contextmanager
def _opened(folder: str) -> Iterator[str]:
    """A path that leads to what `folder` is now, though its owner may put a link in its place."""
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        yield f"/proc/self/fd/{opened}"
    finally:
        os.close(opened)


def _time_in(path: str) -> str:
    """When it was handed in, by a folder's name, which is STUDENT+ASSIGNMENT+TIME+RANDOM."""
    return Path(path).name.rsplit("+", 3)[2]


def _not_own(path: str, student: str) -> str:
    """Why the folder is not the student's own; empty where it is."""
    status = os.lstat(path)
    if not stat.S_ISDIR(status.st_mode):
        return "it is no folder"
    try:
        owner = pwd.getpwuid(status.st_uid).pw_name
    except KeyError:
        owner = f"the account number {status.st_uid}"
    return "" if owner == student else f"it says that it is {student}'s and belongs to {owner}"
