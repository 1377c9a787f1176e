"""What the graphviz package runs as its ``dot``: reads DOT, draws it with Graphviz's own libraries, in a process whose
time and memory are limited. It holds no secrets and opens no file but the fonts beside it."""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from pathlib import Path
from xml.sax.saxutils import escape

FONTS = Path(__file__).parent / "fonts"
MEMORY = 2 * 1024**3
SECONDS = 60
#: What the pip package of Graphviz takes from the system.
LIBRARIES = "libglib2.0-0 libx11-6 libxext6 libxrender1"
#: Found for letters that Inter lacks, on machines that have them.
_SYSTEM_FONTS = ("/usr/share/fonts", "/usr/local/share/fonts", "/System/Library/Fonts", "C:/Windows/Fonts")


def main() -> None:
    engine, output, no_layout = "dot", "svg", ""
    for argument in sys.argv[1:]:
        if argument.startswith("-K"):
            engine = argument[2:]
        elif argument.startswith("-T"):
            output = argument[2:]
        elif argument.startswith("-n"):
            no_layout = argument[2:]
        else:
            raise SystemExit(f"parcours-dot reads -K, -T and -n, not {argument}")
    if engine == "neato" and no_layout:
        engine = f"nop{no_layout}"
    _limit_ourselves()
    _find_fonts()
    sys.stdout.buffer.write(_drawn(sys.stdin.buffer.read().decode("utf-8"), engine, output))


def _drawn(source: str, engine: str, output: str) -> bytes:
    # Only after the fonts are known: fontconfig reads its configuration once.
    try:
        import pygraphviz
    except ImportError as error:
        raise SystemExit(f"{error}. On Debian and Ubuntu: apt install {LIBRARIES}") from error

    drawn = pygraphviz.AGraph(string=source).draw(format=output, prog=engine)
    return drawn if isinstance(drawn, bytes) else str(drawn).encode("utf-8")


def _limit_ourselves() -> None:
    """A graph that would take all memory or run for ever stops here. (Windows has no such limits.)"""
    try:
        import resource
    except ImportError:
        return
    for kind, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, SECONDS)):
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(kind, (most, most))


def _find_fonts() -> None:
    """Point fontconfig at Inter, with a cache that the next drawing finds."""
    user = os.getuid() if hasattr(os, "getuid") else 0
    folder = Path(tempfile.gettempdir()) / f"parcours-fonts-{user}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.is_symlink() or folder.stat().st_uid != user:
        # Someone else's, put there to be read by us.
        folder = Path(tempfile.mkdtemp(prefix="parcours-fonts-"))
    configuration = folder / "fonts.conf"
    places = "".join(f"<dir>{escape(str(place))}</dir>" for place in (FONTS, *_SYSTEM_FONTS))
    text = f'<?xml version="1.0"?>\n<fontconfig>{places}<cachedir>{escape(str(folder))}</cachedir></fontconfig>\n'
    if not configuration.exists() or configuration.read_text("utf-8") != text:
        fresh = folder / f"fonts.{os.getpid()}.conf"
        fresh.write_text(text, "utf-8")
        fresh.replace(configuration)
    os.environ["FONTCONFIG_FILE"] = str(configuration)


if __name__ == "__main__":
    main()
