"""The shipped map looks as it did when someone last looked at it (golden.py)."""

from __future__ import annotations

from PIL import Image, ImageChops, ImageFilter

from tests.bpmn.drawing import golden

#: Of 255: how far a picture may differ as a whole, and in any of its places.
WHOLE, PLACE = 1.5, 24.0
#: Pixels: what is seen as one place.
_BLOCK = 24


def difference(one: Image.Image, other: Image.Image) -> tuple[float, float]:
    """As an eye sees it from a little way off: the mean, and that of the place that differs most."""
    seen = [picture.convert("L").filter(ImageFilter.GaussianBlur(1.5)) for picture in (one, other)]
    apart = ImageChops.difference(*seen)
    blocks = apart.resize((max(apart.width // _BLOCK, 1), max(apart.height // _BLOCK, 1)), Image.Resampling.BOX)
    values = blocks.tobytes()
    return sum(values) / len(values), float(max(values))


def kept(name: str) -> Image.Image:
    return Image.open(golden.FOLDER / f"{name}.png").convert("RGB")


def compare(name: str, drawn: Image.Image) -> None:
    expected = kept(name)
    assert drawn.size == expected.size, name
    whole, place = difference(drawn, expected)
    assert whole <= WHOLE, f"{name} differs by {whole:.2f}: look at it, then python -m tests.bpmn.drawing.golden"
    assert place <= PLACE, f"{name} differs in one place by {place:.0f}"


def test_pictures_look_as_they_did() -> None:
    found = dict(golden.pictures())
    assert set(found) == set(golden.PICTURES)
    for name, drawn in found.items():
        compare(name, drawn)


def test_printed_pages_look_as_they_did() -> None:
    found = dict(golden.pages())
    assert set(found) == {path.stem for path in golden.FOLDER.glob("page_*.png")}
    for name, drawn in found.items():
        compare(name, drawn)


def test_a_difference_is_seen() -> None:
    one, other = kept("detail_light"), kept("detail_dark_french")
    assert difference(one, one) == (0.0, 0.0)
    assert difference(one, other.resize(one.size))[0] > WHOLE
    # A task that has gone, and a line of text that has moved.
    gone = one.copy()
    gone.paste((254, 254, 254), (60, 240, 110, 280))
    moved = one.copy()
    moved.paste(one.crop((100, 0, 700, 60)), (100, 8))
    assert max(difference(one, moved)[1], difference(one, gone)[1]) > PLACE
