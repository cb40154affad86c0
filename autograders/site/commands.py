"""The command that writes the website."""

from __future__ import annotations

from pathlib import Path

import click

from autograders.grading.commands import AssignmentNames
from autograders.system.folders import course_folder


@click.command()
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    help="The folder to write; site/ of the course otherwise.",
)
@click.option(
    "--record",
    type=AssignmentNames(),
    default="",
    metavar="ASSIGNMENTS",
    help="Run these notebooks first, as 01,04, and keep what they show in docs/recordings.",
)
def site(output: Path | None, record: tuple[str, ...]) -> None:
    """Write a website of the lessons, without their answers.

    It needs no server and no network: open index.html in a browser, or put the folder on any web
    server. Demos are live. Pictures and numbers that Python makes are recordings of a run with
    every function written; those that answer a question are left out. A recording is shown as
    long as its cell is as it was; --record makes new ones, which takes a minute for a notebook
    and ten for 04.
    """
    from autograders.site.build import build, keep_recordings

    course = course_folder()
    folder = output or course / "site"
    for name in record:
        click.echo(f"Running {name}")
        keep_recordings(course, name)
    for written in build(course, folder):
        click.echo(f"Wrote {written.page.href}")
        if written.not_recorded:
            click.echo(f"  without recordings of {', '.join(written.not_recorded)}")
    click.echo(f"Open {folder / 'index.html'}")


commands = [site]
