"""How an installation is set up: read once from the environment, the same for the pages and the command line."""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import platformdirs

from bpmn.text import N_
from engine.directory import LANGUAGES
from engine.errors import DataFolder
from web import settings
from web.sending import MailServer, Webhook
from web.settings import ConfigError

__all__ = ["Config", "ConfigError"]

UTC_ZONE = ZoneInfo("UTC")
HOST, PORT, CURRENCY = "127.0.0.1", 8000, "EUR"
#: How the log is written, and how long the token of the figures is at least.
LOGS, MIN_TOKEN = ("text", "json"), 16
KEY_FILE, DATABASE_FILE = "secret.key", "parcours.db"


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Config:
    data: Path
    #: The URL of the database; a SQLite file in the data folder when none is given.
    database: str = ""
    host: str = HOST
    port: int = PORT
    #: Whether someone chose the port, so that no other will do.
    port_asked: bool = False
    currency: str = CURRENCY
    timezone: ZoneInfo = UTC_ZONE
    #: The language when nobody has said which; "" is what the browser or the terminal asks for.
    language: str = ""
    #: What may read the figures from elsewhere; "" keeps them for this machine.
    metrics: str = ""
    #: ``text`` or ``json``.
    log: str = "text"
    #: How mails leave; None when they cannot yet.
    mail: MailServer | None = None
    #: Where webhooks lead, by the name that processes call them.
    webhooks: Mapping[str, Webhook] = field(default_factory=dict)
    #: Signs the sessions; empty until ``prepare()``.
    secret_key: str = ""
    clock: Callable[[], datetime] = _now
    testing: bool = False

    def __post_init__(self) -> None:
        if not self.database:
            object.__setattr__(self, "database", f"sqlite:///{self.data / DATABASE_FILE}")

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> Config:
        """Raises ConfigError for the first setting that makes no sense. Nothing is created yet."""

        def given(name: str) -> str:
            return environ.get(name, "").strip()

        data = Path(given("PARCOURS_DATA") or platformdirs.user_data_path("parcours")).expanduser().absolute()
        return cls(
            data=data,
            database=given("PARCOURS_DATABASE"),
            host=given("PARCOURS_HOST") or HOST,
            port=_port(given("PARCOURS_PORT")),
            port_asked=bool(given("PARCOURS_PORT")),
            currency=_currency(given("PARCOURS_CURRENCY")),
            timezone=_timezone(given("PARCOURS_TIMEZONE"), given("TZ")),
            language=_language(given("PARCOURS_LANGUAGE")),
            metrics=_token(given("PARCOURS_METRICS")),
            log=_log(given("PARCOURS_LOG")),
            mail=settings.mail_server(given("PARCOURS_MAIL"), given("PARCOURS_SENDER")),
            webhooks=settings.webhooks(given("PARCOURS_WEBHOOKS"), data),
        )

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach the pages."""
        try:
            return ip_address(self.host.strip("[]")).is_loopback
        except ValueError:
            return self.host.casefold() == "localhost"

    def prepare(self) -> Config:
        """The same with its secret key, the data folder made if need be; raises DataFolder."""
        try:
            self.data.mkdir(parents=True, exist_ok=True, mode=0o700)
            if not os.access(self.data, os.W_OK | os.X_OK):
                raise PermissionError(13, os.strerror(13))
            return replace(self, secret_key=_key(self.data / KEY_FILE))
        except OSError as error:
            raise DataFolder(folder=self.data, reason=error.strerror or str(error)) from error


def _key(file: Path) -> str:
    """What the file holds, written first if there is none. Two starts at once end up with the same key."""
    if not file.exists():
        handle, made = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}-")
        try:
            with open(handle, "w", encoding="ascii") as new:
                new.write(secrets.token_hex(32))
            os.link(made, file)
        except FileExistsError:
            pass
        finally:
            os.unlink(made)
    key = file.read_text("utf-8", errors="replace").strip()
    if len(key) < 32:
        raise OSError(0, f"{file.name} holds no key; delete that file")
    return key


def _port(text: str) -> int:
    if not text:
        return PORT
    if not (text.isascii() and text.isdigit() and len(text) <= 5 and 0 < int(text) <= 65535):
        raise ConfigError(
            N_("PARCOURS_PORT is '%(value)s', which is no port. Write a number from 1 to 65535."), value=text
        )
    return int(text)


def _currency(text: str) -> str:
    code = text.upper() or CURRENCY
    if not (len(code) == 3 and code.isascii() and code.isalpha()):
        raise ConfigError(
            N_("PARCOURS_CURRENCY is '%(value)s', which is no currency. Write its three letters, such as EUR."),
            value=text,
        )
    return code


def _language(text: str) -> str:
    code = text.casefold()
    if code and code not in LANGUAGES:
        raise ConfigError(
            N_("PARCOURS_LANGUAGE is '%(value)s', which is not spoken here. Write one of: %(known)s."),
            value=text,
            known=", ".join(LANGUAGES),
        )
    return code


def _token(text: str) -> str:
    if text and (len(text) < MIN_TOKEN or not text.isascii() or any(sign.isspace() for sign in text)):
        raise ConfigError(
            N_("PARCOURS_METRICS is no good token. Write at least %(least)d letters and digits that nobody can guess."),
            least=MIN_TOKEN,
        )
    return text


def _log(text: str) -> str:
    wanted = text.casefold() or LOGS[0]
    if wanted not in LOGS:
        raise ConfigError(
            N_("PARCOURS_LOG is '%(value)s', which is not known. Write one of: %(known)s."),
            value=text,
            known=", ".join(LOGS),
        )
    return wanted


def _timezone(text: str, machine: str) -> ZoneInfo:
    if text:
        zone = _zone(text)
        if zone is None:
            raise ConfigError(
                N_("PARCOURS_TIMEZONE is '%(value)s', which is no time zone. Write a name such as Europe/Paris."),
                value=text,
            )
        return zone
    return _zone(machine.lstrip(":")) or _zone(_machine_zone()) or UTC_ZONE


def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _machine_zone() -> str:
    """The name of the zone this machine is set to, as Debian writes it down, or as the link says that most have."""
    try:
        return Path("/etc/timezone").read_text("utf-8").strip()
    except (OSError, ValueError):
        return os.path.realpath("/etc/localtime").partition("zoneinfo/")[2]
