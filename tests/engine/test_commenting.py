"""Comments on a map: by everyone who reads it, in threads, settled by who began them or by a designer."""

from __future__ import annotations

import pytest

from engine.commenting import LONGEST
from engine.comments import Comment
from engine.errors import CommentUnknown, NotAllowed, NothingSaid
from engine.people import Person
from tests.builders import NOW, Company


def say(west: Company, text: str, by: Person, thread: str = "", element: str = "sign") -> Comment:
    return west.engine.commenting.say("small_sale", 1, element, text, by=by, now=NOW, thread=thread)


def test_anyone_comments_on_an_element_and_answers_stand_in_the_thread(west: Company) -> None:
    first = say(west, "They never sign on paper.", west.ada)
    answer = say(west, "Then let us sign online.", west.dee, first.id)
    commenting = west.engine.commenting
    assert {one.id for one in commenting.comments("small_sale", "sign")} == {first.id, answer.id}
    assert answer.thread == first.id
    assert commenting.open_threads("small_sale") == {"sign": 1}
    assert commenting.comments("commercial") == []


def test_a_thread_is_settled_by_who_began_it_or_a_designer_and_opened_by_an_answer(west: Company) -> None:
    commenting = west.engine.commenting
    first = say(west, "They never sign on paper.", west.ada)
    with pytest.raises(NotAllowed):
        commenting.settle(first.id, by=west.ben, now=NOW)
    commenting.settle(first.id, by=west.dee, now=NOW)
    assert commenting.open_threads("small_sale") == {}
    [settled] = commenting.comments("small_sale", "sign")
    assert (settled.resolved_by, settled.resolved_at) == (west.dee.id, NOW)
    say(west, "They still do not.", west.ben, first.id)
    assert commenting.open_threads("small_sale") == {"sign": 1}
    commenting.settle(first.id, by=west.ada, now=NOW)


def test_comments_are_about_something_and_say_something(west: Company) -> None:
    for text in ("", "  \n "):
        with pytest.raises(NothingSaid):
            say(west, text, west.ada)
    assert len(say(west, "x" * 10_000, west.ada).text) == LONGEST
    with pytest.raises(CommentUnknown):
        say(west, "Where?", west.ada, element="nowhere")
    first = say(west, "Here.", west.ada)
    answer = say(west, "There.", west.ada, first.id)
    for thread in (answer.id, "nonsense"):
        with pytest.raises(CommentUnknown):
            say(west, "Deeper.", west.ada, thread)
    with pytest.raises(CommentUnknown):
        say(west, "Elsewhere.", west.ada, first.id, element="qualify")
    with pytest.raises(CommentUnknown):
        west.engine.commenting.settle(answer.id, by=west.dee, now=NOW)
