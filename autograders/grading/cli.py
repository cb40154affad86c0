"""The instructor's commands: release, grade, feedback, report."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from contextlib import nullcontext
from typing import Any, TypeVar

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from autograders.folders import AssignmentName, course_folder

Step = TypeVar("Step")


class AssignmentNames(AssignmentName):
    """Several assignments, each as `01` or in full, with commas between them."""

    name = "assignments"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        return tuple(
            super(AssignmentNames, self).convert(name, param, ctx)
            for name in value.split(",")
            if name
        )


jobs_option = click.option(
    "--jobs",
    type=click.IntRange(min=1),
    default=lambda: os.cpu_count() or 1,
    show_default="one for each core",
    help="How many submissions to work on at once.",
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
    from autograders.grading.course import course_directory, load_config
    from autograders.grading.late import refuse_before_deadline
    from autograders.release import release as make_release

    course = course_folder()
    refuse_before_deadline(course_directory(load_config(course)), unlock)
    zipped = make_release(course, assignment, unlock=unlock)
    click.echo(f"Give students this file: {zipped}")


@click.command()
@click.argument("assignment", type=AssignmentName(), required=False)
@jobs_option
@click.option(
    "--accept-weaker",
    is_flag=True,
    help="Grade even where students' code could read or change your files (see `course doctor`).",
)
@click.option(
    "--dry-run",
    is_flag=True,
    help="Save nothing: show whose points would change, in which cell, and why.",
)
@click.option(
    "--restore",
    is_flag=False,
    flag_value="",
    metavar="[BACKUP]",
    help="Grade nothing: bring the gradebook back as it was before the last run, or as the BACKUP "
    "in gradebook_backups/ has it. Doing so again undoes it.",
)
def grade(
    assignment: str | None, jobs: int, accept_weaker: bool, dry_run: bool, restore: str | None
) -> None:
    """Grade everything that was handed in for an assignment.

    Takes submitted/STUDENT/ASSIGNMENT/ASSIGNMENT.ipynb of every student, puts the notebook back
    into its released form, runs it in a sandbox and saves the scores in the gradebook, which is
    backed up before. Grading again keeps scores that a person gave and takes up only what has
    changed since: a submission, the assignment, the checks, the libraries. To have a submission
    graded all the same, remove its folder in autograded/. Ends with 1 if a file could not be
    graded, and with 2 where nothing may be graded on this machine.
    """
    from autograders.grading.autograde import Outcome, execute_all, grade_all
    from autograders.grading.backup import back_up
    from autograders.grading.course import (
        course_directory,
        is_released,
        load_config,
        released_points,
    )
    from autograders.grading.isolate import CannotGradeHere
    from autograders.grading.sandbox.rung import strongest_rung
    from autograders.grading.submission import find_submissions
    from autograders.grading.turns import turn
    from autograders.points import disagreement

    course = course_folder()
    directory = course_directory(load_config(course))
    if restore is not None:
        return _restore(directory, restore)
    if assignment is None:
        raise click.UsageError("Missing argument 'ASSIGNMENT'.")
    first = f"run `course release {assignment.partition('-')[0]}` first"
    if not is_released(directory, assignment):
        raise click.UsageError(f"{assignment} was not released; {first}")
    submitted = course / directory.submitted_directory
    submissions = find_submissions(submitted, assignment)
    if not submissions:
        where = submitted / "STUDENT" / assignment / f"{assignment}.ipynb"
        raise click.UsageError(f"nothing was handed in: notebooks are looked for in {where}")
    if wrong := disagreement(released_points(directory, assignment), "the gradebook"):
        raise click.UsageError(f"{wrong}; {first}")

    def line(outcome: Outcome) -> str:
        note = " (not graded)" if outcome.problem else "" if outcome.is_new else " (graded before)"
        return f"{_plain(outcome.submission.student)}{note}"

    try:
        click.echo(f"Sandbox: {strongest_rung()}")
        step = execute_all if dry_run else grade_all
        with nullcontext() if dry_run else turn(directory, assignment, _tell_waiting):
            if not dry_run:
                back_up(directory)
            steps = step(course, submissions, jobs, accept_weaker)
            outcomes = _follow(f"Grading {assignment}", steps, len(submissions), line)
    except CannotGradeHere as refusal:
        raise click.UsageError(str(refusal)) from refusal
    (_print_changes if dry_run else _print_grades)(directory, assignment, outcomes)
    sys.exit(1 if any(outcome.problem for outcome in outcomes) else 0)


@click.command()
@click.argument("assignment", type=AssignmentName())
@jobs_option
def feedback(assignment: str, jobs: int) -> None:
    """Write a feedback page for every graded submission of an assignment.

    The pages lie in feedback/STUDENT/ASSIGNMENT afterwards, scores and comments that were given
    by hand included.
    """
    from autograders.grading.course import course_directory, load_config
    from autograders.grading.feedback import Page, graded_students, write_feedback

    course = course_folder()
    directory = course_directory(load_config(course))
    students = graded_students(directory, assignment)
    if not students:
        short = assignment.partition("-")[0]
        raise click.UsageError(f"{assignment} was not graded; run `course grade {short}` first")

    def line(page: Page) -> str:
        return _plain(page.student)

    steps = write_feedback(course, assignment, students, jobs)
    pages = _follow(f"Writing feedback on {assignment}", steps, len(students), line)
    problems = [page for page in pages if page.problem]
    for page in problems:
        click.echo(f"No feedback: {_plain(page.student)} - {page.problem}")
    click.echo(f"{len(pages) - len(problems)} feedback pages lie in {course / 'feedback'}")
    sys.exit(1 if problems else 0)


@click.command()
@click.argument("assignment", type=AssignmentName())
@click.option("--no-names", is_flag=True, help="Give students pseudonyms, and link to none.")
def report(assignment: str, no_names: bool) -> None:
    """Write a page on how a graded assignment went.

    reports/ASSIGNMENT.html is one file that needs no network: the points, how hard and how telling
    each task is, what to teach again, which known mistakes were made by whom, equal wrong answers
    that have no name yet, the slowest submissions, and pairs with nearly identical code.
    """
    from autograders.grading.course import course_directory, is_released, load_config
    from autograders.instructor_report.collect import collect
    from autograders.instructor_report.page import write_page

    course = course_folder()
    config = load_config(course)
    short = assignment.partition("-")[0]
    if not is_released(course_directory(config), assignment):
        raise click.UsageError(f"{assignment} was not released; run `course release {short}` first")
    collected = collect(config, assignment)
    if not collected.graded:
        raise click.UsageError(f"{assignment} was not graded; run `course grade {short}` first")
    page = course / "reports" / f"{assignment}.html"
    write_page(page, collected.without_names() if no_names else collected)
    click.echo(f"The report on {len(collected.graded)} submissions: {page}")


def _print_grades(directory: Any, assignment: str, outcomes: list[Any]) -> None:
    from autograders.grading.course import open_gradebook
    from autograders.grading.isolate import unproved
    from autograders.grading.preprocessor import repairs_of
    from autograders.grading.table import grades_table

    outcomes = sorted(outcomes, key=lambda outcome: outcome.submission.student)
    graded = [outcome for outcome in outcomes if outcome.notebook is not None]
    if graded:
        students = {outcome.submission.student for outcome in graded}
        with open_gradebook(directory) as gradebook:
            Console().print(grades_table(gradebook, assignment, students))
    for outcome in graded:
        if repairs := repairs_of(outcome.notebook):
            count = "1 repair" if len(repairs) == 1 else f"{len(repairs)} repairs"
            click.echo(f"Repaired: {_plain(outcome.submission.student)} - {count}")
        for name, why in unproved(outcome.notebook).items():
            click.echo(f"Not proved: {_plain(outcome.submission.student)} - {name}: {_plain(why)}")
    _print_problems(outcomes)


def _print_changes(directory: Any, assignment: str, outcomes: list[Any]) -> None:
    from autograders.grading.course import open_gradebook
    from autograders.grading.dry_run import changes_of, changes_table

    graded = [outcome for outcome in outcomes if outcome.notebook is not None]
    with open_gradebook(directory) as gradebook:
        changes = [
            change for outcome in graded for change in changes_of(gradebook, directory, outcome)
        ]
    if changes:
        Console().print(changes_table(assignment, changes))
    whose = len({change.student for change in changes})
    click.echo(f"Points would change for {whose} of {len(graded)} students; nothing was saved.")
    _print_problems(outcomes)


def _print_problems(outcomes: list[Any]) -> None:
    for outcome in sorted(outcomes, key=lambda outcome: outcome.submission.student):
        if outcome.problem:
            click.echo(f"Not graded: {_plain(outcome.submission.student)} - {outcome.problem}")


def _restore(directory: Any, name: str) -> None:
    from autograders.grading.backup import CannotRestore, restore
    from autograders.grading.turns import turn

    try:
        with turn(directory, None, _tell_waiting):
            backup = restore(directory, name or None)
    except CannotRestore as problem:
        raise click.UsageError(str(problem)) from problem
    click.echo(
        f"The gradebook is as it was at {backup.stem} (UTC). The notebooks in "
        f"{directory.autograded_directory}/ are as the last run left them."
    )


def _tell_waiting() -> None:
    click.echo("Another run is changing these grades; this one goes on when that has ended.")


def _follow(
    title: str, steps: Iterable[Step], total: int, line: Callable[[Step], str]
) -> list[Step]:
    """All `steps`, with a progress bar meanwhile, or a line each where there is no terminal."""
    console = Console()
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    done = []
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task(title, total=total)
        for step in steps:
            done.append(step)
            progress.advance(task)
            if not console.is_terminal:
                click.echo(f"{title} {len(done)}/{total}: {line(step)}")
    return done


def _plain(text: str) -> str:
    """A folder's name without what would move a terminal's cursor."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)


commands = [release, grade, feedback, report]
