"""What a test leaves in the process is put back; tests that could not run are named at the end."""

import os
import signal
import sys
from collections.abc import Iterator

import pytest
from IPython import get_ipython

PATH, MAIN = os.environ["PATH"], sys.modules["__main__"]
if not hasattr(MAIN, "__spec__"):  # in a process of pytest-xdist; what a test spawns asks for it
    MAIN.__spec__ = None


@pytest.fixture(autouse=True)
def _process_as_before() -> Iterator[None]:
    """nbgrader_config.py changes PATH; an examination starts IPython, which is then __main__; and
    what runs in the background begins without Ctrl-C, by which demos interrupt what hangs."""
    _put_back()
    yield
    _put_back()
    if (shell := get_ipython()) is not None:
        type(shell).clear_instance()


def _put_back() -> None:
    os.environ["PATH"], sys.modules["__main__"] = PATH, MAIN
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = terminalreporter.stats.get("skipped", [])
    if not skipped:
        return
    terminalreporter.section("could not run here")
    for report in skipped:
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        terminalreporter.line(f"{report.nodeid}: {str(reason).removeprefix('Skipped: ')}")
