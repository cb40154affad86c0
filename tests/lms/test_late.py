"""What being late costs, and until when an assignment is open."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from lms.systems import two_assignments
from nbformat.v4 import new_notebook
from traitlets.config import Config

from autograders.grading.feedback_page import FeedbackPage
from autograders.grading.late import (
    Deadlines,
    LatePolicy,
    WrongExtensions,
    read_extensions,
)

HOUR = 3600.0
DUE = datetime(2026, 4, 26, 12)


@pytest.mark.parametrize(
    ("settings", "hours", "penalty"),
    [
        ({}, 1000, None),
        ({"points_a_day": 5}, 0.001, 5),
        ({"points_a_day": 5}, 24, 5),
        ({"points_a_day": 5}, 24.001, 10),
        ({"points_a_day": 2.5}, 100, 12.5),
        ({"points_a_day": 5, "most_points": 20}, 1000, 20),
        ({"points_a_day": 5, "grace_minutes": 30}, 0.5, None),
        ({"points_a_day": 5, "grace_minutes": 30}, 24.4, 5),
        ({"points_a_day": 5, "grace_minutes": 30}, 24.6, 10),
    ],
)
def test_each_day_that_is_begun_costs_its_points(
    settings: dict[str, float], hours: float, penalty: float | None
) -> None:
    policy = LatePolicy(config=Config(LatePolicy=settings))
    assert policy.late_submission_penalty("ada", 50.0, hours * HOUR) == penalty


def test_extensions_move_the_deadline_of_those_who_have_one(tmp_path: Path) -> None:
    course = two_assignments(tmp_path / "course")
    (course / "extensions.csv").write_text(
        "\ufeffstudent,assignment,days\r\nada, 01 ,2.5\r\n\r\nalan,01-small,1\r\nada,02,7\r\n",
        encoding="utf-8",
    )
    assert read_extensions(course) == {
        ("ada", "01-small"): timedelta(days=2.5),
        ("alan", "01-small"): timedelta(days=1),
        ("ada", "02-other"): timedelta(days=7),
    }


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("ada,01,2\n", "must begin with the line student,assignment,days"),
        ("student,assignment,days\nada,01\n", "line 2 is 'ada,01'"),
        ("student,assignment,days\nada,01,two\n", "line 2 is 'ada,01,two'; it must be a student"),
        ("student,assignment,days\nada,01,-1\n", "a number of days from 0 to 366"),
        ("student,assignment,days\nada,01,nan\n", "a number of days from 0 to 366"),
        ("student,assignment,days\n,01,1\n", "line 2 is ',01,1'"),
        ("student,assignment,days\n\nada,03,1\n", "line 3 is 'ada,03,1'"),
    ],
)
def test_a_line_that_is_not_understood_is_named(text: str, reason: str, tmp_path: Path) -> None:
    course = two_assignments(tmp_path / "course")
    (course / "extensions.csv").write_text(text)
    with pytest.raises(WrongExtensions) as raised:
        read_extensions(course)
    assert reason in raised.value.message


def test_an_assignment_is_open_until_the_longest_extension_ends() -> None:
    day = timedelta(days=1)
    deadlines = Deadlines(DUE, {"ada": 3 * day, "alan": day})
    assert [deadlines.of("ada"), deadlines.of("grace")] == [DUE + 3 * day, DUE]
    assert deadlines.last() == DUE + 3 * day
    assert Deadlines(None, {"ada": day}).last() is None
    assert Deadlines(None, {"ada": day}).of("ada") is None


def test_feedback_names_what_being_late_cost_and_no_score_below_zero() -> None:
    about = {"notebook": "n", "score": 3.0 - 10.0, "max_score": 11.0, "late_penalty": 10.0}
    page, _ = FeedbackPage().from_notebook_node(new_notebook(), {"nbgrader": about})
    assert "(Score: 0 / 11)" in page
    assert "Handed in late: 10 points were taken off." in page
