"""Settings of what is sent: the mail server as a URL, webhooks as a file. Nothing here is reached yet."""

from __future__ import annotations

import base64
import binascii
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from bpmn.mails import is_address
from bpmn.text import N_, Text
from web.sending.mail import MailServer
from web.sending.webhooks import Webhook

WEBHOOKS_FILE = "webhooks.toml"
#: Scheme to how the connection is secured, and the usual port.
_SECURITY = {"smtps": ("tls", 465), "smtp": ("starttls", 587), "smtp+plain": ("plain", 25)}
_SECRET = "whsec_"
_ENTRIES = {"url": str, "secret": str, "allow_private": bool, "allow_http": bool}


class ConfigError(Exception):
    """A setting makes no sense; says which, and what to write instead."""

    def __init__(self, template: str, **values: object) -> None:
        self.text = Text(template, values)
        super().__init__(self.text)


def mail_server(url: str, sender: str) -> MailServer | None:
    """None when no server is set."""
    if not url:
        return None
    if not is_address(sender):
        raise ConfigError(
            N_("PARCOURS_SENDER is '%(value)s'. Write the address that mails come from, such as sales@company.com."),
            value=sender,
        )
    try:
        parts = urlsplit(url)
        security, port = _SECURITY[parts.scheme]
        host, port = parts.hostname or "", parts.port or port
        if not host or parts.path.strip("/") or parts.query or parts.fragment:
            raise ValueError
    except (KeyError, ValueError):
        # The URL is not repeated: there may be a password in it.
        raise ConfigError(
            N_(
                "PARCOURS_MAIL is no address of a mail server. Write smtp://user:password@host:587 (STARTTLS), "
                "smtps:// (TLS from the start) or smtp+plain:// (neither); an @ in a name or password is %(at)s."
            ),
            at="%40",
        ) from None
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return MailServer(host, port, security, sender, user, password)


def webhooks(path: str, folder: Path) -> Mapping[str, Webhook]:
    """Those of the file, by name; of the data folder's file, if there is one, when no other was asked for."""
    file = Path(path).expanduser() if path else folder / WEBHOOKS_FILE
    try:
        entries = tomllib.loads(file.read_text("utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        if not path:
            return {}
        raise ConfigError(N_("PARCOURS_WEBHOOKS names %(file)s, which does not exist."), file=file) from None
    except (OSError, ValueError) as error:
        raise ConfigError(N_("%(file)s cannot be read: %(reason)s."), file=file, reason=str(error)) from None
    return {name: _webhook(file, name, entry) for name, entry in entries.items()}


def _webhook(file: Path, name: str, entry: Any) -> Webhook:
    def refuse(template: str, **values: object) -> ConfigError:
        return ConfigError(template, file=file, name=name, **values)

    if not isinstance(entry, dict):
        raise refuse(N_("%(file)s: write [%(name)s] on a line of its own, and under it url and secret."))
    for key, value in entry.items():
        if not isinstance(value, _ENTRIES.get(key, ())):
            raise refuse(
                N_("%(file)s, [%(name)s]: %(key)s is not known or of the wrong kind. There are: %(known)s."),
                key=key,
                known=", ".join(_ENTRIES),
            )
    url = entry.get("url", "")
    if not _is_url(url, ("https", "http") if entry.get("allow_http") else ("https",)):
        raise refuse(
            N_(
                "%(file)s, [%(name)s]: '%(url)s' cannot be called. Write an address that begins with https://, "
                "without a name or password; http:// takes allow_http = true."
            ),
            url=url,
        )
    return Webhook(name, url, _key(entry.get("secret", ""), refuse), bool(entry.get("allow_private")))


def _is_url(url: str, schemes: tuple[str, ...]) -> bool:
    try:
        parts = urlsplit(url)
        good = parts.scheme in schemes and bool(parts.hostname) and parts.username is None and parts.port != 0
    except ValueError:
        return False
    return good and url.isascii() and url.isprintable() and " " not in url


def _key(secret: str, refuse: Any) -> bytes:
    try:
        key = base64.b64decode(secret.removeprefix(_SECRET), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not secret.startswith(_SECRET) or not 24 <= len(key) <= 64:
        raise refuse(
            N_(
                "%(file)s, [%(name)s]: the secret is whsec_ and the base64 of 24 to 64 random bytes. "
                "Make some with: openssl rand -base64 32"
            )
        )
    return key
