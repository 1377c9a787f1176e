"""The pages in French: a whole catalogue, no text that escapes it, French typography, French days and money."""

from __future__ import annotations

import re
from collections.abc import Iterator
from configparser import ConfigParser
from dataclasses import replace
from decimal import Decimal
from html.parser import HTMLParser
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask.testing import FlaskClient

from tests.builders import NOW, PASSWORD, company
from tests.databases import SQLiteCopies
from web.app import create_app
from web.config import Config
from web.language import TRANSLATIONS

ROOT = Path(__file__).parents[2]
PO = TRANSLATIONS / "fr/LC_MESSAGES/messages.po"
TEMPLATES = sorted((ROOT / "web/templates").rglob("*.html"))
#: What may stand in a template as it is: the product has one name in every language.
BARE = {"Parcours"}
#: Attributes that people read, or have read to them.
READ = {"aria-label", "aria-description", "aria-roledescription", "placeholder", "title", "alt"}

Key = tuple[str, ...]


def catalogue() -> Catalog:
    with PO.open("rb") as file:
        return read_po(file, locale="fr")


def messages() -> list[Message]:
    return [message for message in catalogue() if message.id]


def texts(held: Any) -> Key:
    """A msgid or msgstr as its singular, and its plural if there is one."""
    return (held,) if isinstance(held, str) else tuple(held)


FRENCH = [pytest.param(message, id=texts(message.id)[0][:60]) for message in messages()]


# The catalogue holds what the code says, all of it translated


def in_code() -> set[Key]:
    """The msgids of the code, read as `pybabel extract -F web/babel.cfg -k N_ bpmn engine web` reads them."""
    config = ConfigParser()
    config.read(ROOT / "web/babel.cfg", "utf-8")
    kinds = [tuple(name.split(":", 1)) for name in config.sections()]
    methods = [(pattern.strip(), kind.strip()) for kind, pattern in kinds]
    options = {
        pattern.strip(): dict(config.items(name))
        for name, (_kind, pattern) in zip(config.sections(), kinds, strict=True)
    }
    known: dict[str, Any] = {**DEFAULT_KEYWORDS, "N_": None}
    return {
        texts(msgid)
        for folder in ("bpmn", "engine", "web")
        for _file, _line, msgid, _comments, _context in extract_from_dir(
            ROOT / folder, method_map=methods, options_map=options, keywords=known
        )
    }


def test_catalogue_holds_exactly_what_the_code_says() -> None:
    ours, theirs = {texts(message.id) for message in messages()}, in_code()
    assert theirs - ours == set(), "not translated: extract again, and translate these"
    assert ours - theirs == set(), "no longer in the code: remove these"


def test_catalogue_is_read_by_two_forms_and_keeps_nothing_obsolete() -> None:
    held = catalogue()
    assert held.plural_forms == "nplurals=2; plural=(n > 1);"
    assert not held.obsolete
    assert not held.fuzzy


@pytest.mark.parametrize("message", FRENCH)
def test_message_is_translated_with_its_places(message: Message) -> None:
    sources, said = texts(message.id), texts(message.string)
    assert not message.fuzzy
    assert all(text.strip() for text in said)
    assert len(said) == len(sources)
    for source, text in zip(sources, said, strict=True):
        assert places(text) == places(source)


def places(text: str) -> list[str]:
    return sorted(set(re.findall(r"%\(\w+\)[sd]", text)))


@pytest.mark.parametrize("message", FRENCH)
def test_message_is_set_as_french_is(message: Message) -> None:
    for text in texts(message.string):
        assert not re.search(r"\w'[\w%]", text), "an apostrophe is ’"
        assert not re.search(r"\s'|'\s|[“”]", text), "quotes are « »"
        assert not re.search(r"[ \u00a0][;!?](?=\s|$)|[\w»)][;!?](?=\s|$)", text), "a thin space U+202F before ; ! ?"
        assert not re.search(r"[ \u202f]:(?=\s|$)|[\w»)]:(?=\s|$)", text), "a space U+00A0 before :"
        assert not re.search(r"«[^\u00a0]|[^\u00a0]»", text), "a space U+00A0 inside « »"
        assert "  " not in text


# Templates say nothing outside the catalogue

_JINJA = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
#: Stands for what an expression writes; no letter, so that it is no text.
_HOLE = "\ufffc"


class _Reader(HTMLParser):
    """Collects bare text, and attributes for people that are written out."""

    def __init__(self) -> None:
        super().__init__()
        self.bare: list[str] = []

    def handle_data(self, data: str) -> None:
        for word in re.findall(r"[^\W\d_]+(?:['’-][^\W\d_]+)*", data):
            if word not in BARE:
                self.bare.append(word)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in READ and value and _HOLE not in value:
                self.bare.append(f'{name}="{value}"')


def bare_text(template: str) -> list[str]:
    """What a template would show to people of every language alike."""
    # Statements and comments leave nothing; a space keeps the attributes around them apart.
    # A block or macro that writes attributes, and a tag whose name is written by an expression, are no text.
    template = re.sub(r"\{% block main_class %\}.*?\{% endblock %\}", "", template)
    template = re.sub(r"\{% macro attributes\(.*?\{%- endmacro %\}", "", template, flags=re.DOTALL)
    template = re.sub(r"<(/?)\{\{.*?\}\}", r"<\1x", template)
    html = _JINJA.sub(lambda found: _HOLE if found[0].startswith("{{") else " ", template)
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.bare


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(ROOT / "web/templates").as_posix())
def test_template_holds_no_text_outside_gettext(path: Path) -> None:
    assert bare_text(path.read_text("utf-8")) == []


