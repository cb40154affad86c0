"""Following a page as its reader does: what it shows is written, what it says to run is run.

Of each fenced block the sentence before it, up to its colon, says what it is:

- "`FILE`:" a new file;
- "In `FILE`, above `LINE`:" lines that go above that line, which the file has once;
- "In `FILE`, at its end:" lines that go there;
- "In `FILE`, ...:" before a `diff` block: lines that go and lines that come, each `@@` at another
  place, which the file has once.

Of an `sh` block each line is run; one that is to fail says so at its end, as `# ends with 1`. A
block without a language is a part of what the block before it printed.
"""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from edition.machine import fresh_environment
from helpers import ROOT

BLOCK = re.compile(r"([^\n]*(?:\n[^\n]+)*)\n\n```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NOT_COPIED = (".git", ".venv", "*_cache", ".hypothesis", "__pycache__", "node_modules", "data")
LINKED = ("data", "course_lib/widgets/node_modules")
BIN = ".venv/bin"
MODULES = {"course": "autograders.cli", "pytest": "pytest", "alembic": "alembic"}


@dataclass(frozen=True)
class Block:
    """A fenced block: the paragraph above it, its language and its text."""

    caption: str
    language: str
    text: str

    @property
    def new_file(self) -> str:
        """The name of the file that the block is, "" if it is none."""
        named = re.search(r"(?:^|\. )`([\w./-]+)`:$", self.caption)
        return named[1] if named else ""


def blocks(page: Path) -> list[Block]:
    """The fenced blocks of a page, in order; none is left out."""
    text = page.read_text(encoding="utf-8")
    found = [Block(" ".join(c.split()), kind, body) for c, kind, body in BLOCK.findall(text)]
    assert 2 * len(found) == len(re.findall("^```", text, re.MULTILINE)), (
        "a block follows on a line that is not blank"
    )
    return found


class Copy:
    """A fresh copy of the project in `folder`, with an environment in which it is installed.

    One that `grades` has the packages in its own environment: the sandbox sees no other.
    """

    def __init__(self, folder: Path, grades: bool = False) -> None:
        self.folder = folder
        self.written: set[str] = set()
        lines = (ROOT / ".gitignore").read_text(encoding="utf-8").split()
        made = {line.strip("/") for line in lines if re.fullmatch(r"/\w+/", line)}

        def left_out(where: str, names: list[str]) -> set[str]:
            top = made if Path(where) == ROOT else set()
            return shutil.ignore_patterns(*NOT_COPIED)(where, names) | (top & set(names))

        shutil.copytree(ROOT, folder, ignore=left_out)
        for name in LINKED:
            (folder / name).symlink_to(ROOT / name)
        programs = fresh_environment(folder / ".venv")
        [packages] = (folder / ".venv").rglob("packages.pth")
        packages.with_name("course.pth").write_text(str(folder))
        if grades:
            theirs = Path(packages.read_text())
            ours = shutil.ignore_patterns("__editable__*")
            shutil.copytree(theirs, packages.parent, False, ours, _link, dirs_exist_ok=True)
            packages.unlink()
        for name in MODULES:
            line = f'#!/bin/sh\nexec {programs / "python"} -m {MODULES[name]} "$@"\n'
            (programs / name).write_text(line)
            (programs / name).chmod(0o755)
        (programs / "ruff").symlink_to(Path(sys.executable).with_name("ruff"))
        (folder / ".venv" / "ready").touch()

    def follow(self, page: Path) -> None:
        """Do all that the page says, in its order. AssertionError where it does not come true."""
        printed = ""
        for block in blocks(page):
            if block.language == "sh":
                printed = "".join(map(self.run, block.text.splitlines()))
            elif not block.language:
                assert block.text.strip() in printed, f"{block.text}\nis not in\n{printed}"
            else:
                self._write(block)

    def run(self, line: str) -> str:
        """Run a line of a page; what it printed, its errors as well."""
        done = subprocess.run(
            ["sh", "-c", line],
            cwd=self.folder,
            env=self._environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
        )
        status = re.search(r"# ends with (\d+)$", line)
        assert done.returncode == int(status[1] if status else 0), f"{line}\n{done.stdout}"
        return done.stdout

    def run_program(self, source: str) -> None:
        """Run a program of a test's own with the environment of the copy."""
        (self.folder / "program.py").write_text(source)
        self.run(f"{BIN}/python program.py")

    def lint(self) -> None:
        """What `make lint` does with the files that were written, but for what takes long."""
        there = [name for name in sorted(self.written) if (self.folder / name).exists()]
        files = " ".join(["notebooks", *(name for name in there if name.endswith(".py"))])
        makefile = (self.folder / "Makefile").read_text(encoding="utf-8").replace("$(BIN)", BIN)
        lines = re.findall(rf"^\t({BIN}/(?:ruff|python) .*|node .*)$", makefile, re.MULTILINE)
        checks = [line for line in lines if "check" in line]
        assert len(checks) == 5, checks
        for line in checks:
            self.run(re.sub(r" \.$", f" {files}", line))

    def _environment(self) -> dict[str, str]:
        ours = ("PYTEST", "PYTHON", "MAKE", "MFLAGS")  # make says more where make started it
        kept = {n: v for n, v in os.environ.items() if not n.startswith(ours)}
        jupyter = {
            "JUPYTER_PATH": str(Path(sys.prefix, "share", "jupyter")),
            "JUPYTER_CONFIG_PATH": str(Path(sys.prefix, "etc", "jupyter")),
        }
        return kept | jupyter | {"OMP_NUM_THREADS": "1", "COLUMNS": "80"}

    def _write(self, block: Block) -> None:
        above = re.search(r"[Ii]n `([\w./-]+)`, above `(.+)`:$", block.caption)
        below = re.search(r"[Ii]n `([\w./-]+)`, at its end:$", block.caption)
        changed = re.search(r"[Ii]n `([\w./-]+)`, .+:$", block.caption)
        if block.language == "diff":
            assert changed, f"nothing says which file this changes: {block.text}"
            for hunk in re.split(r"^@@\n", block.text, flags=re.MULTILINE):
                self._change(changed[1], *_sides(hunk))
        elif below:
            name = below[1]
            self._append(name, f"\n{block.text}")
        elif above:
            name, line = above.groups()
            self._change(name, f"\n{line}\n", f"\n{block.text}\n\n{line}\n")
        else:
            name = block.new_file
            assert name, f"nothing says what this is: {block.text}"
            path = self.folder / name
            assert not path.exists(), f"{name} is there already"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text, encoding="utf-8")
            self.written.add(name)

    def _append(self, name: str, text: str) -> None:
        with (self.folder / name).open("a", encoding="utf-8") as file:
            file.write(text)

    def _change(self, name: str, old: str, new: str) -> None:
        path = self.folder / name
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{name} has {text.count(old)} times\n{old}"
        path.write_text(text.replace(old, new), encoding="utf-8")
        self.written.add(name)


def _link(source: str, target: str) -> None:
    """The same file under another name, a copy where that is on another disk."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _sides(diff: str) -> tuple[str, str]:
    """What a diff takes away and what it puts there, each with the lines that stay."""
    lines = diff.splitlines(keepends=True)
    assert all(line[0] in " +-\n" for line in lines), diff
    old = "".join(line[1:] or line for line in lines if line[0] != "+")
    return old, "".join(line[1:] or line for line in lines if line[0] != "-")
