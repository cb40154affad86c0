"""What is tried against the grading, as data: a hostile notebook and what it must come to."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from grading.small_course import find

Notebook = dict[str, Any]
Files = dict[str, bytes]

FULL = {"double": 3.0, "triple": 2.0, "predict-sum": 1.0, "unit": 1.0}
WRONG = "def double(x):\n    return x"  # earns `unit` and no more
KEPT_CELL = {"double": 0.0}  # WRONG stands above what is lost, and `unit` counts
LOST_CELL = {"double": 0.0, "unit": 0.0}
LOST_ALL = dict.fromkeys(FULL, 0.0)

# Whatever is known to have been tried on programs that grade.
CLASSES = {
    "tag": "a tag by which the test is not run",
    "transformer": "the interpreter made to drop tests",
    "traceback": "errors made silent",
    "own-results": "a results file or reply of one's own, then an end",
    "locked-results": "the file of results made read-only",
    "harness": "the program that grades rewritten",
    "exit": "an exit inside the tested function",
    "lying-objects": "results that compare as equal to anything",
    "patched-tools": "comparisons and built-in functions replaced",
    "pickle": "a result that runs when it is unpickled",
    "forged-number": "points that are no number, or are shown as another",
    "edited-cells": "points, ids, kinds and copies of cells edited",
    "read-tests": "hidden cases looked for in memory, modules and frames",
    "read-files": "the source, the gradebook and others' work read",
    "read-processes": "other processes read by /proc",
    "descriptors": "open descriptors of the grader used",
    "network": "results and files sent away",
    "side-channels": "messages left for the next student",
    "oracle": "hidden cases guessed by handing in often",
    "told-by-errors": "hidden cases written into one's own error messages",
    "hard-coded": "the visible cases' answers written down",
    "forbidden": "torch called for what was to be written",
    "unproved": "the ban undone, torch called where no mode sees it, or records of it forged",
    "printed": "the expected output printed",
    "detects-grading": "another answer while it is graded",
    "endless": "a loop without end, deaf to interrupts",
    "memory": "more memory than there is",
    "processes": "many processes or threads, or one that stays",
    "output": "output without end",
    "swelling": "cells, text and pictures that swell what is kept and shown",
    "disk": "a full disk, or files that cannot be removed",
    "signals": "signals to the grader and to all",
    "debugger": "the grader's process traced or its memory read",
    "paths": "links, pipes and odd files in the submission",
    "sleep": "sleep, which uses no processor time",
    "odd-text": "half characters, terminal codes and HTML in output",
    "odd-names": "formulas and commas in names",
    "crash": "a crash in native code, or endless recursion",
    "many-at-once": "several that hang at once",
    "examiner-code": "one's own code in a cell that is graded by hand",
    "examiner-memory": "replies that cost the examiner memory or time",
    "replies": "replies before they are asked for, and frames that are none",
}


@dataclass(frozen=True)
class Attack:
    """`source` runs in the cell of the function double, below `answer`; `change` is made to the
    notebook as well, and `files` lie beside it.

    `expected` are the points, other than the full ones, that its honest part earns.
    """

    kind: str
    source: str = ""
    answer: str = WRONG
    expected: dict[str, float] = field(default_factory=lambda: {"double": 0.0})
    change: Callable[[Notebook], None] | None = None
    files: Files = field(default_factory=dict)

    @property
    def scores(self) -> dict[str, float]:
        """The points of each graded cell that it must come to."""
        return FULL | self.expected

    def write(self, notebook: Notebook, **places: Any) -> None:
        """Makes the solved notebook hostile; `<name>` in a source stands for a place."""
        # what a cell's own text shows, as in a traceback, is no leak
        source = self.source.replace("LEAKED", 'LEA" "KED')
        for name, place in places.items():
            source = source.replace(f"<{name}>", str(place))
        find(notebook, "double-solution")["source"] = f"{self.answer}\n\n{source}".strip()
        if self.change:
            self.change(notebook)
