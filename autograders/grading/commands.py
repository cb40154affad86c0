"""The instructor's commands: release, grade, feedback."""

from __future__ import annotations

import sys
from contextlib import closing
from typing import Any

import click

from autograders.grading.progress_bar import jobs_option, plain, progress_bar
from autograders.grading.run.grade import grade
from autograders.system.folders import AssignmentName, course_folder
from autograders.system.whole_files import require_writable


class AssignmentNames(AssignmentName):
    """Several assignments, each as `01` or in full, with commas between them."""

    name = "assignments"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        return tuple(
            super(AssignmentNames, self).convert(name, param, ctx)
            for name in value.split(",")
            if name
        )


@click.command()
@click.argument("assignment", type=AssignmentName())
@click.option(
    "--unlock",
    type=AssignmentNames(),
    default="",
    metavar="ASSIGNMENTS",
    help="Finished assignments whose solutions and operations go in as well, as 01,02.",
)
def release(assignment: str, unlock: tuple[str, ...]) -> None:
    """Make the students' version of an assignment and the zip to give out.

    Both lie in release/ afterwards. Solutions are not unlocked before the last extension ends.
    """
    from autograders.edition.release import release as make_release
    from autograders.grading.deadlines.due_dates import refuse_before_deadline
    from autograders.grading.gradebook.course import (
        course_directory,
        load_config,
        require_writable_gradebook,
    )

    course = course_folder()
    directory = course_directory(load_config(course))
    require_writable(course / "release")
    require_writable_gradebook(directory)
    refuse_before_deadline(directory, unlock)
    zipped = make_release(course, assignment, unlock=unlock)
    click.echo(f"Give students this file: {zipped}")


@click.command()
@click.argument("assignment", type=AssignmentName())
@jobs_option
def feedback(assignment: str, jobs: int) -> None:
    """Write a feedback page for every graded submission of an assignment.

    The pages lie in feedback/STUDENT/ASSIGNMENT afterwards, scores and comments that were given
    by hand included. A page on which a task waits for a person gives no total; how many do is told.
    """
    from autograders.grading.feedback.write import Page, graded_students, write_feedback
    from autograders.grading.gradebook.course import course_directory, load_config

    course = course_folder()
    directory = course_directory(load_config(course))
    students = graded_students(directory, assignment)
    if not students:
        short = assignment.partition("-")[0]
        raise click.UsageError(f"{assignment} was not graded; run `course grade {short}` first")

    def line(page: Page) -> str:
        return plain(page.student)

    title, total = f"Writing feedback on {assignment}", len(students)
    steps = write_feedback(course, assignment, students, jobs)
    pages: list[Page] = []
    try:
        with closing(progress_bar(title, steps, total, line)) as ready:
            pages.extend(ready)
    except OSError as error:
        written = sum(not page.problem for page in pages)
        error.add_note(f"{written} of {total} pages are written")
        raise
    problems = [page for page in pages if page.problem]
    for page in problems:
        click.echo(f"No feedback: {plain(page.student)} - {page.problem}")
    written = len(pages) - len(problems)
    lie = "1 feedback page lies" if written == 1 else f"{written} feedback pages lie"
    click.echo(f"{lie} in {course / 'feedback'}")
    if waiting := sum(not page.is_final for page in pages):
        short = assignment.partition("-")[0]
        give = "1 of these gives" if waiting == 1 else f"{waiting} of these give"
        click.echo(
            f"{give} no total, since a task on it waits for a person: grade it in formgrader, "
            f"under Manual Grading, and run `course feedback {short}` again."
        )
    sys.exit(1 if problems else 0)


commands = [release, grade, feedback]
