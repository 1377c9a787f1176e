"""The only home of SpiffWorkflow: programs are built from checked definitions, and take steps."""

from engine.spiff.looking import Standing, StateUnreadable, look
from engine.spiff.program import Program, build
from engine.spiff.quiet import be_quiet
from engine.spiff.scripting import Service
from engine.spiff.steps import OpenTask, Step, complete, lose, start, wake

__all__ = [
    "OpenTask",
    "Program",
    "Service",
    "Standing",
    "StateUnreadable",
    "Step",
    "build",
    "complete",
    "look",
    "lose",
    "start",
    "wake",
]

be_quiet()
