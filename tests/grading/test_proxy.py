"""What a student's process says of a call is read with care."""

from typing import Any

import numpy as np
import pytest
import torch

from autograders.answer import Raised
from autograders.grading.proxy import RemoteAnswer
from autograders.probes import NotAsAsked


class Says:
    """Stands for a student whose process gives one reply to every call."""

    def __init__(self, reply: Any) -> None:
        self.reply = reply

    def ask(self, do: str, deadline: float, **_: Any) -> Any:
        return self.reply if do == "call" else None


def called(reply: Any) -> Any:
    return RemoteAnswer(Says(reply), 0, 60.0, None)(1, 2)


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
