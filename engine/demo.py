"""A few weeks of an invented sales team's deals, run through the shipped process as people would have run them."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from bpmn.model import FlowNode
from engine import Engine
from engine.deals import Deal, Task
from engine.people import Person

PROCESS = "commercial"
#: Account, contact, what it is about, value, and how far it went.
_DEALS = (
    ("Hanse Logistik", "M. Brandt", "Fleet planning, 40 seats", 120_000, "negotiation"),
    ("Ateliers Véron", "C. Véron", "Workshop scheduling", 48_000, "follow_up"),
    ("Boulangerie Sorel", "L. Sorel", "Order book for five shops", 9_500, "qualification"),
    ("Kyoto Seiki", "H. Tanaka", "Spare parts portal", 30_000, "qualification"),
    ("Nordlys AS", "I. Dahl", "Service contracts", 75_000, "proposal"),
    ("Mairie de Tulle", "P. Faure", "Room booking", 62_000, "contract"),
    ("Transoft Europe", "A. Keller", "Route optimisation", 88_000, "lost:competitor"),
    ("Olmeda Foods", "R. Ortiz", "Cold chain tracking", 54_000, "won"),
    ("Brennan & Sons", "K. Brennan", "Site diary", 18_000, "won"),
    ("Vaud Assurances", "S. Rochat", "Claims intake", 140_000, "lost:no_decision_maker"),
    ("Lumen Clinics", "D. Okafor", "Appointment desk", 36_000, "won"),
    ("Petit & Fils", "J. Petit", "Quotes on site", 12_500, "lost:no_budget"),
    ("Alder Timber", "F. Moss", "Yard stock", 27_000, "follow_up"),
    ("Sélune Énergie", "N. Garcin", "Meter readings", 96_000, "won"),
    ("Corvo Design", "T. Corvo", "Project time", 8_000, "lost:went_quiet"),
    ("Halden Marine", "O. Berg", "Refit planning", 64_000, "proposal"),
    ("Lycée Hugo", "M. Adam", "Timetables", 15_000, "identification"),
    ("Quay Hotels", "B. Lane", "Group bookings", 41_000, "lost:price"),
)
_SAID = {
    "en": {
        "notes": "They told us what it costs them today, and since when.",
        "won": "One page that answers the two objections, sent before the board met, did more than the long offer.",
        "competitor": "We waited for the board without a contact inside. Ask for one as soon as the proposal is sent.",
        "no_decision_maker": "Three good meetings, none with the person who signs. Meet them before proposing.",
        "no_budget": "The need was real and the money was not. Ask for the budget in the first call.",
        "went_quiet": "Five mails and no call. After the second silence, pick up the phone.",
        "price": "We lowered the price before we knew what it was compared with. Ask first.",
    },
    "fr": {
        "notes": "Ils nous ont dit ce que cela leur coûte aujourd’hui, et depuis quand.",
        "won": "Une page qui répond aux deux objections, envoyée avant le conseil, a fait plus que la longue offre.",
        "competitor": "Nous avons attendu le conseil sans contact interne. En demander un dès l’envoi de l’offre.",
        "no_decision_maker": "Trois bons rendez-vous, aucun avec celui qui signe. Le rencontrer avant de proposer.",
        "no_budget": "Le besoin était réel, l’argent non. Demander le budget dès le premier appel.",
        "went_quiet": "Cinq courriels, aucun appel. Au deuxième silence, téléphoner.",
        "price": "Nous avons baissé le prix sans savoir à quoi il était comparé. Demander d’abord.",
    },
}
#: The step at which a deal of each kind rests; a lost or won one goes to its end.
_RESTS = {
    "identification": "Task_identify",
    "qualification": "Task_qualify",
    "proposal": "Task_send_proposal",
    "follow_up": "Task_record_answer",
    "negotiation": "Task_negotiate",
    "contract": "Task_get_signed",
}


_TOUCH = "Task_get_in_touch"


def load_demo(engine: Engine, *, by: Person, now: datetime) -> int:
    """Open and run the demo deals, in the past up to now; how many there are.

    ``by`` does every step, so they need the roles of the whole process.
    """
    chance = random.Random(7)
    for number, (account, contact, title, value, fate) in enumerate(_DEALS):
        begun = now - timedelta(days=6 + 5 * (len(_DEALS) - number) % 70, hours=chance.randrange(8))
        deal = engine.running.open_deal(
            process=PROCESS,
            title=f"{account}: {title[0].lower()}{title[1:]}",
            account=account,
            contact=contact,
            value=Decimal(value),
            by=by,
            now=begun,
        )
        _Story(engine, by, chance, fate, value).run(deal, begun, now)
    return len(_DEALS)


@dataclass
class _Story:
    engine: Engine
    by: Person
    chance: random.Random
    fate: str
    value: int

    def run(self, deal: Deal, at: datetime, now: datetime) -> None:
        loses, _, reason = self.fate.partition(":")
        while True:
            tasks = self.engine.desk.deal(self.by, deal.id).tasks
            if not tasks:
                return
            task = tasks[0].task
            at = min(at + timedelta(days=self.chance.randrange(1, 5), hours=self.chance.randrange(6)), now)
            if task.element_id == _RESTS.get(loses):
                self._weeks(deal, at, now)
                return
            if loses == "lost" and task.element_id == "Task_record_answer":
                deal = self.engine.running.lose_deal(deal.id, by=self.by, now=at)
                continue
            deal = self._complete(deal, task, at, reason)

    def _weeks(self, deal: Deal, at: datetime, now: datetime) -> None:
        """Time passes: each follow-up is done some days after it was asked for, save the newest."""
        while at < now:
            at = min(at + timedelta(days=7, hours=1), now)
            self.engine.running.fire_due(now=at)
            touches = [
                row.task for row in self.engine.desk.deal(self.by, deal.id).tasks if row.task.element_id == _TOUCH
            ]
            done = at + timedelta(days=2)
            if touches and done < now - timedelta(days=7):
                self._complete(deal, touches[0], done, "")

    def _complete(self, deal: Deal, task: Task, at: datetime, reason: str) -> Deal:
        published = self.engine.publishing.published(deal.version_id)
        node = published.definitions.nodes[task.element_id]
        stage = published.definitions.stage(deal.stage_id)
        ticks = [item.id for item in stage.checklist] if stage else []
        answers = self._answers(node, deal, at, reason)
        return self.engine.running.complete_task(task.id, answers, ticks=ticks, by=self.by, now=at)

    def _answers(self, node: FlowNode, deal: Deal, at: datetime, reason: str) -> Mapping[str, Any]:
        said = _SAID.get(self.by.language, _SAID["en"])
        soon = (at + timedelta(days=30)).date().isoformat()
        fixed: dict[str, Any] = {
            "company": deal.account.name,
            "contact_name": deal.contact,
            "answer": "positive",
            "outcome": "agreed",
            "approved": "yes",
            "discount_percent": str(self.chance.randrange(0, 10)),
            "loss_reason": reason,
            "lesson_text": said.get(reason, ""),
            "lesson_shared": said.get(reason, ""),
            "won_lesson": said["won"],
        }
        made: dict[str, Any] = {}
        for field in node.form:
            match field.type:
                case _ if field.id in fixed:
                    made[field.id] = fixed[field.id]
                case "choice":
                    made[field.id] = self.chance.choice(field.options).value
                case "yes_no":
                    made[field.id] = "yes"
                case "money":
                    made[field.id] = str(self.value)
                case "number":
                    made[field.id] = "1"
                case "date":
                    made[field.id] = soon
                case "person":
                    made[field.id] = self.by.id
                case "text" | "long_text" if field.required:
                    made[field.id] = said["notes"] if field.type == "long_text" else deal.contact
        return made
