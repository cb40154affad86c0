"""A mistake is named only where nothing speaks against it and nothing else explains it as well."""

import numpy as np
import pytest

from autograders.compare import Difference
from autograders.exercise import Case
from autograders.mistakes import Attempt, recognise


def attempt(answer=None, **mistaken):
    """A case whose right answer is 0 and whose known mistakes give the named numbers."""
    named = {name: {} if n is None else {"y": np.array(n)} for name, n in mistaken.items()}
    case = Case({}, {"y": np.array(0.0)}, {"y": 0.1}, named, "float64")
    if answer == 0:
        return Attempt(case, None)
    numbers = None if answer is None else {"y": np.array(float(answer))}
    return Attempt(case, Difference("wrong", "wrong", numbers))


CASES = {
    "two cases agree": ([attempt(1, flip=1), attempt(2, flip=2)], ("flip",)),
    "one case is not enough": ([attempt(1, flip=1)], ()),
    "one case contradicts": ([attempt(1, flip=1), attempt(2, flip=2), attempt(3, flip=4)], ()),
    "a right answer contradicts": (
        [attempt(1, flip=1), attempt(2, flip=2), attempt(0, flip=4)],
        (),
    ),
    "right where the mistake is right": (
        [attempt(1, flip=1), attempt(2, flip=2), attempt(0)],
        ("flip",),
    ),
    "wrong where the mistake is right": (
        [attempt(1, flip=1), attempt(2, flip=2), attempt(3)],
        (),
    ),
    "no answer where the mistake has one": (
        [attempt(1, flip=1), attempt(2, flip=2), attempt(flip=1)],
        (),
    ),
    "no answer where it has none": (
        [attempt(1, flip=1), attempt(2, flip=2), attempt(flip=None)],
        ("flip",),
    ),
    "two mistakes agree": ([attempt(1, flip=1, mean=1), attempt(2, flip=2, mean=2)], ()),
    "the other is contradicted": (
        [attempt(1, flip=1, mean=1), attempt(2, flip=2, mean=2), attempt(3, flip=3, mean=4)],
        ("flip",),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_recognise(name):
    attempts, expected = CASES[name]
    assert recognise(attempts, ["flip", "mean"]) == expected


@pytest.mark.parametrize(("answer", "expected"), [(300.2, ("no root",)), (301, ())])
def test_a_mistake_larger_than_the_right_answer_has_larger_rounding_errors(answer, expected):
    mistaken = {"no root": {"y": np.array(300.0)}}
    case = Case({}, {"y": np.array(1.0)}, {"y": 0.001}, mistaken, "float32")
    wrong = Difference("wrong", "wrong", {"y": np.array(answer)})
    assert recognise([Attempt(case, wrong)] * 2, mistaken) == expected
