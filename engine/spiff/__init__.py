"""The only home of SpiffWorkflow: programs are built from checked definitions, and take steps."""

from engine.spiff.detouring import go_to, skip
from engine.spiff.looking import Standing, StateUnreadable, look
from engine.spiff.moving import move, still
from engine.spiff.program import Program, build
from engine.spiff.run import Thrown
from engine.spiff.scripting import Service
from engine.spiff.steps import Awaited, OpenTask, Step, catch, complete, lose, start, wake

__all__ = [
    "Awaited",
    "OpenTask",
    "Program",
    "Service",
    "Standing",
    "StateUnreadable",
    "Step",
    "Thrown",
    "build",
    "catch",
    "complete",
    "go_to",
    "look",
    "lose",
    "move",
    "skip",
    "start",
    "still",
    "wake",
]
