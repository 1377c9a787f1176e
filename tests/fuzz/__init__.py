"""Searched for a minute by `make fuzz`: odd files, expressions and answers, and what must hold whatever they are."""

from __future__ import annotations


def says(error: Exception) -> None:
    """An error is a sentence for someone."""
    assert str(error)
