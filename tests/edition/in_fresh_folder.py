"""Run by the Python of a fresh environment, in an unpacked folder: what students' code can reach.

Prints JSON: where the packages come from, and functions of theirs that an exercise's check likes.
"""

import importlib
import inspect
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

# modules whose functions compute something; the others open files, windows or processes
COMPUTING = (
    "course_lib",
    "autograders.checks.buggy",
    "autograders.checks.judging.compare",
    "autograders.checks.breaks",
)
RUNS_OTHERS = "course_lib.widgets.student"  # stops what takes too long by interrupting the process


def functions(folder: Path) -> Iterator[Callable[..., Any]]:
    """All functions, private ones too, that the computing modules define or hold."""
    for path in sorted(folder.glob("*/**/*.py")):
        name = ".".join(path.relative_to(folder).with_suffix("").parts).removesuffix(".__init__")
        if name.startswith(COMPUTING):
            for value in list(vars(importlib.import_module(name)).values()):
                module = getattr(value, "__module__", "")
                ours = module.startswith(("course_lib", "autograders")) and module != RUNS_OTHERS
                if inspect.isfunction(value) and ours:
                    yield value


def answering(folder: Path, assignment: str) -> list[str]:
    """Functions that earn points in an exercise."""
    import autograders
    from autograders.checks.load import load_assignment

    check = autograders.checks_for(assignment)
    found = []
    for function in functions(folder):
        for exercise in load_assignment(assignment).exercises:
            with redirect_stdout(StringIO()):
                points = check(exercise, function)
            if points:
                found.append(f"{function.__module__}.{function.__name__}: {exercise}")
    return found


if __name__ == "__main__":
    import autograders
    import course_lib

    print(
        json.dumps(
            {
                "places": [autograders.__file__, course_lib.__file__],
                "hidden": importlib.util.find_spec("autograders.hidden") is not None,
                "answering": answering(Path.cwd(), sys.argv[1]),
            }
        )
    )
