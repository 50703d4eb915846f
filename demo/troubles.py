"""Tickets over the demo's year: most are solved and rated, those of the last days are in every state."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from cargo.models import Consignment, Milestone
from demo.cast import CAST, IMPORTER_FIRM
from demo.year import Year
from liaison.models import JournalEntry, Organization, Person
from notify.outbox import call_off
from tickets.categories import load_categories
from tickets.conversation import Saying, say
from tickets.handling import assign, tag
from tickets.handovers import accept, give_back, hand_over, pause
from tickets.models import Category, Message, Ticket
from tickets.opening import Opening, open_ticket
from tickets.resolving import confirm, resolve
from tickets.risks import estimate_risks

SOLVED, RECENT = 36, 12
# So many days back the troubles of now may have begun.
LATELY = 2
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Trouble:
    """What happens: its category and milestone, what is said of it, who solves it, and what it was."""

    code: str
    after: str
    title: str
    body: str
    answers: tuple[tuple[str, str], ...]
    agency: str
    cause: str
    cure: str


TROUBLES = (
    Trouble(
        "PORT_DELAY", "do_issued", "Released box is not loaded",
        "The pick-up order is paid and the truck waits outside since the morning.",
        (("place", "Kilindini, yard 9"), ("since", "This morning"), ("pickup_order", "PUO 44120")),
        "KPA", "port", "The yard found the box under three others and loaded it tonight.",
    ),
    Trouble(
        "CUSTOMS_KE", "discharged", "Entry held for verification",
        "The entry was selected for a scan and nobody can say when.",
        (("declaration", "2026MSA123456"), ("since", "Two days")),
        "KRA", "customs", "The box was scanned and the entry has passed.",
    ),
    Trouble(
        "STORAGE_DISPUTE", "gate_out", "Storage charged within free days",
        "The invoice counts from the ship's arrival and not from the discharge.",
        (("invoice", "KPA-INV-20931"), ("amount", "USD 240")),
        "KPA", "payment", "KPA's finance has corrected the invoice.",
    ),
    Trouble(
        "BORDER_QUEUE", "border1_in", "Truck stands in the queue at Malaba",
        "The driver says that one lane is open.",
        (("place", "Malaba"), ("plate", "KDA 123X / ZF 4411"), ("since", "Last night")),
        "URA", "border", "A second lane was opened and the truck has crossed.",
    ),
    Trouble(
        "ESEAL", "kra_cleared", "No electronic seal to be had",
        "The transporter was told to come back tomorrow.",
        (("plate", "KCB 702K / ZE 9020"), ("place", "Mombasa, gate 18")),
        "KRA", "customs", "Seals were brought from Nairobi; the truck is sealed.",
    ),
    Trouble(
        "WEIGHBRIDGE", "gate_out", "Weighed again though sealed",
        "At the second bridge they asked for a new ticket.",
        (("place", "Gilgil"), ("plate", "KDB 410M / ZF 1207"), ("weight", "Mariakani 54.2 t, Gilgil 54.9 t")),
        "KeNHA", "transport", "The axle load unit let it pass and has told the bridge.",
    ),
    Trouble(
        "DO_LINE", "discharged", "Delivery order does not come",
        "The line's charges are paid since Friday.",
        (("invoice", "7719023"), ("amount", "USD 310")),
        "KMA", "line", "The line has issued the delivery order.",
    ),
    Trouble(
        "INFO", "gate_out", "Which papers for the second truck?",
        "We split the load. Does the second truck need a C2 of its own?",
        (), "", "answered", "Yes: one C2 manifest travels with each truck.",
    ),
)  # fmt: skip


def play_troubles(year: Year) -> int:
    """Open the year's tickets and let them go their way; none where there are some already. Returns how many."""
    load_categories()
    if Ticket.objects.exists():
        return 0
    random = Random(year.seed)  # noqa: S311 - a demo, nothing secret
    stage = _Stage()
    chosen = _chosen(random, year.until)
    for number, (trouble, consignment, at) in enumerate(chosen):
        is_recent = at > year.until - timedelta(days=LATELY)
        stage.play(trouble, consignment, at, steps=number % 7 if is_recent else 8, until=year.until, random=random)
    estimate_risks(at=year.until)
    # What is history is told to nobody.
    past = JournalEntry.objects.filter(kind__startswith="tickets.", at__lt=year.until - timedelta(days=2))
    call_off(list(past.values_list("pk", flat=True)))
    return len(chosen)


