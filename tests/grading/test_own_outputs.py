"""What own cells had put out reaches the person who grades: as handed in, cleaned and marked."""

import base64
import json
import warnings
from typing import Any

import nbformat
import pytest
from grading.small_course import find, released_notebook, solved_notebook
from nbformat import NotebookNode

from autograders.notebook.rebuild import rebuild

with warnings.catch_warnings(action="ignore"):  # of what nbgrader imports
    from autograders.grading.feedback.page import FeedbackPage
    from autograders.grading.sandboxed.budget import Budget
    from autograders.grading.steps.own_outputs import MARK, keep_outputs, show_outputs

PNG = base64.encodebytes(b"\x89PNG\r\n\x1a\n" + bytes(100)).decode()
JPEG = base64.b64encode(b"\xff\xd8\xff" + bytes(100)).decode()
RUN = [nbformat.v4.new_output("stream", text="of the run")]


def stream(text: Any) -> dict[str, Any]:
    return {"output_type": "stream", "name": "stdout", "text": text}


def shown(**data: Any) -> dict[str, Any]:
    kinds = {"plain": "text/plain", "html": "text/html", "png": "image/png", "jpeg": "image/jpeg"}
    kinds |= {"svg": "image/svg+xml", "markdown": "text/markdown", "latex": "text/latex"}
    bundle = {kinds[kind]: value for kind, value in data.items()}
    return {"output_type": "display_data", "data": bundle, "metadata": {"x": "<b>"}}


def graded(*outputs: Any, source: str = "train()", **answers: str) -> NotebookNode:
    """The notebook after a run that gave RUN in each cell, where an own cell had `outputs`."""
    solved = solved_notebook()
    own = {"cell_type": "code", "id": "mine", "metadata": {}, "source": source}
    solved["cells"].append(own | {"outputs": list(outputs), "execution_count": 1})
    for name in ("double-solution", "double", "setup"):
        find(solved, name)["outputs"] = [stream("forged")]
    rebuilt = rebuild(solved, released_notebook())
    notebook = rebuilt.notebook
    keep_outputs(notebook, rebuilt.origins, rebuilt.answers, Budget())
    json.dumps(notebook, ensure_ascii=False, allow_nan=False).encode()
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = RUN
    show_outputs(notebook)
    nbformat.validate(notebook)
    return notebook


def own_outputs(*outputs: Any) -> list[Any]:
    return list(graded(*outputs).cells[-1].outputs)


def test_numbers_and_pictures_come_through_below_the_mark() -> None:
    mark, *rest = own_outputs(
        stream(["loss 0.3\n", "\x1b[31mloss\x1b[0m \ud8000.2"]),
        shown(png=PNG, plain="<Figure>"),
        shown(jpeg=JPEG),
        {"output_type": "execute_result", "execution_count": 3, "data": {"text/plain": "0.97"}},
        {"output_type": "error", "ename": "E", "evalue": "no", "traceback": ["a", "\x1b[0mb"]},
    )
    assert mark["data"]["text/markdown"] == MARK
    assert rest[0]["text"] == "loss 0.3\nloss ?0.2"
    assert base64.b64decode(rest[1]["data"]["image/png"]) == base64.b64decode(PNG)
    assert rest[2]["data"] == {"image/jpeg": JPEG}
    assert rest[3]["data"] == {"text/plain": "0.97"}
    assert rest[4]["traceback"] == ["a", "b"]


def test_every_other_cell_shows_what_the_run_gave() -> None:
    notebook = graded(stream("mine"))
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell.outputs for cell in cells[:-1]] == [RUN] * (len(cells) - 1)
    assert own_outputs() == RUN
    assert all("handed_in" not in cell.metadata for cell in notebook.cells)


