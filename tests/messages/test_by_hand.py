"""Whoever fails three times at the same case gets the smallest one that fails, to do by hand."""

import re
from textwrap import indent

import numpy as np
import pytest

from autograders.checks.check import Checks
from autograders.checks.load import load_assignment
from autograders.checks.stored import read_bundle, write_bundle

NAME = "01-discrete-convolution"
BY_HAND = """
The same failure again: do the smallest case that fails on paper, line by line.
  x = [[0, 80, 40],
       [20, 40, 0],
       [0, 0, 40]]
  k = [[0, 0.25],
       [0.5, 1]]
Your function gives
  y = [[45, 110],
       [40, 40]]
What does your paper say? Compare it step by step with what your function does
  (see "Flip, then slide").
"""
HEAD = "  The same failure again: do the smallest case that fails on paper, line by line."


def correlate(x, k):
    windows = np.lib.stride_tricks.sliding_window_view(x, k.shape)
    return (windows * k).sum((2, 3))


def flipped(x, k):
    return correlate(x, k[::-1, ::-1])


@pytest.fixture
def check(tmp_path, monkeypatch):
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    write_bundle(load_assignment(NAME), tmp_path / "bundle.npz")
    return Checks(read_bundle(tmp_path / "bundle.npz"))


@pytest.fixture
def told(check, capsys):
    """What is said to each of some answers to the first exercise, as one text each."""

    def tell(*answers, name="cross_correlate2d"):
        texts = []
        for answer in answers:
            check(name, answer)
            texts.append(capsys.readouterr().out)
        return texts

    return tell


def test_the_third_equal_failure_brings_the_case_without_its_answer(told):
    first, second, third = told(flipped, flipped, flipped)
    assert first == second
    assert third == first + indent(BY_HAND, "  ")


def test_the_fourth_failure_brings_it_again(told):
    assert HEAD in told(*[flipped] * 4)[3]


def test_another_failure_begins_to_count_anew(told):
    def larger_only(x, k):
        return correlate(x, k) + (x.size > 9)

    texts = told(flipped, flipped, larger_only, flipped, flipped, flipped)
    assert [HEAD in text for text in texts] == [False] * 5 + [True]


def test_a_right_answer_begins_to_count_anew(told):
    texts = told(flipped, flipped, correlate, flipped, flipped)
    assert not any(HEAD in text for text in texts)


def test_each_exercise_counts_by_itself(told):
    told(flipped, flipped)
    assert HEAD not in told(correlate, name="convolve2d")[0]


@pytest.mark.parametrize(
    ("larger_than", "count"),
    [(9, 4 * 4 + 2 * 2), (16, 5 * 5 + 3 * 3)],
    ids=["the smallest", "whole numbers before fewer"],
)
def test_the_smallest_case_of_whole_numbers_is_chosen(told, larger_than, count):
    def wrong(x, k):
        return correlate(x, k) + (x.size > larger_than)

    text = told(*[wrong] * 3)[2]
    arguments = text[text.index("    x = ") : text.index("  Your function")]
    assert len(re.findall(r"[-.\d]+", arguments)) == count
    assert "." not in arguments


def test_an_answer_without_numbers_is_nothing_to_do_by_hand(told):
    assert not any(HEAD in text for text in told(*[lambda x, k: None] * 4))


@pytest.mark.parametrize("running", ["autograde", "validate"])
def test_while_nbgrader_runs_nobody_is_there_to_do_it(told, monkeypatch, running):
    monkeypatch.setenv("NBGRADER_EXECUTION", running)
    assert not any(HEAD in text for text in told(*[flipped] * 4))


def test_of_hidden_cases_none_is_shown(capsys, monkeypatch):
    from autograders import checks_for

    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    check = checks_for(NAME)

    def visible_only(x, k):
        return correlate(x, k) * (1 if x.dtype == np.float32 else 2)

    for _ in range(4):
        assert 0 < check("cross_correlate2d", visible_only) < 8
    assert HEAD not in capsys.readouterr().out
