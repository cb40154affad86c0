"""The kernel that runs a submission gets copies of its trained weights and of nothing else."""

from pathlib import Path

from grading.nbgrader_course import run
from grading.small_course import NAME, hand_in, released_notebook, write_course
from nbformat.v4 import new_code_cell

from autograders.grading.run.autograde import execute
from autograders.grading.submitted.submission import Submission

LISTS = "from pathlib import Path\nprint(sorted(path.name for path in Path().iterdir()))"
SPOILS = "Path('lenet5.safetensors').write_bytes(b'other')"


def test_weights_and_nothing_else_of_a_submission_lie_where_it_runs(tmp_path):
    course = write_course(tmp_path / "course")
    done = run(course, "nbgrader", "generate_assignment", NAME)
    assert done.returncode == 0, done.stderr
    notebook = released_notebook()
    notebook.cells += [new_code_cell(LISTS), new_code_cell(SPOILS)]
    path: Path = hand_in(course, "student", notebook)
    weights = path.with_name("lenet5.safetensors")
    weights.write_bytes(b"numbers")
    path.with_name("numpy.py").write_text("raise SystemExit")
    path.with_name("linked.safetensors").symlink_to("/etc/passwd")
    outcome = execute(course, Submission("student", NAME, path.parent))
    assert outcome.notebook is not None, outcome.problem
    (lists,) = (cell for cell in outcome.notebook.cells if cell.source == LISTS)
    printed = lists.outputs[0].text
    assert printed == "['lenet5.safetensors']\n"
    assert weights.read_bytes() == b"numbers"
