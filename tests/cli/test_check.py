"""`course check` repairs a notebook, loses nothing, and writes what to hand in."""

import copy
import hashlib
import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from cli.student import make_student_folder, notebook_of, read, released_with_checksums, write
from grading.small_course import DOUBLE, NAME, find, index, solved_notebook
from nbformat import from_dict
from nbgrader.utils import compute_checksum

from autograders.student_tools.submit import CannotHandIn, Receipt, hand_in
from autograders.system.folders import NotFound

PICTURE = {"output_type": "display_data", "data": {"image/png": "iVBORw0KGgo="}, "metadata": {}}
OWN_PICTURE = {"sketch.png": {"image/png": "iVBORw0KGgo="}}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_student_folder(tmp_path / "cnn-course")


@pytest.fixture
def solved() -> dict[str, Any]:
    notebook = solved_notebook(released_with_checksums())
    find(notebook, "double-solution")["outputs"] = [PICTURE]
    notebook["cells"].insert(
        3,
        {
            "cell_type": "markdown",
            "id": "own-1",
            "metadata": {"tags": ["mine"]},
            "source": "![my sketch](attachment:sketch.png)",
            "attachments": OWN_PICTURE,
        },
    )
    return notebook


def handed_in(folder: Path, notebook: Any, **arguments: Any) -> Receipt:
    write(notebook_of(folder), notebook)
    return hand_in(folder, NAME, **arguments)


def test_whole_notebook_is_handed_in_as_it_is(folder: Path, solved: dict[str, Any]) -> None:
    receipt = handed_in(folder, solved)
    assert receipt.notebook == folder / "hand-in" / f"{NAME}.ipynb"
    assert read(receipt.notebook) == solved
    assert read(notebook_of(folder)) == solved
    assert "All cells of the assignment are there and unchanged." in receipt.text
    assert "Not done yet" not in receipt.text
    assert [p.name for p in (folder / NAME).iterdir()] == [f"{NAME}.ipynb"]


def test_receipt_has_the_time_with_its_zone_the_size_and_the_hash(
    folder: Path, solved: dict[str, Any]
) -> None:
    before = datetime.now().astimezone().replace(microsecond=0)
    receipt = handed_in(folder, solved)
    assert receipt.path.read_text(encoding="utf-8") == receipt.text
    content = receipt.notebook.read_bytes()
    assert f"SHA-256     {hashlib.sha256(content).hexdigest()}\n" in receipt.text
    assert f"Size        {len(content)} bytes\n" in receipt.text
    [stamp] = re.findall(r"^Time        (\S+ \S+) \(.+\)$", receipt.text, re.M)
    assert before <= datetime.fromisoformat(stamp) <= datetime.now().astimezone()


def test_trained_weights_beside_the_notebook_are_handed_in_with_it(
    folder: Path, solved: dict[str, Any]
) -> None:
    trained = b"numbers"
    (folder / NAME / "net.safetensors").write_bytes(trained)
    receipt = handed_in(folder, solved)
    assert (folder / "hand-in" / "net.safetensors").read_bytes() == trained
    assert "File        hand-in/net.safetensors\n" in receipt.text
    assert f"SHA-256     {hashlib.sha256(trained).hexdigest()}\n" in receipt.text


def test_undone_tasks_are_named(folder: Path) -> None:
    receipt = hand_in(folder, NAME)
    undone = re.findall(r"Not done yet: (\S+)\.", receipt.text)
    assert undone == ["double", "triple", "predict-sum", "manual-why"]


def duplicate(notebook: Any) -> None:
    notebook["cells"].append(copy.deepcopy(find(notebook, "double")))


def delete(notebook: Any) -> None:
    del notebook["cells"][index(notebook, "double")]


