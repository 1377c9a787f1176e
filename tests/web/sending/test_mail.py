"""Mails against a real SMTP server: taken, refused, put off, cut off, and never more than was meant."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from engine.errors import NotDelivered, Undeliverable
from engine.parcels import Parcel
from tests.builders import NOW
from tests.web.test_server import free_port
from web.sending import MailServer
from web.sending.mail import send_mail

OK = "250 OK"


class Peer:
    """Answers each command as it is told, once for each, then well."""

    def __init__(self) -> None:
        self.answers: dict[str, list[str]] = {}
        self.envelopes: list[Envelope] = []
        self.secured: list[bool] = []

    def _next(self, command: str) -> str:
        given = self.answers.get(command)
        return given.pop(0) if given else OK

    async def handle_MAIL(self, server: Any, session: Any, envelope: Envelope, address: str, options: Any) -> str:
        envelope.mail_from = address
        return self._next("MAIL")

    async def handle_RCPT(self, server: Any, session: Any, envelope: Envelope, address: str, options: Any) -> str:
        answer = self._next("RCPT")
        if answer == OK:
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = self._next("DATA")
        if answer == OK:
            self.envelopes.append(envelope)
            self.secured.append(session.ssl is not None)
        return answer

    @property
    def messages(self) -> list[EmailMessage]:
        parsed = [message_from_bytes(one.original_content or b"", policy=default) for one in self.envelopes]
        return [one for one in parsed if isinstance(one, EmailMessage)]


Start = Callable[..., MailServer]


@pytest.fixture
def peer() -> Peer:
    return Peer()


@pytest.fixture
def start(peer: Peer) -> Iterator[Start]:
    with ExitStack() as running:

        def start(port: int = 0, **settings: Any) -> MailServer:
            port = port or free_port()
            controller = Controller(peer, hostname="localhost", port=port, **{"enable_SMTPUTF8": False, **settings})
            controller.start()
            running.callback(controller.stop)
            return MailServer("localhost", port, "plain", "sales@parcours.example")

        yield start


def parcel(**mail: str) -> Parcel:
    given = {
        "to": "brandt@hanse.example",
        "subject": "Your offer",
        "body": "Dear Ms Brandt,\n\nhere it is.",
        "html": "",
    }
    return Parcel("6b3f", 7, "thank", "s1", "mail", {**given, **mail}, NOW)


def test_a_mail_arrives_as_it_was_written(peer: Peer, start: Start) -> None:
    send_mail(start(), parcel(subject="Ihr Angebot für Véron 受注", body="Größe: 3 m²\n.\nÀ bientôt"))
    [message], [envelope] = peer.messages, peer.envelopes
    assert (envelope.mail_from, envelope.rcpt_tos) == ("sales@parcours.example", ["brandt@hanse.example"])
    assert message["Subject"] == "Ihr Angebot für Véron 受注"
    assert message.get_content().replace("\r\n", "\n") == "Größe: 3 m²\n.\nÀ bientôt\n"
    assert (message["From"], message["To"]) == ("sales@parcours.example", "brandt@hanse.example")
    assert message["Message-ID"] == "<6b3f@parcours.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Date"]


def test_html_stands_beside_the_text(peer: Peer, start: Start) -> None:
    send_mail(start(), parcel(html="<p>Dear Ms Brandt</p>"))
    [message] = peer.messages
    assert message.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA"])
def test_a_refusal_for_good_is_given_up(peer: Peer, start: Start, command: str) -> None:
    peer.answers[command] = ["550 5.1.1 no such mailbox"]
    with pytest.raises(Undeliverable, match=r"550 5\.1\.1 no such mailbox"):
        send_mail(start(), parcel())
    assert peer.messages == []


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA"])
def test_greylisted_then_accepted_under_the_same_id(peer: Peer, start: Start, command: str) -> None:
    peer.answers[command] = ["451 4.7.1 greylisted, come back later"]
    server = start()
    with pytest.raises(NotDelivered, match="greylisted") as caught:
        send_mail(server, parcel())
    assert not isinstance(caught.value, Undeliverable)
    send_mail(server, parcel())
    assert [message["Message-ID"] for message in peer.messages] == ["<6b3f@parcours.example>"]


def test_a_server_that_is_down_then_up(peer: Peer, start: Start) -> None:
    port = free_port()
    with pytest.raises(NotDelivered, match="localhost cannot be used") as caught:
        send_mail(MailServer("localhost", port, "plain", "sales@parcours.example"), parcel())
    assert not isinstance(caught.value, Undeliverable)
    send_mail(start(port), parcel())
    assert len(peer.messages) == 1


def test_a_server_that_hangs_up_in_the_middle(peer: Peer, start: Start) -> None:
    peer.answers["DATA"] = ["421 4.3.2 shutting down"]
    with pytest.raises(NotDelivered, match="421") as caught:
        send_mail(start(), parcel())
    assert not isinstance(caught.value, Undeliverable)


# More than was meant

EVIL = [
    "brandt@hanse.example\r\nBcc: all@hanse.example",
    "brandt@hanse.example\nRCPT TO:<all@hanse.example>",
    "brandt@hanse.example, all@hanse.example",
    "brandt@hanse.example> BODY=8BITMIME\r\nRCPT TO:<all@hanse.example",
    "Brandt <brandt@hanse.example>",
    "",
    "nobody",
]


@pytest.mark.parametrize("to", EVIL)
def test_more_than_one_plain_address_goes_nowhere(peer: Peer, start: Start, to: str) -> None:
    with pytest.raises(Undeliverable, match="no e-mail address"):
        send_mail(start(), parcel(to=to))
    assert peer.envelopes == []


@pytest.mark.parametrize("subject", ["Offer\r\nBcc: all@hanse.example", "Offer\n\nAnother body", "Offer\rX-Evil: 1"])
def test_a_subject_of_several_lines_is_no_header(peer: Peer, start: Start, subject: str) -> None:
    with pytest.raises(ValueError, match=r"linefeed|newline|carriage"):
        send_mail(start(), parcel(subject=subject))
    assert peer.envelopes == []


def test_a_body_ends_where_it_ends(peer: Peer, start: Start) -> None:
    send_mail(
        start(), parcel(body="One\r\n.\r\nMAIL FROM:<a@b.co>\r\nRCPT TO:<all@hanse.example>\r\nDATA\r\nTwo\r\n.\r\n")
    )
    assert [envelope.rcpt_tos for envelope in peer.envelopes] == [["brandt@hanse.example"]]
    assert "Two" in peer.messages[0].get_content()


def test_an_address_in_letters_of_its_own_needs_a_server_that_takes_them(peer: Peer, start: Start) -> None:
    with pytest.raises(Undeliverable, match=r"élise@exemple\.example"):
        send_mail(start(), parcel(to="élise@exemple.example"))
    send_mail(start(enable_SMTPUTF8=True), parcel(to="élise@exemple.example"))
    assert peer.envelopes[0].rcpt_tos == ["élise@exemple.example"]


# Secured


def test_starttls_and_a_password(peer: Peer, start: Start, certificate: ssl.SSLContext, trusted: None) -> None:
    def known(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        good = isinstance(data, LoginPassword) and (data.login, data.password) == (b"sales", b"s3cret")
        return AuthResult(success=good, handled=False)

    plain = start(tls_context=certificate, require_starttls=True, authenticator=known, auth_required=True)
    send_mail(_with(plain, "starttls", user="sales", password="s3cret"), parcel())
    assert peer.secured == [True]
    with pytest.raises(NotDelivered, match="535") as caught:
        send_mail(_with(plain, "starttls", user="sales", password="wrong"), parcel())
    assert not isinstance(caught.value, Undeliverable), "someone may set the password right"
    assert "wrong" not in repr(_with(plain, "starttls", user="sales", password="wrong"))


def test_tls_from_the_start(peer: Peer, start: Start, certificate: ssl.SSLContext, trusted: None) -> None:
    send_mail(_with(start(ssl_context=certificate), "tls"), parcel())
    assert len(peer.messages) == 1


def test_nothing_is_said_in_the_clear_where_tls_was_asked_for(peer: Peer, start: Start) -> None:
    with pytest.raises(NotDelivered, match="STARTTLS"):
        send_mail(_with(start(), "starttls"), parcel())
    assert peer.envelopes == []


def test_a_stranger_s_certificate_is_not_taken(peer: Peer, start: Start, certificate: ssl.SSLContext) -> None:
    with pytest.raises(NotDelivered, match="certificate verify failed"):
        send_mail(_with(start(tls_context=certificate), "starttls"), parcel())
    assert peer.envelopes == []


def _with(server: MailServer, security: str, user: str = "", password: str = "") -> MailServer:
    return MailServer(server.host, server.port, security, server.sender, user, password)
