"""A submitted notebook is put back into its released form, and the student's work stays."""

import copy
import json
from typing import Any

import nbformat
import pytest
from grading.small_course import DOUBLE, TRIPLE, find, index, released_notebook, solved_notebook
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograders.notebook.rebuild import rebuild


def own_cell(source: Any, kind: str = "code", **more: Any) -> dict[str, Any]:
    return {"cell_type": kind, "metadata": {}, "source": source, **more}


def rebuilt(submitted: Any) -> tuple[nbformat.NotebookNode, list[str]]:
    """What rebuild makes of it, checked against the format and nbgrader's own rules."""
    from nbgrader.nbgraderformat import MetadataValidator

    result = rebuild(submitted, released_notebook())
    notebook = result.notebook
    nbformat.validate(notebook)
    MetadataValidator().validate_nb(notebook)
    json.dumps(notebook).encode()
    "".join(cell.source for cell in notebook.cells).encode()
    return notebook, [*result.repairs, *result.notes]


def sources(notebook: nbformat.NotebookNode) -> list[str]:
    return [cell.source for cell in notebook.cells]


def test_an_honest_notebook_comes_back_as_it_was_with_nothing_to_repair() -> None:
    solved = solved_notebook()
    find(solved, "double")["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "x"}]
    notebook, repairs = rebuilt(solved)
    assert repairs == []
    assert sources(notebook) == [cell["source"] for cell in solved["cells"]]
    assert all(cell.get("outputs", []) == [] for cell in notebook.cells)
    assert notebook.metadata == released_notebook().metadata


def test_rebuilding_twice_changes_nothing() -> None:
    solved = solved_notebook()
    solved["cells"].insert(3, own_cell("helper = 1"))
    once, _ = rebuilt(solved)
    twice, repairs = rebuilt(once)
    assert (twice, repairs) == (once, [])


def test_own_cells_stay_after_the_cell_that_they_followed() -> None:
    solved = solved_notebook()
    solved["cells"].insert(index(solved, "double") + 1, own_cell("# note", "markdown"))
    solved["cells"].insert(index(solved, "double-solution"), own_cell(["a = 1\n", "b = 2"]))
    solved["cells"].insert(0, own_cell("import math", tags=["x"]))
    notebook, repairs = rebuilt(solved)
    texts = sources(notebook)
    assert texts[0] == "import math"
    assert texts[texts.index("a = 1\nb = 2") + 1] == DOUBLE
    assert texts[texts.index("# note") - 1] == 'check("double", double)'
    assert [c.id for c in notebook.cells if c.id.startswith("own")] == ["own-1", "own-2", "own-3"]
    assert repairs == []


def test_a_moved_cell_goes_home_and_carries_nothing_away() -> None:
    solved = solved_notebook()
    at = index(solved, "double")
    solved["cells"].insert(at + 1, own_cell("after double"))
    solved["cells"].insert(0, solved["cells"].pop(at))
    notebook, repairs = rebuilt(solved)
    assert repairs == ["The check cell double had been moved; it is back in its place."]
    texts = sources(notebook)
    at = texts.index(DOUBLE)
    assert texts[at : at + 3] == [DOUBLE, "after double", 'check("double", double)']


@pytest.mark.parametrize(
    ("grade_id", "sentence"),
    [
        ("double", "The check cell double was missing; it has been put back as released."),
        ("setup", "The locked cell setup was missing; it has been put back as released."),
        (
            "double-solution",
            "The answer cell double-solution was missing; it has been put back as released.",
        ),
    ],
)
def test_a_deleted_cell_is_put_back(grade_id: str, sentence: str) -> None:
    solved = solved_notebook()
    del solved["cells"][index(solved, grade_id)]
    notebook, repairs = rebuilt(solved)
    assert repairs == [sentence]
    assert find(notebook, grade_id).source == find(released_notebook(), grade_id).source


def test_an_edited_check_is_restored_and_its_tags_are_dropped() -> None:
    solved = solved_notebook()
    find(solved, "double").update(source="3.0")
    find(solved, "double")["metadata"]["tags"] = ["skip-execution", "<b>`x`</b>"]
    notebook, repairs = rebuilt(solved)
    assert find(notebook, "double").source == 'check("double", double)'
    assert "tags" not in find(notebook, "double").metadata
    assert repairs == [
        "The check cell double had been edited; the released text is used.",
        "The tag 'skip-execution' on the check cell double was dropped.",
        "The tag '?b??x??/b?' on the check cell double was dropped.",
    ]


def test_the_released_demo_tag_stays_without_the_students() -> None:
    solved = solved_notebook()
    del find(solved, "demo-slow")["metadata"]["tags"]
    find(solved, "double-solution")["metadata"]["tags"] = ["demo"]
    notebook, repairs = rebuilt(solved)
    assert find(notebook, "demo-slow").metadata["tags"] == ["demo"]
    assert "tags" not in find(notebook, "double-solution").metadata
    assert repairs == ["The tag 'demo' on the answer cell double-solution was dropped."]


@pytest.mark.parametrize(
    "settings",
    [
        {"grade": False},
        {"solution": True},
        {"locked": False},
        {"task": True},
        {"schema_version": 1},
        {"schema_version": 99},
    ],
)
def test_changed_settings_are_replaced(settings: dict[str, Any]) -> None:
    solved = solved_notebook()
    find(solved, "double")["metadata"]["nbgrader"].update(settings)
    notebook, repairs = rebuilt(solved)
    assert find(notebook, "double").metadata == find(released_notebook(), "double").metadata
    assert repairs == [
        "The nbgrader settings of the check cell double had been changed; the released ones are "
        "used."
    ]


@pytest.mark.parametrize("points", [100, float("nan"), "3", None, [], 10**400])
def test_changed_points_are_replaced(points: Any) -> None:
    solved = solved_notebook()
    find(solved, "double")["metadata"]["nbgrader"]["points"] = points
    notebook, repairs = rebuilt(solved)
    assert find(notebook, "double").metadata["nbgrader"]["points"] == 3
    assert repairs == ["The points of the check cell double had been changed; 3 are used."]


def test_a_cell_without_nbgrader_metadata_is_known_by_its_id() -> None:
    solved = solved_notebook()
    find(solved, "double-solution")["metadata"] = {}
    notebook, repairs = rebuilt(solved)
    assert find(notebook, "double-solution").source == DOUBLE
    assert repairs == [
        "The nbgrader settings of the answer cell double-solution had been changed; the released "
        "ones are used."
    ]


def test_of_two_copies_the_last_that_holds_the_function_counts() -> None:
    solved = solved_notebook()
    at = index(solved, "double-solution")
    for k, source in enumerate(["def double(x):\n    return x", "double(1)"]):
        copied = copy.deepcopy(solved["cells"][at]) | {"id": f"copy-{k}", "source": source}
        solved["cells"].insert(at + 1 + k, copied)
    notebook, repairs = rebuilt(solved)
    assert find(notebook, "double-solution").source == "def double(x):\n    return x"
    assert repairs == [
        "The answer cell double-solution was there 3 times; copy 2 counts, the last before its "
        "check that defines double. The others with work in them stay where they are."
    ]
    others = [cell for cell in notebook.cells if cell.id.startswith("own-")]
    assert [cell.source for cell in others] == [DOUBLE, "double(1)"]
    assert all(cell.metadata == {} for cell in others)


def test_untouched_copies_and_copies_of_locked_cells_are_dropped() -> None:
    solved = solved_notebook()
    stub = copy.deepcopy(find(released_notebook(), "double-solution"))
    check = find(solved, "double") | {"source": 'check("double", lambda x: 10)'}
    solved["cells"] += [stub | {"id": "stub"}, check | {"id": "again"}]
    notebook, repairs = rebuilt(solved)
    assert find(notebook, "double-solution").source == DOUBLE
    assert len(notebook.cells) == len(released_notebook().cells)
    assert repairs == [
        "The check cell double was there 2 times; one is kept.",
        "The answer cell double-solution was there 2 times; copy 1 counts, the last before its "
        "check that defines double.",
    ]


def test_a_deleted_answer_is_found_in_an_own_cell() -> None:
    solved = solved_notebook()
    del solved["cells"][index(solved, "double-solution")]
    solved["cells"].insert(2, own_cell("def double(x):\n    return 0"))
    solved["cells"].insert(3, own_cell(DOUBLE))
    notebook, repairs = rebuilt(solved)
    assert find(notebook, "double-solution").source == DOUBLE
    assert repairs == [
        "The answer cell double-solution was missing; an own cell that defines double stands in "
        "its place."
    ]


def test_a_stub_does_not_hide_a_function_that_was_merged_into_another_cell() -> None:
    solved = solved_notebook()
    del solved["cells"][index(solved, "triple-solution")]
    find(solved, "double-solution")["source"] = f"{DOUBLE}\n\n\n{TRIPLE}"
    notebook, repairs = rebuilt(solved)
    assert find(notebook, "triple-solution").source == "# triple is defined in another cell"
    assert repairs == [
        "The answer cell triple-solution was missing; triple is defined in another cell, and that "
        "one counts."
    ]


def test_an_unknown_graded_cell_becomes_an_own_cell() -> None:
    solved = solved_notebook()
    extra = copy.deepcopy(find(solved, "double")) | {"id": "extra", "source": "100.0"}
    extra["metadata"]["nbgrader"]["grade_id"] = "bonus"
    solved["cells"].append(extra)
    notebook, repairs = rebuilt(solved)
    assert notebook.cells[-1].metadata == {}
    assert repairs == ["The cell with the unknown id 'bonus' is kept without points."]


def test_plain_code_keeps_the_students_text_and_plain_text_does_not() -> None:
    solved = solved_notebook()
    solved["cells"][0]["source"] = "# My assignment"
    solved["cells"][2]["source"] = "number = 6"
    notebook, repairs = rebuilt(solved)
    assert sources(notebook)[0] == "# A small assignment"
    assert sources(notebook)[2] == "number = 6"
    assert repairs == []


def test_plain_code_that_was_made_text_is_put_back_beside_it() -> None:
    solved = solved_notebook()
    solved["cells"][2].update(cell_type="markdown", source="my notes")
    notebook, repairs = rebuilt(solved)
    assert sources(notebook)[2:4] == ["my notes", "number = 5"]
    assert repairs == [
        "The code cell that begins 'number = 5' was missing; it has been put back as released."
    ]


def test_a_notebook_without_cell_ids_is_not_doubled() -> None:
    solved = solved_notebook()
    for cell in solved["cells"]:
        del cell["id"]
    notebook, repairs = rebuilt(solved)
    assert sources(notebook) == [cell["source"] for cell in solved["cells"]]
    assert repairs == []


def test_a_notebook_without_ids_and_metadata_keeps_its_answers() -> None:
    solved = solved_notebook()
    for cell in solved["cells"]:
        del cell["id"]
        cell["metadata"] = {}
    notebook, repairs = rebuilt(solved)
    stub = sources(notebook).pop()  # words have no name to be known by: they stay an own cell
    assert sources(notebook) == [*(cell["source"] for cell in solved["cells"]), stub]
    assert (
        "The answer cell predict-sum-answer was missing; an own cell that defines total stands in "
        "its place."
    ) in repairs


def test_an_answer_made_a_text_cell_is_code_again() -> None:
    solved = solved_notebook()
    find(solved, "double-solution")["cell_type"] = "markdown"
    notebook, repairs = rebuilt(solved)
    assert find(notebook, "double-solution").cell_type == "code"
    assert repairs == [
        "The answer cell double-solution had been made a markdown cell; it is a code cell."
    ]


@pytest.mark.parametrize(
    ("kernelspec", "sentence"),
    [
        ({"name": "conda-env-<i>"}, "The notebook asked for the kernel 'conda-env-?i?'; "),
        (None, "The name of the notebook's kernel could not be read; "),
    ],
)
def test_the_kernel_is_the_released_one(kernelspec: Any, sentence: str) -> None:
    solved = solved_notebook()
    solved["metadata"]["kernelspec"] = kernelspec
    notebook, repairs = rebuilt(solved)
    assert notebook.metadata["kernelspec"]["name"] == "python3"
    assert repairs == [f"{sentence}python3 is used."]


def test_pictures_in_text_stay_and_other_attachments_do_not() -> None:
    solved = solved_notebook()
    picture = {"a.png": {"image/png": "aGk="}}
    other = {"b.svg": {"image/svg+xml": "<svg/>"}, "c.png": {"image/png": '"><script>'}}
    find(solved, "manual-why")["attachments"] = picture | other
    source = "![](attachment:a.png)"
    solved["cells"].append(own_cell(source, "markdown", attachments=picture | other))
    notebook, repairs = rebuilt(solved)
    assert find(notebook, "manual-why").attachments == picture
    assert notebook.cells[-1].attachments == picture
    assert repairs == [
        "Attachments of the answer cell manual-why that are no PNG or JPEG pictures were dropped.",
        "Attachments of an own cell that are no PNG or JPEG pictures were dropped.",
    ]


def test_text_that_cannot_be_encoded_is_replaced() -> None:
    solved = solved_notebook()
    find(solved, "double-solution")["source"] = DOUBLE + "  # \ud800"
    notebook, _ = rebuilt(solved)
    assert find(notebook, "double-solution").source == DOUBLE + "  # ?"


@pytest.mark.parametrize("submitted", [{}, {"cells": None}, {"cells": {}}, [], None, 3, "cells"])
def test_what_is_no_notebook_becomes_the_released_one(submitted: Any) -> None:
    notebook, repairs = rebuilt(submitted)
    assert sources(notebook) == sources(released_notebook())
    assert repairs == ["None of the released cells was there; they have been put back."]


GRADE_IDS = ["double", "double-solution", "setup", "manual-why", "other", "\ud800", ""]
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=6,
)
SETTINGS = st.fixed_dictionaries(
    {},
    optional={
        "grade_id": st.sampled_from(GRADE_IDS) | ANYTHING,
        "points": ANYTHING,
        "solution": ANYTHING,
        "schema_version": ANYTHING,
    },
)
CELL = st.fixed_dictionaries(
    {},
    optional={
        "cell_type": st.sampled_from(["code", "markdown", "raw", "heading"]) | ANYTHING,
        "id": st.sampled_from(["id-double", "title", "plain", "own-1"]) | ANYTHING,
        "source": st.sampled_from([DOUBLE, "x", ["a", 1]]) | ANYTHING,
        "metadata": st.fixed_dictionaries(
            {}, optional={"nbgrader": SETTINGS | ANYTHING, "tags": ANYTHING}
        )
        | ANYTHING,
        "attachments": ANYTHING
        | st.dictionaries(st.text(), st.dictionaries(st.just("image/png"), ANYTHING)),
    },
)
NOTEBOOK = st.fixed_dictionaries(
    {}, optional={"cells": st.lists(CELL | ANYTHING) | ANYTHING, "metadata": ANYTHING}
)


@settings(
    max_examples=300,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(NOTEBOOK | ANYTHING)
def test_no_json_value_breaks_it(submitted: Any) -> None:
    notebook, _ = rebuilt(submitted)
    for cell in released_notebook().cells:
        assert any(
            (c.metadata, c.cell_type) == (cell.metadata, cell.cell_type) for c in notebook.cells
        )
