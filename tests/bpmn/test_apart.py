"""What is done apart comes back, is ended, or tells what went wrong."""

from __future__ import annotations

import json
import time

import pytest

from bpmn.apart import Ended, Places


def test_what_is_made_apart_comes_back() -> None:
    assert Places(1, 1).made(json.loads, '{"a": [1, 2]}', time_limit=20) == {"a": [1, 2]}


def test_an_error_of_ours_is_told_as_what_it_is() -> None:
    with pytest.raises(RuntimeError, match="JSONDecodeError"):
        Places(1, 1).made(json.loads, "{", time_limit=20)


@pytest.mark.parametrize(
    ("act", "given", "why"), [(time.sleep, (60,), "slow"), (bytearray, (3 << 30,), "large")], ids=["time", "memory"]
)
def test_what_has_no_end_is_ended(act: object, given: tuple[object, ...], why: str) -> None:
    places = Places(1, 1)
    with pytest.raises(Ended) as told:
        places.made(act, *given, time_limit=3)  # type: ignore[arg-type]
    assert told.value.why == why
    assert places.made(len, "free again", time_limit=20) == 10


def test_who_waits_too_long_for_others_is_turned_away() -> None:
    places = Places(1, 1)
    places.places.acquire()
    with pytest.raises(Ended) as told:
        places.made(len, "", time_limit=0.1)
    assert told.value.why == "busy"
