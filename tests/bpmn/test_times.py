"""ISO 8601 as BPMN's timers have it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpmn import times
from bpmn.errors import BadDuration
from bpmn.model import Timer

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("P7D", datetime(2026, 2, 7, 12, tzinfo=UTC)),
        ("P1W", datetime(2026, 2, 7, 12, tzinfo=UTC)),
        ("P1M", datetime(2026, 2, 28, 12, tzinfo=UTC)),
        ("P13M", datetime(2027, 2, 28, 12, tzinfo=UTC)),
        ("P1Y", datetime(2027, 1, 31, 12, tzinfo=UTC)),
        ("P1Y1M1DT1H1M1S", datetime(2027, 3, 1, 13, 1, 1, tzinfo=UTC)),
        ("PT36H", datetime(2026, 2, 2, tzinfo=UTC)),
        ("P1.5D", datetime(2026, 2, 2, tzinfo=UTC)),
        ("PT1,5H", datetime(2026, 1, 31, 13, 30, tzinfo=UTC)),
        ("PT1S", datetime(2026, 1, 31, 12, 0, 1, tzinfo=UTC)),
        (" P100Y\n", datetime(2126, 1, 31, 12, tzinfo=UTC)),
    ],
)
def test_duration(text: str, after: datetime) -> None:
    assert times.duration(text).after(NOON) == after


def test_a_day_follows_the_calendar_and_an_hour_the_clock() -> None:
    # In Paris the clocks went forward in the night to 29 March 2026.
    evening = datetime(2026, 3, 28, 12, tzinfo=ZoneInfo("Europe/Paris"))
    day, hours = times.duration("P1D").after(evening), times.duration("PT24H").after(evening)
    assert (day.hour, hours.hour) == (12, 13)
    assert hours.astimezone(UTC) - evening.astimezone(UTC) == timedelta(hours=24)


def test_leap_day() -> None:
    assert times.duration("P1Y").after(datetime(2028, 2, 29, tzinfo=UTC)) == datetime(2029, 2, 28, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    ["", "P", "PT", "P1", "7D", "p7d", "P7", "-P7D", "+P7D", "P-7D", "P1D1D", "P1H", "PT1D", "P1DT", "P0.5Y", "P1.5M",
     "P7D P7D", "P١D", "P2026-01-01T00:00:00", "7 days", "0 0 9 * * *", "PT1E5S", "P99999999999999D", "P1W1Y", "R/P1D"],
)  # fmt: skip
def test_no_duration(text: str) -> None:
    with pytest.raises(BadDuration, match="Write for example P7D"):
        times.duration(text)


@pytest.mark.parametrize("text", ["P0D", "PT0S", "PT0.5S", "P0Y", "P101Y", "P9999999W", "P99999Y", "P1201M"])
def test_duration_out_of_bounds(text: str) -> None:
    with pytest.raises(times.OutOfBounds, match="from one second to 100 years"):
        times.duration(text)


@pytest.mark.parametrize(
    ("text", "repetitions", "every"), [("R7/P7D", 7, "P7D"), ("R/P1D", None, "P1D"), ("R1/PT1H", 1, "PT1H")]
)
def test_cycle(text: str, repetitions: int | None, every: str) -> None:
    assert times.cycle(text) == times.Cycle(repetitions, times.duration(every))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "R",
        "R/",
        "P1D",
        "R0/P1D",
        "R-1/P1D",
        "R1001/P1D",
        "Rx/P1D",
        "r7/P7D",
        "R7/P0D",
        "R7/2026-01-01T00:00:00Z/P1D",
        "R7/P7D/",
    ],
)
def test_no_cycle(text: str) -> None:
    with pytest.raises(BadDuration):
        times.cycle(text)


@pytest.mark.parametrize("text", ["0 0 9 * * MON", "*/5 * * * *", "0 0 12 1/5 * ? 2026", "0 15 10 L * ?"])
def test_cron_is_told_apart(text: str) -> None:
    with pytest.raises(times.CronRefused, match="R/P1D is every day"):
        times.cycle(text)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-03-31T09:00:00Z", datetime(2026, 3, 31, 9, tzinfo=UTC)),
        ("2026-03-31T09:00:00+02:00", datetime(2026, 3, 31, 7, tzinfo=UTC)),
        ("2026-03-31T09:00-0530", datetime(2026, 3, 31, 14, 30, tzinfo=UTC)),
        (" 2026-03-31T09:00:00.5Z ", datetime(2026, 3, 31, 9, 0, 0, 500_000, tzinfo=UTC)),
    ],
)
def test_moment(text: str, moment: datetime) -> None:
    assert times.moment(text) == moment
    assert times.moment(text).tzinfo is UTC


@pytest.mark.parametrize("text", ["2026-03-31T09:00:00", "2026-03-31T09:00", "2026-03-31"])
def test_moment_needs_its_time_zone(text: str) -> None:
    with pytest.raises(times.NoTimeZone, match=r"2026-03-31T09:00:00\+02:00"):
        times.moment(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "tomorrow",
        "31/03/2026",
        "2026-02-30T09:00:00Z",
        "2026-03-31T25:00:00Z",
        "0001-01-01T00:00:00+14:00",
        "20260331T090000Z",
    ],
)
def test_no_moment(text: str) -> None:
    with pytest.raises(BadDuration):
        times.moment(text)


def test_timer_is_checked_by_its_kind() -> None:
    times.check_timer(Timer("duration", "P7D"))
    times.check_timer(Timer("cycle", "R/P7D"))
    times.check_timer(Timer("date", "2026-03-31T09:00:00Z"))
    for kind in ("duration", "cycle", "date"):
        with pytest.raises(BadDuration):
            times.check_timer(Timer(kind, "soon"))


@given(st.text(alphabet="PTRYMWDHS0123456789/.,-:+Z ", max_size=25))
def test_any_text_is_a_time_or_bad(text: str) -> None:
    for read in (times.duration, times.cycle, times.moment):
        try:
            found = read(text)
        except BadDuration:
            continue
        if isinstance(found, times.Duration):
            assert found.after(NOON) > NOON
