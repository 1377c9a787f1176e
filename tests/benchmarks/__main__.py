"""python -m tests.benchmarks: every benchmark, one table each."""

from __future__ import annotations

from tests.benchmarks import completions, firing, inbox

if __name__ == "__main__":
    completions.main()
    inbox.main()
    firing.main()