def edit(notebook: Any) -> None:
    find(notebook, "double")["source"] = "3.0"


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (duplicate, "The check cell double was there 2 times; one is kept."),
        (delete, "The check cell double was missing; it has been put back as released."),
        (edit, "The check cell double had been edited; the released text is used."),
    ],
)
def test_repair_is_told_and_the_old_notebook_is_kept(
    damage: Any, sentence: str, folder: Path, solved: dict[str, Any]
) -> None:
    damaged = copy.deepcopy(solved)
    damage(damaged)
    receipt = handed_in(folder, damaged)
    assert sentence in receipt.text
    assert f"{NAME}-before-repair-1.ipynb" in receipt.text
    assert read(notebook_of(folder)) == solved == read(receipt.notebook)
    kept = folder / NAME / f"{NAME}-before-repair-1.ipynb"
    assert json.loads(kept.read_text()) == damaged


def test_second_repair_does_not_replace_the_copy_of_the_first(
    folder: Path, solved: dict[str, Any]
) -> None:
    for damage in (delete, edit):
        damaged = copy.deepcopy(solved)
        damage(damaged)
        handed_in(folder, damaged)
    assert sorted(p.name for p in (folder / NAME).iterdir()) == [
        f"{NAME}-before-repair-1.ipynb",
        f"{NAME}-before-repair-2.ipynb",
        f"{NAME}.ipynb",
    ]


def copy_below_its_check(notebook: Any) -> None:
    cell = copy.deepcopy(find(notebook, "double-solution"))
    cell |= {"id": "scratch", "source": "def double(x):\n    return 0", "outputs": [PICTURE]}
    cell["metadata"]["mine"] = 1
    notebook["cells"].insert(index(notebook, "double") + 1, cell)


def test_copies_are_told_and_left_alone(folder: Path, solved: dict[str, Any]) -> None:
    copy_below_its_check(solved)
    receipt = handed_in(folder, solved)
    assert (
        "All cells of the assignment are there.\n"
        "The answer cell double-solution was there 2 times; copy 1 counts, the last before its "
        "check that defines double. The others with work in them stay where they are.\n"
    ) in receipt.text
    assert read(notebook_of(folder)) == solved
    cells = read(receipt.notebook)["cells"]
    assert [cell["source"] for cell in cells] == [cell["source"] for cell in solved["cells"]]
    assert [cell["metadata"].get("nbgrader") for cell in cells].count(None) == 5


def test_copies_keep_their_outputs_and_place_where_other_cells_are_repaired(
    folder: Path, solved: dict[str, Any]
) -> None:
    copy_below_its_check(solved)
    edit(solved)
    handed_in(folder, solved)
    kept = read(notebook_of(folder))
    cell = kept["cells"][index(kept, "double") + 1]
    assert (cell["source"], cell["metadata"]) == ("def double(x):\n    return 0", {"mine": 1})
    assert cell["outputs"] == [PICTURE]


@pytest.mark.parametrize("moved", [False, True])
def test_an_answer_in_an_own_cell_is_told_and_not_named_as_undone(
    moved: bool, folder: Path, solved: dict[str, Any]
) -> None:
    words = {"cell_type": "markdown", "id": "mine", "metadata": {}, "source": "It adds up."}
    at = index(solved, "manual-why")
    find(solved, "manual-why")["source"] = "YOUR ANSWER HERE"
    solved["cells"][at : at + moved] = [words]
    receipt = handed_in(folder, solved)
    told = "Your answer to manual-why stands in a cell of your own above its cell; a person will"
    assert told in receipt.text
    assert "Not done yet" not in receipt.text
    assert [c["source"] for c in read(receipt.notebook)["cells"][-2:]] == [
        "It adds up.",
        "YOUR ANSWER HERE",
    ]
    assert (read(notebook_of(folder)) == solved) == (not moved)


@pytest.mark.parametrize("blank", [" \n", "<!-- soon -->"])
def test_a_task_with_nothing_in_its_cell_is_undone(
    blank: str, folder: Path, solved: dict[str, Any]
) -> None:
    find(solved, "manual-why")["source"] = blank
    find(solved, "double-solution")["source"] = ""
    receipt = handed_in(folder, solved)
    undone = re.findall(r"Not done yet: (\S+)\.", receipt.text)
    assert undone == ["double", "manual-why"]
    assert find(read(receipt.notebook), "manual-why")["source"] == blank


