"""What `course doctor` says of the sandbox: each layer, on or off, and whether it is enough."""

from autograders.grading.examiner.isolation import strongest_isolation
from autograders.grading.sandboxed.walls import landlock, syscalls
from autograders.student_tools.setup_checks import SetupCheck, bubblewrap

ELSEWHERE = "grade on Linux, or in a container on it; docs/security.md says what this layer does"


def sandbox_findings() -> list[SetupCheck]:
    """One line a layer, and one for all; the course teaches without, so none hinders."""
    version = landlock.version()
    isolation = strongest_isolation()
    refused = f"`course grade` refuses without --accept-weaker: {ELSEWHERE}"
    return [
        bubblewrap(),
        _layer("Landlock", f"version {version}" if version else "", ELSEWHERE),
        _layer("seccomp", "on" if syscalls.available() else "", "install libseccomp (libseccomp2)"),
        SetupCheck(
            "sandbox", str(isolation), "" if isolation.is_enough else refused, hinders=False
        ),
    ]


def _layer(name: str, found: str, fix: str) -> SetupCheck:
    return SetupCheck(name, found or "off", "" if found else fix, hinders=False)
