"""A course directory of a test's own, and the commands run in it."""

import shutil
import subprocess
import sys
from pathlib import Path

from browser.jupyterlab import isolated_environment

PROJECT = Path(__file__).parents[2]
ASSIGNMENT = "01-discrete-convolution"
NOTEBOOK = f"{ASSIGNMENT}.ipynb"
COURSE = [str(Path(sys.executable).parent / "course")]


def copy_course(folder: Path) -> None:
    """Make `folder` a course directory with the project's settings and source notebooks."""
    shutil.copytree(PROJECT / "notebooks", folder / "notebooks")
    shutil.copy(PROJECT / "nbgrader_config.py", folder)


def nbgrader(course: Path, command: str, *arguments: str) -> None:
    """Run an nbgrader command in a course directory; RuntimeError with its output if it fails."""
    run([sys.executable, "-m", "nbgrader", command, *arguments], course)


def run(command: list[str], course: Path) -> str:
    """Run a command in a course directory and give its output; RuntimeError if it fails."""
    done = subprocess.run(
        command,
        cwd=course,
        env=isolated_environment(course.parent / "jupyter"),
        capture_output=True,
        text=True,
        timeout=300,
    )
    if done.returncode:
        raise RuntimeError(
            f"{' '.join(command)} ended with {done.returncode}:\n{done.stderr[-3000:]}"
        )
    return done.stdout
