"""The canary finds out where a forged record or torch's own operation would be proved."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from autograders.grading.examiner import proof
from autograders.grading.examiner.canary import WrongVerdict, try_canary
from autograders.grading.examiner.isolation import strongest_isolation
from autograders.grading.examiner.process import write_edition
from autograders.grading.examiner.proof import Prover
from autograders.grading.examiner.session import Forkserver


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Forkserver]:
    folder: Path = tmp_path_factory.mktemp("canary")
    edition, scratch = write_edition(folder, "03-pooling"), folder / "scratch"
    scratch.mkdir()
    process = Forkserver(strongest_isolation(), edition, scratch)
    yield process
    process.close()


def test_where_all_layers_hold_nothing_is_said(process: Forkserver, tmp_path: Path) -> None:
    try_canary(process, strongest_isolation(), tmp_path)


def test_a_replay_that_finds_everything_right_is_found(
    process: Forkserver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Prover, "_replayed", lambda *_: True)
    with pytest.raises(WrongVerdict, match="a forged record was proved"):
        try_canary(process, strongest_isolation(), tmp_path)


def test_secret_numbers_that_are_those_of_the_record_are_found(
    process: Forkserver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proof, "redrawn", lambda case, random: case.arguments)
    with pytest.raises(WrongVerdict, match="in another thread and with the ban undone was proved"):
        try_canary(process, strongest_isolation(), tmp_path)


def test_a_proof_that_no_answer_passes_is_found(
    process: Forkserver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proof, "MOST_BYTES", 0)
    with pytest.raises(WrongVerdict, match="one of its own was not proved"):
        try_canary(process, strongest_isolation(), tmp_path)
