"""Whether cells and the checks that they call agree on the points."""

from __future__ import annotations

import re
from collections.abc import Mapping

from autograders.checks.load import load_assignment

USES_CHECKS = re.compile(r"""checks_for\(\s*["'](.+?)["']""")
CALL = re.compile(r"""(?:\w+\.)?(?:check|predict|breaks)\(\s*["'](.+?)["']""")


def disagreement(cells: Mapping[str, float | None], place: str) -> str:
    """What is wrong with the points of a notebook, in words, "" where nothing is.

    Only cells that call the course's checks are looked at.

    Args:
        cells: the points of each code cell by its source, None where it is not graded.
        place: where the cells are from, such as "the gradebook".
    """
    used = [name for source in cells for name in USES_CHECKS.findall(source)]
    if not used:
        return ""
    known = load_assignment(used[0]).points()
    for source, points in cells.items():
        call = CALL.match(source)
        if points is None or call is None:
            continue
        name = call[1]
        if name not in known:
            return f"there is no check {name}, which is called in {place}"
        if points != known[name]:
            return (
                f"the points of {name} are {known[name]:g} in the checks and {points:g} in {place}"
            )
    return ""
