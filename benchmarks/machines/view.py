"""The machine as an ordinary user may see it, who has no account on it."""

import os
import sys
from pathlib import Path

from autograders.system.folders import PACKAGE

KEY = PACKAGE / "autograders" / "hidden" / "key"


def readable_view(own: Path) -> list[str]:
    """A program with its arguments that starts a command where Python, the course and the key of
    the hidden cases can be read by everybody, and whose processes are apart from all others.

    Args:
        own: the caller's folder, for a copy of the key.
    """
    key = own / "key"
    key.write_bytes(KEY.read_bytes())
    bound = ["--dev-bind", "/", "/", "--proc", "/proc"]
    needed = [Path(sys.base_prefix), Path(sys.prefix), PACKAGE]
    closed = dict.fromkeys(p for path in needed for p in path.parents if not _is_open(p))
    for folder in closed:
        bound += ["--perms", "0755", "--tmpfs", str(folder)]
        for path in dict.fromkeys(path for path in needed if folder in path.parents):
            for between in [p for p in reversed(path.parents) if folder in p.parents]:
                bound += ["--perms", "0755", "--dir", str(between)]
            bound += ["--ro-bind", str(path), str(path)]
    bound += ["--ro-bind", str(key), str(KEY)]
    key.chmod(0o644)
    return ["bwrap", "--unshare-pid", "--die-with-parent", "--cap-add", "ALL", *bound, "--"]


def _is_open(folder: Path) -> bool:
    return bool(os.stat(folder).st_mode & 0o001)
