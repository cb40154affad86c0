"""The picture of a difference: what it shows, in words too, and only of visible cases."""

import json
import re
import subprocess
import sys
from dataclasses import replace
from xml.etree import ElementTree

import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient
from nbconvert import HTMLExporter
from nbformat.v4 import new_code_cell, new_notebook
from nbgrader.utils import determine_grade

from autograders.checks.exercise import Case
from autograders.checks.load import load_assignment
from autograders.checks.reporting.picture import difference_picture


def _case(expected, **more):
    expected = np.asarray(expected, "float64")
    return Case({}, {"y": expected}, {"y": 1e-3}, {}, "float32", **more)


def _drawn(expected, got, **more):
    return difference_picture(_case(expected, **more), {"y": np.asarray(got, "float64")})


def _panels(picture):
    return ElementTree.fromstring(picture.html).findall(".//svg")


def _frames(panel):
    return [r for r in panel.iter("rect") if r.get("fill") == "none"]


def test_three_panels_hold_got_expected_and_the_difference():
    got, expected, difference = _panels(_drawn([[1, 2, 3], [4, 5, 6]], [[1, 2, 3], [4, 0, 7]]))
    assert [t.text for t in got.iter("text")] == ["got", "1", "2", "3", "4", "0", "7"]
    assert [t.text for t in expected.iter("text")] == ["expected", "1", "2", "3", "4", "5", "6"]
    texts = [t.text for t in difference.iter("text")]
    assert texts == ["got less expected", "0", "0", "0", "0", "-5", "1"]


def test_the_worst_place_is_framed_in_each_panel():
    for panel in _panels(_drawn(np.zeros((2, 3)), [[0, 0, 0], [0, -5, 1]])):
        cells = [r for r in panel.iter("rect") if r.get("fill") != "none"]
        place = cells[4]
        for frame in _frames(panel):
            assert all(frame.get(key) == place.get(key) for key in ("x", "y", "width", "height"))
        assert len(_frames(panel)) == 2


def test_the_words_say_the_same_and_are_its_alt_text():
    picture = _drawn(np.zeros((2, 3, 4, 5)), np.eye(4, 5) * 2 * np.ones((2, 3, 1, 1)))
    assert repr(picture) == "y[0, 0]; framed is y[0, 0, 0, 0]: got 2, expected 0."
    root = ElementTree.fromstring(picture.html)
    image = root.find("div")
    assert image.get("role") == "img"
    assert image.get("aria-label") == (
        f"Heat maps of what was got, what was expected, and their difference: {picture!r}"
    )
    assert root.find("figcaption").text == repr(picture)


def test_a_large_matrix_is_cut_to_the_surroundings_of_the_worst_place():
    got = np.zeros((40, 50))
    got[30, 45] = 9
    picture = _drawn(np.zeros((40, 50)), got)
    assert repr(picture).startswith("y, rows 24 to 35 and columns 34 to 49; framed is y[30, 45]:")
    for panel in _panels(picture):
        assert len(list(panel.iter("rect"))) == 12 * 16 + 2
        assert len(list(panel.iter("text"))) == 1


def test_a_vector_is_one_row():
    picture = _drawn([1, 2, 3], [1, 2, 4])
    assert repr(picture) == "y; framed is y[2]: got 4, expected 3."
    assert len(list(_panels(picture)[0].iter("rect"))) == 3 + 2


def test_rounding_is_no_colour():
    _, _, difference = _panels(_drawn([[1, 2]], [[1.0005, 3]]))
    cells = [r.get("fill") for r in difference.iter("rect")]
    assert cells[0] == "rgb(247, 247, 247)"
    assert [t.text for t in difference.iter("text")][1:] == ["0", "1"]


def test_numbers_are_written_in_ink_that_can_be_read():
    for panel in _panels(_drawn(np.linspace(-9, 9, 12).reshape(2, 6), np.zeros((2, 6)))):
        cells = [r.get("fill") for r in panel.iter("rect")][:12]
        inks = [t.get("fill") for t in panel.iter("text")][1:]
        for cell, ink in zip(cells, inks, strict=True):
            assert _contrast(cell, ink) >= 4.5, (cell, ink)


def _contrast(colour, ink):
    """By the formula of the Web Content Accessibility Guidelines."""
    channels = np.array(re.findall(r"\d+", colour), "float64") / 255
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    light = linear @ (0.2126, 0.7152, 0.0722)
    return (light + 0.05) / 0.05 if ink == "#000" else 1.05 / (light + 0.05)


