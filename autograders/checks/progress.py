"""A student's points so far: kept beside the notebook by each check, and shown. Nothing of it is
sent anywhere or graded."""

from __future__ import annotations

import contextlib
import html
import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograders.system.folders import find_student_folder
from autograders.system.whole_files import write_whole

FILE = "progress.json"  # beside the notebook: the last points of each check
LATER = "Hidden cases, and what a person grades, come after you hand in."


@dataclass(frozen=True)
class Task:
    """A graded cell of the notebook; `section` is the heading above it."""

    name: str
    points: float
    section: str
    kind: (
        str  # "check", "predict" or "breaks", what its cell calls; "by hand" where no program does
    )


@dataclass(frozen=True, repr=False)
class Progress:
    """The tasks of an assignment, in the order of its notebook, and what the checks gave.

    Its repr is the whole list as text, which is what a cell shows where there is no HTML.
    """

    assignment: str
    tasks: tuple[Task, ...]
    earned: Mapping[str, float]
    due: str = ""  # with its zone, extensions not counted; empty where there is no due date

    @property
    def points(self) -> tuple[float, float]:
        """Earned so far, and what the checks can give."""
        checked = [task for task in self.tasks if task.kind]
        return sum(self._of(task) for task in checked), sum(task.points for task in checked)

    @property
    def next(self) -> Task | None:
        """The first task that is not done; a prediction is done once it has earned something."""
        for task in self.tasks:
            enough = 0.01 if task.kind == "predict" else task.points
            if task.kind and self._of(task) < enough:
                return task
        return None

    def summary(self) -> str:
        """One line: the points, what is next, and the due date."""
        earned, points = self.points
        due = f" Due {self.due}." if self.due else ""
        return f"{self.assignment}: {earned:g} of {points:g} points. {self._what_is_next()}{due}"

    def __repr__(self) -> str:
        lines = [self.summary()]
        section = ""
        for task in self.tasks:
            if task.section != section:
                section = task.section
                lines.append(f"  {section}")
            lines.append(f"    {task.name:28} {self._told(task)}")
        return "\n".join([*lines, LATER])

    def _repr_html_(self) -> str:
        rows = "".join(
            f'<tr><th scope="row" style="text-align: left">{html.escape(task.section)}</th>'
            f'<td style="text-align: left"><code>{html.escape(task.name)}</code></td>'
            f'<td style="text-align: right">{self._told(task)}</td></tr>'
            for task in self.tasks
        )
        return (
            f"<p><strong>{html.escape(self.summary())}</strong></p>"
            "<details><summary>Points of each task</summary><table><thead><tr>"
            '<th scope="col">section</th><th scope="col">task</th><th scope="col">points</th>'
            f"</tr></thead><tbody>{rows}</tbody></table></details><p>{LATER}</p>"
        )

    def _of(self, task: Task) -> float:
        return self.earned.get(task.name, 0.0)

    def _told(self, task: Task) -> str:
        if not task.kind:
            return f"{task.points:g} after handing in"
        got = f"{self.earned[task.name]:g}" if task.name in self.earned else "–"
        return f"{got} of {task.points:g}"

    def _what_is_next(self) -> str:
        task = self.next
        if task is None:
            return "Every check is passed: hand in with `course check`."
        return f"Next: {task.name}" + (f", in section {task.section}." if task.section else ".")


def read_progress(folder: Path, assignment: str) -> Progress:
    """The progress in the student's package `folder`.

    Raises:
        OSError, ValueError: where the released notebook in the package cannot be read.
    """
    released = json.loads(_released(folder, assignment).read_text(encoding="utf-8"))
    tasks = _tasks(released["cells"])
    due = released["metadata"].get("course", {}).get("due", "")
    return Progress(assignment, tasks, _kept(folder / assignment / FILE, tasks), due)


class Card:
    """The progress of one assignment at the top of its notebook, brought up to date by each check.

    Outside a student's package, and while nbgrader runs the notebook, it keeps and shows nothing.
    """

    def __init__(self, assignment: str) -> None:
        self._assignment = assignment
        folder = None if "NBGRADER_EXECUTION" in os.environ else find_student_folder()
        self._folder = folder if folder and _released(folder, assignment).is_file() else None
        self._handle: Any = None

    def show(self) -> None:
        """Display the card."""
        from IPython.display import display

        if self._folder is not None:
            self._handle = display(read_progress(self._folder, self._assignment), display_id=True)

    def keep(self, task: str, points: float) -> None:
        """Write down the last points of a task, and bring a card that is shown up to date."""
        if self._folder is None or not (self._folder / self._assignment).is_dir():
            return
        path = self._folder / self._assignment / FILE
        with contextlib.suppress(OSError):  # a folder that is read only costs no points
            kept = {**_read(path), task: points}
            write_whole(path, (json.dumps(kept, indent=1, sort_keys=True) + "\n").encode())
        if self._handle is not None:
            self._handle.update(read_progress(self._folder, self._assignment))


def _released(folder: Path, assignment: str) -> Path:
    return folder / "autograders" / "released" / f"{assignment}.ipynb"


def _tasks(cells: list[dict[str, Any]]) -> tuple[Task, ...]:
    tasks = []
    section = ""
    for cell in cells:
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            for heading in re.findall(r"^## (\d+ · .+)$", source, re.MULTILINE):
                section = heading
        settings = cell["metadata"].get("nbgrader", {})
        if settings.get("grade"):
            call = re.match(r"(check|predict|breaks)\(", source)
            points = float(settings["points"])
            tasks.append(Task(settings["grade_id"], points, section, call[1] if call else ""))
    return tuple(tasks)


def _kept(path: Path, tasks: tuple[Task, ...]) -> dict[str, float]:
    """What the file says of known tasks, where it is a number of points that they can have."""
    kept = _read(path)
    return {
        task.name: float(kept[task.name])
        for task in tasks
        if isinstance(kept.get(task.name), (int, float)) and 0 <= kept[task.name] <= task.points
    }


def _read(path: Path) -> dict[str, Any]:
    """The JSON object in the file; an empty one where there is none or something else."""
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return kept if isinstance(kept, dict) else {}
