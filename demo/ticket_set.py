"""A big set of tickets for benchmarks: any number, each with four messages and its log, written by COPY."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from cargo.models import Consignment
from demo import big_set
from demo.big_set import OFFICER
from liaison.bulk import copy_rows
from liaison.models import Organization, Person
from tickets.categories import load_categories
from tickets.holidays import renew_breaches
from tickets.models import Category
from tickets.outcomes import reckon_outcomes

BATCH = 5_000
# So many tickets share a consignment's worth of cargo, and one of so many is not over.
PER_CONSIGNMENT, OPEN_EVERY = 5, 25
MESSAGES = 4
WORDS, SPAN = 5_000, timedelta(days=700)
Row = tuple[Any, ...]
_COLUMNS = {
    "tickets_ticket": (
        "id ref category_id title body answers channel organization_id state priority waiting_on waiting_since "
        "agency_id assignee_id version opened_at changed_at resolved_at cause caller caller_phone tags stands "
        "usd_at_risk risk_at"
    ).split(),
    "tickets_ticketconsignment": "ticket_id consignment_id".split(),
    "tickets_message": "id ticket_id kind author_id address agency_id channel text at".split(),
    "tickets_entry": "ticket_id number kind party by_id at data".split(),
}


def load(tickets: int, *, until: datetime, progress_of: Callable[[int, int], None]) -> None:
    """Write the set into an empty, migrated database; ``progress_of`` hears how many tickets are written."""
    big_set.load(max(tickets // PER_CONSIGNMENT, 20), until=until, progress_of=lambda _done, _all: None)
    load_categories()
    writer = _Writer(tickets, until)
    for first in range(0, tickets, BATCH):
        with transaction.atomic():
            writer.write(range(first, min(first + BATCH, tickets)))
        progress_of(min(first + BATCH, tickets), tickets)
    with connection.cursor() as cursor:
        for table in ("tickets_ticket", "tickets_message"):
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}")
        cursor.execute("ANALYZE")
    renew_breaches(at=until)
    reckon_outcomes(at=until)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def words_of(number: int, count: int) -> str:
    """So many words of a vocabulary of WORDS; which ones follows from the number."""
    return " ".join(f"word{(number * 7919 + step * step * 31) % WORDS}" for step in range(count))


@dataclass(frozen=True, slots=True)
class _Life:
    """When what happened to one ticket."""

    opened: datetime
    answered: datetime
    handed: datetime | None
    returned: datetime | None
    resolved: datetime | None


class _Writer:
    """Writes batches of tickets; number n is ticket n + 1."""

    def __init__(self, tickets: int, until: datetime) -> None:
        self.count, self.until = tickets, until
        self.cargo = list(Consignment.objects.order_by("pk").values_list("pk", "consignee_id"))
        self.categories = list(Category.objects.order_by("code").values_list("pk", "code"))
        self.officer = Person.objects.get(email=OFFICER).pk
        agencies = Organization.objects.filter(kind="agency").order_by("name")
        self.agencies = list(agencies.values_list("pk", "name", "country")[:6])

    def write(self, numbers: range) -> None:
        """COPY the tickets of these numbers."""
        rows: dict[str, list[Row]] = {table: [] for table in _COLUMNS}
        for number in numbers:
            self._ticket(number, rows)
        for table, lines in rows.items():
            copy_rows(table, _COLUMNS[table], lines)

    def _life(self, number: int) -> _Life:
        opened = self.until - SPAN * (1 - number / self.count) - timedelta(hours=2)
        step = timedelta(minutes=20 + number * 37 % 600)
        is_handed, is_open = number % 3 == 0, number % OPEN_EVERY == 0
        return _Life(
            opened,
            opened + step / 2,
            opened + step if is_handed else None,
            opened + 4 * step if is_handed and not is_open else None,
            None if is_open else opened + 6 * step,
        )

    def _ticket(self, number: int, rows: dict[str, list[Row]]) -> None:
        pk, life = number + 1, self._life(number)
        consignment, firm = self.cargo[number % len(self.cargo)]
        category, code = self.categories[number % len(self.categories)]
        agency = self.agencies[number % len(self.agencies)] if life.handed else None
        log = list(self._log(number, life, code, agency))
        state, waiting_on, since = self._standing(number, life)
        risk = (None, None) if number % 4 else (f"{number % 900}.50", self.until)
        rows["tickets_ticket"].append((
            pk, f"T{life.opened:%y}-B{pk:07d}", category, f"Trouble {words_of(number, 4)}", words_of(number + 1, 30),
            "{}", "web", firm, state, "normal", waiting_on, since, agency[0] if agency else None, self.officer,
            len(log), life.opened, life.resolved or since, life.resolved, "port" if life.resolved else "", "", "", [],
            "", *risk,
        ))  # fmt: skip
        rows["tickets_ticketconsignment"].append((pk, consignment))
        rows["tickets_entry"] += [
            (pk, place, kind, party, by, at, json.dumps(data))
            for place, (kind, party, by, at, data) in enumerate(log, 1)
        ]
        rows["tickets_message"] += self._messages(number, life, agency)

    @staticmethod
    def _standing(number: int, life: _Life) -> tuple[str, str, datetime]:
        """The state, who holds the ball, and since when."""
        if life.resolved:
            return ("resolved" if number % 2 else "closed", "", life.resolved)
        return ("open", "agency", life.handed) if life.handed else ("open", "office", life.answered)

    def _messages(self, number: int, life: _Life, agency: Row | None) -> list[Row]:
        first, officer = number * MESSAGES + 1, self.officer
        at = life.answered
        asked = ("agency", agency[0]) if agency else ("note", None)
        return [
            (first, number + 1, "reply", None, "", None, "web", words_of(first, 30), life.opened),
            (first + 1, number + 1, "reply", officer, "", None, "web", words_of(first + 1, 40), at),
            (first + 2, number + 1, asked[0], officer, "", asked[1], "web", words_of(first + 2, 20), at),
            (first + 3, number + 1, "reply", officer, "", None, "web", words_of(first + 3, 25), life.resolved or at),
        ]

    def _log(self, number: int, life: _Life, code: str, agency: Row | None) -> Iterator[Row]:
        """Kind, party, person, time and data of each entry."""
        message, officer = number * MESSAGES + 1, self.officer
        yield "opened", "importer", None, life.opened, {"channel": "web", "policy": code}
        yield "said", "importer", None, life.opened, {"message": message, "to": "reply"}
        yield "replied", "office", officer, life.answered, {"message": message + 1, "to": "reply"}
        if agency and life.handed:
            policy = f"{code}@{agency[2]}"
            yield "handed_over", "office", officer, life.handed, {"agency": agency[1], "policy": policy}
            yield "accepted", "agency", officer, life.handed, {"agency": agency[1]}
        if agency and life.returned:
            yield "given_back", "agency", None, life.returned, {"agency": agency[1]}
        if life.resolved:
            yield "resolved", "office", officer, life.resolved, {"cause": "port", "message": message + 3}
