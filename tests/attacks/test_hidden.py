"""Attacks on hidden cases go through assignment 01: no points, and no number of theirs is told."""

import pytest

from attacks.hidden import HIDDEN_ATTACKS, HiddenGraded, codes, grade_hidden_attacks
from attacks.road import Run

# Of those that nothing proves a few; tests/grading/test_proof.py has each, without the whole road.
FEW = ("conv2d by a call", "conv2d by another thread", "conv2d by in part")
TRIED = {
    student: attack
    for student, attack in HIDDEN_ATTACKS.items()
    if attack.kind != "unproved" or student in FEW
}


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> HiddenGraded:
    return grade_hidden_attacks(tmp_path_factory.mktemp("hidden"), Run("course grade"), TRIED)


@pytest.mark.parametrize("student", TRIED)
def test_an_attack_gets_what_its_honest_part_earns_and_nothing_else(
    graded: HiddenGraded, student: str
) -> None:
    assert graded.got(student) == []


def test_what_is_told_of_visible_cases_would_tell_of_hidden_ones(graded: HiddenGraded) -> None:
    shown = graded.shown("told")
    assert sum(code in shown for code in codes(hidden=False)) > 20
    assert codes(hidden=True)


def test_what_is_read_off_a_hidden_case_changes_no_word(graded: HiddenGraded) -> None:
    assert graded.told("oracle-3") == graded.told("oracle-5")
