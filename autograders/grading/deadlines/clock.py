"""The clock that a course goes by: calendar days in its time zone, and moments as text.

The gradebook's moments are in UTC and say no zone; so do all that are taken and given here.
"""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from dateutil.parser import UnknownTimezoneWarning, parse
from dateutil.tz import gettz

DAY = timedelta(days=1)
_ZONE_NAME = re.compile(r"(?P<date>.*\S)\s+(?P<name>(?!(?:[AaPp][Mm]|[Zz])$)[A-Za-z][\w/+-]*)")


@dataclass(frozen=True)
class Clock:
    """A time zone, and in words why it is this one.

    >>> berlin, due = Clock(ZoneInfo("Europe/Berlin")), datetime(2026, 10, 24, 21, 59)
    >>> berlin.show(due), berlin.show(berlin.later(due, days=1))
    ('2026-10-24 23:59 CEST (UTC+02:00)', '2026-10-25 23:59 CET (UTC+01:00)')
    >>> berlin.days(due, datetime(2026, 10, 25, 22, 59))
    1.0
    """

    zone: tzinfo = UTC
    why: str = ""

    def later(self, moment: datetime, days: float) -> datetime:
        """The moment so many days later: whole days at the same time of day, the rest as hours.

        Of a time that a day has twice it is the second; for one that a day leaves out, as long
        after the gap as it would be within.
        """
        whole, rest = divmod(timedelta(days=days), DAY)
        return self._days_later(moment, whole) + rest

    def days(self, start: datetime, end: datetime) -> float:
        """How many days `end` is after `start`, where 1 is the same time on the next day. Of a day
        that has begun each hour is a 24th, and a longer day no more than 1."""
        whole = (self._local(end).date() - self._local(start).date()).days
        if self._days_later(start, whole) > end:
            whole -= 1
        return whole + min((end - self._days_later(start, whole)) / DAY, 1.0)

    def show(self, moment: datetime) -> str:
        """The moment with its zone, to the minute, or to the second where it has seconds."""
        local = self._local(moment)
        time = f"{local:%Y-%m-%d %H:%M:%S}" if local.second else f"{local:%Y-%m-%d %H:%M}"
        name = local.tzname() or ""
        offset = f"{timezone(local.utcoffset() or timedelta())}"  # as UTC+05:30
        return f"{time} {f'{name} ({offset})' if name.isalpha() and name != offset else offset}"

    def read(self, text: str) -> datetime:
        """The moment in `text`: a date, a time or else midnight, and a zone by its name or offset.
        Without a zone it is in UTC, as for nbgrader; of a time that there is twice it is the first.

        Raises:
            ValueError: it is no moment, or there is no such zone.
        """
        moment = self._read(text)
        try:
            both = (moment.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
            return min(both).replace(tzinfo=None)
        except OverflowError as error:
            raise ValueError(f"{text!r} is out of range") from error

    def zone_of(self, text: str) -> tzinfo:
        """The zone of the moment in `text`. Raises ValueError as `read`."""
        return self._read(text).tzinfo or UTC

    def _read(self, text: str) -> datetime:
        named = _ZONE_NAME.fullmatch(text.strip())
        moment = _parsed(named["date"] if named else text)
        if moment.tzinfo is not None:
            return moment
        return moment.replace(tzinfo=self._named(named["name"], moment) if named else UTC)

    def _named(self, name: str, local: datetime) -> tzinfo:
        """The zone of an abbreviation that this clock has at that time, or of a name."""
        for fold in (0, 1):
            here = local.replace(tzinfo=self.zone, fold=fold)
            if here.tzname() == name:
                return timezone(here.utcoffset() or timedelta())
        if zone := find_zone(name) or gettz(name):  # gettz knows forms such as UTC+2
            return zone
        raise ValueError(f"no time zone is called {name!r}")

    def _local(self, moment: datetime) -> datetime:
        return moment.replace(tzinfo=UTC).astimezone(self.zone)

    def _days_later(self, moment: datetime, days: int) -> datetime:
        if days == 0:
            return moment
        local = self._local(moment) + timedelta(days=days)
        both = (local.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
        return max(both).replace(tzinfo=None)


def find_zone(name: str) -> ZoneInfo | None:
    """The time zone of a name such as Europe/Berlin; None where there is none."""
    try:
        return ZoneInfo(name)
    except (KeyError, OSError, ValueError):  # not there, a folder, no name
        return None


def _parsed(text: str) -> datetime:
    """The date and time in `text`, with a zone only where it has an offset or a Z."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", UnknownTimezoneWarning)
        try:
            first, second = (parse(text, default=datetime(year, 1, 1)) for year in (2000, 2001))
            third = parse(text, default=datetime(2000, 2, 2))
        except (OverflowError, UnknownTimezoneWarning) as error:
            raise ValueError(f"{text!r} is no date") from error
    if not first == second == third:  # dateutil takes what is missing from another day
        raise ValueError(f"{text!r} is no whole date")
    return first
