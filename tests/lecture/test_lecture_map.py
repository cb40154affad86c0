"""The lecture map leads to sections and tests that exist, for every notebook that there is."""

import json
import re
from pathlib import Path

import pytest
from helpers import ROOT

PARTS = (ROOT / "docs/lecture_map.md").read_text(encoding="utf-8").split("\n## Notebook ")[1:]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*/*.ipynb"))


def test_every_notebook_has_a_part():
    assert [part[:2] for part in PARTS] == [path.stem[:2] for path in NOTEBOOKS]


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part[:2])
def test_rows_name_tests_and_sections_that_exist(part):
    [notebook] = (path for path in NOTEBOOKS if path.stem[:2] == part[:2])
    cells = {cell["id"] for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]}
    tests = _tests_of(notebook, part)
    table = [line for line in part.splitlines() if line.startswith("|")]
    rows = re.findall(r"^\|.*\| ([\d, ]+) \| (.+) \|$", "\n".join(table), re.MULTILINE)
    headings = sum(set(line) <= set("|- ") for line in table)
    assert len(rows) == len(table) - 2 * headings > 0
    for sections, test in rows:
        assert {f"section-{number}" for number in sections.split(", ")} <= cells
        assert test.startswith("in words") or test.strip("`") in tests, test


def _tests_of(notebook: Path, part: str) -> list[str]:
    """The names of the tests in the file that this part of the map says they are in."""
    name = f"tests/lecture/test_{notebook.stem[3:].replace('-', '_')}.py"
    assert f"Tests are in `{name}`." in part
    return re.findall(r"^def (test_\w+)", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE)
