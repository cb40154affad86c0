"""The commands `course collect` and `course export`."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from rich.console import Console

from autograders.system.folders import AssignmentName, course_folder
from autograders.system.whole_files import require_writable


@click.command()
@click.argument("assignment", type=AssignmentName())
@click.argument(
    "archive", metavar="ZIP", type=click.Path(path_type=Path, exists=True, dir_okay=False)
)
def collect(assignment: str, archive: Path) -> None:
    """Take the hand-ins from an archive of Canvas, Moodle or Gradescope.

    ZIP is what Canvas (Download Submissions), Moodle (Download all submissions) or Gradescope
    (Export Submissions) gives, or that unpacked and zipped again. Puts each student's latest
    notebook, trained weights and time at submitted/STUDENT/ASSIGNMENT, and prints what was not
    taken and why. What lay there before is kept in submitted/.collected. Who is who, sections and
    e-mails come from roster.csv in the course's folder, if there is one (docs/lms.md). Ends with 1
    if something was refused.
    """
    from autograders.grading.deadlines.due_dates import deadlines
    from autograders.grading.gradebook.course import (
        course_directory,
        load_config,
        require_writable_gradebook,
    )
    from autograders.grading.progress_bar import plain
    from autograders.lms.archives import read_archive
    from autograders.lms.choose import Chooser
    from autograders.lms.collect import ASIDE, Collected
    from autograders.lms.collect import collect as take
    from autograders.lms.roster import read_roster, save_roster
    from autograders.lms.safe_zip import OUTSIDE, Refused, entries
    from autograders.lms.table import collected_table

    course = course_folder()
    directory = course_directory(load_config(course))
    submitted = course / directory.submitted_directory
    require_writable(submitted, submitted / ASIDE)
    require_writable_gradebook(directory)
    roster = read_roster(course)
    due = deadlines(directory, assignment)
    with archive.open("rb") as stream:
        try:
            found = read_archive(entries(stream, OUTSIDE), roster.users)
        except Refused as problem:
            raise click.UsageError(f"{archive}: {problem}") from problem
        save_roster(directory, roster)
        done: list[Collected] = []
        try:
            chooser = Chooser(course, assignment)
            done.extend(take(submitted, found, chooser, roster, due.clock.zone))
        except OSError as error:
            count = sum(each.what not in ("refused", "passed over") for each in done)
            error.add_note(f"the notebooks of {count} students are in {submitted}")
            raise
    for person in roster.test_students:
        click.echo(f"Passed over in roster.csv: {plain(person.full_name())}, Canvas's Test Student")
    Console().print(collected_table(f"{assignment} from {found.system}", done, due))
    refused = any(each.problems for each in done)
    taken = sum(each.what not in ("refused", "passed over") for each in done)
    click.echo(f"A notebook of {taken} student{'' if taken == 1 else 's'} is in {submitted}")
    sys.exit(1 if refused else 0)


@click.command()
@click.argument("assignment", type=AssignmentName())
def export(assignment: str) -> None:
    """Write the points for Canvas, Moodle and Gradescope.

    exports/ASSIGNMENT-SYSTEM.csv has a row a student: the points of each task and in all, points by
    hand and late penalties included. A student who waits for points by hand, or whose work was not
    graded, is named and left out. Ends with 1 if there is one.
    """
    from autograders.grading.gradebook.course import course_directory, is_released, load_config
    from autograders.grading.progress_bar import plain
    from autograders.grading.submitted.submission import find_submissions
    from autograders.lms.export import export as write
    from autograders.lms.marks import read_marks
    from autograders.lms.roster import read_roster

    course = course_folder()
    require_writable(course / "exports")
    directory = course_directory(load_config(course))
    roster = read_roster(course)
    short = assignment.partition("-")[0]
    if not is_released(directory, assignment):
        raise click.UsageError(f"{assignment} was not released; run `course release {short}` first")
    marks = read_marks(course, directory, assignment, roster)
    if not marks.students:
        raise click.UsageError(f"{assignment} was not graded; run `course grade {short}` first")
    paths, left_out = write(course / "exports", marks, roster)
    for mark in left_out:
        waiting = ", ".join(mark.waiting)
        click.echo(f"Left out: {mark.person.student} waits for points by hand: {waiting}", err=True)
    handed_in = find_submissions(course / directory.submitted_directory, assignment)
    graded = {mark.person.student for mark in marks.students}
    ungraded = [each.student for each in handed_in if each.student not in graded]
    for student in ungraded:
        click.echo(f"Left out: {plain(student)} handed in and was not graded", err=True)
    for mark in marks.students:
        if mark.to_confirm and not mark.waiting:
            given = ", ".join(mark.to_confirm)
            click.echo(
                f"To confirm: {mark.person.student} has points by hand from before it was graded "
                f"again: {given}",
                err=True,
            )
    count = len(marks.students) - len(left_out)
    click.echo(f"The points of {count} student{'' if count == 1 else 's'}:")
    for path in paths:
        click.echo(f"  {path}")
    sys.exit(1 if left_out or ungraded else 0)


commands = [collect, export]
