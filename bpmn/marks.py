"""What is painted on a map: ids of elements and flows. A mark never moves anything."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Marks:
    passed: frozenset[str] = frozenset()
    current: frozenset[str] = frozenset()
    skipped: frozenset[str] = frozenset()