def test_code_that_a_person_grades_shows_them_where_it_was_worked_on() -> None:
    released = released_notebook()
    find(released, "double-solution").metadata.nbgrader.update(grade=True, points=2)
    for source, count in (("def double(x):\n    return 2 * x", 2), (None, 0)):
        solved = json.loads(json.dumps(released))
        cell = find(solved, "double-solution")
        cell |= {"source": source or cell["source"], "outputs": [stream("mine")]}
        rebuilt = rebuild(solved, released)
        keep_outputs(rebuilt.notebook, rebuilt.origins, rebuilt.answers, Budget())
        kept = find(rebuilt.notebook, "double-solution").metadata.get("handed_in", [])
        assert len(kept) == count


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ({"plain": "<IPython.core.display.Markdown object>", "markdown": "**97 %**"}, "**97 %**"),
        ({"latex": "$x^2$"}, "$x^2$"),
        ({"html": "<table></table>", "plain": "   a\n0  1"}, "   a\n0  1"),
        ({"plain": ["0.9", "7"]}, "0.97"),
    ],
)
def test_of_other_forms_the_words_are_shown(data: dict[str, Any], text: str) -> None:
    _, output = own_outputs(shown(**data))
    assert output["data"] == {"text/plain": text}


@pytest.mark.parametrize(
    "output",
    [
        shown(html="<script>x()</script>"),
        shown(svg="<svg onload='x()'/>"),
        shown(png="no picture", jpeg=PNG),
        shown(png=JPEG),
        {"output_type": "widget", "data": [1]},
        {"output_type": "stream"},
        {"output_type": {"x": 1}, "data": {"text/plain": {"x": 1}}},
    ],
)
def test_what_is_neither_text_nor_a_picture_is_left_out_and_counted(output: Any) -> None:
    [mark] = own_outputs(output)
    assert mark["data"]["text/markdown"].endswith("neither text nor pictures: 1.")


def test_a_submission_shows_so_much_and_no_more() -> None:
    large = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(1_500_000)).decode()
    mark, *rest = own_outputs(*[shown(png=large)] * 7, *[stream("x" * 70_000)] * 20, stream("end"))
    assert len(json.dumps(rest)) < 12_000_000
    assert [output["output_type"] for output in rest[:6]] == ["display_data"] * 5 + ["stream"]
    assert "6,000 characters are left out" in rest[5]["text"]
    assert mark["data"]["text/markdown"].endswith(": 7.")
    assert len(own_outputs(*[stream("x")] * 50_000)) < 10_001


@pytest.mark.parametrize("outputs", [None, 3, "x", {"a": 1}, [None, 3, [], "x"]])
def test_outputs_may_be_any_json(outputs: Any) -> None:
    solved = solved_notebook()
    own = {"cell_type": "code", "id": "mine", "metadata": {}, "source": "x", "outputs": outputs}
    solved["cells"].append(own)
    rebuilt = rebuild(solved, released_notebook())
    keep_outputs(rebuilt.notebook, rebuilt.origins, rebuilt.answers, Budget())
    assert rebuilt.notebook.cells[-1].metadata == {}


def test_no_output_looks_like_the_mark() -> None:
    notebook = graded(shown(markdown=MARK, html=f"<b>{MARK}</b>"), stream(MARK))
    for cell in notebook.cells:
        if "nbgrader" in cell.metadata:
            cell.metadata.nbgrader.update(score=0, points=1)
    names = {"notebook": "01-small", "score": 0, "max_score": 1, "late_penalty": 0}
    page, _ = FeedbackPage().from_notebook_node(notebook, {"nbgrader": names})
    assert page.count("<strong>Output as handed in.</strong>") == 1
    assert page.count("**Output as handed in.**") == 2


def test_of_a_picture_that_is_far_too_large_its_size_is_told() -> None:
    large = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(2_500_000)).decode()
    _, output = own_outputs(shown(png=large, plain="<Figure>"))
    words = "... a picture is left out, of 2.5 MB; it may have 2 ..."
    assert output["data"] == {"text/plain": words}
