"""Attacks handed in to one course, and what came of them by one road of grading."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from grading.nbgrader_course import run, scores
from grading.small_course import NAME, hand_in, solved_notebook, write_course
from helpers import ROOT

from attacks.attack import FULL, Attack
from attacks.denying import DENYING
from attacks.evading import EVADING
from attacks.forging import FORGING
from attacks.reading import READING
from attacks.swelling import SWELLING

ATTACKS = FORGING | READING | EVADING | DENYING | SWELLING
OTHERS = ("aaa", "victim", "zzz")  # honest students
LARGEST = 20  # MB of a graded notebook, and of a page
SECRET = "a-secret-of-the-course-7391"
ROADS = {
    "course grade": ("autograders.cli", "grade", "{assignment}", "--jobs", "2"),
    "nbgrader autograde": ("nbgrader", "autograde", "{assignment}", "--create"),
}


@dataclass(frozen=True)
class Run:
    """One road of grading: a key of ROADS; what starts it, a program with its arguments that is
    given the command as its last ones; whose the course is then, if not the present user's; and
    arguments more."""

    road: str
    starter: tuple[str, ...] = ()
    owner: int | None = None
    more: tuple[str, ...] = ()

    def grade(self, folder: Path, assignment: str) -> str:
        """Grades the submissions of the course in `folder`/course, with `folder`/temporary for
        temporary files; gives what is printed."""
        temporary = folder / "temporary"
        temporary.mkdir()
        if self.owner is not None:
            for path in (folder, *folder.rglob("*")):
                os.chown(path, self.owner, self.owner, follow_symlinks=False)
        command = [part.format(assignment=assignment) for part in ROADS[self.road]]
        done = subprocess.run(
            [*self.starter, sys.executable, "-m", *command, *self.more],
            cwd=folder / "course",
            env={**os.environ, "TMPDIR": str(temporary), "SECRET": SECRET, "COLUMNS": "120"},
            capture_output=True,
            text=True,
            timeout=1200,
        )
        return done.stdout + done.stderr


@dataclass(frozen=True)
class Graded:
    """The course after the run, what the run printed, and what its folder for temporary files and
    the listener of the network held afterwards."""

    course: Path
    printed: str
    left: list[str]
    was_called: bool

    def got(self, student: str, attack: Attack) -> list[str]:
        """What an attack came to that it should not, in words: each says of what kind it is, then
        tells it."""
        lost = lost_points(scores(self.course).get(student, {}), attack.scores)
        swells = [f"swells: {size:.0f} MB" for size in self._sizes(student) if size > LARGEST]
        return self.gained(student, attack) + lost + swells

    def gained(self, student: str, attack: Attack) -> list[str]:
        """As `got`, without what it cost only itself."""
        shown = self._outputs(student)
        gained = gained_points(scores(self.course).get(student, {}), attack.scores)
        gained += ["reads: the secret of the course"] * (SECRET in shown)
        return gained + ["reaches: what it must not"] * ("LEAKED" in shown)

    def harm(self) -> list[str]:
        """What all attacks together did to others, in words."""
        found = scores(self.course)
        harmed = [who for who in OTHERS if not FULL.items() <= found.get(who, {}).items()]
        wrong = [f"points of others: {who} has not got those due" for who in harmed]
        wrong += [f"files left: {name}" for name in self.left]
        written = [name for name in ("pickled", "note") if (self.course / name).exists()]
        wrong += [f"files written: {name} in the course" for name in written]
        return wrong + ["network: it was reached"] * self.was_called

    def _sizes(self, student: str) -> list[float]:
        """MB of the graded notebook and, if it was made, of the page."""
        folders = [self.course / kind / student / NAME for kind in ("autograded", "feedback")]
        files = [*folders[0].glob("*.ipynb"), *folders[1].glob("*.html")]
        return [file.stat().st_size / 1e6 for file in files]

    def _outputs(self, student: str) -> str:
        """All that the graded notebook shows."""
        path = self.course / "autograded" / student / NAME / f"{NAME}.ipynb"
        cells = json.loads(path.read_text())["cells"] if path.exists() else []
        return json.dumps([cell.get("outputs") for cell in cells])


def gained_points(found: Mapping[str, float | None], due: Mapping[str, float]) -> list[str]:
    """The graded cells that earned more than was due, in words."""
    earned = {name: found.get(name) or 0.0 for name in due}
    return [
        f"points: {name} earned {earned[name]:g}, due {due[name]:g}"
        for name in due
        if earned[name] > due[name]
    ]


def lost_points(found: Mapping[str, float | None], due: Mapping[str, float]) -> list[str]:
    """The graded cells that earned less than was due, or were not graded, in words."""
    lost = {name: found.get(name) for name in due}
    return [
        f"lost: {name} earned {score}, due {due[name]:g}"
        for name, score in lost.items()
        if score is None or score < due[name]
    ]


def grade_attacks(folder: Path, run_of: Run, attacks: Mapping[str, Attack] = ATTACKS) -> Graded:
    """What came of `attacks`, each a student, in a new course in the empty `folder`."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        course = _course(folder / "course", attacks, listener.getsockname()[1])
        printed = run_of.grade(folder, NAME)
        try:
            was_called = bool(listener.accept())
        except BlockingIOError:
            was_called = False
    left = [path.name for path in (folder / "temporary").iterdir()]
    return Graded(course, printed, left, was_called)


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
