"""The command `course audit`."""

from __future__ import annotations

import os
import sys

import click
from rich.console import Console
from rich.progress import track

from autograders.system.folders import AssignmentName, assignments, course_folder


@click.command()
@click.argument("assignment", type=AssignmentName(), required=False)
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    default=lambda: os.cpu_count() or 1,
    show_default="one for each core",
    help="How many wrong answers to judge at once.",
)
def audit(assignment: str | None, jobs: int) -> None:
    """Show that the cases catch wrong answers.

    Puts one small fault at a time into right answers of ASSIGNMENT, or of all assignments, and
    prints for each exercise how many of these wrong answers its cases catch, and which group of
    cases is the first to. Those that are right all the same are listed with the reason in
    autograders/audit/survivors.toml. Ends with 1 where one is not caught and has no reason there,
    or has one and is caught. All assignments take about five minutes.
    """
    from autograders.audit.mutants import wrong_answers
    from autograders.audit.survivors import disagreements, read_reasons
    from autograders.audit.table import rich_table, table_rows
    from autograders.audit.trial import try_all

    course = course_folder()
    wrong = wrong_answers(course, [assignment] if assignment else assignments(course))
    steps = try_all(wrong, jobs)
    trials = list(track(steps, "Judging", len(wrong), console=Console(stderr=True)))
    reasons = read_reasons()
    Console().print(rich_table(table_rows(trials, reasons)))
    disagreeing = disagreements(trials, reasons)
    for line in disagreeing:
        click.echo(line)
    sys.exit(1 if disagreeing else 0)


commands = [audit]
