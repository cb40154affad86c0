"""The cases of every exercise catch wrong answers: a sample of them here, all in `make bench`."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from click.testing import CliRunner
from helpers import ROOT

from autograders.audit import mutants as audit_mutants
from autograders.audit.answers import NOTEBOOK, RightAnswer, right_answers
from autograders.audit.mutants import Mutant, wrong_answers
from autograders.audit.survivors import disagreements, read_reasons
from autograders.audit.table import HEAD, markdown_table, table_rows
from autograders.audit.trial import NOT_DEFINED, TOO_LONG, Trial, try_all
from autograders.checks.load import load_assignment
from autograders.cli import main
from autograders.system.folders import assignments

Tasks = Sequence[tuple[RightAnswer, Mutant]]
SAMPLE = 10  # wrong answers of each exercise
ASSIGNMENTS = assignments(ROOT)
EXERCISES = [
    (name, exercise) for name in ASSIGNMENTS for exercise in load_assignment(name).exercises
]
RIGHT = [a for name in ASSIGNMENTS for a in right_answers(ROOT, name) if a.style == NOTEBOOK]
[POOL] = [answer for answer in RIGHT if answer.name == "max_pool2d"]
SIZE = next(answer for answer in RIGHT if answer.name == "output_size")
ENDLESS = """\
def output_size(*_, **__):
    while True:
        try:
            pass
        except Exception:
            pass"""


@pytest.fixture(scope="module")
def wrong() -> Tasks:
    return wrong_answers(ROOT, ASSIGNMENTS)


@pytest.fixture(scope="module")
def trials(wrong: Tasks) -> list[Trial]:
    """Of each exercise as many wrong answers, evenly spread, and its notebook's right one."""
    tasks = [(answer, Mutant("0: as it is", answer.source)) for answer in RIGHT]
    tasks += [(SIZE, Mutant("0: endless", ENDLESS)), (SIZE, Mutant("0: no name", "1 / 0"))]
    for asked in EXERCISES:
        of_it = [(a, m) for a, m in wrong if (a.assignment, a.exercise) == asked]
        tasks += [of_it[i * len(of_it) // SAMPLE] for i in range(SAMPLE)]
    return list(try_all(tasks, 2))


def test_every_exercise_has_a_right_answer_in_the_notebook() -> None:
    assert sorted((a.assignment, a.exercise) for a in RIGHT) == sorted(EXERCISES)


def test_no_right_answer_is_caught(trials: list[Trial]) -> None:
    right = [trial for trial in trials if trial.mutant.line == "0: as it is"]
    assert len(right) == len(EXERCISES)
    assert [trial.key for trial in right if trial.caught_by] == []


def test_wrong_answers_of_every_exercise_are_caught_or_explained(trials: list[Trial]) -> None:
    tried = [trial for trial in trials if not trial.mutant.line.startswith("0: ")]
    assert len(tried) == SAMPLE * len(EXERCISES)
    left = {trial.key for trial in tried if not trial.caught_by}
    assert left <= set(read_reasons())
    visible = sum(bool(trial.caught_by) and not trial.hidden for trial in tried)
    assert visible > 0.95 * len(tried)


def test_an_endless_answer_is_stopped_and_one_that_cannot_be_defined_is_caught(
    trials: list[Trial],
) -> None:
    caught = {trial.mutant.line: trial.caught_by for trial in trials}
    assert caught["0: endless"] == TOO_LONG
    assert caught["0: no name"] == NOT_DEFINED


def test_each_wrong_answer_has_its_own_name_and_each_explained_one_is_there(wrong: Tasks) -> None:
    keys = [Trial(answer, mutant, "").key for answer, mutant in wrong]
    assert len(set(keys)) == len(keys)
    answers = {tuple(key.split()[:3]) for key in keys}
    listed = {key for key in read_reasons() if tuple(key.split()[:3]) in answers}
    assert listed - set(keys) == set()
    assert all(reason.endswith(".") for reason in read_reasons().values())


CAUGHT = Trial(POOL, Mutant("1: caught", ""), "channels and a batch")
HIDDEN = Trial(POOL, Mutant("2: hidden", ""), "double precision", hidden=True)
LEFT = Trial(POOL, Mutant("3: left", ""), "")


def test_what_is_left_without_a_reason_is_told_and_a_reason_without_need_too() -> None:
    assert disagreements([CAUGHT, LEFT], {LEFT.key: "It is right."}) == []
    assert disagreements([CAUGHT, LEFT], {CAUGHT.key: "It is right.", "04 x y": "Not asked."}) == [
        f"not caught: {LEFT.key}",
        f"explained, but not among those left: {CAUGHT.key}",
    ]


def test_the_table_counts_who_catches_what() -> None:
    explained = replace(LEFT, mutant=Mutant("4: right", ""))
    groups = "channels and a batch 2; double precision (hidden) 1"
    rows = table_rows([CAUGHT, CAUGHT, HIDDEN, LEFT, explained], [explained.key])
    assert rows == [
        ("03 max_pool2d", "5", "2", "1", "1", "1", groups),
        ("all", "5", "2", "1", "1", "1", ""),
    ]
    assert markdown_table(rows).splitlines()[2].startswith("| 03 max_pool2d | 5 | 2 | 1 | 1 | 1 |")


def test_the_page_has_every_exercise_and_nothing_that_is_not_caught() -> None:
    page = (ROOT / "docs" / "audit.md").read_text(encoding="utf-8")
    rows = [line.strip("| ").split(" | ") for line in page.splitlines() if line.startswith("| ")]
    assert tuple(rows[0]) == HEAD
    assert [row[0] for row in rows[2:-1]] == [f"{a.assignment[:2]} {a.exercise}" for a in RIGHT]
    assert {row[5] for row in rows[2:]} == {"0"}


def test_the_command_prints_the_table_and_ends_with_1(monkeypatch: pytest.MonkeyPatch) -> None:
    given = [
        (POOL, Mutant("1: as it is", POOL.source)),
        (POOL, Mutant("2: smallest", POOL.source.replace("amax", "amin"))),
    ]
    monkeypatch.setattr(audit_mutants, "wrong_answers", lambda course, names: given)
    done = CliRunner(env={"COLUMNS": "200"}).invoke(main, ["audit", "03", "--jobs", "1"])
    assert done.exit_code == 1
    assert "the lecture's outputs 1" in done.output
    assert "not caught: 03 max_pool2d notebook 1: as it is" in done.output
    assert "explained" not in done.output
