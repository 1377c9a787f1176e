"""Names and texts folded to what they mean, so that two spellings of one thing are found to be one."""

from __future__ import annotations

import re
import unicodedata

#: Legal forms that say nothing about which company it is.
_LEGAL_FORMS = frozenset(
    {"sa", "sas", "sarl", "sasu", "eurl", "sci", "snc", "gmbh", "ag", "kg", "ug", "se", "ltd", "limited", "plc", "llc"}
    | {"llp", "inc", "incorporated", "corp", "corporation", "co", "company", "bv", "nv", "srl", "spa", "ab", "as"}
    | {"asa", "oy", "oyj", "aps", "kk"}
)


def fold(text: str) -> str:
    """Small letters without accents, single spaces; for searching."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(char for char in decomposed if not unicodedata.combining(char)).split())


def fold_account(name: str) -> str:
    """A company's name without accents, marks and legal form: "Société Véron, S.A.S." and "SOCIETE VERON" are one."""
    words = re.sub(r"[^\w]+", " ", fold(name).replace(".", "").replace("&", " and ")).split()
    kept = [word for word in words if word not in _LEGAL_FORMS]
    return " ".join(kept or words) or fold(name)


#: A search looks for so many words at most: each is a condition of its own.
MAX_WORDS = 8


def words(text: str) -> list[str]:
    """What to look for, folded."""
    return fold(text[:200]).split()[:MAX_WORDS]


def like(term: str) -> str:
    """A LIKE pattern that finds the folded term anywhere; escape character ``\\``."""
    escaped = term.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
