"""What students' code on a graphics card needs of the sandbox, beyond what it has without.

The driver is asked by ioctl on its nodes, finds the card in /sys, names its threads in /proc and
shares memory with itself by memfd_create. Source: what others found who let CUDA into bubblewrap,
Landlock and seccomp (NVIDIA/OpenShell issues 1486 and 1696, nolabs-ai/nono pull request 652).
"""

from pathlib import Path

WEAKER = (
    "With the graphics card the sandbox is weaker: students' code reaches the card's driver in the "
    "kernel, its memory on the card has no limit, and what one leaves there another may find "
    "(docs/security.md)."
)
READABLE = (Path("/proc"), Path("/sys"))
WRITABLE = (Path("/proc/self/task"),)
CALLS = ("ioctl", "memfd_create")


def nodes() -> list[Path]:
    """The driver's device nodes; none where there is no card."""
    return sorted(path for path in Path("/dev").glob("nvidia*") if path.is_char_device())


def mounts(its_nodes: list[Path]) -> list[str]:
    """bubblewrap's options: processes are those of the sandbox's own."""
    bound = [part for node in its_nodes for part in ("--dev-bind", str(node), str(node))]
    return ["--proc", "/proc", "--ro-bind", "/sys", "/sys", *bound]