def test_what_was_written_into_released_text_is_handed_in_with_its_picture(
    folder: Path, solved: dict[str, Any]
) -> None:
    title = solved["cells"][0]
    title["source"] += "\n\nMine: ![sketch](attachment:sketch.png)"
    title["attachments"] = OWN_PICTURE
    receipt = handed_in(folder, solved)
    assert "What was written into the text that begins 'A small assignment' is" in receipt.text
    kept = read(receipt.notebook)["cells"][1]
    assert kept["source"] == "Mine: ![sketch](attachment:sketch.png)"
    assert kept["attachments"] == OWN_PICTURE
    assert read(notebook_of(folder)) == solved


def test_output_of_an_edited_cell_does_not_stay(folder: Path, solved: dict[str, Any]) -> None:
    edit(solved)
    find(solved, "double")["outputs"] = [PICTURE]
    receipt = handed_in(folder, solved)
    assert find(read(receipt.notebook), "double")["outputs"] == []
    assert find(read(receipt.notebook), "double-solution")["outputs"] == [PICTURE]


@pytest.mark.parametrize(
    "spoilt",
    [
        {"output_type": "no such type"},
        {"output_type": "stream", "name": "stdout", "text": "\ud800"},
        {"output_type": "display_data", "data": {"a/b": float("nan")}, "metadata": {}},
    ],
)
def test_output_that_would_spoil_the_file_is_left_out(
    spoilt: dict[str, Any], folder: Path, solved: dict[str, Any]
) -> None:
    find(solved, "triple-solution")["outputs"] = [spoilt]
    receipt = handed_in(folder, solved)
    assert find(read(receipt.notebook), "triple-solution")["outputs"] == []
    assert find(read(receipt.notebook), "double-solution")["outputs"] == [PICTURE]


def corrected_release() -> dict[str, Any]:
    """The assignment after a correction: another check, another stub, two more points."""
    released = released_with_checksums()
    find(released, "double")["source"] = 'check("double", double)  # corrected'
    find(released, "double")["metadata"]["nbgrader"]["points"] = 5
    find(released, "triple-solution")["source"] = "def triple(x):\n    # clearer\n    ..."
    for name in ("double", "triple-solution"):
        cell = find(released, name)
        cell["metadata"]["nbgrader"]["checksum"] = compute_checksum(from_dict(cell))
    return released


def test_work_is_moved_into_a_corrected_release(folder: Path, solved: dict[str, Any]) -> None:
    old_stub = "def triple(x):\n    # YOUR CODE HERE\n    ..."
    find(solved, "triple-solution")["source"] = old_stub
    write(folder / "autograders" / "released" / f"{NAME}.ipynb", corrected_release())
    receipt = handed_in(folder, solved)
    sentence = (
        "Your work has been moved into the corrected assignment; new there: double, "
        "triple-solution.\nYour notebook as it was is kept in"
    )
    assert sentence in receipt.text
    assert "Not done yet: triple." in receipt.text
    moved = read(notebook_of(folder))
    assert find(moved, "double") == find(corrected_release(), "double")
    assert find(moved, "double-solution")["source"] == DOUBLE
    assert "# clearer" in find(moved, "triple-solution")["source"]


def test_cell_that_was_edited_before_the_correction_is_told_as_edited(
    folder: Path, solved: dict[str, Any]
) -> None:
    edit(solved)
    write(folder / "autograders" / "released" / f"{NAME}.ipynb", corrected_release())
    receipt = handed_in(folder, solved)
    assert "The check cell double had been edited; the released text is used." in receipt.text
    assert find(read(notebook_of(folder)), "double")["source"].endswith("# corrected")


@pytest.mark.parametrize("noted", [True, False, "spoilt"])
def test_a_check_that_was_added_since_is_no_repair(
    noted: bool | str, folder: Path, solved: dict[str, Any]
) -> None:
    released = released_with_checksums()
    names = [cell["metadata"].get("nbgrader", {}).get("grade_id") for cell in released["cells"]]
    if noted:
        solved["metadata"]["course"] = {"cells": 5 if noted == "spoilt" else [None, {}, *names]}
    del solved["cells"][index(solved, "triple")]
    another = copy.deepcopy(find(released, "double"))
    another["metadata"]["nbgrader"]["grade_id"] = another["id"] = "double-2"
    released["cells"].insert(names.index("double") + 1, another)
    write(folder / "autograders" / "released" / f"{NAME}.ipynb", released)
    text = handed_in(folder, solved).text
    missing = "The check cell {} was missing; it has been put back as released."
    assert missing.format("triple") in text
    assert (missing.format("double-2") in text) == (noted is not True)
    assert ("corrected assignment; new there: double-2." in text) == (noted is True)
    cells = [cell["id"] for cell in read(notebook_of(folder))["cells"]]
    assert cells[cells.index("id-double") + 1] == "double-2"


