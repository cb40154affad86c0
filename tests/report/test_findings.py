"""What a check found, written as data and read back: equal answers are alike, and nothing that has
another form is believed."""

import json
from typing import Any

import numpy as np
import pytest
from helpers import ASSIGNMENT

from autograders.checks.judging.judge import judge
from autograders.checks.load import load_assignment
from autograders.checks.reporting.result import MIME, findings
from autograders.instructor_report.collect import Collected, Graded, Task
from autograders.instructor_report.found import Findings, grouped, read_findings
from autograders.instructor_report.measures import items

NAME = "cross_correlate2d"
EXERCISE = load_assignment(ASSIGNMENT).exercises[NAME]


def correlated(x: np.ndarray, k: np.ndarray) -> np.ndarray:
    return np.einsum("ijpq,pq->ij", np.lib.stride_tricks.sliding_window_view(x, k.shape), k)


def doubled_by_loops(x: np.ndarray, k: np.ndarray) -> np.ndarray:
    y = np.zeros((x.shape[0] - k.shape[0] + 1, x.shape[1] - k.shape[1] + 1), x.dtype)
    for p, q in np.ndindex(k.shape):
        y += 2 * k[p, q] * x[p : p + y.shape[0], q : q + y.shape[1]]
    return y


def written(answer: Any) -> dict[str, Any]:
    """The findings on an answer, as they are once they have been in a file."""
    found: dict[str, Any] = json.loads(json.dumps(findings(judge(EXERCISE, answer), 0.5)))
    return found


def output(found: Any) -> dict[str, Any]:
    return {"output_type": "display_data", "data": {MIME: found}}


def read(answer: Any) -> Findings:
    found = read_findings([output(written(answer))], NAME)
    assert found is not None
    return found


def test_equal_answers_of_other_code_are_alike_and_others_are_not() -> None:
    doubled = read(lambda x, k: 2 * correlated(x, k))
    tripled = read(lambda x, k: 3 * correlated(x, k))
    one_off = read(lambda x, k: 2 * correlated(x, k) + (np.arange(k.shape[1]) == 0).sum() * 0.1)
    found = [("a", doubled), ("b", tripled), ("c", read(doubled_by_loops)), ("d", one_off)]
    groups = grouped(found)
    assert [[who for who, _ in group] for group in groups] == [["a", "c"], ["b"], ["d"]]


def test_right_answers_have_nothing_wrong_and_wrong_ones_no_name() -> None:
    assert not any(read(correlated).cases)
    assert not read(correlated).is_unmatched
    assert read(doubled_by_loops).is_unmatched
    assert all(read(doubled_by_loops).cases)


@pytest.mark.parametrize("value", [np.nan, np.inf, 1e308])
def test_numbers_that_have_no_mean_do_no_harm(value: float) -> None:
    assert all(read(lambda x, k: np.full_like(correlated(x, k), value, float)).cases)
    assert all(read(lambda x, k: np.full((2, 0), value)).cases)


def test_the_last_findings_count() -> None:
    forged = written(correlated)
    found = read_findings([output(forged), output(written(doubled_by_loops))], NAME)
    assert found is not None
    assert found.is_unmatched


@pytest.mark.parametrize(
    "damage",
    [
        lambda found: found.pop("mistakes"),
        lambda found: found.update(mistakes=[3]),
        lambda found: found.update(exercise="conv2d"),
        lambda found: found.update(cases=[{"kind": "wrong", "answer": [["a", 1]]}]),
        lambda found: found.update(cases=[{"kind": "wrong", "answer": [[[1, 2]]]}]),
        lambda found: found.update(cases=7),
        lambda found: found.update(seconds="long"),
        lambda found: found.update(groups=[{"title": {}, "passed": True}]),
    ],
)
def test_what_has_another_form_is_no_finding(damage: Any) -> None:
    found = written(doubled_by_loops)
    assert read_findings([output(found)], NAME) is not None
    damage(found)
    assert read_findings([output(found)], NAME) is None


@pytest.mark.parametrize("what", [None, [], "text", 3])
def test_no_object_is_no_finding(what: Any) -> None:
    assert read_findings([output(what), {"output_type": "stream", "text": ""}], NAME) is None


def test_discrimination_leaves_the_task_itself_out() -> None:
    """By hand: the points of `one` with those of the other two tasks, (0, 3), (0, 1), (2, 2) and
    (2, 6), have the covariance 1.0 and the deviations 1 and sqrt(3.5)."""
    tasks = (Task("one", 2, ""), Task("two", 4, ""), Task("three", 2, ""))
    points = [(0, 2, 1), (0, 1, 0), (2, 1, 1), (2, 4, 2)]
    names = [task.name for task in tasks]
    graded = [Graded(str(i), dict(zip(names, p, strict=True))) for i, p in enumerate(points)]
    one, two, _ = items(Collected("01-small", tasks, "", tuple(graded)))
    assert one.discrimination == pytest.approx(1 / 3.5**0.5)
    assert (one.share, one.full, two.share, two.full) == (0.5, 2, 0.5, 1)


def test_too_few_and_equal_points_have_no_discrimination() -> None:
    tasks = (Task("one", 2, ""), Task("two", 2, ""))
    same = tuple(Graded(str(i), {"one": 2.0, "two": i % 2}) for i in range(4))
    first, second = items(Collected("01-small", tasks, "", same))
    assert (first.discrimination, second.discrimination) == (None, None)
    ungraded = tuple(Graded(str(i), {"one": None, "two": i % 2}) for i in range(4))
    assert items(Collected("01-small", tasks, "", ungraded))[0].share is None
    assert items(Collected("01-small", tasks, "", same[:2]))[1].discrimination is None
