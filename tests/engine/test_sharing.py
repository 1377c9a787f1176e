"""Links to maps: made and taken back by designers, leading to the newest version and to nothing else."""

from __future__ import annotations

import pytest

from engine.errors import LinkUnknown, NotAllowed, ProcessUnknown
from tests.builders import NOW, Company, definition


def test_a_link_leads_to_the_newest_version(west: Company) -> None:
    sharing, publishing = west.engine.sharing, west.engine.publishing
    link = sharing.share("small_sale", by=west.dee, now=NOW)
    assert (link.made_by, link.made_at) == (west.dee.id, NOW)
    assert sharing.shared(link.token).version.number == 1
    changed = definition("engine_small_sale").replace(b'name="Sign"', b'name="Sign here"')
    publishing.publish(changed, by=west.dee, now=NOW)
    assert sharing.shared(link.token).version.number == 2


def test_a_process_has_one_link_that_is_hard_to_guess(west: Company) -> None:
    sharing = west.engine.sharing
    assert sharing.link("small_sale", by=west.dee) is None
    link = sharing.share("small_sale", by=west.dee, now=NOW)
    assert sharing.share("small_sale", by=west.max, now=NOW) == link == sharing.link("small_sale", by=west.max)
    other = sharing.share("commercial", by=west.dee, now=NOW)
    assert other.token != link.token
    assert len(other.token) >= 32


def test_a_link_that_was_taken_back_leads_nowhere_and_the_next_is_another(west: Company) -> None:
    sharing = west.engine.sharing
    link = sharing.share("small_sale", by=west.dee, now=NOW)
    sharing.take_back("small_sale", by=west.dee)
    with pytest.raises(LinkUnknown):
        sharing.shared(link.token)
    again = sharing.share("small_sale", by=west.dee, now=NOW)
    assert again.token != link.token
    assert sharing.shared(again.token).version.process == "small_sale"


@pytest.mark.parametrize("token", ["", "none", "x" * 5000, "%", "' OR 1=1"])
def test_other_tokens_lead_nowhere(west: Company, token: str) -> None:
    west.engine.sharing.share("small_sale", by=west.dee, now=NOW)
    with pytest.raises(LinkUnknown):
        west.engine.sharing.shared(token)


def test_only_designers_share_and_only_what_there_is(west: Company) -> None:
    sharing = west.engine.sharing
    for person in (west.ada, west.ben):
        with pytest.raises(NotAllowed):
            sharing.share("small_sale", by=person, now=NOW)
        with pytest.raises(NotAllowed):
            sharing.link("small_sale", by=person)
        with pytest.raises(NotAllowed):
            sharing.take_back("small_sale", by=person)
    with pytest.raises(ProcessUnknown):
        sharing.share("nothing", by=west.dee, now=NOW)
