"""Becomes a command as it would run elsewhere: as another user, where layers of the sandbox lack.

    python elsewhere.py UID LAYER,LAYER COMMAND...

A layer that lacks is refused by the kernel as on such a machine: namespaces and mounts as in a
container, Landlock as by an old kernel.
"""

import errno
import os
import sys
from pathlib import Path

import pyseccomp as sc

# CLONE_NEWTIME, NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET
_NAMESPACES = (1 << 7, 1 << 17, 1 << 25, 1 << 26, 1 << 27, 1 << 28, 1 << 29, 1 << 30)
LAYERS = {
    "bubblewrap": ("unshare", "setns", "mount", "umount2", "pivot_root", "fsopen", "move_mount"),
    "landlock": ("landlock_create_ruleset",),
}


def main() -> None:
    user, lacking, command = int(sys.argv[1]), sys.argv[2].split(","), sys.argv[3:]
    if user != os.getuid():
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
        os.environ["HOME"] = str(Path.cwd().parent)
    _refuse([layer for layer in lacking if layer])
    os.execvp(command[0], command)


def _refuse(layers: list[str]) -> None:
    if not layers:
        return
    filter_ = sc.SyscallFilter(defaction=sc.ALLOW)
    for layer in layers:
        refusal = sc.ERRNO(errno.EPERM if layer == "bubblewrap" else errno.ENOSYS)
        for name in LAYERS[layer]:
            filter_.add_rule(refusal, name)
    if "bubblewrap" in layers:
        filter_.add_rule(sc.ERRNO(errno.ENOSYS), "clone3")  # its flags cannot be looked at
        for flag in _NAMESPACES:
            filter_.add_rule(sc.ERRNO(errno.EPERM), "clone", sc.Arg(0, sc.MASKED_EQ, flag, flag))
    filter_.load()


if __name__ == "__main__":
    main()
