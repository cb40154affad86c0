"""Each layer of the sandbox stops what it is there for: without it the same attack succeeds."""

from pathlib import Path

import pytest

from autograders.grading.examiner.canary import ATTACKS
from autograders.grading.examiner.deadline import Deadline
from autograders.grading.examiner.isolation import Isolation, strongest_isolation
from autograders.grading.examiner.process import write_edition
from autograders.grading.examiner.session import Forkserver

EVERYTHING = {"read", "write", "start", "fork", "connect", "change", "kill"}
RUNGS = {
    "no layer": (frozenset(), EVERYTHING),
    "landlock alone": (frozenset({"landlock"}), {"start", "fork", "connect", "change"}),
    "seccomp alone": (frozenset({"seccomp"}), {"read", "write"}),
    "bubblewrap alone": (frozenset({"bubblewrap"}), {"start", "fork", "connect", "kill"}),
    "landlock and seccomp": (frozenset({"landlock", "seccomp"}), set()),
    "all": (frozenset({"bubblewrap", "landlock", "seccomp"}), set()),
}


@pytest.mark.parametrize("name", RUNGS)
def test_what_succeeds_with_these_layers(name: str, tmp_path: Path) -> None:
    layers, expected = RUNGS[name]
    if missing := layers - strongest_isolation().layers:
        pytest.skip(f"this machine has no {', '.join(sorted(missing))}")
    secret, scratch = tmp_path / "secret", tmp_path / "scratch"
    secret.write_text("what no student may read")
    scratch.mkdir()
    process = Forkserver(Isolation(layers), write_edition(tmp_path, "01-small"), scratch)
    try:
        student = process.new_student()
        source = ATTACKS.format(secret=str(secret))
        student.ask("run", Deadline(30), source=source)
        reply = student.ask("look_up", Deadline(30), name="succeeded")
        student.end()
    finally:
        process.close()
    assert set(reply["value"]) == expected


def test_a_rung_is_enough_with_landlock_and_seccomp() -> None:
    enough = {name for name, (layers, _) in RUNGS.items() if Isolation(layers).is_enough}
    assert enough == {"landlock and seccomp", "all"}
