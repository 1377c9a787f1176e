"""What stands in a column, and how it reads: moments, money, ids and JSON, alike in every database.

Each is turned by one plain function each way: a step of a deal turns some fifty values.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import BigInteger, Dialect, LargeBinary, Text, Uuid
from sqlalchemy.types import TypeDecorator, TypeEngine

Turn = Callable[[Any], Any]

_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Turned(TypeDecorator[Any]):
    """A column whose values are turned by one function each way; neither sees None."""

    def turns(self, dialect: Dialect) -> tuple[Turn, Turn]:
        """To the database, and from it."""
        return self.to_database, self.from_database

    @staticmethod
    def to_database(value: Any) -> Any:
        raise NotImplementedError

    @staticmethod
    def from_database(value: Any) -> Any:
        raise NotImplementedError

    def bind_processor(self, dialect: Dialect) -> Turn:
        return _unless_none(self.turns(dialect)[0])

    def result_processor(self, dialect: Dialect, coltype: object) -> Turn:
        return _unless_none(self.turns(dialect)[1])


def _unless_none(turn: Turn) -> Turn:
    def turned(value: Any) -> Any:
        return None if value is None else turn(value)

    return turned


class Moment(Turned):
    """A point in time: microseconds since 1970 began in UTC."""

    impl = BigInteger
    cache_ok = True

    @staticmethod
    def to_database(value: datetime) -> int:
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return (value - _BEGINNING) // _MICROSECOND

    @staticmethod
    def from_database(value: int) -> datetime:
        return _BEGINNING + timedelta(microseconds=value)


class Cents(Turned):
    """An amount of money as a whole number of hundredths: exact, and summed by the database."""

    impl = BigInteger
    cache_ok = True

    @staticmethod
    def to_database(value: Decimal) -> int:
        return int((value * 100).to_integral_value())

    @staticmethod
    def from_database(value: int) -> Decimal:
        return Decimal(value) / 100


class Json(Turned):
    """A value as JSON text. Never the database's own JSON type: key order has meaning in some of them."""

    impl = Text
    cache_ok = True

    @staticmethod
    def to_database(value: Any) -> str:
        return orjson.dumps(value).decode()

    @staticmethod
    def from_database(value: str) -> Any:
        return orjson.loads(value)


class Id(Turned):
    """A UUID as text to those who read it; sixteen bytes in the database. What is no UUID matches nothing."""

    impl = LargeBinary
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(Uuid() if dialect.name == "postgresql" else LargeBinary(16))

    def turns(self, dialect: Dialect) -> tuple[Turn, Turn]:
        return (_uuid_of, str) if dialect.name == "postgresql" else (_bytes_of, _text_of)


_NO_ID = UUID(int=0)


@lru_cache(maxsize=4096)
def _uuid_of(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return _NO_ID


@lru_cache(maxsize=4096)
def id_of(text: str) -> str:
    """The id that these 32 digits are, with or without dashes."""
    return str(UUID(text))


@lru_cache(maxsize=4096)
def _bytes_of(text: str) -> bytes:
    return _uuid_of(text).bytes


@lru_cache(maxsize=4096)
def _text_of(value: bytes) -> str:
    return str(UUID(bytes=value))
