"""Hostile notebooks go through one `course grade`, and the strongest through stock nbgrader: each
earns what its honest part earns, reads and leaves nothing, and costs nobody else anything."""

import warnings

import pytest
from grading.small_course import NAME

from attacks.attack import CLASSES
from attacks.hidden import HIDDEN_ATTACKS
from attacks.road import ATTACKS, ROADS, Graded, Run, grade_attacks
from attacks.swelling import SWELLING

with warnings.catch_warnings(action="ignore"):  # of what nbgrader imports
    from autograders.grading.feedback.write import write_feedback

# Those that stock nbgrader by itself falls for, and whatever should stop a run or reach files.
STRONGEST = (
    *("tag", "rewrite-checks", "own-results", "check-twice", "shown-as-three", "files"),
    *("message", "message-again", "odd-source", "deaf-loop", '=HYPERLINK("a,b")'),
)
TRIED = {"course grade": tuple(ATTACKS), "nbgrader autograde": STRONGEST}


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Graded]:
    """By each road, what came of the attacks that are tried on it."""
    return {
        road: grade_attacks(
            tmp_path_factory.mktemp("attacks"), Run(road), {name: ATTACKS[name] for name in names}
        )
        for road, names in TRIED.items()
    }


@pytest.mark.parametrize(
    ("road", "student"), [(road, name) for road, names in TRIED.items() for name in names]
)
def test_an_attack_gets_what_its_honest_part_earns_and_nothing_else(
    graded: dict[str, Graded], road: str, student: str
) -> None:
    assert graded[road].got(student, ATTACKS[student]) == []


def test_pages_of_what_swells_are_made_in_time_and_are_small(graded: dict[str, Graded]) -> None:
    course = graded["course grade"].course
    pages = list(write_feedback(course, NAME, [*SWELLING, "victim"], 2))
    assert {page.student: page.problem for page in pages} == dict.fromkeys(
        [*SWELLING, "victim"], ""
    )
    found = {name: graded["course grade"].got(name, SWELLING[name]) for name in SWELLING}
    assert found == {name: [] for name in SWELLING}


@pytest.mark.parametrize("road", ROADS)
def test_nobody_is_harmed_and_nothing_is_called_left_or_written(
    graded: dict[str, Graded], road: str
) -> None:
    assert graded[road].harm() == []


def test_every_known_class_is_tried() -> None:
    tried = {**ATTACKS, **HIDDEN_ATTACKS}.values()
    assert {attack.kind for attack in tried} == CLASSES.keys()