@pytest.mark.parametrize(
    ("template", "found"),
    [
        ("<p>Hello</p>", ["Hello"]),
        ('<p title="Hello">{{ _("Hello") }}</p>', ['title="Hello"']),
        ('<input placeholder="Find"{% if x %} required{% endif %}>', ['placeholder="Find"']),
        ('<b aria-label="{{ _("Find") }}">{{ _("Hello") }} · 12</b>{# a word #}', []),
        ("{% if x > 1 %}late{% endif %}", ["late"]),
        ("<title>{{ name }} · Parcours</title>", []),
    ],
)
def test_checker_of_templates(template: str, found: list[str]) -> None:
    assert bare_text(template) == found


# A page in French


@pytest.fixture(scope="session")
def _compiled() -> None:
    """The compiled catalogue is made at installation; here it may be older than what is tested."""
    compiled = PO.with_suffix(".mo")
    if not compiled.is_file() or compiled.stat().st_mtime < PO.stat().st_mtime:
        made = BytesIO()
        write_mo(made, catalogue())
        # Put in place at once, since other tests may be reading it.
        fresh = compiled.with_name(f"{compiled.name}.{id(made)}")
        fresh.write_bytes(made.getvalue())
        fresh.replace(compiled)


@pytest.fixture
def ada(_compiled: None, sqlite_copies: SQLiteCopies, tmp_path: Path) -> Iterator[FlaskClient]:
    """Ada's browser, signed in; she reads French, and has a deal."""
    url = sqlite_copies.copy(tmp_path)
    west = company(url)
    west.engine.people.set_language(west.ada.id, "fr")
    west.engine.running.open_deal(
        process="commercial", title="Vélos pour Hanse", account="Hanse", value=Decimal(48000),
        expected_close="2026-04-14", by=west.ada, now=NOW,
    )  # fmt: skip
    config = Config(data=tmp_path, database=url, testing=True, clock=lambda: NOW).prepare()
    app = create_app(west.engine, replace(config, language=""))
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    assert client.post("/sign-in", data={"email": "ada@example.com", "password": PASSWORD}).status_code == 302
    yield client
    west.engine.close()


def words(page: str) -> str:
    """What a page says, without its tags; spaces that do not break are kept."""
    text = re.sub(r"<[^>]+>", "\n", re.sub(r"<svg.*?</svg>", "", page, flags=re.DOTALL))
    return re.sub(r"[ \n]*\n[ \n]*", "\n", text)


def test_inbox_in_french(ada: FlaskClient) -> None:
    page = ada.get("/inbox").get_data(as_text=True)
    said = words(page)
    assert '<html lang="fr">' in page
    assert "\n1 tâche pour vous, aucune en retard\n" in said
    for text in (
        "À faire",
        "Affaires",
        "Processus",
        "Leçons",
        "Mes tâches",
        "Se déconnecter",
        "Identifier le prospect",
    ):
        assert f"\n{text}\n" in said
    assert "48\u202f000\u00a0€" in said


def test_deal_in_french(ada: FlaskClient) -> None:
    listed = ada.get("/deals").get_data(as_text=True)
    assert "1 affaire ouverte, pour 48\u202f000\u00a0€" in words(listed)
    address = re.search(r'href="(/deals/[0-9]+)"', listed)
    assert address is not None
    said = words(ada.get(address[1] + "?history=all").get_data(as_text=True))
    assert "\n14 avr.\n" in said
    assert "2 mars 2026 09:00" in said
    assert "Pour quitter «\u00a0Identification\u00a0»" in said
    assert "Entrée dans l’étape «\u00a0Identification\u00a0»" in said
    assert "ouverte depuis un instant" in said


def test_refusals_in_french(ada: FlaskClient) -> None:
    assert "Cette affaire n’existe pas." in ada.get("/deals/999").get_data(as_text=True)
    assert "Il n’y a rien ici." in ada.get("/nothing").get_data(as_text=True)
    answer = ada.post("/deals/new", data={"process": "commercial", "f.title": "", "f.account": "Hanse"})
    said = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Cette réponse est obligatoire." in said
    assert "Rien n’a encore été enregistré." in said


@pytest.mark.parametrize("address", ["/inbox", "/deals", "/deals/new", "/lessons", "/processes", "/me"])
def test_page_speaks_one_language(ada: FlaskClient, address: str) -> None:
    """No sentence of the catalogue stands on a French page in English."""
    said = set(words(ada.get(address).get_data(as_text=True)).split("\n"))
    english = {texts(message.id)[0] for message in messages() if message.id != message.string}
    same = {text for message in messages() for text in texts(message.string)}
    # The language to change to is named in its own.
    assert said & (english - same) <= {"English"}


def test_two_languages_side_by_side(ada: FlaskClient) -> None:
    """Ada turns to English and back; nothing is kept from one page to the next."""
    titles = []
    for language in ("en", "fr"):
        ada.post("/language", data={"language": language, "next": "/inbox"})
        page = ada.get("/inbox").get_data(as_text=True)
        titles.append((re.search(r"<title>(.*?) · Parcours", page) or [""] * 2)[1])
    assert titles == ["Inbox", "À faire"]
    assert all(one != other for one, other in pairwise(titles))
