"""A published version of a process: what deals are pinned to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bpmn.model import Definitions, FlowNode, Stage


@dataclass(frozen=True, slots=True)
class Version:
    id: str
    #: The id of the process in the file, the same in every version.
    process: str
    number: int
    name: str
    published_at: datetime
    published_by: str
    #: The language of the file, and of its twins.
    language: str
    languages: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, eq=False)
class Published:
    """A version with what its files say. Texts are read in a person's language where there is a twin."""

    version: Version
    definitions: Definitions
    twins: Mapping[str, Definitions]

    def read_in(self, language: str) -> Definitions:
        return self.twins.get(language.split("_")[0].split("-")[0], self.definitions)

    def node(self, element_id: str, language: str = "") -> FlowNode | None:
        return self.read_in(language).nodes.get(element_id)

    def stage(self, stage_id: str, language: str = "") -> Stage | None:
        return self.read_in(language).stage(stage_id)

    def stage_names(self, language: str = "") -> dict[str, str]:
        return {stage.id: stage.name for stage in self.read_in(language).stages}
