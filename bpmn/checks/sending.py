"""Send tasks that do not say all of what they send, or to whom."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.checks.finding import Finding, error
from bpmn.checks.graph import running
from bpmn.mails import is_address
from bpmn.model import Definitions
from bpmn.text import N_


def check(definitions: Definitions) -> Iterator[Finding]:
    """What cannot be sent would be found out by the buyer who never got it."""
    for node in running(definitions):
        if node.mail is None and not node.webhook:
            continue
        if node.type != "sendTask":
            yield error(__name__, node, N_("'%(name)s' sends nothing: only a send task does. Make it one."))
        elif node.mail is not None and node.webhook:
            template = N_("'%(name)s' has a mail and a webhook. Draw two send tasks, so that the map shows both.")
            yield error(__name__, node, template)
        elif node.mail is not None:
            needed = (("to", node.mail.to), ("subject", node.mail.subject), ("sales:body", node.mail.body))
            for part in [part for part, text in needed if not text]:
                yield error(__name__, node, N_("The mail of '%(name)s' has no %(part)s. Write one."), part=part)
            if node.mail.to and "{" not in node.mail.to and not is_address(node.mail.to):
                template = N_(
                    "The mail of '%(name)s' goes to '%(to)s', which is no e-mail address. Write one, or a field in "
                    "braces that asks for one."
                )
                yield error(__name__, node, template, to=node.mail.to)
