"""What service tasks can ask for (``sales:service``). Each reads, and answers with facts for the process."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bpmn.forms import in_words
from bpmn.model import Definitions
from engine import history
from engine.deals import Deal
from engine.spiff import Service
from engine.storage import accounts as account_rows
from engine.storage import history as history_rows
from engine.storage import people as people_rows
from engine.storage.database import Database

#: Service to the names that it gives a value to.
SERVICES = {"find_record": ("record_found",), "contact_history": ("contact_history",)}


def services_for(database: Database, definitions: Definitions, deal: Deal) -> Mapping[str, Service]:
    def find_record(data: Mapping[str, Any]) -> Mapping[str, Any]:
        """Is there a record of this account already (domain C2)? The deal is joined to it by its name."""
        asking = next((f.id for n in definitions.nodes.values() for f in n.form if f.sets == "account"), "")
        name = str(data.get(asking) or deal.account.name)
        with database.read() as connection:
            account = account_rows.account_named(connection, name)
            found = account is not None and account_rows.deals_of_account(connection, account.id, deal.id) > 0
        return {"record_found": found}

    def contact_history(data: Mapping[str, Any]) -> Mapping[str, Any]:
        """A report on the contact history (domain C7): every task done, with who did it and what was said."""
        with database.read() as connection:
            done = history_rows.of_deal(connection, deal.id, [history.TASK_COMPLETED, history.ADDED_TASK_DONE])
            names = people_rows.names(connection)
        lines = []
        for event in done:
            node = definitions.nodes.get(event.element_id)
            answers = event.data.get("answers", {})
            said = "; ".join(
                f"{field.label}: {_short(in_words(field, answers[field.id], names))}"
                for field in (node.form if node else ())
                if answers.get(field.id) not in (None, "", [])
            )
            said = said or _short(event.data.get("note", ""))
            name = node.name if node else event.data.get("title", event.element_id)
            lines.append(f"{event.at:%Y-%m-%d} {name} ({event.by_name})" + (f": {said}" if said else ""))
        return {"contact_history": "\n".join(lines)[-20_000:]}

    return {"find_record": find_record, "contact_history": contact_history}


def _short(text: str) -> str:
    return text if len(text) <= 300 else f"{text[:297]}..."
