"""`course doctor`: look at everything that can be wrong with the set-up, and print a table."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from importlib import import_module
from pathlib import Path

from autograders.notebook.datasets import data_sets
from autograders.student_tools import setup_checks as faults
from autograders.student_tools.setup_checks import SetupCheck
from autograders.system.folders import (
    PACKAGE,
    assignments,
    find_course,
    find_student_folder,
    is_course,
    is_project,
    is_student_folder,
    workspace,
)


def examine(start: Path) -> list[SetupCheck]:
    """All findings for the course that `start` lies in, or else for the installed one."""
    installed = PACKAGE if is_student_folder(PACKAGE) or is_project() else start
    folder = find_student_folder(start) or find_course(start) or installed
    data = (PACKAGE if is_course(folder) else folder) / "data"
    looks: dict[str, Callable[[], SetupCheck | Iterable[SetupCheck]]] = {
        "Python": lambda: faults.python_version(PACKAGE),
        "packages": lambda: faults.packages(PACKAGE),
        "device": faults.torch_device,
        "lab extensions": faults.lab_extensions,
        "server extension validate": faults.validate_server_extension,
        "kernel": faults.kernel_environment,
        "jupyter lab": faults.jupyter_command,
        "the course's package": lambda: faults.package_place(folder, PACKAGE),
        "files beside notebooks": lambda: faults.shadowing_files(_notebook_folders(folder, start)),
        "data": lambda: faults.course_data(data, _sets_used(folder)),
        "folder": lambda: faults.writable_folder(folder),
        "temporary folder": faults.temporary_folder,
        "Jupyter's folders": faults.jupyters_folders,
    }
    if is_project():
        looks["browser for the tests"] = faults.browser
        looks["sandbox"] = lambda: import_module(
            "autograders.grading.examiner.isolation_checks"
        ).sandbox_findings()
    return [finding for what, look in looks.items() for finding in _look(what, look)]


def _look(what: str, look: Callable[[], SetupCheck | Iterable[SetupCheck]]) -> list[SetupCheck]:
    """What was found; where looking fails itself, that."""
    try:
        found = look()
    except Exception as error:  # a set-up can be wrong in any way
        fix = "put right what this names, or write to who teaches the course"
        return [SetupCheck(what, f"{type(error).__name__}: {error}", fix)]
    return [found] if isinstance(found, SetupCheck) else list(found)


def print_table(findings: Sequence[SetupCheck]) -> None:
    """Print what was found, and below it what to do, a sentence a fault."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table, console = Table("", "what", "found"), Console()
    fault, note, fine = ("x", "!", "ok") if console.options.ascii_only else ("✗", "!", "✓")
    for finding in findings:
        mark = (
            f"[red]{fault}"
            if finding.is_fault
            else f"[yellow]{note}"
            if finding.fix
            else f"[green]{fine}"
        )
        table.add_row(mark, finding.what, escape(finding.found))
    console.print(table)
    for finding in findings:
        if finding.fix:
            sentence = f"{finding.what}: {finding.found}. To put it right: {finding.fix}."
            console.print(sentence, markup=False, highlight=False, soft_wrap=True)
    if not any(finding.is_fault for finding in findings):
        console.print("Nothing hinders the course on this machine.")


def _notebook_folders(folder: Path, start: Path) -> list[Path]:
    """Where kernels run, or may: the notebooks' folders of `folder`, and `start` within it."""
    homes = [folder]
    if is_course(folder):
        homes = [folder / "notebooks"]
        if is_student_folder(workspace(folder)):
            homes.append(workspace(folder))
    places = [home / name for home in homes for name in assignments(folder)]
    if start != folder:
        places.append(start)
    return sorted({place.resolve() for place in places if place.is_dir()})


def _sets_used(folder: Path) -> set[str]:
    """The data sets that the notebooks of `folder` read."""
    used: set[str] = set()
    for name in assignments(folder):
        released = folder / "autograders" / "released" / f"{name}.ipynb"
        source = folder / "notebooks" / name / f"{name}.ipynb"
        notebook = source if is_course(folder) else released
        used |= data_sets(json.loads(notebook.read_text(encoding="utf-8")))
    return used
