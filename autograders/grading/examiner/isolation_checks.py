"""What `course doctor` says of the sandbox: each layer, on or off, and whether it is enough."""

from autograders.grading.examiner.isolation import strongest_rung
from autograders.grading.sandboxed.walls import landlock, syscalls
from autograders.student_tools.setup_checks import Finding, bubblewrap

ELSEWHERE = "grade on Linux, or in a container on it; docs/security.md says what this layer does"


def sandbox_findings() -> list[Finding]:
    """One line a layer, and one for all; the course teaches without, so none hinders."""
    version = landlock.version()
    rung = strongest_rung()
    refused = f"`course grade` refuses without --accept-weaker: {ELSEWHERE}"
    return [
        bubblewrap(),
        _layer("Landlock", f"version {version}" if version else "", ELSEWHERE),
        _layer("seccomp", "on" if syscalls.available() else "", "install libseccomp (libseccomp2)"),
        Finding("sandbox", str(rung), "" if rung.is_enough else refused, hinders=False),
    ]


def _layer(name: str, found: str, fix: str) -> Finding:
    return Finding(name, found or "off", "" if found else fix, hinders=False)
