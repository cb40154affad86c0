"""Predictions: what counts as an answer, what it earns, and every word that is said about it."""

import numpy as np
import pytest
import torch

from autograders import checks_for


@pytest.fixture
def predict():
    return checks_for("01-discrete-convolution").predict


SAID = [
    (
        "predict-dot-length",
        75,
        1.0,
        "predict-dot-length: committed to 75. It is right. 1 of 1.\n",
    ),
    (
        "predict-dot-length",
        25,
        0.5,
        "predict-dot-length: committed to 25. "
        "Not what you will see: a committed guess earns half. 0.5 of 1.\n",
    ),
    ("predict-dot-length", None, 0.0, "predict-dot-length: no answer yet. 0 of 1.\n"),
    ("predict-dot-length", ..., 0.0, "predict-dot-length: no answer yet. 0 of 1.\n"),
    (
        "predict-dot-length",
        "many",
        0.0,
        "predict-dot-length: the answer must be one number; it is 'many'. 0 of 1.\n",
    ),
    (
        "predict-output-shape",
        (28, 28),
        0.0,
        "predict-output-shape: the answer must be 3 numbers; it is (28, 28). 0 of 1.\n",
    ),
    (
        "predict-self-flip",
        "AGX",
        0.0,
        "predict-self-flip: the answer must be different letters out of ABCDEF; it is 'AGX'. "
        "0 of 2.\n",
    ),
    (
        "debug-fault-kind",
        "C",
        1.0,
        "debug-fault-kind: committed to c. It is right. 1 of 1.\n",
    ),
]


@pytest.mark.parametrize(("name", "value", "points", "words"), SAID)
def test_a_prediction_is_told_what_it_earned(predict, capsys, name, value, points, words):
    earned = predict(name, value)
    assert type(earned) is float
    assert earned == points
    assert capsys.readouterr().out == words


@pytest.mark.parametrize(
    "value",
    [
        [45, 110, 40, 40],
        [[45, 110], [40, 40]],
        (45.0, 110.0, 40.0, 40.0),
        np.array([[45, 110], [40, 40]]),
        torch.tensor([45, 110, 40, 40]),
    ],
)
def test_numbers_may_come_in_any_container(predict, value):
    assert predict("predict-slide-sums", value) == 2


@pytest.mark.parametrize("value", ["ACF", "fca", "A, C, F", ["A", "C", "F"], {"F", "C", "A"}])
def test_letters_may_come_in_any_order(predict, value):
    assert predict("predict-self-flip", value) == 2


@pytest.mark.parametrize(
    "value", [float("nan"), float("inf"), [], {}, object, [1, [2, 3]], "", True and [75, 75], 1j]
)
def test_what_is_no_number_earns_nothing(predict, value):
    assert predict("predict-dot-length", value) == 0


def test_the_first_answer_of_a_session_stands(predict, capsys):
    assert predict("predict-dot-length", 25) == 0.5
    capsys.readouterr()
    assert predict("predict-dot-length", 75) == 0.5
    assert capsys.readouterr().out == (
        "predict-dot-length: committed to 25. "
        "Not what you will see: a committed guess earns half. 0.5 of 1. "
        "You committed to 25 first in this session, and that stands.\n"
    )


def test_no_answer_commits_to_nothing(predict):
    assert predict("predict-dot-length", None) == 0
    assert predict("predict-dot-length", "?") == 0
    assert predict("predict-dot-length", 75) == 1
