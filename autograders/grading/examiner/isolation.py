"""Which walls this machine can build around a student's process, found by trying."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from autograders.grading.sandboxed.walls import card, landlock, syscalls

SCRATCH_BYTES = 128 << 20
LOADED = (
    "/usr",
    "/bin",
    "/sbin",
    "/lib",
    "/lib64",
    "/etc/ld.so.cache",
)  # what programs are made of
DEVICES = ("/dev/null", "/dev/zero", "/dev/urandom", "/dev/random")


@dataclass(frozen=True)
class Isolation:
    """The layers that are on: "bubblewrap", "landlock" and "seccomp", beside separate processes
    and limits on memory, files and time, which are always there."""

    layers: frozenset[str]

    @property
    def is_enough(self) -> bool:
        """Whether strangers' code may be graded: without Landlock or seccomp it reads and does
        what the instructor may."""
        return {"landlock", "seccomp"} <= self.layers

    def __str__(self) -> str:
        on = [layer for layer in ("bubblewrap", "landlock", "seccomp") if layer in self.layers]
        return " + ".join([*on, "limits"])


@cache
def strongest_isolation() -> Isolation:
    """All that works here. It is tried, not looked up: what the system's settings say of
    namespaces and Landlock is not always so."""
    layers = set()
    if _bubblewrap_works():
        layers.add("bubblewrap")
    if landlock.version():
        layers.add("landlock")
    if syscalls.available():
        layers.add("seccomp")
    return Isolation(frozenset(layers))


def command(
    isolation: Isolation, edition: Path, scratch: Path, card_nodes: list[Path]
) -> tuple[list[str], Path, Path]:
    """How a program is started in the sandbox, and where it then finds the `edition`, read-only,
    and its `scratch`. The data sets, to which the edition links, stay where they are, and so do
    the `card_nodes` of a graphics card."""
    if "bubblewrap" not in isolation.layers:
        return [], edition, scratch
    inside, work = Path("/course"), Path("/scratch")
    mounts = ["--dev", "/dev", "--size", str(SCRATCH_BYTES), "--tmpfs", str(work)]
    for path in programs():
        link = path.is_symlink() and path.parent == Path("/")
        mounts += ["--symlink", os.readlink(path), str(path)] if link else _bound(path, path)
    data = (edition / "data").resolve()
    mounts += [*_bound(edition, inside), *_bound(data, data)]
    mounts += card.mounts(card_nodes) if card_nodes else []
    mounts += ["--remount-ro", "/dev", "--remount-ro", "/"]
    return [*_BWRAP, *mounts, "--chdir", str(work), "--"], inside, work


def programs() -> list[Path]:
    """The files that Python and its packages are made of."""
    prefixes = dict.fromkeys(Path(p) for p in (*LOADED, sys.base_prefix, sys.prefix))
    return [path for path in prefixes if path.exists() and not _within(path, list(prefixes))]


_BWRAP = ["bwrap", "--unshare-all", "--die-with-parent", "--new-session", "--clearenv"]


def _bound(path: Path, inside: Path) -> list[str]:
    return ["--ro-bind", str(path), str(inside)]


def _within(path: Path, others: Sequence[Path]) -> bool:
    return any(other != path and other in path.parents for other in others)


def _bubblewrap_works() -> bool:
    if shutil.which("bwrap") is None:
        return False
    everything = [*_BWRAP, "--dev", "/dev", "--ro-bind", "/", "/", "--", "/bin/true"]
    tried = subprocess.run(everything, capture_output=True, timeout=30, check=False)
    return tried.returncode == 0
