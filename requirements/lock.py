"""Locks what graders install, each version with the hashes of its files; --check says if the locks
are those of pyproject.toml, without the network.

`grading.txt` is all but torch, `torch-cpu.txt` is torch without CUDA, from PyTorch's own index, and
`torch-cuda.txt` is torch with CUDA, as PyPI has it for Linux. A version stays while pyproject.toml
takes it; with --upgrade the newest that it takes comes in its place.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from autograders.system.whole_files import write_all

ROOT = Path(__file__).resolve().parents[1]
FILES = "grading.txt", "torch-cpu.txt", "torch-cuda.txt"
COMMAND = ".venv/bin/python requirements/lock.py"
PYTORCH = "https://download.pytorch.org/whl/cpu"
EXTRAS = ("postgresql", "dask")  # what graders may add
MACHINES = ("x86_64", "aarch64")
OF_TORCH = re.compile(r"(torch|triton|(cuda|nvidia)-.*)==")  # what torch alone brings
ENTRY = re.compile(r"^[a-z].*(?:\n[ ].*)*\n", re.M)  # a version and the indented lines below it
ASKED = "# via cnn-course (pyproject.toml)", "#   cnn-course (pyproject.toml)"


@dataclass(frozen=True)
class Pin:
    """A version that is locked, and whether it has hashes and is asked for by pyproject.toml."""

    requirement: Requirement
    has_hash: bool
    is_asked: bool

    @property
    def name(self) -> str:
        return canonicalize_name(self.requirement.name)

    @property
    def version(self) -> str:
        return str(self.requirement.specifier).removeprefix("==")


def disagreements(pyproject: str, lock: str) -> list[str]:
    """Where a lock is not that of a pyproject.toml, both given as text: a sentence each."""
    project = tomllib.loads(pyproject)
    asked, tools = _asked(project), _extra(project, "dev")
    pins = [_pin(entry) for entry in ENTRY.findall(lock)]
    locked, needed = {pin.name for pin in pins}, {_name(requirement) for requirement in asked}
    tools = [requirement for requirement in tools if _name(requirement) in locked]
    found = [f"{pin.requirement} is locked without a hash" for pin in pins if not pin.has_hash]
    found += [
        f"{pin.requirement} is locked, and no longer asked for"
        for pin in pins
        if pin.is_asked and pin.name not in needed
    ]
    for requirement, environment in product([*asked, *tools], _environments(project)):
        if requirement.marker is None or requirement.marker.evaluate(environment):
            found += _wrong(requirement, pins, environment)
    return list(dict.fromkeys(found))


def _wrong(requirement: Requirement, pins: list[Pin], environment: dict[str, str]) -> Iterator[str]:
    there = [
        pin
        for pin in pins
        if pin.name == _name(requirement)
        and (pin.requirement.marker is None or pin.requirement.marker.evaluate(environment))
    ]
    if not there:
        yield f"{requirement} is asked for, and not locked"
    for pin in there:
        if pin.version not in requirement.specifier:
            yield f"{requirement} is asked for, and {pin.version} locked"


def _asked(project: dict[str, Any]) -> list[Requirement]:
    """What the project installs, what it is built with, and what graders may add."""
    texts = project["project"]["dependencies"] + project["build-system"]["requires"]
    extras = [requirement for extra in EXTRAS for requirement in _extra(project, extra)]
    return [*map(Requirement, texts), *extras]


def _extra(project: dict[str, Any], name: str) -> list[Requirement]:
    return [*map(Requirement, project["project"]["optional-dependencies"][name])]


def _environments(project: dict[str, Any]) -> list[dict[str, str]]:
    """Where graders may install: Linux, each Python that the project takes, each make."""
    return [
        {
            "sys_platform": "linux",
            "platform_system": "Linux",
            "os_name": "posix",
            "platform_machine": machine,
            "python_version": python,
            "python_full_version": f"{python}.99",
        }
        for python, machine in product(_pythons(project), MACHINES)
    ]


def _pythons(project: dict[str, Any]) -> list[str]:
    taken = SpecifierSet(project["project"]["requires-python"])
    return [python for python in (f"3.{minor}" for minor in range(100)) if python in taken]


def _pin(entry: str) -> Pin:
    return Pin(
        Requirement(entry.splitlines()[0].rstrip(" \\")),
        has_hash="--hash=sha256:" in entry,
        is_asked=any(line.strip() in ASKED for line in entry.splitlines()),
    )


def _name(requirement: Requirement) -> str:
    return canonicalize_name(requirement.name)


def write_locks(root: Path, *options: str) -> None:
    """Writes the locks of the project in `root`, with `options` of uv such as --upgrade.

    The one of torch without CUDA is written only where it does not agree any more.

    Raises:
        subprocess.CalledProcessError: uv finds no versions, or no index; it has said why.
        OSError: a file cannot be read or written.
    """
    folder = root / "requirements"
    pyproject = (root / "pyproject.toml").read_text(encoding="utf-8")
    before = {name: _text(folder / name) for name in FILES}
    extras = [f"--extra={extra}" for extra in EXTRAS]
    old = before["grading.txt"] + before["torch-cuda.txt"]
    lock = _compiled(root, "pyproject.toml", old, "--universal", *extras, *options)
    head, entries = lock[: ENTRY.search(lock).start()], ENTRY.findall(lock)
    written = {
        "grading.txt": head + "".join(e for e in entries if not OF_TORCH.match(e)),
        "torch-cuda.txt": head + "".join(e for e in entries if OF_TORCH.match(e)),
    }
    if disagreements(pyproject, written["grading.txt"] + before["torch-cpu.txt"]):
        [torch] = [r for r in _asked(tomllib.loads(pyproject)) if _name(r) == "torch"]
        index = f"--index-url={PYTORCH}", "--emit-index-url", "--python-platform=linux"
        written["torch-cpu.txt"] = _compiled(root, "-", "", "--no-deps", *index, text=str(torch))
    write_all({folder / name: text.encode() for name, text in written.items()})


def _compiled(root: Path, source: str, old: str, *options: str, text: str = "") -> str:
    """uv's lock of `source`, in which the versions of the lock `old` stay where they can."""
    always = (
        "--generate-hashes",
        "--only-binary=:all:",  # what is built would get what builds it without a hash
        "--emit-build-options",
        f"--custom-compile-command={COMMAND}",
        "--quiet",
    )
    with TemporaryDirectory() as scratch:
        target = Path(scratch, "lock.txt")
        target.write_text(old, encoding="utf-8")
        command = [sys.executable, "-m", "uv", "pip", "compile", source, *always, *options]
        subprocess.run([*command, "-o", target], cwd=root, check=True, input=text, text=True)
        return target.read_text(encoding="utf-8")


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def main() -> None:
    """Writes the locks, or with --check ends with 1 where they are not those of pyproject.toml."""
    if "--check" not in sys.argv:
        try:
            write_locks(ROOT, *sys.argv[1:])
        except subprocess.CalledProcessError:
            sys.exit("uv makes no lock of this; what was locked stays")
        return
    pyproject, grading = _text(ROOT / "pyproject.toml"), _text(ROOT / "requirements/grading.txt")
    for name in ("torch-cpu.txt", "torch-cuda.txt"):
        found = disagreements(pyproject, grading + _text(ROOT / "requirements" / name))
        if found:
            told = "\n".join(found)
            sys.exit(f"{told}\npyproject.toml and requirements/ disagree: run `{COMMAND}`")


if __name__ == "__main__":
    main()
