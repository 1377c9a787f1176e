"""python -m tests.bpmn.drawing: keep the figures of the maps as they are now, unless one got worse."""

from __future__ import annotations

import json
import sys

from tests.bpmn.drawing import kept


def main(arguments: list[str]) -> None:
    before = kept.table() if kept.TABLE.exists() else {}
    found = kept.figures_of_generated()
    for path in (*kept.SHIPPED, *kept.REAL):
        found |= kept.figures_of(path)
    gone_up = kept.worse(found, before)
    if gone_up and "--worse" not in arguments:
        raise SystemExit("\n".join([*gone_up, "Not kept. Add --worse if there is a good reason."]))
    # Figures of files that are not here stay as they are.
    rows = [f"{json.dumps(name)}: {json.dumps(counts)}" for name, counts in sorted((before | found).items())]
    kept.TABLE.write_text("{\n" + ",\n".join(rows) + "\n}\n", "utf-8")
    print(f"Kept: the figures of {len(found)} maps")


if __name__ == "__main__":
    main(sys.argv[1:])
