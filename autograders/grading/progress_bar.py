"""What commands on many submissions have in common: --jobs, a progress bar, names made plain."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator
from contextlib import closing
from typing import TypeVar

import click
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

Step = TypeVar("Step")

jobs_option = click.option(
    "--jobs",
    type=click.IntRange(min=1),
    default=lambda: os.cpu_count() or 1,
    show_default="one for each core",
    help="How many submissions to work on at once.",
)


def progress_bar(
    title: str, steps: Generator[Step, None, None], total: int, line: Callable[[Step], str]
) -> Generator[Step, None, None]:
    """`steps`, with a progress bar meanwhile, or a line each where there is no terminal. They are
    closed with it."""
    console = Console()
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        _Rate(),
        TimeRemainingColumn(),
    )
    bar = Progress(*columns, console=console, disable=not console.is_terminal)
    with bar as progress, closing(steps):
        task = progress.add_task(title, total=total)
        for count, step in enumerate(steps, 1):
            progress.advance(task)
            if not console.is_terminal:
                click.echo(f"{title} {count}/{total}: {line(step)}")
            yield step


class _Rate(ProgressColumn):
    """How many are done in a second, lately."""

    def render(self, task: Task) -> Text:
        return Text(f"{task.speed:.1f}/s" if task.speed else "")


def plain(text: str) -> str:
    """A folder's name without what would move a terminal's cursor."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)
