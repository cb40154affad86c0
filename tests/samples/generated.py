"""A class of any size: who answers what is drawn, what they answer is from the samples.

A student has done some of the tasks and of those some rightly, in one of the samples' styles or
with one of their mistakes. Each function bears its student's name, so that no two files are equal.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from helpers import questions, read_solutions, solution_cell, submission

from samples.write import honest

Choices = Mapping[str, list[str]]  # the answers to choose from, by what is asked for


def write_class(course: Path, assignment: str, size: int, seed: int = 0) -> None:
    """Hands in what `size` students wrote, to a course in which `assignment` has been released.

    Args:
        assignment: in full, one whose samples need nothing beside the notebook.
    """
    released = course / "release" / assignment / f"{assignment}.ipynb"
    right, wrong = (_choices(assignment, kind) for kind in ("style_", "wrong_"))
    rng = np.random.default_rng(seed)
    for number in range(size):
        name = f"student-{number:04}"
        notebook = _answered(submission(released, None), name, right, wrong, rng)
        folder = course / "submitted" / name / assignment
        folder.mkdir(parents=True)
        (folder / released.name).write_text(json.dumps(notebook), encoding="utf-8")


def _choices(assignment: str, kind: str) -> Choices:
    """The different answers that the samples of a kind give; a wrong sample's right ones too."""
    found: dict[str, dict[str, None]] = {}
    for name, path in honest(assignment).items():
        if path and name.startswith(kind):
            for asked, source in read_solutions(path).answers.items():
                found.setdefault(asked, {})[source] = None
    return {asked: list(sources) for asked, sources in found.items()}


def _answered(
    notebook: dict[str, Any], name: str, right: Choices, wrong: Choices, rng: np.random.Generator
) -> dict[str, Any]:
    diligence, ability = rng.uniform(0.4, 1.1), rng.uniform(0.3, 1)
    for grade_id, asked in questions(notebook["cells"]).items():
        choices = right if rng.random() < ability else wrong
        source = choices[asked][rng.integers(len(choices[asked]))]
        if rng.random() < diligence:
            cell = solution_cell(notebook["cells"], grade_id, asked)
            cell["source"] = source if cell["cell_type"] != "code" else f"{source}  # {name}"
    return notebook
