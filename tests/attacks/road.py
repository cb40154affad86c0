"""Attacks handed in to one course, and what came of them by one road of grading."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from attacks.attack import FULL, Attack
from attacks.denying import DENYING
from attacks.evading import EVADING
from attacks.forging import FORGING
from attacks.reading import READING
from grading.nbgrader_course import run, scores
from grading.small_course import NAME, hand_in, solved_notebook, write_course
from helpers import ROOT

ATTACKS = FORGING | READING | EVADING | DENYING
OTHERS = ("aaa", "victim", "zzz")  # honest students
SECRET = "a-secret-of-the-course-7391"
ROADS = {
    "course grade": ("autograders.cli", "grade", "01", "--jobs", "2"),
    "nbgrader autograde": ("nbgrader", "autograde", NAME, "--create"),
}


@dataclass(frozen=True)
class Graded:
    """The course after the run, what the run printed, and what its folder for temporary files and
    the listener of the network held afterwards."""

    course: Path
    printed: str
    left: list[str]
    was_called: bool

    def got(self, student: str, attack: Attack) -> list[str]:
        """What an attack came to that it should not, in words."""
        found = scores(self.course).get(student, {})
        wrong = [
            f"{name} earned {found.get(name)}, due {due:g}"
            for name, due in attack.scores.items()
            if found.get(name) != due
        ]
        shown = self._outputs(student)
        wrong += ["it shows a secret"] * (SECRET in shown)
        return wrong + ["it reached what it must not"] * ("LEAKED" in shown)

    def harm(self) -> list[str]:
        """What all attacks together did to others, in words."""
        found = scores(self.course)
        harmed = [who for who in OTHERS if not FULL.items() <= found.get(who, {}).items()]
        wrong = [f"{who} has not got the points due" for who in harmed]
        wrong += [f"{name} was left" for name in self.left]
        written = [name for name in ("pickled", "note") if (self.course / name).exists()]
        wrong += [f"{name} was written into the course" for name in written]
        return wrong + ["the network was reached"] * self.was_called

    def _outputs(self, student: str) -> str:
        """All that the graded notebook shows."""
        path = self.course / "autograded" / student / NAME / f"{NAME}.ipynb"
        cells = json.loads(path.read_text())["cells"] if path.exists() else []
        return json.dumps([cell.get("outputs") for cell in cells])


def grade_attacks(
    folder: Path,
    road: str,
    attacks: Mapping[str, Attack] = ATTACKS,
    starter: Sequence[str] = (),
    owner: int | None = None,
) -> Graded:
    """What came of `attacks`, each a student, in a new course.

    Args:
        folder: empty, for the course and for temporary files.
        road: a key of ROADS.
        starter: a program with its arguments, which starts the road as its own last arguments say.
        owner: whose the folder is while the road runs, if not the present user's.
    """
    temporary = folder / "temporary"
    temporary.mkdir()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        course = _course(folder / "course", attacks, listener.getsockname()[1])
        if owner is not None:
            for path in (folder, *folder.rglob("*")):
                os.chown(path, owner, owner, follow_symlinks=False)
        done = subprocess.run(
            [*starter, sys.executable, "-m", *ROADS[road]],
            cwd=course,
            env={**os.environ, "TMPDIR": str(temporary), "SECRET": SECRET, "COLUMNS": "120"},
            capture_output=True,
            text=True,
            timeout=1200,
        )
        try:
            was_called = bool(listener.accept())
        except BlockingIOError:
            was_called = False
    left = [path.name for path in temporary.iterdir()]
    return Graded(course, done.stdout + done.stderr, left, was_called)


def _course(folder: Path, attacks: Mapping[str, Attack], port: int) -> Path:
    course = write_course(folder)
    with (course / "nbgrader_config.py").open("a") as config:
        config.write("c.IsolatedExecute.timeout = 3\n")
    assert run(course, "nbgrader", "generate_assignment", NAME).returncode == 0
    released = json.loads((course / "release" / NAME / f"{NAME}.ipynb").read_text())
    (course / "secret.txt").write_text(SECRET)
    places = {
        "course": course,
        "project": ROOT,
        "home": Path.home(),
        "port": port,
        "terces": SECRET[::-1],
    }
    for student in OTHERS:
        hand_in(course, student, solved_notebook(released))
    for student, attack in attacks.items():
        notebook = solved_notebook(released)
        attack.write(notebook, **places)
        beside = hand_in(course, student, notebook).parent
        for name, content in attack.files.items():
            (beside / name).write_bytes(content)
    return course
