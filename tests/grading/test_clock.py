"""Days are those of a calendar in one time zone, over changes of its clocks too."""

import doctest
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from autograders.grading.deadlines import announce as due
from autograders.grading.deadlines import clock as module
from autograders.grading.deadlines.clock import Clock, find_zone
from autograders.grading.steps import late

FORM = "%Y-%m-%d %H:%M"


def clock(zone: str) -> Clock:
    return Clock(ZoneInfo(zone))


def moment(text: str) -> datetime:
    return datetime.strptime(text, FORM)


@pytest.mark.parametrize(
    ("zone", "due", "days", "extended"),
    [
        ("Europe/Berlin", "2026-10-24 21:59", 1, "2026-10-25 23:59 CET (UTC+01:00)"),
        ("Europe/Berlin", "2026-03-28 22:59", 1, "2026-03-29 23:59 CEST (UTC+02:00)"),
        ("Europe/Berlin", "2026-10-20 21:59", 7, "2026-10-27 23:59 CET (UTC+01:00)"),
        ("America/New_York", "2026-11-01 03:59", 1, "2026-11-01 23:59 EST (UTC-05:00)"),
        ("Asia/Kolkata", "2026-12-31 18:29", 1, "2027-01-01 23:59 IST (UTC+05:30)"),
        ("Australia/Lord_Howe", "2026-10-03 13:29", 1, "2026-10-04 23:59 UTC+11:00"),
        ("Australia/Lord_Howe", "2026-04-04 12:59", 1, "2026-04-05 23:59 UTC+10:30"),
        ("UTC", "2026-10-24 23:59", 1, "2026-10-25 23:59 UTC"),
        # parts of a day are hours, after the whole days
        ("Europe/Berlin", "2026-10-24 21:59", 0.5, "2026-10-25 10:59 CET (UTC+01:00)"),
        ("Europe/Berlin", "2026-10-24 21:59", 1.5, "2026-10-26 11:59 CET (UTC+01:00)"),
        # a time that the day has twice, or not at all: the one that leaves more time
        ("Europe/Berlin", "2026-10-24 00:30", 1, "2026-10-25 02:30 CET (UTC+01:00)"),
        ("Europe/Berlin", "2026-03-28 01:30", 1, "2026-03-29 03:30 CEST (UTC+02:00)"),
        ("Europe/Berlin", "2026-10-25 00:30", 0, "2026-10-25 02:30 CEST (UTC+02:00)"),
    ],
)
def test_a_day_more_ends_at_the_same_time_of_day(
    zone: str, due: str, days: float, extended: str
) -> None:
    at = clock(zone)
    later = at.later(moment(due), days)
    assert at.show(later) == extended
    assert at.days(moment(due), later) == days


@pytest.mark.parametrize(
    ("zone", "handed_in", "days"),
    [
        ("Europe/Berlin", "2026-10-24 22:00", 1),  # one minute after 23:59 there
        ("Europe/Berlin", "2026-10-25 22:59", 1),  # 23:59 on the day after, which has 25 hours
        ("Europe/Berlin", "2026-10-25 23:00", 2),
        ("UTC", "2026-10-25 21:59", 1),
        ("UTC", "2026-10-25 22:00", 2),
    ],
)
def test_a_late_day_begins_at_the_time_of_day_of_the_due_date(
    zone: str, handed_in: str, days: int
) -> None:
    late = clock(zone).days(moment("2026-10-24 21:59"), moment(handed_in))
    assert days - 1 < late <= days


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("2026-10-25 23:30:00 Europe/Berlin", "2026-10-25 22:30"),
        ("2026-10-25 23:30:00 +0100", "2026-10-25 22:30"),  # of which nbgrader makes 100 seconds
        ("2026-10-25 23:30:00 +01:00", "2026-10-25 22:30"),
        ("2026-10-25T23:30:00+01:00", "2026-10-25 22:30"),
        ("2026-10-25 23:30:00.000000 CET", "2026-10-25 22:30"),
        ("2026-10-24 23:30 CEST", "2026-10-24 21:30"),
        ("2026-10-25 22:30:00.000000 UTC", "2026-10-25 22:30"),
        ("2026-10-25T22:30:00Z", "2026-10-25 22:30"),
        ("2026-10-25 22:30 Z", "2026-10-25 22:30"),
        ("2026-10-25 22:30", "2026-10-25 22:30"),
        ("Oct 25 2026 10:30 PM", "2026-10-25 22:30"),
        ("2026-10-26 04:00 Asia/Kolkata", "2026-10-25 22:30"),
        ("2026-10-25 02:30 Europe/Berlin", "2026-10-25 00:30"),  # the first of two
        ("2026-10-25 02:30 CET", "2026-10-25 01:30"),
    ],
)
def test_a_time_is_read_with_its_zone(text: str, read: str) -> None:
    assert clock("Europe/Berlin").read(text) == moment(read)


@pytest.mark.parametrize(
    "text",
    [
        *("", "yesterday", "10", "12:30", "Oct 2026", "1793000000", "2026-02-29 10:00"),
        *("2026-10-25 23:30 PDT", "2026-10-25 23:30 Mars/Base", "0001-01-01 00:00 Asia/Kolkata"),
        *("2026-10-25 23:30\n2026-10-26 23:30", "\ufffd\ufffd", "x" * 999),
    ],
)
def test_what_is_no_moment_is_none(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        clock("Europe/Berlin").read(text)


@pytest.mark.parametrize("name", ["", "Berlin", "Europe", "../Europe/Berlin", "/etc/passwd"])
def test_a_zone_that_is_none_is_not_found(name: str) -> None:
    assert find_zone(name) is None


def test_moments_have_seconds_where_these_matter() -> None:
    assert clock("Europe/Berlin").show(datetime(2026, 10, 24, 21, 59, 1)) == (
        "2026-10-24 23:59:01 CEST (UTC+02:00)"
    )


@pytest.mark.parametrize("documented", [module, due, late])
def test_the_examples_print_what_they_say(documented: object) -> None:
    failed, tried = doctest.testmod(documented)
    assert failed == 0 < tried
