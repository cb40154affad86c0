"""A run shows itself in a notebook with a bar and a curve, elsewhere with few lines."""

import doctest

import nbclient
import nbformat
import pytest

from course_lib import live

CELL = """
from course_lib.live import reporter
report = reporter(3)
for done in range(1, 4):
    report.step([2.3, 0.5, 0.25][:done])
report.line("epoch 1 of 1")
"""


def test_the_examples_print_what_they_say():
    assert doctest.testmod(live) == (0, 2)


@pytest.fixture(scope="module")
def outputs():
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(CELL)])
    nbclient.NotebookClient(notebook, timeout=60, kernel_name="python3").execute()
    return notebook.cells[0].outputs


def test_the_bar_is_full_at_the_end(outputs):
    bar, _, line = outputs
    assert bar.data["text/plain"] == "█" * 30 + " step 3 of 3, 0 s left, loss 0.250"
    assert line.text == "epoch 1 of 1\n"


def test_the_curve_is_a_picture_with_a_sentence(outputs):
    _, curve, _ = outputs
    words = "loss of a batch against step: loss goes from 2.3 to 0.25."
    assert curve.data["text/html"].startswith(f'<img alt="{words}" src="data:image/png;base64,')


def test_a_log_gets_a_line_when_some_time_has_gone(capsys, monkeypatch):
    times = iter([0.0, 4.0, 12.0, 13.0, 30.0])
    monkeypatch.setattr(live, "perf_counter", lambda: next(times))
    report = live.reporter(8)
    for done in range(1, 5):
        report.step([1 / n for n in range(1, done + 1)])
    assert capsys.readouterr().out.splitlines() == [
        "step 2 of 8, 36 s left, loss 0.500",
        "step 4 of 8, 30 s left, loss 0.250",
    ]
