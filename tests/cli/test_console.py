"""`course` prints on any console, and says in a sentence what the system refuses."""

import io
import subprocess
import sys
from pathlib import Path

import pytest
from cli.student import make_student_folder, notebook_of, released_with_checksums, write
from grading.small_course import NAME, solved_notebook

from autograders.cli import main

COURSE = [sys.executable, "-m", "autograders.cli"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = make_student_folder(tmp_path / "Łukasz Ödev – 🦦 \u202eişler" / "cnn-course")
    write(notebook_of(folder), solved_notebook(released_with_checksums()))
    monkeypatch.chdir(folder)
    return folder


def run(monkeypatch: pytest.MonkeyPatch, encoding: str, errors: str, *arguments: str) -> list[str]:
    """What a command prints on a console of `encoding`: its output, and its words on errors."""
    streams = [io.TextIOWrapper(io.BytesIO(), encoding, errors) for _ in range(2)]
    with monkeypatch.context() as patched:
        patched.setattr(sys, "stdout", streams[0])
        patched.setattr(sys, "stderr", streams[1])
        with pytest.raises(SystemExit) as end:
            main([*arguments], prog_name="course")
    told = [stream.buffer.getvalue().decode(encoding) for stream in streams]
    return [f"{end.value.code}", *told]


@pytest.mark.parametrize(
    ("encoding", "errors", "name"),
    [
        ("cp1252", "strict", "?ukasz Ödev – ? ?i?ler"),
        ("cp437", "strict", "?ukasz Ödev ? ? ?i?ler"),
        ("cp932", "strict", "?ukasz ?dev ? ? ?i?ler"),
        ("ascii", "strict", "?ukasz ?dev ? ? ?i?ler"),
        ("ascii", "surrogateescape", "?ukasz ?dev ? ? ?i?ler"),
        ("latin-1", "backslashreplace", r"\u0141ukasz Ödev \u2013 \U0001f9a6 \u202ei\u015fler"),
        ("utf-16", "strict", "Łukasz Ödev – 🦦 \u202eişler"),
    ],
)
def test_any_encoding_is_printed_in(
    encoding: str, errors: str, name: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    status, printed, _ = run(monkeypatch, encoding, errors, "check", "01")
    assert status == "0"
    assert f"{name}/cnn-course/hand-in/{NAME}.ipynb" in printed


def test_what_is_no_text_is_printed_too(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    status, _, told = run(monkeypatch, "utf-8", "strict", "check", "01", "no-\udcff.ipynb")
    assert status == "2"
    assert "no-?.ipynb" in told


def test_doctor_has_marks_that_the_console_has(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / NAME / "torch.py").touch()
    status, printed, _ = run(monkeypatch, "cp437", "strict", "doctor")
    assert status == "1"
    assert "| ok | Python" in printed
    assert "| x  | files beside notebooks" in printed


def shell(line: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-c", line, *COURSE], capture_output=True, text=True, check=False, timeout=60
    )


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
def test_output_that_does_not_arrive_is_told(folder: Path) -> None:
    done = shell('"$0" "$@" progress >/dev/full')
    assert done.returncode == 74
    assert done.stderr == (
        "Error: `python -m autograders.cli progress` stopped at the standard output: "
        "No space left on device; make room, then run the same command again.\n"
    )


def test_a_reader_that_went_away_ends_it_quietly(folder: Path) -> None:
    done = shell('"$0" "$@" progress | true; echo ${PIPESTATUS[0]}')
    assert (done.stdout, done.stderr) == ("141\n", "")


def test_a_closed_output_is_no_fault(folder: Path) -> None:
    done = shell('"$0" "$@" check 01 >&- 2>&-')
    assert (done.returncode, done.stderr) == (0, "")
    assert (folder / "hand-in" / f"{NAME}.ipynb").is_file()


def test_a_file_in_the_way_is_named_and_the_hand_in_stays_as_it_was(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "hand-in").touch()
    status, _, told = run(monkeypatch, "utf-8", "strict", "check", "01")
    assert status == "74"
    assert told == (
        f"Error: `course check` stopped at {folder / 'hand-in'}: Not a directory; put that right, "
        "then run the same command again.\n"
    )
    (folder / "hand-in").unlink()
    receipt = folder / "hand-in" / f"{NAME}-receipt.txt"
    receipt.mkdir(parents=True)
    handed_in = receipt.with_name(f"{NAME}.ipynb")
    handed_in.write_text("before")
    status, _, told = run(monkeypatch, "utf-8", "strict", "check", "01")
    assert status == "74"
    assert f"stopped at {receipt}: Is a directory" in told
    assert handed_in.read_text() == "before"
    assert [path.name for path in (folder / "hand-in").iterdir() if path.name[0] == "."] == []


def test_lab_says_where_jupyter_cannot_write(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "file").touch()
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(folder / "file" / "runtime"))
    done = shell('"$0" "$@" lab -- --version')
    assert done.returncode == 74
    assert f"stopped at {folder / 'file' / 'runtime'}: Not a directory; put that" in done.stderr


def test_a_folder_that_was_removed_is_said_to_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (gone := tmp_path / "gone").mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    for command in (["doctor"], ["progress"], ["check", "01"]):
        status, _, told = run(monkeypatch, "utf-8", "strict", *command)
        assert status == "2"
        assert "this folder has been removed; change to the course's folder" in told
