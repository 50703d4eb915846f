"""Loads the demo: people, firms, sources and consignments, then a year of messages through the real intake."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import connection

from cargo.models import Consignment, Nomination
from cargo.nominations import Terms, accept, nominate
from cargo.reading import read_delivery
from cargo.registration import Particulars, register_many
from demo.applicants import prepare_applicants
from demo.cast import AGENT_FIRM, AGENTS, CAST, IMPORTER_FIRM, IMPORTERS, INVITED, SIDELINES, STRANGER_FIRM
from demo.contacts import prepare_contacts
from demo.messages import FEEDS, Message, Reports, voices
from demo.parcels import play_parcels
from demo.reports import LINE, Trip
from demo.state import State, new_password, read_state, write_state, year_as_text, year_from
from demo.troubles import play_troubles
from demo.year import Year, trips
from feeds.intake import receive
from feeds.models import Delivery, Source
from feeds.sources import add_source
from liaison.invitations import invite
from liaison.models import Invitation, Organization, Person
from liaison.people import add_organization, add_person
from liaison.roles import Role

EVERY_S = 60
Progress = Callable[[int, int], None]


@dataclass(slots=True)
class Loaded:
    """What one load did: consignments registered, deliveries read, events written, parts quarantined."""

    consignments: int = 0
    deliveries: int = 0
    events: int = 0
    quarantined: int = 0


def stored_year() -> tuple[Year, bool] | None:
    """The year that the database was loaded with or began to be, and whether it is whole; None where there is none."""
    source = Source.objects.filter(slug=LINE).first()
    if source is None:
        return None
    try:
        return year_from(source.settings), source.setting("is_loaded") == "1"
    except (KeyError, ValueError):
        return None


def prepare_people(folder: Path, year: Year, *, at: datetime) -> None:
    """Make the cast with the password of ``demo.json``, written anew where it is missing; and an invitation."""
    kept = read_state(folder)
    password = kept.password if kept else new_password()
    for part in (*CAST, *SIDELINES):
        add_person(
            email=part.email,
            role=part.role,
            organization=part.firm,
            name=part.name,
            password=password,
            language=part.language,
            kind=part.kind,
            by=None,
            at=at,
        )
    prepare_applicants(password, at=at)
    prepare_contacts(at=at)
    _invite(at)
    write_state(folder, State(password, year))


def _invite(at: datetime) -> None:
    """An invitation without an answer, where there is none; its letter is in the demo's mail."""
    firm = Organization.objects.get(name=IMPORTER_FIRM)
    is_known = Person.objects.filter(email=INVITED).exists()
    if is_known or Invitation.objects.open(at).filter(organization=firm, email=INVITED).exists():
        return
    owner = Person.objects.get(email=CAST[0].email)
    invite(organization=firm, email=INVITED, role=Role.MEMBER, language=owner.language, by=owner, at=at)


def prepare_sources(feed_url: str, year: Year, *, is_loaded: bool, at: datetime) -> None:
    """Register the demo's sources at the feed server's address, where they are not so already."""
    for slug, feed in FEEDS.items():
        settings = {"is_loaded": "1" if is_loaded else "0", **year_as_text(year)} if slug == LINE else {}
        url = f"{feed_url.rstrip('/')}/{slug}"
        if Source.objects.filter(slug=slug, url=url, settings=settings).exists():
            continue
        add_source(
            slug=slug,
            format=feed.format,
            fetch=Source.Fetch.HTTP,
            url=url,
            every_s=EVERY_S,
            settings=settings,
            name=feed.name,
            rank=feed.rank,
            by=None,
            at=at,
        )


