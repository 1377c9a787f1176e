"""Times as BPMN writes them: ISO 8601 durations (P7D), cycles (R7/P7D) and moments with their time zone."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

import isodate

from bpmn.errors import BadDuration
from bpmn.model import Timer
from bpmn.text import N_, Text

MAX_YEARS = 100
MAX_REPETITIONS = 1_000
LEAST = timedelta(seconds=1)


class OutOfBounds(BadDuration):
    template = N_("'%(text)s' is too short or too long: from one second to %(years)d years.")


class NoTimeZone(BadDuration):
    template = N_("'%(text)s' does not say where on earth. Add the time zone, for example %(example)s, or Z for UTC.")


class CronRefused(BadDuration):
    template = N_("'%(text)s' looks like cron, which BPMN does not know. Write a cycle: %(example)s is every day.")


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time. Months and days follow the calendar, hours and less follow the clock."""

    text: str
    months: int
    days: timedelta
    clock: timedelta

    def after(self, moment: datetime) -> datetime:
        """The moment this much later: a month after 31 January is the last day of February."""
        years, month = divmod(moment.month - 1 + self.months, 12)
        year, month = moment.year + years, month + 1
        day = min(moment.day, calendar.monthrange(year, month)[1])
        later = moment.replace(year=year, month=month, day=day) + self.days
        if not self.clock:
            return later
        # An hour is an hour also on the night when the clocks change.
        return (later.astimezone(UTC) + self.clock).astimezone(moment.tzinfo)


@dataclass(frozen=True, slots=True)
class Cycle:
    """A duration again and again; ``repetitions`` is None when it never ends."""

    repetitions: int | None
    duration: Duration


_PART = r"\d{1,7}(?:[.,]\d{1,6})?"
_DURATION = re.compile(
    rf"P(?=\d|T)(?:\d{{1,5}}Y)?(?:\d{{1,5}}M)?(?:{_PART}W)?(?:{_PART}D)?"
    rf"(?:T(?=\d)(?:{_PART}H)?(?:{_PART}M)?(?:{_PART}S)?)?",
    re.ASCII,
)
_MOMENT = re.compile(
    r"\d{4}-\d\d-\d\d(?P<time>T\d\d:\d\d(:\d\d([.,]\d{1,6})?)?(?P<zone>Z|[+-]\d\d(:?\d\d)?)?)?", re.ASCII
)
_CYCLE = re.compile(r"R(?P<times>\d{1,9})?/(?P<every>[^/]*)", re.ASCII)


@lru_cache
def duration(text: str) -> Duration:
    """``P7D``, ``P1M``, ``PT36H``..."""
    text = text.strip()
    if not _DURATION.fullmatch(text):
        raise BadDuration(text=_short(text), kind=Text(N_("duration")), example="P7D, PT36H")
    date, _, time = text[1:].partition("T")
    # Taken apart, since isodate makes PT24H and P1D the same, and they differ when the clocks change.
    whole = isodate.parse_duration(f"P{date}") if date else timedelta()
    clock = isodate.parse_duration(f"PT{time}") if time else timedelta()
    months = 0
    days = whole
    if isinstance(whole, isodate.Duration):
        months, days = int(whole.years) * 12 + int(whole.months), whole.tdelta
    if not timedelta(days=30 * months) + days + clock >= LEAST or (
        timedelta(days=30.5 * months) + days + clock > timedelta(days=366 * MAX_YEARS)
    ):
        raise OutOfBounds(text=_short(text), years=MAX_YEARS)
    return Duration(text, months, days, clock)


def cycle(text: str) -> Cycle:
    """``R7/P7D`` is seven times, ``R/P1D`` is for ever."""
    text = text.strip()
    if re.fullmatch(r"[\d*?LW#,/A-Za-z-]+(\s+[\d*?LW#,/A-Za-z-]+){4,6}", text):
        raise CronRefused(text=_short(text), example="R/P1D")
    found = _CYCLE.fullmatch(text)
    times = int(found["times"]) if found and found["times"] else None
    if found is None or (times is not None and not 1 <= times <= MAX_REPETITIONS):
        raise BadDuration(text=_short(text), kind=Text(N_("cycle")), example="R7/P7D, R/P1D")
    return Cycle(times, duration(found["every"]))


def moment(text: str) -> datetime:
    """``2026-03-31T09:00:00+02:00``, in UTC. Without its time zone it would be another moment on each machine."""
    text = text.strip()
    found = _MOMENT.fullmatch(text)
    example = "2026-03-31T09:00:00+02:00"
    if found and not found["zone"]:
        raise NoTimeZone(text=_short(text), example=example)
    try:
        if found is None:
            raise ValueError(text)
        parsed: datetime = isodate.parse_datetime(text)
        return parsed.astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadDuration(text=_short(text), kind=Text(N_("date and time")), example=example) from None


def check_timer(timer: Timer) -> None:
    """Raise BadDuration, saying how to write it, if a timer's text cannot be understood."""
    match timer.kind:
        case "duration":
            duration(timer.text)
        case "cycle":
            cycle(timer.text)
        case _:
            moment(timer.text)


def _short(text: str) -> str:
    return text if len(text) < 60 else text[:57] + "..."
