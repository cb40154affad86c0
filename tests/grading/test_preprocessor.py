"""The template is what was released, whatever became of the source; only a score earns points."""

import json
import shutil
import warnings
from copy import deepcopy
from pathlib import Path
from typing import Any

import nbformat
import pytest
from grading.attempts import ATTEMPTS
from grading.nbgrader_course import run
from grading.small_course import NAME, find, index, solved_notebook, write_course
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

with warnings.catch_warnings(action="ignore"):  # of what nbgrader imports
    from nbgrader.preprocessors import CheckCellMetadata, DeduplicateIds, OverwriteCells

    from autograders.grading.gradebook.course import load_config
    from autograders.grading.steps.rebuild import SUBMITTED, RebuildNotebook, repairs_of
    from autograders.grading.steps.scores import ScoreContract
    from autograders.notebook.file import NotebookFile


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course whose assignment is released."""
    folder = write_course(tmp_path_factory.mktemp("template") / "course")
    done = run(folder, "nbgrader", "generate_assignment", NAME)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def course(released: Path, tmp_path: Path) -> Path:
    """A copy of it in which the test may change the source."""
    return shutil.copytree(released, tmp_path / "course")


def released_notebook(course: Path) -> nbformat.NotebookNode:
    return nbformat.read(course / "release" / NAME / f"{NAME}.ipynb", as_version=4)


def edit_source(course: Path, edit: Any) -> None:
    path = course / "notebooks" / NAME / f"{NAME}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    edit(notebook)
    nbformat.write(notebook, path)


def sanitised(course: Path, submitted: Any) -> nbformat.NotebookNode:
    """What the first step makes of a submission in `course`."""
    url = f"sqlite:///{course / 'gradebook.db'}"
    names = {"db_url": url, "assignment": NAME, "notebook": NAME, "student": "ann"}
    step = RebuildNotebook(config=load_config(course))
    file = NotebookFile(submitted)
    notebook, _ = step.preprocess(new_notebook(), {"nbgrader": names, SUBMITTED: file})
    nbformat.validate(notebook)
    return notebook


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_nbgraders_own_steps_would_find_nothing(released: Path, attempt: str) -> None:
    """They are left out of nbgrader_config.py."""
    submitted = solved_notebook(json.loads(json.dumps(released_notebook(released))))
    ATTEMPTS[attempt].change(submitted)
    notebook = sanitised(released, submitted)
    resources = {
        "nbgrader": {
            "db_url": f"sqlite:///{released / 'gradebook.db'}",
            "assignment": NAME,
            "notebook": NAME,
            "student": "ann",
        }
    }
    expected = deepcopy(notebook)
    for step in (DeduplicateIds, OverwriteCells, CheckCellMetadata):
        notebook, resources = step()(notebook, resources)
    assert notebook == expected


def by_grade_id(notebook: nbformat.NotebookNode) -> dict[str, nbformat.NotebookNode]:
    cells = [cell for cell in notebook.cells if "nbgrader" in cell.metadata]
    return {cell.metadata.nbgrader.grade_id: cell for cell in cells}


def test_the_released_notebook_comes_back_as_it_is(course: Path) -> None:
    notebook = sanitised(course, released_notebook(course))
    assert notebook.cells == released_notebook(course).cells
    assert repairs_of(notebook) == []


def test_a_source_edited_after_the_release_changes_no_graded_cell(course: Path) -> None:
    def edit(source: nbformat.NotebookNode) -> None:
        find(source, "double").source = "100.0"
        find(source, "double").metadata.nbgrader.points = 100
        find(source, "setup").source = "raise SystemExit"
        find(source, "triple-solution").source = "### BEGIN SOLUTION\nx\n### END SOLUTION"
        find(source, "unit").metadata.nbgrader.update(solution=True, locked=False)

    edit_source(course, edit)
    notebook = sanitised(course, released_notebook(course))
    assert by_grade_id(notebook) == by_grade_id(released_notebook(course))


def test_new_text_of_the_source_is_shown_and_a_new_graded_cell_is_not(course: Path) -> None:
    def edit(source: nbformat.NotebookNode) -> None:
        source.cells.insert(0, new_markdown_cell("An erratum", id="erratum"))
        settings = find(source, "double").metadata.nbgrader | {"grade_id": "late"}
        source.cells.append(new_code_cell("1.0", metadata={"nbgrader": settings}))

    edit_source(course, edit)
    notebook = sanitised(course, released_notebook(course))
    assert notebook.cells[0].source == "An erratum"
    assert "late" not in by_grade_id(notebook)


@pytest.mark.parametrize("everything", [False, True])
def test_a_cell_that_the_source_lost_is_still_graded(course: Path, everything: bool) -> None:
    if everything:
        (course / "notebooks" / NAME / f"{NAME}.ipynb").unlink()
    else:
        edit_source(course, lambda source: source.cells.pop(index(source, "double")))
    solved = solved_notebook(json.loads(json.dumps(released_notebook(course))))
    notebook = sanitised(course, solved)
    kept, before = by_grade_id(notebook), by_grade_id(released_notebook(course))
    assert kept.keys() == before.keys()
    assert (kept["double"].source, kept["double"].metadata) == (
        before["double"].source,
        before["double"].metadata,
    )
    assert kept["double-solution"].source == find(solved, "double-solution")["source"]


def test_many_repairs_are_told_in_short_and_kept_in_full(course: Path) -> None:
    notebook = sanitised(course, {"cells": [{"cell_type": "raw", "source": "", "metadata": {}}]})
    assert notebook.cells[0].source.count("\n- ") == 1
    everything = json.loads(json.dumps(released_notebook(course)))
    for cell in everything["cells"]:
        cell["metadata"]["tags"] = ["a", "b"]
    notebook = sanitised(course, everything)
    assert len(repairs_of(notebook)) == 22
    assert notebook.cells[0].source.count("\n- ") == 13
    assert notebook.cells[0].source.endswith("\n- And 10 more.")


CHECK = 'check("double", double)'
OTHER = "double(2)"


def result(text: Any) -> nbformat.NotebookNode:
    return new_output("execute_result", data={"text/plain": text}, execution_count=1)


def score(source: str, outputs: list[Any], ran: bool = True) -> float | None:
    """What nbgrader makes of a cell worth 3 points after the contract."""
    from nbgrader.utils import determine_grade

    settings = {"grade": True, "solution": False, "grade_id": "double", "points": 3}
    cell = new_code_cell(source, metadata={"nbgrader": settings}, outputs=outputs)
    cell.execution_count = 1 if ran else None
    cell, _ = ScoreContract().preprocess_cell(cell, {}, 0)
    return determine_grade(cell)[0]


@pytest.mark.parametrize("text", ["0.0", "2.5", "3.0", "3", "1e-05"])
def test_a_number_up_to_the_points_is_the_score(text: str) -> None:
    printed = new_output("stream", name="stdout", text="how it went")
    assert score(CHECK, [printed, result(text)]) == float(text)


@pytest.mark.parametrize(
    "text",
    [
        *("nan", "inf", "-1.0", "-0.0", "3.1", "1e9", "True", "None", ""),
        *("np.float64(2.0)", "tensor(2.)", "(1, 2)", "'2.0'"),
        *(" 2.0", "2.0\n", "2_0", "٣", ["2.0"], ["2.0", "x"]),
    ],
)
def test_what_is_no_score_earns_nothing(text: Any) -> None:
    assert score(CHECK, [result(text)]) == 0


@pytest.mark.parametrize(
    "outputs",
    [
        [],
        [new_output("display_data", data={"text/plain": "3.0"})],
        [new_output("execute_result", data={"text/html": "3.0"}, execution_count=1)],
        [result("1.0"), result("1.0")],
        [result("3.0"), new_output("error", ename="KeyboardInterrupt", evalue="", traceback=[])],
    ],
)
def test_a_check_without_one_result_and_no_error_earns_nothing(outputs: list[Any]) -> None:
    assert score(CHECK, outputs) == 0


@pytest.mark.parametrize("source", [CHECK, OTHER])
def test_a_cell_that_was_not_run_earns_nothing(source: str) -> None:
    assert score(source, [], ran=False) == 0
    assert score(source, [result("3.0")], ran=False) == 0


def test_graded_cells_of_another_form_follow_nbgraders_rules_without_ending_the_run() -> None:
    assert score(OTHER, []) == 3
    assert score(OTHER, [result("2.0")]) == 2
    assert score(OTHER, [result("inf")]) == 0
    assert score(OTHER, [new_output("execute_result", data={}, execution_count=1)]) == 0
