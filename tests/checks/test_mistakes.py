"""A mistake is named only where nothing speaks against it and nothing else explains it as well."""

from importlib import import_module
from pkgutil import iter_modules

import numpy as np
import pytest

from autograders import exercises
from autograders.checks.exercise import Case
from autograders.checks.judging.compare import Mismatch
from autograders.checks.judging.diagnose import CaseResult, both, diagnose


def attempt(answer=None, **mistaken):
    """A case whose right answer is 0 and whose known mistakes give the named numbers."""
    named = {name: {} if n is None else {"y": np.array(n)} for name, n in mistaken.items()}
    case = Case({}, {"y": np.array(0.0)}, {"y": 0.1}, named, "float64")
    if answer == 0:
        return CaseResult(case, None)
    numbers = None if answer is None else {"y": np.array(float(answer))}
    return CaseResult(case, Mismatch("wrong", "wrong", numbers))


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
    assert diagnose(attempts, ["flip", "mean"]) == expected


FLIP_AND_MEAN = ("flip", "mean")
JOINT = both("flip", "mean")
PAIRS = {
    "two errors that add up": (
        [attempt(11, flip=1, mean=10), attempt(22, flip=2, mean=20)],
        FLIP_AND_MEAN,
    ),
    "errors that show on cases apart": (
        [attempt(n, flip=n) for n in (1, 2)] + [attempt(n, mean=n) for n in (3, 4)],
        FLIP_AND_MEAN,
    ),
    "one sum is wrong": (
        [attempt(n + 10, flip=n, mean=10) for n in (1, 2)] + [attempt(14, flip=3, mean=10)],
        (),
    ),
    "a right answer contradicts the sum": (
        [attempt(n + 10, flip=n, mean=10) for n in (1, 2)] + [attempt(0, flip=3)],
        (),
    ),
    "one error shows on one case only": (
        [attempt(1, flip=1), attempt(2, flip=2), attempt(13, flip=3, mean=10)],
        (),
    ),
    "another pair adds up to the same": (
        [attempt(n + 10, flip=n, mean=10, short=5, padded=n + 5) for n in (1, 2)],
        (),
    ),
    "one mistake explains it without a second": (
        [attempt(11, flip=1, mean=10, short=11), attempt(22, flip=2, mean=20, short=22)],
        ("short",),
    ),
    "a stored pair": (
        [attempt(n * 10, flip=n, mean=10, **{JOINT: n * 10}) for n in (2, 3)],
        FLIP_AND_MEAN,
    ),
    "a stored pair that adds up too": (
        [attempt(n + 10, flip=n, mean=10, **{JOINT: n + 10}) for n in (2, 3)],
        FLIP_AND_MEAN,
    ),
    "a stored pair, one of which shows on one case only": (
        [attempt(2, flip=2, **{JOINT: 2}), attempt(30, flip=3, mean=10, **{JOINT: 30})],
        (),
    ),
    "a stored pair where another adds up": (
        [attempt(n * 10, flip=n, mean=1, short=n * 9, padded=n, **{JOINT: n * 10}) for n in (2, 3)],
        (),
    ),
}


@pytest.mark.parametrize("name", PAIRS)
def test_recognise_two_at_once(name):
    attempts, expected = PAIRS[name]
    names = ["flip", "mean", "short", "padded"]
    assert diagnose(attempts, names, [FLIP_AND_MEAN]) == expected


@pytest.mark.parametrize(("answer", "expected"), [(300.2, ("no root",)), (301, ())])
def test_a_mistake_larger_than_the_right_answer_has_larger_rounding_errors(answer, expected):
    mistaken = {"no root": {"y": np.array(300.0)}}
    case = Case({}, {"y": np.array(1.0)}, {"y": 0.001}, mistaken, "float32")
    wrong = Mismatch("wrong", "wrong", {"y": np.array(answer)})
    assert diagnose([CaseResult(case, wrong)] * 2, mistaken) == expected


def test_every_exercise_knows_six_mistakes_and_all_together_150():
    """Each is another, which `test_exercises.py` holds. A debug task has one fault to find."""
    modules = [
        import_module(f"{exercises.__name__}.{m.name}") for m in iter_modules(exercises.__path__)
    ]
    known = {
        (module.__name__, asked.name): len(asked.mistakes)
        for module in modules
        for asked in getattr(module, "EXERCISES", ())
        if not asked.name.startswith("debug-")
    }
    assert {name: count for name, count in known.items() if count < 6} == {}
    assert sum(known.values()) >= 150