def test_work_from_elsewhere_goes_into_a_notebook_without_work(
    folder: Path, solved: dict[str, Any]
) -> None:
    mine = folder / NAME / "mine.ipynb"
    write(mine, solved)
    receipt = hand_in(folder, NAME, mine)
    assert f"The work of mine.ipynb is now in {notebook_of(folder)}" in receipt.text
    assert read(notebook_of(folder)) == solved == read(mine) == read(receipt.notebook)


def test_work_from_elsewhere_does_not_replace_other_work(
    folder: Path, solved: dict[str, Any]
) -> None:
    other = copy.deepcopy(solved)
    find(other, "double-solution")["source"] = "def double(x):\n    return x + x"
    write(notebook_of(folder), other)
    mine = folder / NAME / "mine.ipynb"
    write(mine, solved)
    receipt = hand_in(folder, NAME, mine)
    assert read(notebook_of(folder)) == other
    assert read(receipt.notebook) == solved


def test_notebook_without_work_does_not_replace_what_was_handed_in(
    folder: Path, solved: dict[str, Any]
) -> None:
    receipt = handed_in(folder, solved)
    write(notebook_of(folder), released_with_checksums())
    with pytest.raises(CannotHandIn, match=r"holds no work, while .* does. To go on with that"):
        hand_in(folder, NAME)
    assert read(receipt.notebook) == solved
    hand_in(folder, NAME, receipt.notebook)
    assert read(notebook_of(folder)) == solved


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty."),
        (b"\n\n", "is empty."),
        (b'{"cells": [\n<<<<<<< mine\n', "line 2 is a conflict marker of Git .<<<<<<< mine.;"),
        (b'{"cells": [', "line 1, column 12: the end is missing"),
        (b"\x89PNG\r\n\xff\xfe", "is not JSON, the format of notebooks: line 1, column 1"),
        (b"[]", "is JSON, but not a notebook: it has no list of cells"),
        (b'{"cells": 3}', "is JSON, but not a notebook"),
        (b"[" * 100_000, "nested too deeply"),
    ],
)
def test_what_is_no_notebook_is_not_handed_in(content: bytes, sentence: str, folder: Path) -> None:
    notebook_of(folder).write_bytes(content)
    with pytest.raises(CannotHandIn, match=sentence):
        hand_in(folder, NAME)
    assert notebook_of(folder).read_bytes() == content
    assert not (folder / "hand-in").exists()


def test_older_state_that_jupyterlab_kept_is_pointed_to(folder: Path) -> None:
    kept = folder / NAME / ".ipynb_checkpoints" / f"{NAME}-checkpoint.ipynb"
    kept.parent.mkdir()
    kept.write_text("{}")
    notebook_of(folder).write_text("")
    with pytest.raises(CannotHandIn, match=re.escape(f"An older state of it is in {kept}.")):
        hand_in(folder, NAME)


def test_missing_notebook_is_wrong_use(folder: Path) -> None:
    notebook_of(folder).unlink()
    with pytest.raises(NotFound, match="give the path of yours") as error:
        hand_in(folder, NAME)
    assert error.value.exit_code == 2


@pytest.mark.parametrize("cells", [[], [None, 3, "x"], [{}], [{"metadata": {"nbgrader": 3}}]])
def test_odd_lists_of_cells_are_repaired(cells: list[Any], folder: Path) -> None:
    receipt = handed_in(folder, {"cells": cells})
    assert "None of the released cells was there; they have been put back." in receipt.text
    assert index(read(receipt.notebook), "double") > 0
