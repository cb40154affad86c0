"""What an answer says while it is checked is kept from the page."""

import sys
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from unittest import mock


@contextmanager
def mute_output() -> Iterator[None]:
    """No print, warning, log line or picture of the block is seen: it could show a hidden case, and
    nbgrader takes any word on the error stream for a failed cell.

    A log handler, or a variable of the answer's, may hold a stream: so the streams themselves are
    muted, not only their names.
    """
    from IPython.utils.capture import capture_output

    streams = {id(stream): stream for stream in (sys.stdout, sys.stderr)}
    with ExitStack() as stack:
        stack.enter_context(warnings.catch_warnings(action="ignore"))
        for stream in streams.values():
            stack.enter_context(mock.patch.object(stream, "write", len))
        stack.enter_context(capture_output())
        yield
