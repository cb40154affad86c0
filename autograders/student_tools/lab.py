"""Open JupyterLab in a student's folder, with what a student needs and no more."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import quote

from autograders.student_tools.lab_workspace import first_page, prepare_first_view
from autograders.system.whole_files import require_writable

SETTINGS = Path(__file__).parent / "lab_settings"
WORKSPACES = Path(".jupyterlab", "workspaces")
EXCHANGE = Path("/usr/local/share/nbgrader/exchange")  # nbgrader's default


def open_lab(folder: Path, arguments: Sequence[str] = ()) -> int:
    """Run JupyterLab in `folder` until it ends; its exit status.

    Args:
        folder: a student's package.
        arguments: passed on to JupyterLab, such as `--no-browser`.

    On Linux and macOS JupyterLab takes the place of this process, so that signals reach it.

    Raises:
        OSError: JupyterLab's runtime folder cannot be written to; it names the folder.
    """
    from jupyter_core.paths import jupyter_runtime_dir

    require_writable(Path(jupyter_runtime_dir()))
    prepare_first_view(folder / WORKSPACES, first_page(folder))
    command = lab_command(folder, arguments)
    environment = lab_environment(folder, os.environ)
    os.chdir(folder)
    if os.name == "posix":
        os.execve(command[0], command, environment)
    process = subprocess.Popen(command, env=environment)
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the server's to answer
    try:
        return process.wait()
    finally:
        signal.signal(signal.SIGINT, before)


def lab_command(folder: Path, arguments: Sequence[str]) -> list[str]:
    """The command that serves `folder` and opens the notebook worked on last."""
    return [
        sys.executable,
        "-m",
        "jupyterlab",
        f"--ServerApp.root_dir={folder}",
        f"--LabApp.default_url=/lab/tree/{quote(first_page(folder))}",
        *(["--allow-root"] if _is_root() else []),
        *arguments,
    ]


def _is_root() -> bool:
    """In a container the only user often is root, and JupyterLab would not start."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def lab_environment(folder: Path, environment: Mapping[str, str]) -> dict[str, str]:
    """`environment` in which kernels import the package in `folder`, with the course's settings.

    The user's own settings are read after the course's and never written, but for which tours
    were seen; open tabs are kept in the folder, not among those of the user's other work.
    """
    settings = [SETTINGS / "student"]
    if exchange_is_configured():
        settings.insert(0, SETTINGS / "exchange")
    return {
        **environment,
        "PYTHONPATH": _join(folder, environment.get("PYTHONPATH")),
        "JUPYTER_PATH": _join(SETTINGS / "student", environment.get("JUPYTER_PATH")),
        "JUPYTER_CONFIG_PATH": _join(*settings, environment.get("JUPYTER_CONFIG_PATH")),
        "JUPYTERLAB_WORKSPACES_DIR": str(folder / WORKSPACES),
    }


def exchange_is_configured() -> bool:
    """Whether this machine has nbgrader's exchange folder, at its default place or as set."""
    from jupyter_core.paths import jupyter_config_path
    from traitlets.config.loader import Config, PyFileConfigLoader

    config = Config()
    for folder in reversed(jupyter_config_path()):
        if (Path(folder) / "nbgrader_config.py").is_file():
            config.merge(PyFileConfigLoader("nbgrader_config.py", folder).load_config())
    return Path(config.get("Exchange", {}).get("root", EXCHANGE)).is_dir()


def _join(*paths: Path | str | None) -> str:
    return os.pathsep.join(str(path) for path in paths if path)
