"""The `course` command. Students have lab, check, progress and doctor; instructors have more."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

import click

from autograders.system.console import Commands
from autograders.system.folders import (
    PACKAGE,
    AssignmentName,
    NotFound,
    assignments,
    current_folder,
    find_course,
    find_student_folder,
    is_project,
    student_folder,
)


class Course(Commands):
    """The commands of what is installed, the project or the student edition."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """click's. Raises NotFound for a command that only the project has."""
        if self.get_command(ctx, args[0]) is None:
            _refuse_edition()
        return super().resolve_command(ctx, args)


def _refuse_edition() -> None:
    """Raises NotFound where the student edition is installed and called in a course to grade."""
    course = find_course()
    if course is not None and not is_project():
        raise NotFound(
            f"what is installed in {PACKAGE} is the student edition, without hidden cases and "
            f"grading; run `pip install --editable .` in the project's folder, such as {course}"
        )


@click.group(cls=Course, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """A course on convolutional networks.

    An ASSIGNMENT is given as 01 or in full, 01-discrete-convolution. Commands find the course
    from the current folder upward. They end with 74 where the system refuses something, such as
    room on a disk, and say at which file.
    """


@main.command(context_settings={"ignore_unknown_options": True})
@click.argument("jupyterlab", nargs=-1, type=click.UNPROCESSED, metavar="[-- JUPYTERLAB...]")
def lab(jupyterlab: tuple[str, ...]) -> None:
    """Open the notebooks in JupyterLab.

    In the project it first brings the student's workspace up to date with the released
    notebooks; a notebook that was worked on is never replaced. What follows -- is passed to
    JupyterLab, such as --no-browser.
    """
    from autograders.student_tools.lab import open_lab

    course = find_course()
    if course is not None and find_student_folder() is None:
        _refuse_edition()
        for sentence in import_module("autograders.edition.workspace").update_workspace(course):
            click.echo(sentence)
    sys.exit(open_lab(student_folder(), jupyterlab))


@main.command()
@click.argument("assignment", type=AssignmentName())
@click.argument("notebook", required=False, type=click.Path(path_type=Path, dir_okay=False))
def check(assignment: str, notebook: Path | None) -> None:
    """Look a notebook over, repair it, and write what to hand in.

    Finds duplicate, missing and changed cells of the assignment and exercises that are not
    written, puts right what it can (a copy of the notebook as it was is kept beside it), moves
    the work into the corrected notebook where there is one, and writes hand-in/ASSIGNMENT.ipynb
    with a receipt. NOTEBOOK is the one to look over, if it does not lie in its own place.
    Then it runs what was written as it is run when it is graded, for two minutes at most, and
    tells which cells stop there and did not stop in the notebook; points do not depend on it.
    Ends with 1 where it found what it cannot repair.
    """
    from autograders.student_tools.as_graded import try_as_graded
    from autograders.student_tools.submit import hand_in

    folder = student_folder()
    receipt = hand_in(folder, assignment, notebook)
    click.echo(receipt.text, nl=False)
    click.echo(f"\nHand in this file: {receipt.notebook}")
    click.echo(f"Its receipt:       {receipt.path}")
    released = folder / "autograders" / "released" / f"{assignment}.ipynb"
    click.echo("\nNow it is tried as it is graded, which takes two minutes at most ...")
    for sentence in try_as_graded(receipt.notebook, released):
        click.echo(sentence)


@main.command()
@click.argument("assignment", type=AssignmentName(), required=False)
def progress(assignment: str | None) -> None:
    """Show the points so far and what is next.

    One line for each assignment, or every task of ASSIGNMENT, as the checks in the notebook gave
    them. Points are kept beside the notebook, on this machine alone, and are not what is graded:
    hidden cases and points by hand come after handing in.
    """
    from autograders.checks.progress import read_progress

    folder = student_folder()
    if assignment is not None:
        click.echo(str(read_progress(folder, assignment)))
        return
    for name in assignments(folder):
        click.echo(read_progress(folder, name).summary())


@main.command()
def doctor() -> None:
    """Look for what is wrong with this machine's set-up, and say what to do about it.

    Ends with 1 where something must be put right.
    """
    from autograders.student_tools.doctor import examine, print_table

    findings = examine(current_folder())
    print_table(findings)
    sys.exit(1 if any(finding.is_fault for finding in findings) else 0)


if is_project():
    for module in (
        "audit.commands",
        "edition.demos",
        "grading.commands",
        "instructor_report.commands",
        "lms.commands",
        "site.commands",
    ):
        for command in import_module(f"autograders.{module}").commands:
            main.add_command(command)

if __name__ == "__main__":
    main()
