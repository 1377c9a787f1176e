"""What can go wrong while deals run. The template is the message; web maps each class to a status and a page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bpmn.text import N_, Text


class EngineError(Exception):
    """Something a person asked for cannot be done."""

    template: str = ""

    def __init__(self, **values: object) -> None:
        self.text = Text(self.template, values)
        super().__init__(self.text)


class NotFound(EngineError):
    """What was asked for does not exist, or is not this person's to know of."""


class DealUnknown(NotFound):
    template = N_("There is no such deal. Look for it in the list of deals.")


class TaskUnknown(NotFound):
    template = N_("There is no such task. Look for it in your inbox.")


class StageUnknown(NotFound):
    template = N_("The map leads to no such stage. Choose one of those listed.")


class ProcessUnknown(NotFound):
    template = N_("No process is published under this name.")


class PersonUnknown(NotFound):
    template = N_("There is no such person.")


class LinkUnknown(NotFound):
    template = N_("This link leads to no map any more. Ask whoever gave it to you for a new one.")


class DraftUnknown(NotFound):
    template = N_("There is no such draft any more: it was published or thrown away. Look at the list of processes.")


class CommentUnknown(NotFound):
    template = N_("There is no such comment, or no such element to comment on. Look at the map again.")


class LetterUnknown(NotFound):
    template = N_("There is no such message any more. Look at the list again.")


class NotAllowed(EngineError):
    """The person may know of it, but not do this."""

    template = N_("You may not do this: it takes the role %(role)s.")


class Conflict(EngineError):
    """Someone or something was quicker; nothing was saved."""


class TaskGone(Conflict):
    """The task was completed meanwhile; says by whom, when, and what they answered."""

    template = N_("%(who)s completed this task meanwhile. Nothing of yours was saved.")

    def __init__(self, who: str, at: datetime, answers: Sequence[tuple[str, str]]) -> None:
        super().__init__(who=who)
        self.who, self.at = who, at
        #: The labels of the questions and what was answered.
        self.answers = tuple(answers)


class TaskCancelled(Conflict):
    template = N_("This task is no longer open: the deal has moved on without it. Nothing was saved.")


class TaskSkipped(Conflict):
    template = N_("%(who)s skipped this task meanwhile: %(reason)s")


class TaskTaken(Conflict):
    template = N_("%(who)s has claimed this task. Ask them to release it.")


class DealChanged(Conflict):
    template = N_("The deal changed while you were working on it. Nothing was saved: look at it again, then repeat.")


class DraftChanged(Conflict):
    template = N_(
        "%(who)s changed this draft after you opened it. Nothing was written over: look at theirs, or keep yours apart."
    )


class PublishedMeanwhile(Conflict):
    template = N_(
        "Another version of %(name)s was published after you looked. Nothing was published: look at the changes again."
    )


class Collided(Conflict):
    template = N_("Someone did the same at the same moment. Nothing of yours was saved: look at it again.")


class DealClosed(Conflict):
    template = N_("This deal is closed already.")


class AlreadyThere(Conflict):
    template = N_("The deal is in %(stage)s already.")


class CannotUndo(Conflict):
    template = N_("This detour can no longer be undone: the deal has gone on since. Go to another stage instead.")


class CannotLose(Conflict):
    template = N_("The process of this deal has no lost path, so it cannot be lost here. Ask its designer for one.")


class OpensByItself(Conflict):
    template = N_("This process begins by a message or signal, so nobody opens a deal of it by hand.")


class NobodyWaits(Conflict):
    template = N_("The deal is not waiting for this event any more. Nothing was saved: look at it again.")


class OffTheMap(EngineError):
    template = N_("This task was added to the deal, and is not on the map. Complete it with a note.")


class GateNotMet(EngineError):
    """The stage may not be left yet."""

    template = N_("To leave %(stage)s, these are missing: %(missing)s.")

    def __init__(self, stage: str, missing: Sequence[tuple[str, str]]) -> None:
        #: Pairs of check id and text.
        self.missing = tuple(missing)
        super().__init__(stage=stage, missing="; ".join(text for _, text in missing))


class RunFailed(EngineError):
    template = N_("The process could not go on at '%(element)s': %(reason)s Nothing was saved; tell its designer.")


class CannotMove(EngineError):
    """A deal cannot keep its place on another version; says why, and at which elements."""

    template = N_("This deal cannot be moved to that version: %(reason)s")

    def __init__(self, reasons: Sequence[Text], gone: Sequence[str] = ()) -> None:
        super().__init__(reason=reasons[0])
        self.reasons = tuple(reasons)
        #: The ids of the elements that it stands at and that version does not have.
        self.gone = tuple(gone)


class MoveUnknown(NotFound):
    template = N_("There is no such move of deals. Look for it on the page of its process.")


class CannotMoveBack(Conflict):
    template = N_("This deal has gone on since it was moved, so it stays where it is.")


class FactsRejected(EngineError):
    """Some facts need another look."""

    template = N_("Some answers need another look.")

    def __init__(self, problems: dict[str, Text]) -> None:
        super().__init__()
        #: Field to what is wrong with it.
        self.problems = problems


class NotDelivered(EngineError):
    """A mail or a call of a webhook did not arrive; it may later. The template is the sender's own sentence."""

    def __init__(self, template: str, **values: object) -> None:
        self.template = template
        super().__init__(**values)


class Undeliverable(NotDelivered):
    """Trying again is no use."""


class NothingSaid(EngineError):
    template = N_("Write your comment first.")


class SignInRefused(EngineError):
    template = N_("This e-mail address and password do not belong together.")


class LinkRefused(EngineError):
    template = N_("This link was used already or is not known. Start Parcours again to get a new one.")


class ScenarioFails(EngineError):
    template = N_("The scenario '%(name)s' fails: %(reason)s Mend the process, or play the scenario again and keep it.")


class TwinDiffers(EngineError):
    template = N_("The twin in %(language)s is not the same process: %(first)s")


class DataFolder(EngineError):
    template = N_("The data folder %(folder)s cannot be written (%(reason)s). Set PARCOURS_DATA to another folder.")


class DatabaseAway(EngineError):
    """It was there before, and may be again in a moment; nothing was saved."""

    template = N_("The database does not answer: %(reason)s. Try again in a moment.")


class DatabaseUnknown(EngineError):
    template = N_("The database cannot be opened: %(reason)s")


class SchemaNewer(EngineError):
    template = N_(
        "This database was made by a newer Parcours (its schema is %(revision)s). Install that release or a later one."
    )


class DatabaseMissing(EngineError):
    template = N_("There is no database yet. Set PARCOURS_DATA to its folder or PARCOURS_DATABASE to its address.")


class NotABackup(EngineError):
    template = N_("%(path)s is no backup of Parcours. Name a file that `parcours backup` has written.")


class BackupDamaged(EngineError):
    template = N_("%(path)s is damaged or not complete, so nothing was restored. Use another backup.")


class BackupNewer(EngineError):
    template = N_("%(path)s was made by a newer Parcours. Install that release or a later one, then restore.")


class NotEmpty(EngineError):
    template = N_(
        "There is data in this database already. Name an empty one, or add --replace to delete what is there."
    )


class RestoreFailed(EngineError):
    template = N_("The backup does not fit into this database, so nothing was restored: %(reason)s")
