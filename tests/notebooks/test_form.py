"""Every source notebook keeps the form of the course; each rule is seen to fail once."""

import copy
import json
import re
from collections.abc import Callable
from pathlib import Path

import notebook_form as form
import pytest
from helpers import ROOT, Cell, source_of
from notebook_form import RULES, Notebook, Rule

from autograders.checks.judging.forbidden import FAMILIES
from autograders.checks.load import load_assignment
from course_lib import plots

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*/*.ipynb"))


def read(path: Path) -> Notebook:
    """The notebook, with the name of its assignment among its metadata."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    notebook["metadata"]["assignment"] = path.stem
    return notebook


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def path(request) -> Path:
    return request.param


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_a_notebook_keeps_the_rule(path, rule):
    assert list(rule(read(path))) == []


def test_a_notebook_is_committed_in_one_form(path):
    text = path.read_text(encoding="utf-8")
    assert form.written(json.loads(text)) == text


def test_points_are_those_of_the_checks(path):
    graded = [c["metadata"].get("nbgrader", {}) for c in read(path)["cells"]]
    points = {g["grade_id"]: g["points"] for g in graded if g.get("grade") and not g["solution"]}
    assert points == load_assignment(path.stem).points()


def test_an_exercise_shows_its_ladder(path):
    notebook = read(path)
    for name, exercise in load_assignment(path.stem).exercises.items():
        if name.startswith(form.TASKS):
            continue
        steps = [group.title for group in exercise.groups if not group.hidden]
        ladder = "\n".join(f"{number}. {title}" for number, title in enumerate(steps, 1))
        assert f"**Ladder**\n\n{ladder}\n" in source_of(cell(notebook, f"exercise-{name}"))


def test_an_exercise_says_its_points_difficulty_and_minutes(path):
    notebook = read(path)
    for name, exercise in load_assignment(path.stem).exercises.items():
        if name.startswith(form.TASKS):
            continue
        heading = rf"### Exercise: `{name}` \({exercise.points} points · [★☆]{{3}} · \d+ minutes\)"
        assert re.search(heading, source_of(cell(notebook, f"exercise-{name}")))


def test_a_message_points_to_a_section_that_exists(path):
    text = "\n".join(source_of(c) for c in read(path)["cells"])
    titles = set(re.findall(r"^## \d+ · (.+)$", text, re.MULTILINE))
    exercises = load_assignment(path.stem).exercises.values()
    assert {mistake.section for e in exercises for mistake in e.mistakes.values()} <= titles


def test_the_table_at_the_top_adds_up(path):
    table = source_of(cell(read(path), "overview"))
    rows = [line.split("|")[3:6:2] for line in table.splitlines()[2:]]
    assert sum(int(points) for points, _ in rows if points.strip()) == 100
    minutes = sum(int(minutes) for _, minutes in rows)
    assert f"about {duration(minutes)}" in source_of(cell(read(path), "title"))


def duration(minutes: int) -> str:
    """In minutes where it is less than an hour and a half, else in hours."""
    if minutes < 90:
        return f"{minutes} minutes"
    return f"{('two', 'three', 'four', 'five', 'six')[round(minutes / 60) - 2]} hours"


def cell(notebook: Notebook, name: str) -> Cell:
    [found] = [c for c in notebook["cells"] if c["id"] == name]
    return found


def edit(name: str, old: str, new: str) -> Callable[[Notebook], None]:
    """Replaces text in one cell, and fails where the text is not there."""

    def change(notebook: Notebook) -> None:
        target = cell(notebook, name)
        assert old in source_of(target)
        target["source"] = source_of(target).replace(old, new)

    return change


def mark(name: str, **fields: object) -> Callable[[Notebook], None]:
    """Sets fields of a cell's nbgrader metadata."""
    return lambda notebook: cell(notebook, name)["metadata"]["nbgrader"].update(fields)


def run(notebook: Notebook) -> None:
    cell(notebook, "setup")["execution_count"] = 1


def other_kernel(notebook: Notebook) -> None:
    notebook["metadata"]["kernelspec"]["name"] = "mine"


def untagged(notebook: Notebook) -> None:
    del cell(notebook, "demo-window")["metadata"]["tags"]


def answer_after_grade(notebook: Notebook) -> None:
    cells = notebook["cells"]
    cells.append(cells.pop(cells.index(cell(notebook, "conv2d-solution"))))


def points_lost(notebook: Notebook) -> None:
    del cell(notebook, "conv2d")["metadata"]["nbgrader"]["points"]


def unknown_code(notebook: Notebook) -> None:
    cell(notebook, "demo-window")["metadata"].clear()


BROKEN: list[tuple[Rule, Callable[[Notebook], None], str]] = [
    (form.no_outputs, run, "setup has been run: clear its output"),
    (form.standard_kernel, other_kernel, "the kernel is not the standard one"),
    (form.unique_names, mark("conv1d", grade_id="conv2d"), "grade_id conv2d is used twice"),
    (form.hundred_points, mark("conv2d", points=19), "the points add up to 101"),
    (
        form.hundred_points,
        mark("manual-index-slip", points=11),
        "11 points are given by hand, at most 10 may be",
    ),
    (
        form.nbgrader_fields,
        mark("conv2d", schema_version=2),
        "conv2d has another schema",
    ),
    (
        form.nbgrader_fields,
        mark("conv2d", locked=False),
        "conv2d must be either locked or a solution",
    ),
    (form.nbgrader_fields, unknown_code, "demo-window is code that nbgrader does not know"),
    (form.demos_are_tagged, untagged, "demo-window has the tags []"),
    (
        form.demos_are_tagged,
        mark("demo-window", locked=False),
        "demo-window is a demo and must be locked and not graded",
    ),
    (
        form.imports_are_set_up,
        edit("demo-window", "x = ", "import math\n\nx = "),
        "demo-window imports what the cell setup should import",
    ),
    (
        form.imports_are_set_up,
        edit("conv1d-solution", "windows = x", "import math\n    windows = x"),
        "conv1d-solution imports what the cell setup should import",
    ),
    (
        form.grades_follow_answers,
        answer_after_grade,
        "conv2d has no cell conv2d-solution before it",
    ),
    (
        form.grades_follow_answers,
        edit("conv2d", "check(", "0 * check("),
        "conv2d is not one call with its own name",
    ),
    (
        form.grades_follow_answers,
        edit("conv2d-solution", "def conv2d(", "def convolution("),
        "conv2d-solution does not define conv2d",
    ),
    (
        form.solutions_are_marked,
        edit("conv1d-solution", "### END SOLUTION", ""),
        "conv1d-solution has the marks ['BEGIN']",
    ),
    (
        form.solutions_hold_one_function,
        edit("conv1d-solution", "def conv1d(", "SIZE = 3\n\n\ndef conv1d("),
        "conv1d-solution does not hold exactly conv1d",
    ),
    (
        form.docstrings_are_complete,
        edit("conv1d-solution", "w: torch tensor (C_out, C, K)", "w: torch tensor"),
        "conv1d does not say the shape of w",
    ),
    (
        form.docstrings_are_complete,
        edit("conv1d-solution", "dtype", "kind"),
        "conv1d does not say what it returns and of which dtype",
    ),
    (
        form.demos_define_nothing_for_others,
        edit("conv1d-solution", "windows = x.", "windows = photograph + x."),
        "conv1d-solution uses photograph of a demo",
    ),
    (
        form.forbidden_only_in_demos,
        edit("conv1d-solution", "return torch.einsum", "return torch.conv1d"),
        "conv1d-solution uses conv1d",
    ),
    (
        form.forbidden_only_in_demos,
        edit("conv1d-solution", "def ", "from scipy.signal import correlate\n\n\ndef "),
        "conv1d-solution uses scipy",
    ),
    (
        form.pictures_have_words,
        edit("demo-window", "plots.show(plots.grids", "print(plots.grids"),
        "demo-window draws with plots.grids without plots.show",
    ),
    (
        form.pictures_have_words,
        edit("demo-window", "plots.show(", "plt.imshow("),
        "demo-window draws with plt.imshow, which has no words",
    ),
    (
        form.pictures_have_words,
        edit("demo-shuffle-picture", '"The shuffled one looks like coloured noise."', '""'),
        "demo-shuffle-picture says nothing about its picture",
    ),
    (
        form.functions_in_prose_exist,
        edit("exercise-conv1d", "`x.unfold(", "`x.unroll("),
        "exercise-conv1d speaks of x.unroll, which does not exist",
    ),
    (
        form.functions_in_prose_exist,
        edit("exercise-conv2d", "`torch.einsum(", "`torch.einsums("),
        "exercise-conv2d speaks of torch.einsums, which does not exist",
    ),
    (
        form.cells_fit_a_screen,
        edit("section-1", "The classifiers", "\n" * 40 + "The classifiers"),
        "section-1 has 47 lines",
    ),
    (
        form.headings_are_in_order,
        edit("section-2", "## 2 ·", "## 3 ·"),
        "the sections are numbered",
    ),
    (
        form.headings_are_in_order,
        edit("how-to", "## How to work", "# How to work"),
        "there is not one title",
    ),
    (
        form.markdown_can_be_heard,
        edit("section-1", "The classifiers", "![](net.png) The classifiers"),
        "section-1 has a picture without words",
    ),
    (
        form.markdown_can_be_heard,
        edit("section-1", "The classifiers", '<img src="net.png"> The classifiers'),
        "section-1 has a picture without words",
    ),
    (
        form.markdown_can_be_heard,
        edit("section-1", "The classifiers", "Look [here](start.md). The classifiers"),
        "section-1 has a link that says 'here'",
    ),
    (
        form.markdown_can_be_heard,
        edit("layer", "| array | shape", "| | shape"),
        "layer has a table with the columns '| shape",
    ),
]


@pytest.mark.parametrize(("rule", "damage", "sentence"), BROKEN)
def test_a_rule_sees_a_broken_notebook(rule, damage, sentence):
    notebook = copy.deepcopy(read(NOTEBOOKS[0]))
    damage(notebook)
    assert any(found.startswith(sentence) for found in rule(notebook)), list(rule(notebook))


def test_every_rule_has_been_broken():
    assert {rule for rule, _, _ in BROKEN} == set(RULES)


WRITE_FIRST = r"[Ww]rite [\w, ]*\b{name}\b[\w, ]* first"
DESCRIBED = re.compile(r'<img alt="[^"]{5,}\." src="data:image/png;base64,[^"]+">$')
SOLUTION = re.compile(r"^( *)### BEGIN SOLUTION$.*?### END SOLUTION$", re.MULTILINE | re.DOTALL)


def run_all(notebook: Notebook) -> dict[str, float]:
    """Runs every code cell, demos as well, in one namespace: grade_id -> points earned."""
    namespace: dict[str, object] = {}
    earned = {}
    for code in (c for c in notebook["cells"] if c["cell_type"] == "code"):
        if code["metadata"]["nbgrader"]["grade"]:
            earned[code["id"]] = eval(source_of(code), namespace)
        else:
            exec(source_of(code), namespace)
    return earned


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where trained weights are saved; training takes few images, which changes sizes only."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COURSE_QUICK", "1")


@pytest.fixture
def pictures(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The HTML of each figure, as it is shown."""
    shown: list[str] = []
    monkeypatch.setattr(plots, "display", lambda page: shown.append(page.data))
    return shown


def test_the_solved_notebook_runs_earns_every_point_and_describes_its_pictures(
    path, capsys, pictures
):
    earned, points = run_all(read(path)), load_assignment(path.stem).points()
    trained = set(load_assignment(path.stem).weights)
    assert {n: earned[n] for n in earned if n not in trained} == {
        n: points[n] for n in points if n not in trained
    }
    assert all(0 < earned[name] <= points[name] for name in trained)  # few images, and so less
    assert not re.search(WRITE_FIRST.format(name=r"\w+"), capsys.readouterr().out)
    assert pictures
    assert [page[:100] for page in pictures if not DESCRIBED.match(page)] == []


def test_the_released_notebook_runs_to_its_end_and_earns_nothing(path, capsys):
    notebook = read(path)
    for code in notebook["cells"]:
        code["source"] = SOLUTION.sub(r"\1# YOUR CODE HERE\n\1...", source_of(code))
    assert set(run_all(notebook).values()) == {0.0}
    text = capsys.readouterr().out
    for name in load_assignment(path.stem).exercises:
        if not name.startswith(form.TASKS):
            assert re.search(WRITE_FIRST.format(name=name), text), name


def test_what_checks_forbid_is_looked_for_in_notebooks():
    assert set(form.FORBIDDEN) == set(FAMILIES)
