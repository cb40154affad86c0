"""The report as one file: HTML that needs nothing from outside."""

from __future__ import annotations

import os
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from statistics import median
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from autograders.instructor_report.collect import Collected, Graded
from autograders.instructor_report.measures import distribution, items
from autograders.instructor_report.mistakes import (
    mistakes_made,
    nameless,
    sections_to_teach_again,
)
from autograders.instructor_report.pictures import points_picture, tasks_picture
from autograders.instructor_report.similar import nearly_identical
from autograders.system.whole_files import write_whole

SLOWEST = 10
MOST_ROWS = 40


@dataclass(frozen=True)
class Slow:
    """How long the checks of a submission took, and the one that took most of it."""

    student: str
    seconds: float
    exercise: str
    its_seconds: float


def write_page(path: Path, collected: Collected) -> None:
    """Writes the report on `collected`, in which at least one submission is graded."""
    most = sum(task.points for task in collected.tasks)
    points = distribution([each.points for each in collected.graded], most)
    tasks = items(collected)
    made = mistakes_made(collected)
    unnamed = nameless(collected)
    pairs = nearly_identical(collected)
    times = [_slow(each) for each in collected.graded if each.findings]
    page = (
        _environment()
        .get_template("page.html")
        .render(
            assignment=collected.assignment,
            count=len(collected.graded),
            pseudonyms=collected.pseudonyms,
            notes=_notes(collected),
            links={each.student: _link(path, each) for each in collected.graded},
            most=most,
            points=points,
            spans=[(f"{low:g}", f"{high:g}") for low, high in pairwise(points.edges)],
            items=tasks,
            pictures={
                "points": Markup(points_picture(points)),
                "tasks": Markup(tasks_picture(tasks)),
            },
            mistakes=made,
            sections=sections_to_teach_again(made),
            nameless=unnamed[:MOST_ROWS],
            more_nameless=len(unnamed[MOST_ROWS:]),
            stopped=[(each.student, each.stopped) for each in collected.graded if each.stopped],
            usual=median(slow.seconds for slow in times) if times else 0,
            slowest=sorted(times, key=lambda slow: -slow.seconds)[:SLOWEST],
            pairs=pairs[:MOST_ROWS],
            more_pairs=len(pairs[MOST_ROWS:]),
        )
    )
    write_whole(path, page.encode())


def _notes(collected: Collected) -> list[str]:
    """What the numbers leave out, in words; nothing where they leave out nothing."""
    graded = collected.graded
    waiting = sum(None in each.scores.values() for each in graded)
    unread = sum(not each.code for each in graded)
    silent = sum(bool(each.code) and not each.findings for each in graded)
    short = collected.assignment.partition("-")[0]
    again = f"run `course grade {short}` again to have them here."
    return [
        sentence
        for count, sentence in (
            (waiting, f"{waiting} wait for points by hand, which count as 0 in the sums."),
            (unread, f"{unread} have no graded notebook in autograded/; {again}"),
            (silent, f"{silent} were graded without word of what the checks found; {again}"),
        )
        if count
    ]


def _slow(each: Graded) -> Slow:
    took = {exercise: found.seconds for exercise, found in each.findings.items()}
    exercise = max(took, key=lambda name: took[name])
    return Slow(each.student, sum(took.values()), exercise, took[exercise])


def _link(report: Path, each: Graded) -> str:
    """The address of a student's page as seen from the report, "" where there is none."""
    if each.page is None:
        return ""
    return quote(Path(os.path.relpath(each.page, report.parent)).as_posix())


def _environment() -> Environment:
    """Templates that escape all that they are given."""
    return Environment(
        loader=PackageLoader("autograders.instructor_report", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
