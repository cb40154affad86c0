"""nbgrader's exchange, where no student's folder stands for another's, for the course's own files,
or in the way of the class. It is a folder that everybody on the machine may write into."""

from __future__ import annotations

import os
import pwd
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from nbgrader.exchange import ExchangeError
from nbgrader.exchange.default import ExchangeCollect, ExchangeReleaseFeedback
from nbgrader.utils import ignore_patterns

from autograders.grading.submission import SECRET, TIMESTAMP

NOBODY = ""  # no student's id


class Collect(ExchangeCollect):
    """nbgrader's, which takes what belongs to another account with a warning, follows links with
    the rights of who collects, and ends at the first folder that it cannot read.

    Here each of these is left in the exchange, with a line that says why. Where all students are
    one account, as in containers of a hub, `c.ExchangeCollect.check_owner = False` takes folders
    by their names alone.
    """

    src_records: list[dict[str, Any]]

    def init_src(self) -> None:
        """Finds the latest submission of each student that is the student's own."""
        super().init_src()
        self.src_records = [each for each in self.src_records if each["username"] != NOBODY]

    def _path_to_record(self, path: str) -> dict[str, Any]:
        try:
            record: dict[str, Any] = super()._path_to_record(path)
        except (ExchangeError, ValueError, OverflowError):
            record, problem = {}, "its name is not as `nbgrader submit` gives them"
        else:
            problem = _not_own(path, record["username"]) if self.check_owner else ""
        if problem:
            self.log.error("Not collected: %s: %s", path, problem)
            record |= {"username": NOBODY, "timestamp": datetime.min}  # init_src leaves it out
        return record

    def do_copy(self, src: str, dest: str, log: Any = None) -> None:
        """Copies the plain files of a submission, or says why it cannot be copied."""
        try:
            if self.get_size(src) > 1000 * self.coursedir.max_dir_size:
                raise OSError(f"it is larger than {self.coursedir.max_dir_size} kB")
            with _opened(src) as folder:
                copy = partial(shutil.copy2, follow_symlinks=False)
                shutil.copytree(folder, dest, True, self._left_out, copy)
        except OSError as error:  # shutil.Error is one
            shutil.rmtree(dest, ignore_errors=True)
            self.log.error("Not collected: %s: %s", src, error)
        else:
            if self.coursedir.groupshared:
                self.set_perms(dest, fileperms=0o660, dirperms=0o2770)

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
    here these are left out, with a line."""

    def copy_files(self) -> None:
        course = self.coursedir
        pattern = course.format_path(course.feedback_directory, "*", course.assignment_id)
        folders = Path("/").glob(pattern.lstrip("/"))
        missing = sorted(
            folder.parent.name
            for folder in folders
            if not all((folder / name).is_file() for name in (TIMESTAMP, SECRET))
        )
        for student in missing:
            self.log.warning("Not released: %s did not hand in by the exchange", student)
        excluded = [name for name in course.student_id_exclude.split(",") if name]
        course.student_id_exclude = ",".join([*excluded, *missing])
        super().copy_files()


@contextmanager
def _opened(folder: str) -> Iterator[str]:
    """A path that leads to what `folder` is now, though its owner may put a link in its place."""
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        yield f"/proc/self/fd/{opened}"
    finally:
        os.close(opened)


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
