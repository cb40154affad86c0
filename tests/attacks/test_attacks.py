"""Hostile notebooks go through one `course grade`: each earns what its honest part earns, reads
and leaves nothing, and costs nobody else anything."""

import json
import os
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from attacks.attack import CLASSES, FULL, Attack
from attacks.denying import DENYING
from attacks.evading import EVADING
from attacks.forging import FORGING
from attacks.reading import READING
from grading.nbgrader_course import run, scores
from grading.small_course import NAME, hand_in, solved_notebook, write_course
from helpers import ROOT

ATTACKS = FORGING | READING | EVADING | DENYING
ELSEWHERE = {"oracle", "hard-coded", "forbidden"}  # hidden cases and tests of the ban
SECRET = "a-secret-of-the-course-7391"


@dataclass(frozen=True)
class Graded:
    """The course after the run, what the run printed, and what its folder for temporary files and
    the listener of the network held afterwards."""

    course: Path
    printed: str
    left: list[str]
    was_called: bool

    def outputs(self, student: str) -> str:
        """All that the graded notebook shows."""
        path = self.course / "autograded" / student / NAME / f"{NAME}.ipynb"
        cells = json.loads(path.read_text())["cells"]
        return json.dumps([cell.get("outputs") for cell in cells])


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Graded:
    course = write_course(tmp_path_factory.mktemp("attacks") / "course")
    with (course / "nbgrader_config.py").open("a") as config:
        config.write("c.IsolatedExecute.timeout = 3\n")
    assert run(course, "nbgrader", "generate_assignment", NAME).returncode == 0
    released = json.loads((course / "release" / NAME / f"{NAME}.ipynb").read_text())
    (course / "secret.txt").write_text(SECRET)
    temporary = tmp_path_factory.mktemp("temporary")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        places = {"course": course, "project": ROOT, "terces": SECRET[::-1]}
        places["port"] = listener.getsockname()[1]
        for student in ("aaa", "victim", "zzz"):
            hand_in(course, student, solved_notebook(released))
        for student, attack in ATTACKS.items():
            notebook = solved_notebook(released)
            attack.write(notebook, **places)
            folder = hand_in(course, student, notebook).parent
            for name, content in attack.files.items():
                (folder / name).write_bytes(content)
        done = subprocess.run(
            [sys.executable, "-m", "autograders.cli", "grade", "01", "--jobs", "2"],
            cwd=course,
            env={**os.environ, "TMPDIR": str(temporary), "SECRET": SECRET, "COLUMNS": "120"},
            capture_output=True,
            text=True,
            timeout=500,
        )
        try:
            was_called = bool(listener.accept())
        except BlockingIOError:
            was_called = False
    left = [path.name for path in temporary.iterdir()]
    return Graded(course, done.stdout + done.stderr, left, was_called)


@pytest.mark.parametrize("student", ATTACKS)
def test_an_attack_earns_what_its_honest_part_earns(graded: Graded, student: str) -> None:
    attack: Attack = ATTACKS[student]
    found = scores(graded.course)[student]
    assert {name: found[name] for name in FULL} == attack.scores


@pytest.mark.parametrize("student", ["aaa", "victim", "zzz"])
def test_the_others_get_their_points(graded: Graded, student: str) -> None:
    assert FULL.items() <= scores(graded.course)[student].items()


@pytest.mark.parametrize("student", ATTACKS)
def test_nothing_is_read_and_nothing_is_reached(graded: Graded, student: str) -> None:
    shown = graded.outputs(student)
    assert SECRET not in shown
    assert "LEAKED" not in shown


def test_nothing_is_called_left_or_written(graded: Graded) -> None:
    assert not graded.was_called
    assert graded.left == []
    assert not (graded.course / "pickled").exists()
    assert not (graded.course / "note").exists()


def test_every_known_class_is_tried() -> None:
    assert {attack.kind for attack in ATTACKS.values()} == CLASSES.keys() - ELSEWHERE
