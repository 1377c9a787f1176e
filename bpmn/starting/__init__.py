"""A process for those who begin with nothing: out of a goal, a starting point and stages, a complete one that runs."""

from bpmn.starting.building import begun
from bpmn.starting.plan import Plan, PlannedStage, ids_of

__all__ = ["Plan", "PlannedStage", "begun", "ids_of"]
