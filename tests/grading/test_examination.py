"""Thousands of submissions go through one examiner: nothing of one is kept when the next begins."""

import linecache
from pathlib import Path

from autograders.grading.cells import Shell
from autograders.grading.examination import examine
from autograders.grading.examiner import write_edition
from autograders.grading.round import Cell
from autograders.grading.sandbox.rung import strongest_rung
from autograders.grading.session import WarmProcess

NAME = "02-padding-and-stride"
CELLS = [
    Cell(f'from autograders import checks_for\n\ncheck = checks_for("{NAME}")', False, True),
    Cell("def conv1x1(x, w, b):\n    return x", False, False),
    Cell('check("conv1x1", conv1x1)', True, False),
]


def test_no_line_of_a_submission_is_kept(tmp_path: Path) -> None:
    edition, scratch = write_edition(tmp_path, NAME), tmp_path / "scratch"
    scratch.mkdir()
    process = WarmProcess(strongest_rung(), edition, scratch)
    kept = []
    for _ in range(3):
        examine(process, CELLS, [], 60)
        kept.append((len(linecache.cache), len(Shell.instance().history_manager.input_hist_raw)))
    process.close()
    assert kept[2] == kept[1]
