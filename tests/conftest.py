"""What a test leaves in the process is put back; tests that could not run are named at the end."""

import os
import sys
from collections.abc import Iterator

import pytest
from IPython import get_ipython

PATH = os.environ["PATH"]
if not hasattr(sys.modules["__main__"], "__spec__"):  # in a process of pytest-xdist, but those
    sys.modules["__main__"].__spec__ = None  # that a test spawns ask for it


@pytest.fixture(autouse=True)
def _process_as_before(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """nbgrader_config.py changes PATH, and an examination starts IPython."""
    monkeypatch.setenv("PATH", PATH)
    yield
    if (shell := get_ipython()) is not None:
        type(shell).clear_instance()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = terminalreporter.stats.get("skipped", [])
    if not skipped:
        return
    terminalreporter.section("could not run here")
    for report in skipped:
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        terminalreporter.line(f"{report.nodeid}: {str(reason).removeprefix('Skipped: ')}")
