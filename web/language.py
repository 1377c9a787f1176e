"""The reader's language: texts of the engine made again in it, and moments, days and money written its way."""

from __future__ import annotations

import gettext as gettext_files
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from babel.units import format_unit
from flask import Flask, request, session
from flask_babel import (
    Babel,
    format_currency,
    format_date,
    format_datetime,
    format_decimal,
    get_locale,
    gettext,
    ngettext,
)

from bpmn import times
from bpmn.errors import BpmnError
from bpmn.text import Text
from web import context

LANGUAGES = {"en": "English", "fr": "Français"}
#: Those in which a map can be labelled.
MAP_LANGUAGES = {**LANGUAGES, "ja": "日本語"}
TRANSLATIONS = Path(__file__).parent / "translations"


def set_up(app: Flask) -> None:
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(TRANSLATIONS)
    Babel(app, locale_selector=_chosen, timezone_selector=lambda: str(context.config().timezone))
    app.jinja_env.filters.update(
        t=translate,
        day=day,
        moment=moment,
        ago=ago,
        days=days,
        lasting=lasting,
        money=money,
        plain_number=format_decimal,
    )
    app.jinja_env.globals |= {"languages": LANGUAGES, "map_languages": MAP_LANGUAGES}


def _chosen() -> str:
    """The person's own language, else the one chosen at the door, else the browser's best."""
    person = context.someone()
    wanted = (person.language if person else "") or session.get("language", "") or context.config().language
    return wanted if wanted in LANGUAGES else request.accept_languages.best_match(list(LANGUAGES), "en")


def translate(text: str) -> str:
    """A Text in the reader's language; anything else as it is."""
    if not isinstance(text, Text):
        return text
    return _filled(gettext(text.template), {name: translate_value(value) for name, value in text.values.items()})


def translate_value(value: object) -> object:
    return translate(value) if isinstance(value, str) else value


def _filled(template: str, values: dict[str, object]) -> str:
    return template % values if values else template


def gettext_for(language: str) -> gettext_files.NullTranslations:
    """The catalogue for the command line, where there is no request to tell the language by."""
    return gettext_files.translation("messages", TRANSLATIONS, [language], fallback=True)


def day(value: date | datetime | str | None) -> str:
    if not value:
        return ""
    parsed = date.fromisoformat(value) if isinstance(value, str) else value
    this_year = parsed.year == context.now().year
    pattern = {"en": "d MMM", "fr": "d MMM"} if this_year else {"en": "d MMM y", "fr": "d MMM y"}
    return str(format_date(parsed, pattern.get(context.language(), "medium")))


def whole_day(value: date) -> str:
    """With its year, for what is kept."""
    return str(format_date(value, "medium" if context.language() == "ja" else "d MMM y"))


def moment(value: datetime | None) -> str:
    return str(format_datetime(value, "d MMM y HH:mm")) if value else ""


def days(count: int) -> str:
    return str(ngettext("%(num)d day", "%(num)d days", count))


def lasting(text: str) -> str:
    """A time as BPMN writes it, in words: ``P7D`` is 7 days, ``R7/P7D`` every 7 days, 7 times; else as it stands."""
    try:
        if text.startswith("R"):
            found = times.cycle(text)
            each = _length(found.duration)
            if found.repetitions is None:
                return str(gettext("every %(time)s", time=each))
            return str(ngettext("after %(time)s, once", "every %(time)s, %(num)d times", found.repetitions, time=each))
        return _length(times.duration(text))
    except BpmnError:
        return text


def _length(duration: times.Duration) -> str:
    years, months = divmod(duration.months, 12)
    minutes, seconds = divmod(int(duration.clock.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    parts = {"year": years, "month": months, "day": duration.days.days, "hour": hours, "minute": minutes}
    told = {**parts, "second": seconds}
    locale = get_locale() or "en"
    return ", ".join(format_unit(count, f"duration-{unit}", locale=locale) for unit, count in told.items() if count)


def ago(value: datetime) -> str:
    """How long something has lasted, in the unit that says it best."""
    passed = context.now() - value
    if passed < timedelta(minutes=1):
        return str(gettext("a moment"))
    if passed < timedelta(hours=1):
        return str(ngettext("%(num)d minute", "%(num)d minutes", max(0, passed // timedelta(minutes=1))))
    if passed < timedelta(days=1):
        return str(ngettext("%(num)d hour", "%(num)d hours", passed // timedelta(hours=1)))
    return days(passed // timedelta(days=1))


def money(value: Decimal | float | None) -> str:
    """An amount in the installation's currency; cents only where there are some."""
    if value is None:
        return ""
    amount = Decimal(str(value))
    cents = "" if amount == amount.to_integral_value() else ".00"
    pattern = f"#,##0{cents}\u00a0¤" if context.language() == "fr" else f"¤#,##0{cents}"
    return str(format_currency(amount, context.config().currency, format=pattern, currency_digits=False))
