"""Mails by SMTP: one recipient each, plain text with HTML beside it where there is some."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime

from bpmn.mails import is_address
from bpmn.text import N_
from engine.errors import NotDelivered, Undeliverable
from engine.parcels import Parcel

#: Seconds to wait for the server to say anything.
PATIENCE = 20


@dataclass(frozen=True)
class MailServer:
    host: str
    port: int
    #: ``tls`` from the first byte, ``starttls`` (never going on without it), or ``plain``.
    security: str
    #: The address that mails come from.
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)


def send_mail(server: MailServer, parcel: Parcel) -> None:
    message = message_of(server.sender, parcel)
    to = message["To"]
    with _connected(server) as connection:
        try:
            connection.send_message(message, server.sender, [str(to)])
        except smtplib.SMTPRecipientsRefused as refused:
            code, answer = next(iter(refused.recipients.values()))
            raise _refusal(code, answer) from refused
        except smtplib.SMTPResponseException as refused:
            raise _refusal(refused.smtp_code, refused.smtp_error) from refused
        except smtplib.SMTPNotSupportedError as refused:
            template = N_("The mail server does not take addresses with letters such as these: %(to)s.")
            raise Undeliverable(template, to=to) from refused


def message_of(sender: str, parcel: Parcel) -> EmailMessage:
    """Raises Undeliverable for anything but one plain address. Its Message-ID is the same at each try."""
    mail = parcel.payload
    if not is_address(mail["to"]):
        raise Undeliverable(N_("'%(to)s' is no e-mail address."), to=mail["to"])
    # Letters outside ASCII are encoded in a subject; only an address needs a server that takes them as they are.
    message = EmailMessage(policy=SMTP if mail["to"].isascii() else SMTPUTF8)
    message["From"] = sender
    message["To"] = mail["to"]
    message["Subject"] = mail["subject"]
    message["Date"] = format_datetime(datetime.now(UTC))
    message["Message-ID"] = f"<{parcel.id}@{sender.rpartition('@')[2]}>"
    # So that an absent reader's machine does not answer ours (RFC 3834).
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail["body"])
    if mail["html"]:
        message.add_alternative(mail["html"], subtype="html")
    return message


@contextmanager
def _connected(server: MailServer) -> Iterator[smtplib.SMTP]:
    """What goes wrong here is about the server, not about the mail: it may work later."""
    try:
        connection = _open(server)
    except (OSError, smtplib.SMTPException) as error:
        raise _away(server, error) from error
    try:
        yield connection
        connection.quit()
    except (smtplib.SMTPServerDisconnected, TimeoutError, ConnectionError, ssl.SSLError) as error:
        raise _away(server, error) from error
    finally:
        connection.close()


def _open(server: MailServer) -> smtplib.SMTP:
    if server.security == "tls":
        context = ssl.create_default_context()
        connection: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=PATIENCE, context=context)
    else:
        connection = smtplib.SMTP(server.host, server.port, timeout=PATIENCE)
    try:
        if server.security == "starttls":
            connection.starttls(context=ssl.create_default_context())
        if server.user:
            connection.login(server.user, server.password)
    except BaseException:
        connection.close()
        raise
    return connection


def _away(server: MailServer, error: Exception) -> NotDelivered:
    template = N_("The mail server %(host)s cannot be used: %(reason)s")
    return NotDelivered(template, host=server.host, reason=_said(error))


def _said(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_text(error.smtp_error)}"
    return str(error) or type(error).__name__


def _refusal(code: int, answer: bytes | str) -> NotDelivered:
    kind = Undeliverable if 500 <= code < 600 else NotDelivered
    return kind(N_("The mail server refused it: %(answer)s"), answer=f"{code} {_text(answer)}")


def _text(answer: bytes | str) -> str:
    return answer.decode(errors="replace") if isinstance(answer, bytes) else answer
