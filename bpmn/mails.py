"""What a send task writes: a mail with places such as ``{contact_email}`` for what is known of the deal.

A place is a name in braces and nothing else: no formats, no attributes, no calls. ``{{`` and ``}}`` are braces.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass

from bpmn.errors import TemplateRefused

#: Facts of the deal that a place can name besides answers: dotted, so that no answer can be taken for one.
DEAL_PLACES = frozenset(
    {
        "deal.number",
        "deal.title",
        "deal.account",
        "deal.contact",
        "deal.value",
        "deal.expected_close",
        "rep.name",
        "rep.email",
    }
)
MAX_TEMPLATE = 20_000
_PART = re.compile(r"\{\{|\}\}|\{(?P<name>[^\W\d]\w{0,99}(?:\.[^\W\d]\w{0,99})?)\}|(?P<stray>[{}])")
_ADDRESS = re.compile(r"[^@\s<>\"(),:;\[\]\\\x00-\x1f\x7f]{1,64}@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W_]{2,63}")


@dataclass(frozen=True, slots=True)
class Mail:
    """``sales:mail``: templates of its one recipient, its subject, its text, and the same as HTML if there is one."""

    to: str
    subject: str
    body: str
    html: str = ""

    @property
    def templates(self) -> tuple[str, ...]:
        return (self.to, self.subject, self.body, self.html)


def places(template: str) -> frozenset[str]:
    """The names that a template asks for, or TemplateRefused."""
    if len(template) > MAX_TEMPLATE:
        raise TemplateRefused(template=f"{template[:40]}...", most=MAX_TEMPLATE)
    found = list(_PART.finditer(template))
    for part in found:
        if part["stray"]:
            raise TemplateRefused(template=template[max(0, part.start() - 20) : part.start() + 20], most=MAX_TEMPLATE)
    return frozenset(part["name"] for part in found if part["name"])


def filled(template: str, values: Mapping[str, str], *, markup: bool = False) -> str:
    """The template with its places filled in; in ``markup`` what is filled in stays text. A name without a value is
    nothing."""

    def fill(part: re.Match[str]) -> str:
        if part["name"]:
            value = values.get(part["name"], "")
            return html.escape(value) if markup else value
        return part[0][0]

    return _PART.sub(fill, template)


def is_address(text: str) -> bool:
    """Whether this is one plain e-mail address, and nothing that could be more than that in a header."""
    return len(text) <= 254 and _ADDRESS.fullmatch(text) is not None