@pytest.mark.parametrize(
    ("expected", "got", "more"),
    [
        (np.zeros((2, 3)), np.zeros((3, 2)), {}),
        (1.0, 2.0, {}),
        (np.zeros((2, 3)), np.ones((2, 3)), {"rule": "tied-maxima"}),
        (np.zeros((2, 3)), np.zeros((2, 3)), {}),
    ],
    ids=["shapes differ", "a number", "a rule", "right"],
)
def test_what_has_no_picture(expected, got, more):
    assert _drawn(expected, got, **more) is None


def test_every_wrong_result_of_arrays_can_be_drawn():
    for name in ("01-discrete-convolution", "02-padding-and-stride", "05-normalization"):
        for exercise in load_assignment(name).exercises.values():
            for case in (case for group in exercise.groups for case in group.cases):
                wrong = {n: a + 1.0 for n, a in case.expected.items()}
                first = next(iter(case.expected.values()))
                picture = difference_picture(replace(case, rule=""), wrong)
                assert bool(picture) == bool(first.ndim)
                if picture:
                    ElementTree.fromstring(picture.html)


START = """\
import numpy as np
from autograders import checks_for
check = checks_for("01-discrete-convolution")
"""
VISIBLE = """\
def wrong(x, k):
    windows = np.lib.stride_tricks.sliding_window_view(x, k.shape)
    return (windows * k[::-1, ::-1]).sum((2, 3))

check("cross_correlate2d", wrong)
"""
HIDDEN = """\
def single(x, k):
    windows = np.lib.stride_tricks.sliding_window_view(x, k.shape)
    y = (windows * k).sum((2, 3))
    return y + 7654321 if x.dtype == np.float64 else y

check("cross_correlate2d", single)
"""


@pytest.fixture(scope="module")
def cells():
    """A notebook with one failure that may be seen and one that may not, run in a kernel with the
    hidden cases; both as graded cells of 8 points."""
    grading = {"nbgrader": {"grade": True, "solution": False, "points": 8, "grade_id": "a"}}
    sources = [(START, {}), (VISIBLE, grading), (HIDDEN, grading)]
    notebook = new_notebook(cells=[new_code_cell(s, metadata=m) for s, m in sources])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "", "language": "python"}
    NotebookClient(notebook, timeout=300).execute()
    return notebook


def test_in_a_notebook_the_picture_comes_first_and_the_points_count(cells):
    picture, text, points = cells.cells[1].outputs
    assert picture.output_type == "display_data"
    assert 'role="img"' in picture.data["text/html"]
    assert picture.data["text/plain"] == "y; framed is y[0, 1]: got 110, expected 30."
    assert (text.output_type, text.name) == ("stream", "stdout")
    assert points.data["text/plain"] == "0.0"
    assert determine_grade(cells.cells[1]) == (0, 8)


def test_the_exported_page_shows_the_same_picture(cells):
    page, _ = HTMLExporter(template_name="classic").from_notebook_node(nbformat.from_dict(cells))
    alt = (
        'aria-label="Heat maps of what was got, what was expected, and their difference: y; framed'
    )
    assert page.count(alt) == 1
    assert page.count("<svg") == 3


def _run_by(program: str) -> str:
    """What a fresh Python prints that makes a shell and runs in it the cells with a failure that
    may be seen, then one that may not."""
    code = f"cells = {[START + chr(10) + VISIBLE, HIDDEN]!r}\n{program}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout


def test_in_the_grader_without_a_kernel_it_is_the_same_picture(cells):
    program = "from autograders.grading.sandboxed.cells import as_outputs, run_cell\nimport json\n"
    program += "print(json.dumps([as_outputs(run_cell(source), 1) for source in cells]))"
    visible, hidden = json.loads(_run_by(program).splitlines()[-1])
    assert [output["data"]["text/html"] for output in visible if "text/html" in str(output)] == [
        cells.cells[1].outputs[0].data["text/html"]
    ]
    assert "text/html" not in str(hidden)


def test_in_a_terminal_there_is_text_alone():
    program = "from IPython.terminal.interactiveshell import TerminalInteractiveShell as Shell\n"
    program += "for source in cells: Shell.instance().run_cell(source)"
    printed = _run_by(program)
    assert "Look first at 1. the slide's example" in printed
    assert "framed" not in printed
    assert "<svg" not in printed


def test_of_a_hidden_case_there_is_neither_picture_nor_number(cells):
    text, points = cells.cells[2].outputs
    assert text.output_type == "stream"
    assert "5. double precision (hidden): the values are wrong.\n" in text.text
    assert "7654" not in str(cells.cells[2].outputs)
    assert "got" not in text.text
    assert points.data["text/plain"] == "5.71"
    assert determine_grade(cells.cells[2]) == (5.71, 8)
