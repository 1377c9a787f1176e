"""The form of a user task: its fields, and answers made clean or refused field by field."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from bpmn.errors import AnswersRejected
from bpmn.text import N_, Text

#: What a field may hold. ``money`` is a decimal with two places; ``person`` is the id of a person of the team.
FIELD_TYPES = frozenset(
    {"text", "long_text", "number", "money", "date", "choice", "choices", "yes_no", "person", "email", "phone", "link"}
)
#: Facts of the deal that a field may set when its task is completed.
DEAL_FACTS = frozenset({"title", "account", "contact", "value", "expected_close"})
#: Without a limit of its own, a text field takes this many characters.
MAX_TEXT = 2_000
MAX_LONG_TEXT = 20_000
#: Largest amount that is stored exactly as a whole number of cents in 64 bits, with room for sums.
MAX_NUMBER = 10**12


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Field:
    """One question of a form (``sales:field``)."""

    id: str
    type: str
    label: str
    help: str = ""
    required: bool = False
    options: tuple[Option, ...] = ()
    #: Bounds of a number or an amount of money, inclusive.
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    #: Most characters of a text.
    max_length: int | None = None
    #: For a person: the role that they take in the deal, for example ``account_manager``.
    role: str = ""
    #: The fact of the deal that the answer becomes: one of DEAL_FACTS.
    sets: str = ""
    line: int = 0

    @property
    def longest(self) -> int:
        return self.max_length or (MAX_LONG_TEXT if self.type == "long_text" else MAX_TEXT)


Form = tuple[Field, ...]
Answers = dict[str, Any]


def clean(form: Form, raw: Mapping[str, Any], *, people: Mapping[str, str] | None = None) -> Answers:
    """Typed answers out of what was sent, or AnswersRejected with every problem by field id.

    ``people`` are those who may be chosen in a person field: id to name. An empty answer becomes None (an empty list
    for several choices). Numbers and amounts become numbers, exact up to MAX_NUMBER with two places. What is sent and
    belongs to no field is left out.
    """
    answers: Answers = {}
    problems: dict[str, Text] = {}
    for field in form:
        try:
            answers[field.id] = _answer(field, raw.get(field.id), people or {})
        except _Refused as refused:
            problems[field.id] = refused.text
    if problems:
        raise AnswersRejected(problems)
    return answers


class _Refused(Exception):
    def __init__(self, template: str, **values: object) -> None:
        super().__init__(template)
        self.text = Text(template, values)


def _answer(field: Field, raw: Any, people: Mapping[str, str]) -> Any:
    if field.type == "choices":
        return _choices(field, raw)
    if isinstance(raw, bool | int | float | Decimal):
        raw = _written(raw)
    if raw is not None and not isinstance(raw, str):
        raise _Refused(N_("Give one answer here."))
    text = _plain(raw or "")
    if not text:
        if field.required:
            raise _Refused(N_("This answer is needed."))
        return None
    match field.type:
        case "text" | "long_text" | "phone":
            return _text(field, text)
        case "email":
            return _email(field, text)
        case "link":
            return _link(field, text)
        case "number":
            return _number(field, text)
        case "money":
            return _money(field, text)
        case "date":
            return _date(text)
        case "yes_no":
            return _yes_no(text)
        case "choice":
            return _choice(field, text)
        case "person":
            if text not in people:
                raise _Refused(N_("Choose one of the people listed."))
            return text
    raise _Refused(N_("This field has a type that is not known: %(type)s."), type=field.type)


def _written(number: bool | int | float | Decimal) -> str:
    if isinstance(number, bool):
        return str(number).lower()
    if isinstance(number, int) and abs(number) > MAX_NUMBER:
        # Too large whatever it is exactly; Python refuses to write some of these out.
        number = MAX_NUMBER + 1 if number > 0 else -MAX_NUMBER - 1
    # Without an exponent, as a person would have written it.
    return format(Decimal(str(number)), "f") if isinstance(number, float) else str(number)


_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def _plain(text: str) -> str:
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def _text(field: Field, text: str) -> str:
    if len(text) > field.longest:
        raise _Refused(N_("At most %(most)d characters; these are %(given)d."), most=field.longest, given=len(text))
    return text if field.type == "long_text" else " ".join(text.split())


def _email(field: Field, text: str) -> str:
    if not re.fullmatch(r"[^@\s<>\"]{1,64}@[^@\s<>\"]+\.[^@\s<>\".]+", text):
        raise _Refused(N_("Write an e-mail address, such as name@company.com."))
    return _text(field, text)


def _link(field: Field, text: str) -> str:
    if not re.match(r"https?://[^\s]+$", text, re.IGNORECASE):
        raise _Refused(N_("Write a link that begins with http:// or https://."))
    return _text(field, text)


#: Groups of three digits parted by one mark, the same throughout.
_GROUPED = re.compile(r"\d{1,3}(?P<mark>[ ,.'’_\u00a0\u202f])\d{3}(?:(?P=mark)\d{3})*", re.ASCII)
_WHOLE = re.compile(r"\d{1,18}", re.ASCII)


def _decimal(text: str) -> Decimal:
    """A number as people write it, or a refusal, never a guess: "1,234.50", "1 234,50", "1.234.567", "1234.5".

    A comma with three digits after it parts thousands, unless 0 or other thousands stand before it; any other last mark
    is the decimal one. A sign of a currency at either end goes without saying.
    """
    text = text.strip("€$£¥").strip(" \u00a0\u202f")
    sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text.removeprefix("+"))
    found = re.fullmatch(r"(.*)([.,])(\d{1,18})", digits, re.ASCII)
    parted = _GROUPED.fullmatch(digits)
    if found is None or (parted and found[1] != "0" and (parted["mark"] != "." or digits.count(".") > 1)):
        whole, mark, decimals = digits, "", "0"
    else:
        whole, mark, decimals = found[1] or "0", found[2], found[3]
    grouped = _GROUPED.fullmatch(whole)
    if not _WHOLE.fullmatch(whole) and (grouped is None or grouped["mark"] == mark):
        raise _Refused(N_("Write a number, such as 1200 or 1200.50."))
    return Decimal(f"{sign}{re.sub(r'[^0-9]', '', whole)}.{decimals}") + 0


def _within(field: Field, number: Decimal) -> Decimal:
    if field.minimum is not None and number < field.minimum:
        raise _Refused(N_("At least %(least)s."), least=field.minimum)
    most = min(MAX_NUMBER, MAX_NUMBER if field.maximum is None else field.maximum)
    if number > most:
        raise _Refused(N_("At most %(most)s."), most=most)
    if number < -MAX_NUMBER:
        raise _Refused(N_("At least %(least)s."), least=-MAX_NUMBER)
    return number


def _number(field: Field, text: str) -> int | float:
    number = _within(field, _decimal(text))
    whole = int(number)
    value = whole if number == whole else float(number)
    if isinstance(value, float) and not math.isfinite(value):  # pragma: no cover - bounded above
        raise _Refused(N_("Write a number, such as 1200 or 1200.50."))
    return value


def _money(field: Field, text: str) -> float:
    amount = _within(field, _decimal(text))
    if amount < 0 and field.minimum is None:
        raise _Refused(N_("At least %(least)s."), least=0)
    if amount != amount.quantize(Decimal("0.01")):
        raise _Refused(N_("An amount of money has at most two decimals."))
    return float(amount)


def _date(text: str) -> str:
    try:
        if re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII):
            return date.fromisoformat(text).isoformat()
    except ValueError:
        pass
    raise _Refused(N_("Write a date as year-month-day, such as 2026-03-31."))


def _yes_no(text: str) -> bool:
    if text.lower() in {"yes", "true", "1", "on"}:
        return True
    if text.lower() in {"no", "false", "0", "off"}:
        return False
    raise _Refused(N_("Answer yes or no."))


def _choice(field: Field, text: str) -> str:
    if text not in {option.value for option in field.options}:
        raise _Refused(N_("Choose one of the answers listed."))
    return text


def _choices(field: Field, raw: Any) -> list[str]:
    given = [] if raw is None else [raw] if isinstance(raw, str) else raw
    if not isinstance(given, list | tuple) or not all(isinstance(value, str) for value in given):
        raise _Refused(N_("Choose among the answers listed."))
    chosen = [value for value in map(_plain, given) if value]
    if field.required and not chosen:
        raise _Refused(N_("This answer is needed."))
    known = [option.value for option in field.options]
    if not set(chosen) <= set(known):
        raise _Refused(N_("Choose among the answers listed."))
    return [value for value in known if value in chosen]


def in_words(field: Field, answer: Any, people: Mapping[str, str] | None = None) -> str:
    """An answer as a person reads it: the labels of options, yes or no as a Text, the name of a person."""
    labels = {option.value: option.label for option in field.options}
    match answer:
        case True | False:
            return Text(N_("yes") if answer else N_("no"))
        case list():
            return ", ".join(labels.get(value, str(value)) for value in answer)
        case float() if answer == int(answer):
            return str(int(answer))
        case float() if field.type == "money":
            return f"{answer:.2f}"
    if field.type == "person":
        return (people or {}).get(str(answer), "")
    return labels.get(str(answer), str(answer))
