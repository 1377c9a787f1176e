"""Names of tasks that say nothing to do."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bpmn.checks.finding import Finding, advice
from bpmn.checks.graph import human_tasks
from bpmn.model import Definitions
from bpmn.text import N_

WHY = N_("A step that two people read in two ways is done in two ways: a verb, and what it is done to.")
#: What can mean anything, in English and French: as what is done, and as what it is done to.
_VAGUE_VERB = re.compile(
    r"(handle|manage|process|deal with|work on|take care|gérer|traiter|s['’]occuper)\b", re.IGNORECASE
)
_VAGUE = re.compile(
    r"\b(misc(ellaneous)?|various|stuff|things|etc|to ?do|tbd|divers(es)?|trucs?|choses|à faire)\b", re.IGNORECASE
)
#: What is named instead of done, but for verbs that sound like it.
_NOUN = re.compile(r"\w+(tion|sion|ment|ness|ance|ence|ité)s?$", re.IGNORECASE)
_VERBS = frozenset(
    {
        *("mention", "position", "question", "condition", "commission", "document", "implement", "comment"),
        *("supplement", "complement", "augment", "balance", "finance", "advance", "enhance", "influence"),
        *("reference", "experience", "sequence", "silence"),
    }
)
_ARTICLE = re.compile(r"(the|an?|le|la|les|l['’]|une?|des)\b", re.IGNORECASE)


def check(definitions: Definitions) -> Iterator[Finding]:
    """Domain M10: steps that are too vague, or not actionable."""
    for node in human_tasks(definitions):
        words = node.name.split()
        if not words:
            continue
        noun = _NOUN.fullmatch(words[0]) and words[0].casefold() not in _VERBS
        if noun or _ARTICLE.match(node.name):
            template = N_("'%(name)s' does not say what to do. Begin with a verb, and say what it is done to.")
            yield advice(__name__, node, template, WHY)
        elif _VAGUE_VERB.match(node.name) or _VAGUE.search(node.name):
            template = N_("'%(name)s' can mean anything. Say what is done, so that anyone would do the same.")
            yield advice(__name__, node, template, WHY)
