"""Tasks: of people, of rules, of services, and those that send."""

from __future__ import annotations

from bpmn import expressions
from engine.spiff.elements import Element
from engine.spiff.run import Token
from engine.spiff.throwing import throw_message


class HumanTask(Element):
    by_hand = True


class RuleTask(Element):
    """A script or business rule task: lines of ``name = expression``."""

    def _run_hook(self, my_task: Token) -> bool:
        if self.node.script:
            run = my_task.workflow
            run.learn(my_task, expressions.execute(self.node.script, run.names(my_task)))
        return True


class ServiceTask(Element):
    """One of our own services, by the name that the definition gives it."""

    def _run_hook(self, my_task: Token) -> bool:
        run = my_task.workflow
        run.learn(my_task, run.rules.services[self.node.service](run.names(my_task)))
        return True


class SendTask(Element):
    """Throws its message, if it names one; what else it sends is seen to by whoever stores the step."""

    def _run_hook(self, my_task: Token) -> bool:
        my_task.workflow.sent.append(self.node.id)
        if self.node.event is not None:
            throw_message(my_task, self.node)
        return True
