"""Write the database of the newest schema, before it is released: python -m tests.released"""

from __future__ import annotations

import sqlite3
import tempfile
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

from engine.people import Person
from engine.storage import backup, migrating
from tests.builders import NOW, Company, company, definition, found

FOLDER = Path(__file__).parent


def main() -> str:
    revision = migrating.newest()
    dump, kept = FOLDER / f"{revision}.sql", FOLDER / f"{revision}.backup"
    if dump.exists() or kept.exists():
        return f"Schema {revision} has its files already: they are what was released, and stay."
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "parcours.db"
        found(f"sqlite:///{file}", shipped=False)
        built = company(f"sqlite:///{file}")
        _work(built)
        backup.save(built.engine.database, kept, now=NOW, progress=lambda done, total: None)
        built.engine.close()
        with closing(sqlite3.connect(file)) as connection:
            dump.write_text("\n".join(connection.iterdump()) + "\n", "utf-8")
    kept.chmod(0o644)
    return f"Written: {dump.name}, {kept.name}"


def _work(company: Company) -> None:
    """A deal just opened, one halfway with its timer running, one in its lost path, one lost, one won.

    And one that rests in several places: at a join, at timers, in a sub-process that has reminded once.
    """
    for title in ("Just opened", "Halfway", "Losing", "Lost", "Won"):
        company.engine.running.open_deal(
            process="small_sale", title=title, account=f"{title} & Söhne", contact="M. Brandt", by=company.ada, now=NOW
        )
    for title in ("Halfway", "Losing", "Lost", "Won"):
        _complete(company, title, "qualify", company.ada, budget="yes", offer="1200.50")
    for title in ("Losing", "Lost"):
        company.engine.running.lose_deal(_deal_id(company, title), by=company.ada, now=NOW)
    _complete(company, "Lost", "why", company.ada, reason="price", lesson="Ask what it is compared with.")
    _complete(company, "Lost", "share", company.ben, shared="Ask first what our price is compared with.")
    _complete(company, "Won", "answer", company.ada, answer="yes")
    _complete(company, "Won", "sign", company.ana)
    engine = company.engine
    engine.publishing.publish(definition("rests"), by=None, now=NOW)
    engine.running.open_deal(process="rests", title="Resting", account="Hanse", by=company.ada, now=NOW)
    _complete(company, "Resting", "call", company.ada)
    engine.running.fire_due(now=NOW + timedelta(days=4))


def _deal_id(company: Company, title: str) -> int:
    found = company.engine.desk.deals(company.ada, status="all").deals
    return next(deal.id for deal in found if deal.title == title)


def _complete(company: Company, title: str, element: str, by: Person, **answers: Any) -> None:
    view = company.engine.desk.deal(company.ada, _deal_id(company, title))
    task = next(row.task for row in view.tasks if row.task.element_id == element)
    ticks = [item.id for stage in view.published.definitions.stages for item in stage.checklist]
    company.engine.running.complete_task(task.id, answers, ticks=ticks, by=by, now=NOW)


if __name__ == "__main__":
    print(main())