def _chosen(random: Random, until: datetime) -> list[tuple[Trouble, Consignment, datetime]]:
    """So many troubles, each with a consignment that had just passed its milestone; the recent ones last."""
    solved = [
        found for trouble in TROUBLES for found in _places(trouble, until - timedelta(days=LATELY + 1), SOLVED, random)
    ]
    recent = [found for trouble in TROUBLES for found in _places(trouble, until, RECENT, random, days=LATELY)]
    # Whoever signs in as the demo's importer finds some of her own.
    hers = [found for trouble in TROUBLES for found in _places(trouble, until, 1, random, days=60, firm=IMPORTER_FIRM)]
    return sorted([*solved, *recent, *hers], key=lambda found: found[2])


def _places(
    trouble: Trouble, until: datetime, wanted: int, random: Random, *, days: int = 330, firm: str = ""
) -> list[tuple[Trouble, Consignment, datetime]]:
    share = max(wanted // len(TROUBLES), 1) + (days == LATELY and trouble.agency == "KPA")
    passed = Milestone.objects.filter(
        code=trouble.after, actual_at__lt=until - 2 * HOUR, actual_at__gt=until - timedelta(days=days)
    )
    passed = passed.filter(consignment__consignee__name=firm) if firm else passed
    rows = list(passed.select_related("consignment__consignee").order_by("actual_at", "pk"))
    firms = {row.consignment_id: row for row in rows}
    some = random.sample(sorted(firms.values(), key=lambda row: row.pk), min(share, len(firms)))
    return [(trouble, row.consignment, row.actual_at + HOUR) for row in some if row.actual_at]


# Kept only where a promise was broken.
_LATE = "The agency took longer than it had promised."


class _Stage:
    """Who plays in it."""

    def __init__(self) -> None:
        people = Person.objects.in_bulk([part.email for part in CAST], field_name="email")
        self.officers = [people["officer@demo.example"], people["supervisor@demo.example"]]
        self.by_firm = {part.firm: people[part.email] for part in CAST if part.role == "owner"}
        self.categories = {category.code: category for category in Category.objects.all()}
        self.agencies = {found.name: found for found in Organization.objects.filter(kind="agency")}

    def play(
        self,
        trouble: Trouble,
        consignment: Consignment,
        at: datetime,
        *,
        steps: int,
        until: datetime,
        random: Random,
    ) -> None:
        """Open it and go so many steps, none of which lies behind the end of the year."""
        officer, owner = random.choice(self.officers), self.by_firm.get(consignment.consignee.name)
        ticket = open_ticket(opening=self._opening(trouble, consignment, owner), by=owner or officer, at=at)
        acts = self._acts(trouble, ticket, officer, owner, random)
        for act in acts[:steps]:
            at += random.uniform(0.3, 5) * HOUR
            if at >= until:
                return
            act(at)

    def _opening(self, trouble: Trouble, consignment: Consignment, owner: Person | None) -> Opening:
        return Opening(
            category=self.categories[trouble.code],
            title=trouble.title,
            body=trouble.body,
            consignments=[consignment],
            answers=dict(trouble.answers),
            channel=Ticket.Channel.WEB if owner else Ticket.Channel.PHONE,
            caller="" if owner else f"{consignment.consignee.name}, import desk",
        )

    def _acts(
        self, trouble: Trouble, ticket: Ticket, officer: Person, owner: Person | None, random: Random
    ) -> Sequence[_Act]:
        agency = self.agencies.get(trouble.agency)
        handed = [
            _Act(hand_over, ticket, by=officer, agency=agency, words=trouble.body),
            _Act(accept, ticket, by=officer),
            _Act(give_back, ticket, by=officer, words=trouble.cure),
        ]
        note = Saying(text="Called the desk; they look into it.", kind=Message.Kind.NOTE)
        asked = _Act(pause, ticket, by=officer, waiting_on="importer", reason="A copy of the papers is missing.")
        end = [
            _Act(resolve, ticket, by=officer, cause=trouble.cause, words=trouble.cure, reason=_LATE),
            _Act(confirm, ticket, by=owner, rating=random.choice((3, 4, 4, 5, 5))) if owner else None,
        ]
        return [
            _Act(assign, ticket, by=officer, to=officer),
            _Act(tag, ticket, by=officer, tags=[trouble.code.split("_")[0].lower()]),
            _Act(
                say, ticket, by=officer, saying=Saying(text="We have it and ask at once. You will hear from us here.")
            ),
            *(handed if agency else [_Act(say, ticket, by=officer, saying=note), asked]),
            *[act for act in end if act],
        ]


class _Act:
    """One step that is still to be done."""

    def __init__(self, run: object, ticket: Ticket, **given: object) -> None:
        self.run, self.ticket, self.given = run, ticket, given

    def __call__(self, at: datetime) -> None:
        assert callable(self.run)
        self.run(ticket=self.ticket, at=at, **self.given)
