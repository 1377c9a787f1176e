"""Who there is, and what each may see and do. Rules are functions of values, so that one table can test them all."""

from __future__ import annotations

from dataclasses import dataclass

#: The roles, in the order in which forms offer them.
ROLES = ("rep", "account_manager", "team_leader", "designer", "admin")
#: Roles that work on deals.
SALES_ROLES = frozenset({"rep", "account_manager", "team_leader"})


@dataclass(frozen=True, slots=True)
class Team:
    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Person:
    id: str
    name: str
    email: str = ""
    roles: frozenset[str] = frozenset()
    #: The team whose deals they see; None for those who see none, or (admin) all.
    team_id: str | None = None
    language: str = ""
    active: bool = True
    #: Rises with each change of password or roles, which ends the sessions opened before.
    epoch: int = 0

    def has(self, *roles: str) -> bool:
        return not self.roles.isdisjoint(roles)


def may_see_deals_of(person: Person, team_id: str) -> bool:
    """Deals are seen by the sales people of their own team, and by an administrator."""
    if not person.active:
        return False
    return person.has("admin") or (person.team_id == team_id and person.has(*SALES_ROLES))


def may_do(person: Person, role: str, team_id: str) -> bool:
    """A task is done by those of the deal's team who have the role of its lane, or who lead the team.

    A task of no particular role is anyone's of the team.
    """
    if not person.active or person.team_id != team_id or not person.has(*SALES_ROLES):
        return False
    return not role or person.has(role, "team_leader")


def may_design(person: Person) -> bool:
    return person.active and person.has("designer", "admin")


def may_administer(person: Person) -> bool:
    return person.active and person.has("admin")
