"""The command that grades: what it asks for, and what it tells."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from contextlib import closing, nullcontext
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from autograders.grading.progress_bar import jobs_option, plain, progress_bar
from autograders.system.folders import AssignmentName, course_folder

WAITS = "Waits for a person"
TO_CONFIRM = (
    "What waits is in no total and no export yet: whether the answer uses what the exercise asks "
    "to write could not be proved. Read it in formgrader, under Manual Grading, and type its "
    "points (docs/year.md)."
)


def _with_dask(context: click.Context, parameter: click.Parameter, address: str) -> str:
    if address and not find_spec("distributed"):
        raise click.BadParameter("a Dask cluster needs the extra `dask` (pip install distributed)")
    return address


@click.command()
@click.argument("assignment", type=AssignmentName(), required=False)
@jobs_option
@click.option(
    "--accept-weaker",
    is_flag=True,
    help="Grade even where students' code could read or change your files (see `course doctor`).",
)
@click.option(
    "--device",
    type=click.Choice(["cpu", "cuda"]),
    show_default="c.IsolatedExecute.device in nbgrader_config.py, else cpu",
    help="With cuda, functions of tensors are asked on the graphics card as well, which weakens "
    "the sandbox (docs/security.md).",
)
@click.option(
    "--scheduler",
    metavar="ADDRESS",
    default="",
    callback=_with_dask,
    help="Run the notebooks on a Dask cluster, as tcp://127.0.0.1:8786, instead of on this machine "
    "(docs/cluster.md).",
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
    assignment: str | None,
    jobs: int,
    accept_weaker: bool,
    device: str | None,
    scheduler: str,
    dry_run: bool,
    restore: str | None,
) -> None:
    """Grade everything that was handed in for an assignment.

    Takes submitted/STUDENT/ASSIGNMENT/ASSIGNMENT.ipynb of every student, or where no file is called
    so the only notebook of the assignment, puts it back into its released form, runs it in a
    sandbox and saves the scores in the gradebook, which is backed up before. Grading again keeps
    scores that a person gave and takes up only what has changed since: a submission, the
    assignment, the checks, the libraries. A new due date, extension or late policy is applied
    without running anything. To have a submission graded all the same, remove its folder in
    autograded/. Ends with 1 if a file could not be graded, and with 2 where nothing may be graded
    on this machine.
    """
    from autograders.grading.deadlines.due_dates import deadlines
    from autograders.grading.examiner.isolation import strongest_isolation
    from autograders.grading.gradebook.backup import back_up
    from autograders.grading.gradebook.course import (
        course_directory,
        is_released,
        load_config,
        require_writable_gradebook,
    )
    from autograders.grading.gradebook.lock import gradebook_lock
    from autograders.grading.run.autograde import Outcome, run_all, save_all
    from autograders.grading.sandboxed.walls.card import WEAKER
    from autograders.grading.steps.isolate import CannotGradeHere, IsolatedExecute
    from autograders.grading.submitted.submission import find_submissions
    from autograders.system.whole_files import require_writable

    course = course_folder()
    config = load_config(course)
    directory = course_directory(config)
    if restore is not None:
        return _restore(directory, restore)
    if assignment is None:
        raise click.UsageError("Missing argument 'ASSIGNMENT'.")
    if not is_released(directory, assignment):
        number = assignment.partition("-")[0]
        raise click.UsageError(
            f"{assignment} was not released; run `course release {number}` first"
        )
    submitted = course / directory.submitted_directory
    submissions = find_submissions(submitted, assignment)
    if not submissions:
        where = submitted / "STUDENT" / assignment / f"{assignment}.ipynb"
        raise click.UsageError(f"nothing was handed in: notebooks are looked for in {where}")

    def line(outcome: Outcome) -> str:
        note = " (not graded)" if outcome.problem else "" if outcome.is_new else " (graded before)"
        return f"{plain(outcome.submission.student)}{note}"

    device = device or IsolatedExecute(config=config).device
    open_until = deadlines(directory, assignment)
    try:
        click.echo(f"Sandbox: {strongest_isolation()}")
        if device == "cuda":
            click.echo(WEAKER)
        if open_until.due:
            clock = open_until.clock
            click.echo(f"Due {clock.show(open_until.due)}")
            click.echo(f"Days are counted in {clock.zone}, {clock.why}")
        with nullcontext() if dry_run else gradebook_lock(directory, assignment, _tell_waiting):
            if not dry_run:
                require_writable(Path(directory.root, directory.autograded_directory))
                require_writable_gradebook(directory)
                back_up(directory)
            steps = run_all(course, submissions, jobs, accept_weaker, device, scheduler)
            steps = steps if dry_run else save_all(course, steps)
            total = len(submissions)
            with closing(progress_bar(f"Grading {assignment}", steps, total, line)) as outcomes:
                if dry_run:
                    problems = _print_changes(config, assignment, outcomes)
                else:
                    problems = _print_grades(config, assignment, outcomes, total)
    except CannotGradeHere as refusal:
        raise click.UsageError(str(refusal)) from refusal
    extended = open_until.extensions.keys()
    for student in sorted(extended - {each.student for each in submissions}):
        click.echo(f"Nothing handed in: {plain(student)}, who has an extension")
    for student, problem in sorted(problems.items()):
        click.echo(f"Not graded: {plain(student)} - {problem}")
    sys.exit(1 if problems else 0)


def _print_grades(
    config: Any, assignment: str, outcomes: Iterable[Any], total: int
) -> dict[str, str]:
    """The grades of all that were graded; returns why others were not, by student."""
    from autograders.grading.deadlines.due_dates import deadlines
    from autograders.grading.gradebook.course import course_directory, open_gradebook
    from autograders.grading.run.table import grades_table
    from autograders.grading.steps.isolate import unproved

    clock = deadlines(course_directory(config), assignment).clock
    notes: dict[str, list[tuple[str, str]]] = {}
    problems: dict[str, str] = {}
    reasons: dict[str, dict[str, str]] = {}
    try:
        for outcome in outcomes:  # of five thousand notebooks none is kept
            student = outcome.submission.student
            if outcome.notebook is None:
                problems[student] = outcome.problem
            else:
                notes[student] = _notes(outcome, clock)
                reasons[student] = unproved(outcome.notebook)
    except OSError as error:
        error.add_note(f"{len(notes)} of {total} submissions are graded and saved")
        raise
    if notes:
        with open_gradebook(course_directory(config)) as gradebook:
            Console().print(grades_table(gradebook, assignment, notes.keys()))
            for student, why in reasons.items():
                if why:
                    notes[student] += _of_unproved(gradebook, assignment, student, why)
    for student in sorted(notes):
        for what, words in notes[student]:
            click.echo(f"{what}: {plain(student)} - {plain(words)}")
    if any(what == WAITS for each in notes.values() for what, _ in each):
        click.echo(TO_CONFIRM)
    return problems


def _of_unproved(
    gradebook: Any, assignment: str, student: str, reasons: dict[str, str]
) -> list[tuple[str, str]]:
    """What is told of answers that are not proved, but for those that a person has looked at."""
    from autograders.grading.steps.scores import waits

    saved = gradebook.find_submission_notebook(assignment, assignment, student)
    notes = []
    for name, grade in gradebook.grades_of(saved).items():
        if name in reasons and waits(grade):
            proposed = f"{name}, {grade.auto_score:g} of {grade.max_score:g} points proposed"
            notes.append((WAITS, f"{proposed}: {reasons[name]}"))
        elif name in reasons and grade.manual_score is None and grade.auto_score:
            notes.append(("Not proved", f"{name}, the points stand: {reasons[name]}"))
    return sorted(notes)


def _notes(outcome: Any, clock: Any) -> list[tuple[str, str]]:
    """What an instructor should know of a graded submission: what kind of thing, and its words."""
    from autograders.grading.steps.late import told
    from autograders.grading.steps.rebuild import repairs_of
    from autograders.grading.submitted.submission import TIMESTAMP

    notebook, hand_in = outcome.notebook, outcome.hand_in
    repairs = len(repairs_of(notebook))
    count = "1 repair" if repairs == 1 else f"{repairs} repairs"
    notes = [("Repaired", count)] if repairs else []
    if hand_in.problem:
        why = f"its {TIMESTAMP} holds none, and counts as missing: {hand_in.problem}"
        notes.append(("No time", why))
    if hand_in.again:
        first, again = clock.show(hand_in.time), clock.show(hand_in.again)
        same = f"at {again}, equal to the one before: the time of that counts, {first}"
        notes.append(("Handed in again", same))
    was, now = outcome.was_late, outcome.is_late
    if was and was.penalty != now.penalty:
        points = f"{now.penalty:g} points off instead of {was.penalty:g}"
        notes.append(("Being late", f"{points}: {told(now, clock)}"))
    return notes


def _print_changes(config: Any, assignment: str, outcomes: Iterable[Any]) -> dict[str, str]:
    """What would change; returns why some could not be graded, by student."""
    from autograders.grading.run.dry_run import changes_of, changes_table

    changes, problems, graded = [], {}, 0
    for outcome, found in changes_of(config, outcomes):
        if outcome.notebook is None:
            problems[outcome.submission.student] = outcome.problem
        else:
            graded += 1
            changes += found
    if changes:
        Console().print(changes_table(assignment, changes))
    whose = len({change.student for change in changes})
    click.echo(f"Points would change for {whose} of {graded} students; nothing was saved.")
    return problems


def _restore(directory: Any, name: str) -> None:
    from autograders.grading.gradebook.backup import CannotRestore, restore
    from autograders.grading.gradebook.lock import gradebook_lock

    try:
        with gradebook_lock(directory, None, _tell_waiting):
            backup = restore(directory, name or None)
    except CannotRestore as problem:
        raise click.UsageError(str(problem)) from problem
    click.echo(
        f"The gradebook is as it was at {backup.stem} (UTC). The notebooks in "
        f"{directory.autograded_directory}/ are as the last run left them."
    )


def _tell_waiting() -> None:
    click.echo("Another run is changing these grades; this one goes on when that has ended.")
