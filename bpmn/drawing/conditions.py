"""A condition in a few letters, for a flow that its designer gave no name."""

from __future__ import annotations

import re

_MOST = 28


def in_short(condition: str | None) -> str:
    """``${ amount > 10000 }`` reads ``amount > 10000``; what is long ends in an ellipsis."""
    text = " ".join((condition or "").split())
    text = re.sub(r"^(?:[$#]\{|=)\s*(.*?)\s*\}?$", r"\1", text)
    return text if len(text) <= _MOST else text[: _MOST - 1].rstrip() + "…"
