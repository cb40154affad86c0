"""This machine with two more accounts on it, an instructor's and a student's, and an exchange.

/etc/passwd stays as it is: the accounts stand in a copy, which only their own processes see.
"""

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from helpers import ROOT

KEY = ROOT / "autograders" / "hidden" / "key"
UIDS = {"teacher": 61001, "ann": 61002}
NEEDED = [Path(sys.base_prefix), Path(sys.prefix), ROOT]  # what everybody's processes read


@dataclass(frozen=True)
class Account:
    """One account: `prefix` starts a command as it, without a process in between."""

    uid: int
    home: Path
    prefix: tuple[str, ...]
    environment: dict[str, str]

    def run(self, folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
        """What a command came to that this account ran in `folder`."""
        return subprocess.run(
            [*self.prefix, "env", "-C", str(folder), *command],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=300,
        )


@dataclass(frozen=True)
class Machine:
    """Its accounts, and the exchange, in which every account may write."""

    teacher: Account
    ann: Account
    exchange: Path


def make_machine(folder: Path) -> Machine:
    """The accounts' homes and the exchange in `folder`; skips where nobody can take on another
    account, and says what is missing."""
    if os.geteuid() != 0:
        pytest.skip("two accounts: only root can take on other accounts")
    for program in ("unshare", "setpriv"):
        if shutil.which(program) is None:
            pytest.skip(f"two accounts: there is no {program} (Debian's util-linux)")
    folder.chmod(0o755)
    if closed := [str(path) for path in folder.parents if not _is_open(path)]:
        pytest.skip(f"two accounts: others may not enter {', '.join(closed)}; set TMPDIR")
    view = tuple(_view(folder))
    done = subprocess.run([*view, "true"], capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"two accounts: no mounts of one's own here ({done.stderr.strip()})")
    exchange = folder / "exchange"
    exchange.mkdir()
    exchange.chmod(0o777)
    _write_settings(folder / "jupyter", exchange)
    teacher, ann = (_account(folder, view, name) for name in UIDS)
    return Machine(teacher, ann, exchange)


def _write_settings(folder: Path, exchange: Path) -> None:
    """The machine's settings of Jupyter, as docs/exchange.md has them."""
    folder.mkdir()
    (folder / "nbgrader_config.py").write_text(
        "c = get_config()\n"
        'c.CourseDirectory.course_id = "cnn"\n'
        f"c.Exchange.root = {str(exchange)!r}\n"
    )


def _account(folder: Path, view: Sequence[str], name: str) -> Account:
    uid = UIDS[name]
    home = folder / name
    home.mkdir(mode=0o700)
    os.chown(home, uid, uid)
    taken_on = ("setpriv", f"--reuid={uid}", f"--regid={uid}", "--clear-groups", "--")
    environment = {
        "PATH": f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin",
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "OMP_NUM_THREADS": "1",
        "JUPYTER_CONFIG_PATH": str(folder / "jupyter"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
    }
    return Account(uid, home, (*view, *taken_on), environment)


def _view(folder: Path) -> Iterator[str]:
    """A command with which others see the accounts, and may read Python and the course, which
    lie in root's own home on some machines; of the hidden cases' key, the teacher's own."""
    for kind, line in [("passwd", "{0}:x:{1}:{1}::{2}:/bin/sh\n"), ("group", "{0}:x:{1}:\n")]:
        added = "".join(line.format(name, uid, folder / name) for name, uid in UIDS.items())
        (folder / kind).write_text(Path("/etc", kind).read_text() + added)
    key = folder / "key"
    key.write_bytes(KEY.read_bytes())
    key.chmod(0o600)
    os.chown(key, UIDS["teacher"], UIDS["teacher"])
    lines = ["set -e", "umask 022", *_opened(folder)]
    bound = {folder / "passwd": "/etc/passwd", folder / "group": "/etc/group", key: KEY}
    lines += [f"mount --bind {_q(source)} {_q(target)}" for source, target in bound.items()]
    return iter(["unshare", "--mount", "--", "sh", "-c", "\n".join([*lines, 'exec "$@"']), "sh"])


def _opened(folder: Path) -> Iterator[str]:
    """Lines of shell that put what everybody needs, and nothing else, into folders that are
    closed to others."""
    closed = {path: [p for p in path.parents if not _is_open(p)] for path in NEEDED}
    needed = [path for path, within in closed.items() if within]
    for number, path in enumerate(needed):
        (folder / f"needed-{number}").mkdir()
        yield f"mount --bind {_q(path)} {_q(folder / f'needed-{number}')}"
    for top in {closed[path][-1] for path in needed}:
        yield f"mount -t tmpfs -o mode=755 tmpfs {_q(top)}"
    for number, path in enumerate(needed):
        yield f"mkdir -p {_q(path)}"
        yield f"mount --bind {_q(folder / f'needed-{number}')} {_q(path)}"


def _is_open(folder: Path) -> bool:
    return bool(os.stat(folder).st_mode & 0o001)


def _q(path: object) -> str:
    return shlex.quote(str(path))
