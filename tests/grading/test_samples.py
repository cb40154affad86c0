"""All samples of assignment 01 go through one `course grade`, and a few through stock nbgrader."""

import shutil
from pathlib import Path

import pytest
from helpers import ASSIGNMENT
from samples.graded import (
    Graded,
    assert_loses_what_it_states,
    automatic_grades,
    grade_samples,
    released_course,
    run,
)
from samples.mangled import MANGLED
from samples.write import honest, write_samples

HONEST = honest(ASSIGNMENT)
STYLES = [name for name in HONEST if name.startswith("style_")]
WRONG = [name for name in HONEST if name.startswith("wrong_")]
REFUSED = [name for name, sample in MANGLED.items() if sample.refused]
REPAIRED = [name for name, sample in MANGLED.items() if not sample.refused]
STOCK = [
    "style_fft",
    "wrong_bias",
    "unsolved",
    "tag_skip_execution",
    "check_duplicated",
    "schema_99",
]


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return released_course(tmp_path_factory.mktemp("samples") / "released", ASSIGNMENT)


@pytest.fixture(scope="module")
def graded(released: Path) -> Graded:
    course = shutil.copytree(released, released.with_name("course"))
    return grade_samples(course, ASSIGNMENT, [*HONEST, *MANGLED])


@pytest.mark.parametrize("name", STYLES)
def test_a_right_answer_in_any_style_has_every_automatic_point(graded: Graded, name: str) -> None:
    assert graded.grades[name] == graded.points


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_answer_loses_points_where_it_is_wrong_and_only_there(
    graded: Graded, name: str
) -> None:
    assert_loses_what_it_states(graded, name)


@pytest.mark.parametrize("name", REPAIRED)
def test_a_mangled_notebook_earns_what_the_honest_part_of_it_earns(
    graded: Graded, name: str
) -> None:
    mangled = MANGLED[name]
    honest_part = graded.grades[mangled.base]
    assert graded.grades[name] == honest_part | dict.fromkeys(mangled.loses, 0.0)


def test_the_notebook_as_released_earns_nothing(graded: Graded) -> None:
    assert graded.grades["unsolved"] == dict.fromkeys(graded.points, 0.0)


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_notebook_gets_a_plain_line_and_no_grade(graded: Graded, name: str) -> None:
    start = f"Not graded: {name} - "
    [line] = [line for line in graded.printed.splitlines() if line.startswith(start)]
    assert MANGLED[name].refused in line.removeprefix(start)
    assert "Traceback" not in graded.printed
    assert name not in graded.grades


def test_the_run_ends_with_1_because_files_were_refused(graded: Graded) -> None:
    assert graded.exit_code == 1


def test_stock_nbgrader_gives_the_same_grades(
    released: Path, graded: Graded, tmp_path: Path
) -> None:
    course = shutil.copytree(released, tmp_path / "course")
    write_samples(course, ASSIGNMENT, STOCK)
    done = run(course, "nbgrader", "autograde", ASSIGNMENT, "--create")
    assert done.returncode == 0, done.stdout
    assert automatic_grades(course, ASSIGNMENT) == {name: graded.grades[name] for name in STOCK}
