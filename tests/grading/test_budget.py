"""A submission is cut to one budget, with a line for what is cut; an honest one never meets it."""

import base64
import json
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import nbformat
import pytest
from grading.small_course import DOUBLE, find, released_notebook, solved_notebook

from autograders.grading.sandboxed.budget import (
    FORMATTED,
    MOST_OUTPUTS,
    OWN_CELLS,
    PICTURES,
    SOURCE,
    TEXT,
    Budget,
)
from autograders.notebook.rebuild import rebuild

with warnings.catch_warnings(action="ignore"):  # of what nbgrader imports
    from autograders.grading.steps.cut import cut, unread_files
    from autograders.grading.steps.own_outputs import left_to_show

ROOT = Path(__file__).parents[2]


def own(source: str, kind: str = "markdown", **more: Any) -> dict[str, Any]:
    outputs: dict[str, Any] = {"outputs": [], "execution_count": None} if kind == "code" else {}
    return {"cell_type": kind, "metadata": {}, "source": source, **outputs, **more}


def after_cut(*cells: dict[str, Any]) -> tuple[nbformat.NotebookNode, list[str]]:
    """The solved notebook with these own cells, and what is told of the cut."""
    solved = solved_notebook()
    solved["cells"] += cells
    notebook = rebuild(solved, released_notebook()).notebook
    told = cut(notebook, Budget())
    nbformat.validate(notebook)
    return notebook, told


def test_own_cells_are_left_out_from_the_last_and_no_answer_is() -> None:
    notebook, told = after_cut(*[own("", "code")] * (OWN_CELLS + 5))
    assert told == ["Of 2,005 own cells the last 5 were left out; a submission may have 2,000."]
    assert len(notebook.cells) == len(released_notebook().cells) + OWN_CELLS
    assert find(notebook, "double-solution").source == DOUBLE


