"""DOING. Deals run on published processes; what happens is kept. No HTTP, no templates."""

from __future__ import annotations

from dataclasses import dataclass

from argon2 import PasswordHasher

from engine.commenting import Commenting
from engine.desk import Desk
from engine.detours import Detours
from engine.directory import People
from engine.drafting import Drafting
from engine.messages import Messages
from engine.moving import Moving
from engine.outbox import Outbox
from engine.publishing import Publishing
from engine.pulse import Pulse
from engine.running import Running
from engine.sharing import Sharing
from engine.shelf import LessonShelf
from engine.storage.database import Database

__all__ = ["Engine", "open_engine"]


@dataclass(frozen=True, eq=False)
class Engine:
    """Everything that can be done, by noun, over one database."""

    people: People
    publishing: Publishing
    drafting: Drafting
    commenting: Commenting
    sharing: Sharing
    running: Running
    detours: Detours
    desk: Desk
    lessons: LessonShelf
    outbox: Outbox
    messages: Messages
    moving: Moving
    pulse: Pulse
    database: Database

    def close(self) -> None:
        self.database.close()


def open_engine(url: str, *, hasher: PasswordHasher | None = None) -> Engine:
    """Open the database, bring it to the newest schema, and put the engine together over it."""
    database = Database(url)
    database.migrate()
    publishing = Publishing(database)
    messages = Messages(database, publishing)
    return Engine(
        people=People(database, hasher),
        publishing=publishing,
        drafting=Drafting(database, publishing),
        commenting=Commenting(database, publishing),
        sharing=Sharing(database, publishing),
        running=Running(database, publishing),
        detours=Detours(database, publishing),
        desk=Desk(database, publishing),
        lessons=LessonShelf(database),
        outbox=Outbox(database, messages.deliver),
        messages=messages,
        moving=Moving(database, publishing),
        pulse=Pulse(database),
        database=database,
    )
