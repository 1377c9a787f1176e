"""Rows of accounts: companies, each under one spelling of its name."""

from __future__ import annotations

from uuid import uuid4

from sqlalchemy import Connection, bindparam, func, select

from engine.deals import Account
from engine.folding import fold_account
from engine.storage.schema import accounts, deals
from engine.storage.statement import Statement, inserting_new

_named = Statement(select(accounts).where(accounts.c.folded == bindparam("folded")))
_add_account = inserting_new(accounts)


def account_named(connection: Connection, name: str) -> Account | None:
    row = _named.one(connection, folded=fold_account(name))
    return Account(row.id, row.name) if row is not None else None


def account_for(connection: Connection, name: str) -> Account:
    """The account of this name, found or recorded; the caller holds the write transaction."""
    known = account_named(connection, name)
    if known is not None:
        return known
    account = Account(str(uuid4()), name)
    _add_account.run(connection, id=account.id, name=name, folded=fold_account(name))
    # Someone else may have recorded it between the two.
    return account_named(connection, name) or account


def deals_of_account(connection: Connection, account_id: str, besides: int) -> int:
    found = select(func.count()).where(deals.c.account_id == account_id, deals.c.id != besides)
    return connection.execute(found).scalar_one()
