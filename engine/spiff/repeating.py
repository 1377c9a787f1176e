"""An activity that is done several times: for each item, a number of times, or as long as something holds.

(BPMN 2.0.2, sections 10.3.8 and 13.3.6.) The token of the activity holds one token for each time that is going on.
What is answered inside an instance is that instance's; what it results in is collected in a list.
"""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.util.task import TaskState

from bpmn.model import Loop
from engine.spiff.elements import Element
from engine.spiff.run import CannotGoOn, Token

#: More than this at one step of a deal is a slip in the definition, and would drown people in tasks.
MOST = 200


class Repeated(Element):
    @property
    def loop(self) -> Loop:
        assert self.node.loop is not None
        return self.node.loop

    def _run_hook(self, my_task: Token) -> bool | None:
        memory = my_task.internal_data
        memory.update(begun=0, done=0)
        if self.loop.kind == "standard":
            if self.loop.test_before and not self._again(my_task):
                return True
            self._begin_one(my_task)
            return None
        items = self._items(my_task)
        memory["items"] = items
        if self.loop.results:
            memory["results"] = [None] * len(items)
        if not items:
            self._collect(my_task)
            return True
        for _ in items if self.loop.kind == "parallel" else items[:1]:
            self._begin_one(my_task)
        return None

    def one_done(self, token: Token, body: Token) -> None:
        """One time is over, and its token is gone already."""
        memory = token.internal_data
        memory["done"] += 1
        if self.loop.kind == "standard":
            self._next_or_leave(token, self._again(token))
            return
        if self.loop.results and self.loop.result:
            value = token.workflow.evaluate(
                self.loop.result, {**token.workflow.names(token), **body.internal_data["own"]}
            )
            memory["results"][body.internal_data["number"] - 1] = value
        enough = bool(self.loop.completion) and token.workflow.holds(token, self.loop.completion, self._counts(token))
        if enough or memory["done"] == len(memory["items"]):
            for child in token.children:
                if child.task_spec.is_body:
                    token.workflow.drop(child)
            self._collect(token)
            token.complete()
        elif self.loop.kind == "sequential":
            self._begin_one(token)

    def _next_or_leave(self, token: Token, again: bool) -> None:
        if again:
            self._begin_one(token)
        else:
            token.complete()

    def _begin_one(self, token: Token) -> None:
        run, memory = token.workflow, token.internal_data
        number = memory["begun"] = memory["begun"] + 1
        own: dict[str, Any] = {"loopCounter": number}
        if self.loop.kind != "standard" and self.loop.item:
            own[self.loop.item] = memory["items"][number - 1]
        each = run.specs[f"{self.node.id} each"]
        body = run.put(each, token, TaskState.WAITING if each.waits else TaskState.READY)
        # An answer may have any name, even that of the counter.
        body.internal_data["number"] = number
        # A standard loop is one activity again and again: what is answered in it is the deal's.
        body.internal_data["own" if self.loop.kind != "standard" else "turn"] = own
        if each.waits:
            each.wait(body)

    def _again(self, token: Token) -> bool:
        done = token.internal_data["done"]
        most = self.loop.maximum
        if most is not None and done >= most:
            return False
        return not self.loop.condition or token.workflow.holds(token, self.loop.condition, {"loopCounter": done})

    def _items(self, token: Token) -> list[Any]:
        run = token.workflow
        if self.loop.collection:
            items = run.names(token).get(self.loop.collection)
            if items is None:
                return []
            if not isinstance(items, list):
                raise CannotGoOn(f"'{self.loop.collection}' is no list.")
        else:
            count = run.evaluate(self.loop.cardinality, run.names(token))
            if isinstance(count, bool) or not isinstance(count, int | float) or count != int(count) or count < 0:
                raise CannotGoOn(f"'{self.loop.cardinality}' is no whole number.")
            items = list(range(1, min(int(count), MOST + 1) + 1))
        if len(items) > MOST:
            raise CannotGoOn(f"it would be done more than {MOST} times.")
        return items

    def _counts(self, token: Token) -> dict[str, int]:
        memory = token.internal_data
        return {
            "numberOfInstances": len(memory["items"]),
            "numberOfActiveInstances": memory["begun"] - memory["done"],
            "numberOfCompletedInstances": memory["done"],
            "numberOfTerminatedInstances": 0,
        }

    def _collect(self, token: Token) -> None:
        if self.loop.results:
            token.workflow.learn(token, {self.loop.results: token.internal_data["results"]})
