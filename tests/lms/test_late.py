"""What being late costs, and until when an assignment is open."""

from datetime import datetime
from pathlib import Path

import pytest
from lms.systems import two_assignments
from nbformat.v4 import new_notebook
from traitlets.config import Config

from autograders.grading.deadlines.clock import Clock
from autograders.grading.deadlines.due_dates import Deadlines, WrongExtensions, read_extensions
from autograders.grading.feedback.page import FeedbackPage
from autograders.grading.steps.late import LatePolicy

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
        ("ada", "01-small"): 2.5,
        ("alan", "01-small"): 1,
        ("ada", "02-other"): 7,
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
    deadlines = Deadlines(DUE, {"ada": 3, "alan": 1}, Clock())
    assert [deadlines.of("ada"), deadlines.of("grace")] == [datetime(2026, 4, 29, 12), DUE]
    assert deadlines.last() == datetime(2026, 4, 29, 12)
    assert Deadlines(None, {"ada": 1}, Clock()).last() is None
    assert Deadlines(None, {"ada": 1}, Clock()).of("ada") is None


@pytest.mark.parametrize(
    ("about", "head", "late"),
    [
        ({"score": 65.0}, "(Score: 65 / 100)", "20 points were taken off 85."),
        (
            {"score": -17.0},
            "(Score: 0 / 100)",
            "20 points were taken off 3, and no total is below 0.",
        ),
        (
            {"score": 39.0, "earned": 59.0, "waiting": 10.0},
            "(59 of 90 so far; 10 wait for a person)",
            "20 points will be taken off the total.",
        ),
        (
            {"score": 39.0, "earned": 59.0, "waiting": 1.0},
            "(59 of 99 so far; 1 waits for a person)",
            "20 points will be taken off the total.",
        ),
    ],
)
def test_points_penalty_and_total_on_the_page_agree(
    about: dict[str, float], head: str, late: str
) -> None:
    names = {"notebook": "n", "max_score": 100.0, "late_penalty": 20.0, **about}
    page, _ = FeedbackPage().from_notebook_node(new_notebook(), {"nbgrader": names})
    assert f"<h1>n {head}</h1>" in page
    assert f"<p>Handed in late: {late}</p>" in page
