"""A running process to bytes and back: the tokens that are alive, without the specification that all its deals share.

SpiffWorkflow's own serializer keeps every task that ever was, and its specification, in every deal: 50 KB instead of
less than one, and more with every round. A parent stands before its children; the order of tokens has meaning.
"""

from __future__ import annotations

import orjson

from engine.spiff import older
from engine.spiff.program import Program
from engine.spiff.run import Run, Token
from engine.spiff.scripting import Rules

#: Rises when states written before can no longer be read as they stand.
FORMAT = 2


def encode(run: Run) -> bytes:
    """Raises TypeError when the process holds a value that JSON has no word for."""
    place = {task_id: number for number, task_id in enumerate(run.tasks)}
    tokens = [
        [token.id, place.get(token._parent), token.task_spec.name, token._state, token.internal_data]
        for token in run.tasks.values()
    ]
    stored = {"format": FORMAT, "count": run.count, "tokens": tokens}
    return orjson.dumps(stored, option=orjson.OPT_PASSTHROUGH_DATETIME)


def decode(program: Program, state: bytes, rules: Rules) -> Run:
    stored = orjson.loads(state)
    if stored["format"] == 1:
        stored = {"format": FORMAT, **older.translated(program, stored)}
    if stored["format"] != FORMAT:
        raise ValueError(f"a state of format {stored['format']} cannot be read by this release")
    run = Run(program.spec, program.definitions, rules)
    tokens: list[Token] = []
    for token_id, parent, name, token_state, memory in stored["tokens"]:
        token = Token(run, run.specs[name], None if parent is None else tokens[parent], token_state, token_id)
        token.internal_data = memory
        tokens.append(token)
    run.task_tree = tokens[0]
    run.count = stored["count"]
    return run
