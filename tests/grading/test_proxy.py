"""What a student's process says of a call is read with care."""

from functools import partial
from typing import Any

import numpy as np
import pytest
import torch

from autograders.checks.judging.answer import Raised
from autograders.checks.judging.plain_data import NotAsAsked
from autograders.checks.load import load_assignment
from autograders.grading.examiner.hidden_answer import RemoteAnswer
from autograders.grading.examiner.visible_answer import Rehearsed, VisibleAnswer


class Says:
    """Stands for a student whose process gives one reply to every call."""

    def __init__(self, reply: Any) -> None:
        self.reply = reply

    def ask(self, do: str, deadline: float, **_: Any) -> Any:
        return self.reply if do == "call" else None


EXERCISE = load_assignment("02-padding-and-stride").exercises["conv1x1"]
IN_NUMPY = load_assignment("01-discrete-convolution").exercises["convolve2d"]
VISIBLE = next(group for group in EXERCISE.groups if not group.hidden).cases[0]
HIDDEN = next(group for group in EXERCISE.groups if group.hidden).cases[0]


def called(reply: Any) -> Any:
    """What comes of the reply in the process that is asked visible cases only."""
    return VisibleAnswer(Says(reply), 0, 60.0).hold(EXERCISE, VISIBLE, "cpu")().result


def test_a_result_is_given_as_it_is() -> None:
    assert called({"result": 3}) == 3
    assert called({"result": torch.ones(2), "uses": []}).tolist() == [1, 1]


@pytest.mark.parametrize("kind", ["Zero_point_173", "seen_1_2_3", "x" * 500])
def test_the_name_of_a_class_of_its_own_is_not_told(kind: str) -> None:
    with pytest.raises(Raised) as raised:
        called({"raised": [kind, "words", "line 1"]})
    assert raised.value.kind == "Exception"


def test_errors_that_everybody_knows_are_told() -> None:
    with pytest.raises(Raised, match=r"IndexError: too far \(line 3\)"):
        called({"raised": ["IndexError", "too far", "line 3"]})


@pytest.mark.parametrize(
    "reply",
    [
        {"result": np.zeros(2_000_000, "bool")},
        {"result": (torch.zeros(600_000), [torch.zeros(600_000)])},
        {"too_large": True},
    ],
)
def test_a_result_far_too_large_is_no_result(reply: Any) -> None:
    with pytest.raises(NotAsAsked, match="far too large"):
        called(reply)


@pytest.mark.parametrize("reply", [None, 7, [], {}, {"raised": 3}, {"unreadable": "x"}])
def test_nonsense_is_no_result(reply: Any) -> None:
    with pytest.raises(NotAsAsked, match="could not be read"):
        called(reply)


def test_no_hidden_case_is_asked_where_what_is_said_is_shown() -> None:
    asked = VisibleAnswer(Says({"result": 3}), 0, 60.0)
    with pytest.raises(Rehearsed):
        asked.hold(EXERCISE, HIDDEN, "cpu")
    with pytest.raises(Rehearsed):
        asked(1, 2)


def test_what_was_said_of_a_visible_case_is_not_asked_again() -> None:
    first = VisibleAnswer(Says({"raised": ["IndexError", "too far", "line 3"]}), 0, 60.0)
    with pytest.raises(Raised):
        first.hold(EXERCISE, VISIBLE, "cpu")()
    then = RemoteAnswer(Says({"result": "seen 0.173"}), 0, 60.0, None, first.said)
    with pytest.raises(Raised, match=r"IndexError: too far \(line 3\)"):
        then.hold(EXERCISE, VISIBLE, "cpu")()


@pytest.mark.parametrize(
    "reply",
    [{"raised": ["IndexError", "seen 0.173", "seen 0.173"]}, {"not_as_asked": "seen 0.173"}],
)
def test_no_word_of_a_process_that_saw_a_hidden_case_is_told(reply: Any) -> None:
    answer = RemoteAnswer(Says(reply), 0, 60.0, None, {})
    for call in (answer.hold(EXERCISE, HIDDEN, "cpu"), partial(answer, 1, 2)):
        with pytest.raises((Raised, NotAsAsked)) as told:
            call()
        assert "0.173" not in str(told.value)


def test_a_forbidden_operation_is_not_told_in_the_words_of_that_process() -> None:
    answer = RemoteAnswer(Says({"result": 3, "uses": [["seen 0.173"] * 3]}), 0, 60.0, None, {})
    with answer.watched(IN_NUMPY) as uses:
        answer.hold(IN_NUMPY, IN_NUMPY.groups[-1].cases[0], "cpu")()
    assert len(uses) == 1
    assert "0.173" not in str(uses)
