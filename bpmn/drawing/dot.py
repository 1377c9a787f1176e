"""What the graphviz package runs as its ``dot``: reads DOT, draws it with Graphviz's own libraries, in a process whose
time and memory are limited. It holds no secrets and opens no file but the fonts beside it.

With ``--serve`` it stays and draws one graph after the other (worker.py), since starting Python takes longer than most
drawings do. A job is a line ``engine format bytes`` and so many bytes of DOT; its answer is a line
``status bytes bytes``, the drawing, and what Graphviz said about it (0: drawn, 1: not).
"""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO
from xml.sax.saxutils import escape

FONTS = Path(__file__).parent / "fonts"
#: The faces of that folder, by what a text is: the first of each is Latin, Greek and Cyrillic, the other Japanese.
FAMILIES = ("Inter", "Noto Sans Japanese")
MEMORY = 2 * 1024**3
#: Of the processor, for one drawing.
SECONDS = 60
#: A worker that nobody asks ends, and so does one that has drawn much: what leaks is given back.
IDLE_SECONDS, MOST_JOBS = 600, 500
#: What the pip package of Graphviz takes from the system.
LIBRARIES = "libglib2.0-0 libx11-6 libxext6 libxrender1"
#: Found for letters that our fonts lack, on machines that have them.
SYSTEM_FONTS = ("/usr/share/fonts", "/usr/local/share/fonts", "/System/Library/Fonts", "C:/Windows/Fonts")


def main() -> None:
    _limit_memory()
    _find_fonts()
    if sys.argv[1:] == ["--serve"]:
        serve(sys.stdin.buffer, sys.stdout.buffer)
        return
    engine, output, no_layout = "dot", "svg", ""
    for argument in sys.argv[1:]:
        if argument.startswith("-K"):
            engine = argument[2:]
        elif argument.startswith("-T"):
            output = argument[2:]
        elif argument.startswith("-n"):
            no_layout = argument[2:]
        else:
            raise SystemExit(f"parcours-dot reads -K, -T, -n and --serve, not {argument}")
    if engine == "neato" and no_layout:
        engine = f"nop{no_layout}"
    _limit_seconds()
    sys.stdout.buffer.write(_drawn(sys.stdin.buffer.read().decode("utf-8"), engine, output))


def serve(jobs: BinaryIO, answers: BinaryIO) -> None:
    """Until the other side closes its end, or has asked for nothing in a long while."""
    with _overheard() as said:
        for _ in range(MOST_JOBS):
            if not _asked(jobs):
                return
            engine, output, size = jobs.readline().decode("ascii").split()
            source = jobs.read(int(size)).decode("utf-8")
            _limit_seconds()
            try:
                status, drawn = 0, _drawn(source, engine, output)
            except Exception as error:
                # Whatever a graph makes of the libraries is told to the one who sent it.
                status, drawn = 1, b""
                print(error, file=sys.stderr, flush=True)
            words = _taken(said)
            answers.write(b"%d %d %d\n" % (status, len(drawn), len(words)) + drawn + words)
            answers.flush()


def _asked(jobs: BinaryIO) -> bool:
    import select

    return bool(select.select([jobs], [], [], IDLE_SECONDS)[0]) and bool(jobs.peek(1))  # type: ignore[attr-defined]


@contextlib.contextmanager
def _overheard() -> Iterator[BinaryIO]:
    """What Graphviz's C code and we write to standard error, as a file."""
    with tempfile.TemporaryFile() as said:
        os.dup2(said.fileno(), 2)
        yield said


def _taken(said: BinaryIO) -> bytes:
    said.seek(0)
    words = said.read()
    said.seek(0)
    said.truncate()
    return words


def _drawn(source: str, engine: str, output: str) -> bytes:
    # Only after the fonts are known: fontconfig reads its configuration once.
    try:
        import pygraphviz
    except ImportError as error:
        raise SystemExit(f"{error}. On Debian and Ubuntu: apt install {LIBRARIES}") from error

    graph = pygraphviz.AGraph(string=source)
    # Everything has its place already: asked for by name, nop2 would warn of any graph with 1,000 nodes.
    graph.has_layout = engine == "nop2"
    drawn = graph.draw(format=output, prog=None if graph.has_layout else engine)
    graph.close()
    return drawn if isinstance(drawn, bytes) else str(drawn).encode("utf-8")


def _limit_memory() -> None:
    """A graph that would take all memory stops here. (Windows has no such limits.)"""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def _limit_seconds() -> None:
    """And so does one that would run for ever: from now on, so many seconds of the processor."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        spent = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
        most = resource.getrlimit(resource.RLIMIT_CPU)[1]
        resource.setrlimit(resource.RLIMIT_CPU, (int(spent) + SECONDS, most))


def _find_fonts() -> None:
    """Point fontconfig at our fonts, with a cache that the next drawing finds."""
    user = os.getuid() if hasattr(os, "getuid") else 0
    folder = Path(tempfile.gettempdir()) / f"parcours-fonts-{user}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.is_symlink() or folder.stat().st_uid != user:
        # Someone else's, put there to be read by us.
        folder = Path(tempfile.mkdtemp(prefix="parcours-fonts-"))
    configuration = folder / "fonts.conf"
    text = _configuration(folder)
    if not configuration.exists() or configuration.read_text("utf-8") != text:
        fresh = folder / f"fonts.{os.getpid()}.conf"
        fresh.write_text(text, "utf-8")
        fresh.replace(configuration)
    os.environ["FONTCONFIG_FILE"] = str(configuration)


def _configuration(cache: Path) -> str:
    """Our families come first, for letters that the one asked for lacks, too."""
    places = "".join(f"<dir>{escape(str(place))}</dir>" for place in (FONTS, *SYSTEM_FONTS))
    families = "".join(f"<string>{family}</string>" for family in FAMILIES)
    first = f'<match target="pattern"><edit name="family" mode="append" binding="strong">{families}</edit></match>'
    return f'<?xml version="1.0"?>\n<fontconfig>{places}{first}<cachedir>{escape(str(cache))}</cachedir></fontconfig>\n'


if __name__ == "__main__":
    main()
