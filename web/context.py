"""What every view asks for: the engine, the settings, what time it is, and who is asking."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from flask import current_app, g
from flask_babel import get_locale
from flask_login import UserMixin, current_user

from engine import Engine
from engine.people import Person
from web.config import Config


@dataclass(frozen=True)
class House:
    engine: Engine
    config: Config


class SignedIn(UserMixin):
    """A person in a session. The epoch is part of the session, so that a new password ends the ones before."""

    def __init__(self, person: Person) -> None:
        self.person = person

    def get_id(self) -> str:
        return f"{self.person.id}:{self.person.epoch}"


def house() -> House:
    return cast(House, current_app.extensions["parcours"])


def engine() -> Engine:
    return house().engine


def config() -> Config:
    return house().config


def now() -> datetime:
    """One moment for the whole request."""
    if "now" not in g:
        g.now = config().clock()
    return cast(datetime, g.now)


def me() -> Person:
    """Who is asking; only for views that need a sign-in."""
    return cast(Person, current_user.person)


def someone() -> Person | None:
    return cast(Person, current_user.person) if current_user.is_authenticated else None


def language() -> str:
    locale = get_locale()
    return locale.language if locale else "en"
