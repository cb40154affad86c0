"""What graders install is locked with hashes, and lint finds where that is not pyproject.toml's."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from requirements.lock import disagreements

ROOT = Path(__file__).parents[1]
PYPROJECT = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
GRADING = (ROOT / "requirements" / "grading.txt").read_text(encoding="utf-8")
CPU = (ROOT / "requirements" / "torch-cpu.txt").read_text(encoding="utf-8")
CUDA = (ROOT / "requirements" / "torch-cuda.txt").read_text(encoding="utf-8")
INDEX = re.compile(r"(?:index-url|INDEX_URL|find-links)[ =]+(\S+)")


def replaced(text: str, old: str, new: str) -> str:
    assert old in text
    return text.replace(old, new, 1)


@pytest.mark.parametrize("torch", [CPU, CUDA], ids=["cpu", "cuda"])
def test_locks_are_those_of_the_project(torch: str) -> None:
    assert disagreements(PYPROJECT, GRADING + torch) == []


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('"numpy>=2.1,<3"', '"numpy>=3"', r"numpy>=3 is asked for, and 2\.[\d.]+ locked"),
        ("torch==2.13.0", "torch==2.14.0", r"torch==2\.14\.0 is asked for, and 2\.13\.0\S* locked"),
        ('"click>=8.1,<9",', '"click>=8.1,<9", "no-such",', "no-such is asked for, and not locked"),
        ('    "nh3>=0.3.3,<0.4",\n', "", r"nh3==[\d.]+ is locked, and no longer asked for"),
        ("setuptools>=77", "setuptools>=999", "setuptools>=999 is asked for, and .* locked"),
        ('"distributed>=2026.8,', '"distributed>=2027.1,', "distributed.* is asked for, and"),
        ('"PyYAML==6.0.4"', '"PyYAML==6.0.1"', r"PyYAML==6\.0\.1 is asked for, and 6\.0\.4 locked"),
    ],
)
def test_change_of_pyproject_toml_that_the_lock_does_not_have_is_told(
    old: str, new: str, told: str
) -> None:
    found = disagreements(replaced(PYPROJECT, old, new), GRADING + CPU)
    assert len(found) >= 1
    assert all(re.match(told, sentence) for sentence in found)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (r"\nnh3==.*", r"\nnh3==0.2.1 \\", "nh3<0.4,>=0.3.3 is asked for, and 0.2.1 locked"),
        (r"\n(nh3==.*) \\\n(    --hash.*\n)+", r"\n\1\n", "nh3==.* is locked without a hash"),
        (r"\ntzdata==.*\n(    .*\n)+", r"\n", "tzdata>=2026.1 is asked for, and not locked"),
        (
            r"\nnumpy==(\S+)",
            r"\nnumpy==\1 ; python_version < '3.13'",
            "numpy<3,>=2.1 is asked for, and not locked",
        ),
    ],
)
def test_change_of_the_lock_that_pyproject_toml_does_not_allow_is_told(
    old: str, new: str, told: str
) -> None:
    changed, count = re.subn(old, new, GRADING, count=1)
    assert count == 1
    [sentence] = disagreements(PYPROJECT, changed + CPU)
    assert re.fullmatch(told, sentence)


def test_lint_names_the_command_that_writes_the_locks_anew(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "requirements", tmp_path / "requirements")
    check = [sys.executable, str(tmp_path / "requirements" / "lock.py"), "--check"]
    for pin, status in (("click>=8.1,<9", 0), ("click>=9", 1)):
        text = replaced(PYPROJECT, "click>=8.1,<9", pin)
        (tmp_path / "pyproject.toml").write_text(text, encoding="utf-8")
        done = subprocess.run(check, capture_output=True, text=True)
        assert done.returncode == status, done.stderr
    assert re.match(r"click>=9 is asked for, and 8\.[\d.]+ locked\n", done.stderr)
    assert "run `.venv/bin/python requirements/lock.py`" in done.stderr
    assert re.search(r"^\t\$\(BIN\)/python requirements/lock.py --check$", makefile(), re.M)


def makefile() -> str:
    return (ROOT / "Makefile").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["grading.txt", "torch-cpu.txt", "torch-cuda.txt"])
def test_nothing_locked_is_built_on_the_machine_that_grades(name: str) -> None:
    """What is built gets what builds it from an index, without a hash."""
    lock = (ROOT / "requirements" / name).read_text(encoding="utf-8")
    assert re.search(r"^--only-binary :all:$", lock, re.M)


def test_no_step_asks_two_indexes_and_torch_alone_has_one_of_its_own() -> None:
    """From two indexes pip takes the higher version, whoever put it on the other."""
    places = ["Containerfile", "Makefile", "environment.yml", "binder", "deploy", "docs", ".ci"]
    files = [ROOT / "requirements", *(ROOT / place for place in places), *ROOT.glob("*.md")]
    texts = {
        path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8", errors="replace")
        for place in files
        for path in ([place] if place.is_file() else place.rglob("*"))
        if path.is_file() and path.suffix not in (".png", ".pyc")
    }
    named = {name: INDEX.findall(text) for name, text in texts.items() if INDEX.search(text)}
    pytorch = "https://download.pytorch.org/whl/cpu"
    assert named.pop("requirements/torch-cpu.txt") == [pytorch]
    named.pop("requirements/lock.py")  # which writes that file
    assert named == {}
    assert re.findall(r"^\S+==", CPU, re.M) == ["torch=="]


def test_graders_install_from_the_locks_where_an_image_or_binder_is_made() -> None:
    for name in ("Containerfile", "binder/postBuild", "docs/deployment.md"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert "--require-hashes -r" in text
        assert "requirements/torch-cpu.txt" in text
        assert "--no-deps --no-build-isolation --editable" in text
    assert (ROOT / "binder/requirements.txt").read_text() == "-r ../requirements/grading.txt\n"
