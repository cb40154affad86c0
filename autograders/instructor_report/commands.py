"""The command `course report`."""

from __future__ import annotations

import click

from autograders.system.folders import AssignmentName, course_folder
from autograders.system.whole_files import require_writable


@click.command()
@click.argument("assignment", type=AssignmentName())
@click.option("--no-names", is_flag=True, help="Give students pseudonyms, and link to none.")
def report(assignment: str, no_names: bool) -> None:
    """Write a page on how a graded assignment went.

    reports/ASSIGNMENT.html is one file that needs no network: the points, how hard and how telling
    each task is, what to teach again, which known mistakes were made by whom, equal wrong answers
    that have no name yet, the slowest submissions, and pairs with nearly identical code.
    """
    from autograders.grading.gradebook.course import course_directory, is_released, load_config
    from autograders.instructor_report.collect import collect
    from autograders.instructor_report.page import write_page

    course = course_folder()
    require_writable(course / "reports")
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


commands = [report]
