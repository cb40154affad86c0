"""What a test leaves in the process is put back; a test in the browser has a second try; tests that
could not run, and those that passed at the second try, are named at the end."""

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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """JupyterLab loses a click or a key now and then while it loads."""
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.flaky(reruns=1))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if again := terminalreporter.stats.get("rerun"):
        terminalreporter.section("tried again")
        for report in again:
            words = [line for line in report.longreprtext.splitlines() if line.startswith("E ")]
            terminalreporter.line(f"{report.nodeid}: {' '.join(words[:1])[1:].strip()}")
    if not (skipped := terminalreporter.stats.get("skipped")):
        return
    terminalreporter.section("could not run here")
    for report in skipped:
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        terminalreporter.line(f"{report.nodeid}: {str(reason).removeprefix('Skipped: ')}")
