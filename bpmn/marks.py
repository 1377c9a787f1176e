"""What is painted on a map: where a deal is, figures, what a version changed, comments. A mark never moves anything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Figures:
    """What is known of an element or a stage; None is not known."""

    #: How many deals have been there.
    count: int | None = None
    #: The share of them that went on, from 0 to 1.
    conversion: float | None = None
    #: Half of them were done with it in so many days.
    median_days: float | None = None
    lost: int | None = None
    late: int | None = None


@dataclass(frozen=True, slots=True)
class Marks:
    """Ids of elements, flows and stages."""

    passed: frozenset[str] = frozenset()
    current: frozenset[str] = frozenset()
    skipped: frozenset[str] = frozenset()
    figures: Mapping[str, Figures] = field(default_factory=dict, hash=False)
    #: The differences of two versions: on the later map what was added, on the earlier what was removed.
    added: frozenset[str] = frozenset()
    removed: frozenset[str] = frozenset()
    changed: frozenset[str] = frozenset()
    #: Element to how many comments there are.
    comments: Mapping[str, int] = field(default_factory=dict, hash=False)

    def classes_of(self, id_: str) -> tuple[str, ...]:
        """The names of what holds of an element."""
        found = ("passed", "current", "skipped", "added", "removed", "changed")
        return tuple(name for name in found if id_ in getattr(self, name))
