"""Exercises and notebooks say the same: points, ids, and the sections that mistakes name."""

import json
import re
from importlib import import_module
from pathlib import Path

import pytest

from autograders.checks.load import load_assignment, module_name

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*/*.ipynb"))


def _cells(path: Path):
    return json.loads(path.read_text(encoding="utf-8"))["cells"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_the_points_of_the_exercises_are_those_of_the_grade_cells(path):
    graded = {}
    for cell in _cells(path):
        grading = cell["metadata"].get("nbgrader", {})
        if grading.get("grade") and not grading["grade_id"].startswith("manual-"):
            graded[grading["grade_id"]] = grading["points"]
    assert graded == load_assignment(path.stem).points()


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_section_that_a_mistake_names_is_a_heading(path):
    headings = {
        re.sub(r"^#+ (\d+ · )?", "", line)
        for cell in _cells(path)
        if cell["cell_type"] == "markdown"
        for line in "".join(cell["source"]).splitlines()
        if line.startswith("#")
    }
    module = import_module(f"autograders.exercises.{module_name(path.stem)}")
    named = {m.section for s in module.EXERCISES for m in s.mistakes.values()}
    assert named <= headings