def load(year: Year, *, at: datetime, progress: Progress) -> Loaded:
    """Register the year's trips and play its messages in the order of time; what is there already is left alone.

    ``progress`` is called with how many of how many steps are done.
    """
    found = trips(year)
    reports = Reports(found, voices(year, found))
    messages = list(reports.history(year.until))
    parties = _Parties(at)
    waiting = _Waiting(found, parties)
    sources = {source.slug: source for source in Source.objects.filter(slug__in=FEEDS)}
    loaded = Loaded()
    with _without_waiting_for_the_disk():
        for number, message in enumerate(messages, 1):
            loaded.consignments += waiting.register_until(message.at)
            _play(message, sources[message.source], loaded)
            progress(number, len(messages))
        loaded.consignments += waiting.register_until(year.until)
        play_troubles(year)
        play_parcels(found, until=year.until)
        # Each was listened to until now, also who had nothing to say of late: that is no silence.
        Source.objects.filter(slug__in=FEEDS).update(last_success_at=year.until)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    return loaded


def _play(message: Message, source: Source, loaded: Loaded) -> None:
    receipt = receive(
        source=source,
        raw=message.raw,
        at=message.at,
        file_name=f"{source.slug}-{message.at:%Y%m%dT%H%M}",
        content_type=FEEDS[source.slug].content_type,
        is_history=not message.is_live,
    )
    if receipt.delivery.state != Delivery.State.STORED:
        return
    outcome = read_delivery(receipt.delivery.pk)
    loaded.deliveries += 1
    loaded.events += outcome.events
    loaded.quarantined += outcome.quarantined


@contextmanager
def _without_waiting_for_the_disk() -> Iterator[None]:
    """A crash may lose the last second of the load, which the next start then plays again."""
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET synchronous_commit")


class _Parties:
    """The firms by name, made where missing, and who registers for each."""

    def __init__(self, at: datetime) -> None:
        kinds = dict.fromkeys((importer.name for importer in IMPORTERS), Organization.Kind.IMPORTER)
        kinds |= dict.fromkeys(AGENTS, Organization.Kind.AGENT)
        sectors = {importer.name: importer.sector for importer in IMPORTERS}
        self.firms = {
            name: add_organization(name=name, kind=kind, sector=sectors.get(name, ""), by=None, at=at)
            for name, kind in kinds.items()
        }
        people: Mapping[str, Person] = Person.objects.in_bulk([part.email for part in CAST], field_name="email")
        self.people = {part.firm: people[part.email] for part in CAST if part.firm and part.email in people}
        for importer in IMPORTERS:
            self._nominate(importer.name, importer.agent, at, is_accepted=True)
        self._nominate(STRANGER_FIRM, AGENT_FIRM, at, is_accepted=False)

    def _nominate(self, principal: str, agent: str, at: datetime, *, is_accepted: bool) -> None:
        """For all of the importer's consignments, unless that has been said before."""
        owner, nominee = self.firms[principal], self.firms[agent]
        if Nomination.objects.filter(principal=owner, nominee=nominee).exists():
            return
        nomination = nominate(principal=owner, nominee=nominee, terms=Terms(may_act=True), by=None, at=at)
        if is_accepted:
            accept(nomination=nomination, by=None, at=at)

    def particulars(self, trip: Trip) -> Particulars:
        """A trip as its importer registers it."""
        order = trip.order
        return Particulars(
            consignee=self.firms[order.importer.name],
            bill_of_lading=trip.bill_of_lading,
            containers=[*(box.number for box in trip.boxes), *trip.vehicles],
            direction=order.direction,
            cargo_kind=order.goods.cargo_kind,
            goods=trip.goods,
            hs_code=order.goods.hs_code,
            weight_t=trip.weight_t,
            vessel=trip.call.vessel.name,
            voyage=trip.call.voyage,
        )


class _Waiting:
    """The trips that are not registered yet, by when they will be."""

    def __init__(self, found: Sequence[Trip], parties: _Parties) -> None:
        known = set(Consignment.objects.values_list("bill_of_lading", flat=True))
        self.trips = [trip for trip in reversed(found) if trip.order.is_registered and trip.bill_of_lading not in known]
        self.parties = parties

    def register_until(self, at: datetime) -> int:
        """Register those whose time has come; returns how many."""
        before = len(self.trips)
        while self.trips and self.trips[-1].registered_at <= at:
            trip = self.trips.pop()
            by = self.parties.people.get(trip.order.importer.name)
            register_many([self.parties.particulars(trip)], by=by, at=trip.registered_at)
        return before - len(self.trips)