def test_source_is_left_out_of_own_cells_before_answers_and_its_size_is_told() -> None:
    notebook, told = after_cut(own("x " * (SOURCE // 2 - 5), "code"), own("y" * 5000, "code"))
    assert told[0].startswith("Source was left out, with 499,990 characters; a submission may")
    assert find(notebook, "double-solution").source == DOUBLE
    assert [cell.source[:60] for cell in notebook.cells[-2:]] == [
        "# 499,990 characters were left out here: more than a submiss",
        "y" * 60,
    ]


def test_an_answer_that_is_far_too_long_is_left_out_by_a_comment() -> None:
    solved = solved_notebook()
    find(solved, "double-solution")["source"] = "#" * (SOURCE + 1)
    notebook = rebuild(solved, released_notebook()).notebook
    cut(notebook, Budget())
    assert find(notebook, "double-solution").source.startswith("# 500,001 characters were left out")


def test_text_beyond_what_is_formatted_is_whole_and_shown_as_it_was_written() -> None:
    text = "*a* ```` `b`\n" * 700
    notebook, told = after_cut(*[own(text)] * 11)
    assert told[0].startswith("Text is shown as it was written, with 9,100 characters; ")
    assert 11 * len(text) > FORMATTED
    assert notebook.cells[-2].source == text
    shown = notebook.cells[-1].source
    assert shown.startswith("*Shown as it was written: ")
    assert shown.endswith(f"\n`````\n{text}\n`````")


def test_pictures_of_text_and_of_outputs_are_one_budget() -> None:
    picture = base64.b64encode(bytes(3_000_000)).decode()
    attached = own("![a](attachment:a)", attachments={"a": {"image/png": picture}})
    notebook, told = after_cut(*[attached] * 3)
    assert told == ["Pictures in text were left out, with 3.0 MB; a submission may have 8 MB."]
    left = left_to_show(notebook)
    assert left.pictures == PICTURES - 6_000_000
    assert left.text == TEXT
    output = {"output_type": "display_data", "metadata": {}, "data": {"image/png": picture}}
    [line] = left.shown([output])
    assert line["text"].startswith("... outputs left out: 1, of 3.0 MB; a submission may show 8 MB")


def test_a_picture_written_into_text_counts_as_a_picture() -> None:
    text = f"![a](data:image/png;base64,{'A' * 1_000_000})"
    notebook, told = after_cut(own(text))
    assert told == []
    assert notebook.cells[-1].source == text
    assert left_to_show(notebook).pictures == PICTURES - 750_000


def test_files_of_weights_that_nobody_reads_are_told(tmp_path: Path) -> None:
    for name, size in {"a.safetensors": 10, "<b>.safetensors": 9 << 20}.items():
        (tmp_path / name).write_bytes(bytes(size))
    assert unread_files(sorted(tmp_path.iterdir())) == [
        "Files of weights were not read: ?b?.safetensors (9.4 MB); 8 are read, "
        "each of at most 8 MiB."
    ]
    assert unread_files([tmp_path / "a.safetensors"]) == []


@pytest.mark.parametrize("path", sorted(ROOT.glob("notebooks/*/*.ipynb")), ids=lambda p: p.stem)
def test_the_course_s_own_notebooks_with_much_work_never_meet_it(path: Path) -> None:
    """With every solution, forty pictures of matplotlib and a long log in own cells."""
    released = nbformat.read(path, as_version=4)
    plot = base64.b64encode(bytes(60_000)).decode()
    outputs = [{"output_type": "display_data", "metadata": {}, "data": {"image/png": plot}}] * 10
    log = {"output_type": "stream", "name": "stdout", "text": "epoch 1 loss 0.31\n" * 2_000}
    submitted = json.loads(json.dumps(released))
    submitted["cells"] += [own("train()" * 100, "code")] * 40 + [own("Why: " * 400)] * 10
    notebook = rebuild(submitted, released).notebook
    budget = Budget()
    assert cut(notebook, budget) == []
    for _ in range(4):
        assert budget.shown([*outputs, log]) == [*outputs, log]


def test_a_cell_tells_how_many_of_its_outputs_are_left_out() -> None:
    from autograders.grading.sandboxed.cells import Shell, run_cell, safe_outputs

    Shell.instance()
    more = MOST_OUTPUTS + 7
    told = run_cell(f"from IPython.display import display\nfor i in range({more}): display(i)")
    outputs = safe_outputs(told, 1)
    assert len(outputs) == MOST_OUTPUTS + 1
    assert outputs[-1]["text"] == "... outputs left out: 7; a cell may show 40 ...\n"


IN_TIME = """
import contextlib, resource
from autograders.grading.limits import limited_time

def work():
    with contextlib.suppress(TimeoutError):
        try:
            while True:
                pass
        finally:
            print("swallowed")
    while True:
        pass

before = resource.getrlimit(resource.RLIMIT_CPU)
try:
    with limited_time(0.1):
        work()
except TimeoutError as error:
    print(error)
assert resource.getrlimit(resource.RLIMIT_CPU) == before
with limited_time(60.0):
    print("in time")
"""


def test_what_takes_too_long_is_stopped_though_something_takes_the_error_for_its_own() -> None:
    """In a process of its own, which the limit of the system would end."""
    done = subprocess.run([sys.executable, "-c", IN_TIME], capture_output=True, text=True, cwd=ROOT)
    printed = ["swallowed", "it took more than 0.1 seconds", "in time"]
    assert (done.returncode, done.stdout.splitlines()) == (0, printed), done.stderr


MORE = """
from autograders.grading.limits import limit_memory

kept = bytes(300 << 20)
limit_memory(100 << 20)
bytes(50 << 20)
try:
    bytes(150 << 20)
except MemoryError:
    print("refused")
"""


def test_what_a_process_has_is_not_counted_of_what_it_may_take() -> None:
    """As a page's process has what it was forked from."""
    done = subprocess.run([sys.executable, "-c", MORE], capture_output=True, text=True, cwd=ROOT)
    assert (done.returncode, done.stdout) == (0, "refused\n"), done.stderr
