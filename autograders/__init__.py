"""What grades the course: exercises as data, checks that explain, and the roads that run them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from autograders.checks.check import Checks

__all__ = ["checks_for"]


def checks_for(assignment: str) -> Checks:
    """The check of one assignment, given its full name as `01-discrete-convolution`.

    torch is imported here and not with the package, so that `course doctor` runs without it.

    Raises:
        ValueError: for an assignment that does not exist.
    """
    from autograders.checks import check

    return check.checks_for(assignment)
