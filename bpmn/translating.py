"""The twin of a later version: a designer changes one file, and what its words were in other languages stays known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from bpmn import names
from bpmn.elements import is_foreign, local_name, text_in
from bpmn.reading import parse

#: Attributes that hold words, by element; names are words everywhere but where deals are matched by them.
_ATTRIBUTES = {
    "categoryValue": ("value",),
    "field": ("label", "help"),
    "option": ("label",),
    "stage": ("owner",),
    "mail": ("subject",),
}
_KEYS = frozenset(
    {"message", "signal", "error", "escalation", "service", "webhook", "value", "resourceRole", "scenario"}
)
_TEXTS = frozenset(
    {
        *("documentation", "text", "goal", "entry", "details", "check", "proof", "question", "tool"),
        *("body", "html", "kpi", "pains", "decides"),
    }
)
_LANGUAGE = f"{{{names.XML}}}lang"


@dataclass(frozen=True, slots=True)
class Translated:
    xml: bytes
    #: Words that have no translation yet, as they stand in the file.
    missing: tuple[str, ...]


def translated(before: bytes, twin: bytes, after: bytes) -> Translated:
    """``after`` in the language of ``twin``, which is ``before`` in that language.

    A text that stayed as it was, or that was moved or copied, keeps its translation. One that is new or reads otherwise
    stands as it is: an old translation of other words would be wrong, and nobody would see it.
    """
    old, other, root = parse(before), parse(twin), parse(after)
    theirs = {place.path: place.text for place in _places(other)}
    here: dict[tuple[str, str, str], str] = {}
    anywhere: dict[tuple[str, str], str] = {}
    for place in _places(old):
        if place.path in theirs:
            here[place.owner, place.what, place.text] = theirs[place.path]
            anywhere.setdefault((place.what, place.text), theirs[place.path])
    missing = []
    for place in list(_places(root)):
        text = here.get((place.owner, place.what, place.text)) or anywhere.get((place.what, place.text))
        if text is None:
            missing.append(place.text)
        else:
            place.put(text)
    root.set(_LANGUAGE, other.get(_LANGUAGE, ""))
    xml = etree.tostring(root.getroottree(), encoding="UTF-8", xml_declaration=True)
    return Translated(xml, tuple(missing))


@dataclass(frozen=True, slots=True)
class _Place:
    """Where words stand in a file."""

    element: etree._Element
    #: The attribute, empty for the element's text.
    attribute: str
    #: What it is part of; what it is there; and the same with its number, which makes it one place.
    owner: str
    what: str
    path: str

    @property
    def text(self) -> str:
        return (self.element.get(self.attribute) or "").strip() if self.attribute else text_in(self.element)

    def put(self, text: str) -> None:
        if self.attribute:
            self.element.set(self.attribute, text)
        else:
            for child in list(self.element):
                self.element.remove(child)
            self.element.text = text


def _places(element: etree._Element, owner: str = "", path: str = "") -> Iterator[_Place]:
    counted: dict[str, int] = {}
    for child in element:
        name = local_name(child)
        if not name or name == "BPMNDiagram" or (is_foreign(child) and not _is_ours(child)):
            continue
        known = child.get("id") or child.get("value") if name != "categoryValue" else child.get("id")
        if known and not _is_ours(child):
            inner = key = known
        else:
            # Fields, options and items of checklists are known by name among their own; others by their number.
            counted[name] = counted.get(name, 0) + 1
            inner = f"{owner}/{name}" + (f"={known}" if known else "")
            key = f"{path}/{name}" + (f"={known}" if known else f"[{counted[name]}]")
        attributes = () if name in _KEYS else ("name", *_ATTRIBUTES.get(name, ()))
        for attribute in attributes:
            if (child.get(attribute) or "").strip():
                yield _Place(child, attribute, inner, f"{name}@{attribute}", f"{key}@{attribute}")
        if name in _TEXTS and text_in(child):
            yield _Place(child, "", inner, name, key)
        yield from _places(child, inner, key)


def _is_ours(element: etree._Element) -> bool:
    return isinstance(element.tag, str) and etree.QName(element).namespace == names.SALES
