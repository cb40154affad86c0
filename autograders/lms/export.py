"""exports/: an assignment's points as a file for each system."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from autograders.lms.cells import as_csv
from autograders.lms.forms import canvas, gradescope, moodle
from autograders.lms.marks import Mark, Marks
from autograders.lms.roster import Roster
from autograders.system.whole_files import write_whole


def export(folder: Path, marks: Marks, roster: Roster) -> tuple[list[Path], list[Mark]]:
    """Writes the files of marks into `folder`, and returns them and the marks that are in none.

    A student who waits for points by hand is left out: an import would take what there is for the
    grade, or an empty cell for a grade to be removed.
    """
    left_out = [mark for mark in marks.students if mark.waiting]
    known = replace(marks, students=tuple(m for m in marks.students if not m.waiting))
    tables = {
        "canvas": canvas(known, roster.headings),
        "moodle": moodle(known),
        "gradescope": gradescope(known),
    }
    paths = [folder / f"{marks.assignment}-{system}.csv" for system in tables]
    for path, rows in zip(paths, tables.values(), strict=True):
        write_whole(path, as_csv(rows))
    return paths, left_out
