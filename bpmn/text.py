"""Sentences that a person will read in their own language: a template and what is filled in, kept apart until then."""

from __future__ import annotations

from collections.abc import Mapping


def N_(template: str) -> str:
    """Mark a template for the translators; it is translated where it is shown (web)."""
    return template


class Text(str):
    """A sentence in English that remembers how it was made, so that it can be made again in another language.

    ``template`` is the msgid; ``values`` fill its ``%(name)s`` places. As a str it reads as the English sentence.
    """

    template: str
    values: Mapping[str, object]

    def __new__(cls, template: str, values: Mapping[str, object] | None = None) -> Text:
        text = super().__new__(cls, template % values if values else template)
        text.template = template
        text.values = dict(values or {})
        return text
