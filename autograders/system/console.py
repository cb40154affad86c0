"""The console that `course` runs on: of any encoding, closed, full, or gone before the end."""

from __future__ import annotations

import codecs
import io
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from encodings import ascii as ascii_codec
from typing import Any

import click
from click.exceptions import Exit

from autograders.system.os_errors import os_error, stopped

BROKEN_PIPE = 141  # what a shell says of a program that SIGPIPE ended
_ASCII = "ascii_as_it_is"


class Refused(click.ClickException):
    """The system refused something, such as room on a disk; the message says what that ended."""

    exit_code = 74  # EX_IOERR of sysexits.h


class Commands(click.Group):
    """Commands that print on any console, with ? for what it lacks, and end with `Refused` where
    the system refuses something."""

    def make_context(self, info_name: str | None, *args: Any, **kwargs: Any) -> click.Context:
        """click's, which prints the group's own help."""
        _open_closed_streams()
        for stream in (sys.stdout, sys.stderr):
            _take_any_text(stream)
        with _told(lambda: f"`{info_name}`"):
            return super().make_context(info_name, *args, **kwargs)

    def invoke(self, ctx: click.Context) -> Any:
        """Runs the command that the arguments name."""
        with _told(lambda: f"`{ctx.command_path} {ctx.invoked_subcommand}`"):
            return super().invoke(ctx)


def _open_closed_streams() -> None:
    """Otherwise the next file that is opened would have their numbers, and others' words."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)


def _take_any_text(stream: Any) -> None:
    if not isinstance(stream, io.TextIOWrapper):
        return
    if codecs.lookup(stream.encoding).name == "ascii":
        stream.reconfigure(encoding=_ASCII)
    if stream.errors in ("strict", "surrogateescape"):  # else somebody chose what to do
        stream.reconfigure(errors="replace")


@codecs.register
def _ascii_as_it_is(name: str) -> codecs.CodecInfo | None:
    """ASCII by a name of its own: where a console has it by the usual one, click writes UTF-8."""
    if name != _ASCII:
        return None
    codec = ascii_codec.getregentry()
    codec.name = _ASCII
    return codec


@contextmanager
def _told(what: Callable[[], str]) -> Iterator[None]:
    """Within, what the system refuses is raised as `Refused`, and what nobody reads any more ends
    quietly."""
    try:
        yield
    except click.ClickException:
        raise  # has its sentence
    except (Exception, SystemExit) as end:
        # rich ends the program by itself where nobody reads any more
        refused = os_error(end.__context__ if isinstance(end, SystemExit) else end)
        if refused is None:
            raise
        if not refused.filename and not _takes_a_line(sys.stdout):
            refused.filename = "the standard output"
        if isinstance(refused, BrokenPipeError):
            raise Exit(BROKEN_PIPE) from end
        raise Refused(stopped(what(), refused)) from end


def _takes_a_line(stream: Any) -> bool:
    """Whether `stream` can be written to; if not, what waits in it is dropped, over which Python
    would stumble at its end."""
    try:
        print(file=stream, flush=True)
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        return False
    return True
