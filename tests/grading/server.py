"""A PostgreSQL server of a test's own, in a folder that goes with it."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

DEBIAN = Path("/usr/lib/postgresql")


def programs() -> Path | None:
    """The folder with initdb and pg_ctl: Debian's newest, else that on PATH; None if not there."""
    folders = [path.parent for path in DEBIAN.glob("*/bin/initdb")]
    if folders:
        return max(folders, key=lambda folder: int(folder.parent.name))
    found = shutil.which("initdb")
    return Path(found).resolve().parent if found else None


@contextmanager
def server() -> Iterator[str]:
    """The address of an empty server, as SQLAlchemy has it; the server ends with the block.

    It listens on a Unix socket in its folder and nowhere else.
    """
    found = programs()
    assert found
    with tempfile.TemporaryDirectory(prefix="pg-", dir="/tmp") as name:  # a socket's path is short
        folder, data = Path(name), Path(name, "data")
        ordinary = _ordinary_user(folder)
        initdb = [found / "initdb", "-D", data, "-U", "course", "-A", "trust", "-E", "UTF8"]
        _run([*initdb, "--no-sync", "--locale=C"], ordinary)
        options = f"-F -c listen_addresses= -c unix_socket_directories={folder}"
        pg_ctl = [found / "pg_ctl", "-D", data, "-w"]
        _run([*pg_ctl, "-l", folder / "log", "-o", options, "start"], ordinary)
        try:
            yield f"postgresql+psycopg://course@/postgres?host={quote(name, safe='')}"
        finally:
            _run([*pg_ctl, "-m", "immediate", "stop"], ordinary)


def _ordinary_user(folder: Path) -> dict[str, Any]:
    """For subprocess: who runs a server, which root may not; `folder` is theirs."""
    if os.getuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _run(command: list[Any], ordinary: dict[str, Any]) -> None:
    done = subprocess.run(
        command, cwd="/", stdin=subprocess.DEVNULL, capture_output=True, text=True, **ordinary
    )
    assert done.returncode == 0, done.stdout + done.stderr
