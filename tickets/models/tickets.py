"""Tickets, their consignments, and who watches them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchConfig, SearchVector, SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _

from cargo.models import Consignment
from cargo.models.nominated import given_to
from liaison.models import Organization, Person, Viewer
from liaison.roles import OFFICE, TRADE, Role
from liaison.search import trigram_index
from tickets.models.categories import Category
from tickets.models.teams import Team

CONFIG = "simple"
WORDS = SearchVector("title", "body", config=CONFIG)
# Of the answers the values alone, without the codes of the questions.
ANSWERED = models.Func(
    SearchConfig(CONFIG), models.F("answers"), function="to_tsvector", output_field=SearchVectorField()
)
# For so long after the resolution the importer may say that the trouble is not over.
REOPEN_WINDOW = timedelta(days=14)


class TicketQuerySet(models.QuerySet["Ticket"]):
    """Selections of tickets."""

    def visible_to(self, viewer: Viewer) -> TicketQuerySet:
        """All to the office; to a trader her organisation's, and those on cargo that she may act for or that is hers.

        A desk sees what is handed to its agency. An official sees none: figures are made for her. Whoever belongs to no
        organisation sees what she asked herself, which is nobody else's.
        """
        if not isinstance(viewer, Person):
            return self.none()
        if viewer.roles & OFFICE:
            return self
        mine = viewer.organization_ids(*TRADE)
        own, given = _own(viewer, mine), TicketConsignment.objects.acted_for(mine) if mine else None
        if given is None and len(own) == 1:
            return self.filter(own[0])
        parts: list[Any] = [Ticket.objects.order_by().filter(each).values("pk") for each in own]
        parts += [given.values("ticket")] if given is not None else []
        # A union: each part has an index of its own, which an OR would not use.
        return self.filter(pk__in=parts[0].union(*parts[1:], all=True)) if parts else self.none()

    def open(self) -> TicketQuerySet:
        """Those that are not over."""
        return self.filter(state__in=Ticket.OPEN_STATES)

    def awake(self, at: datetime) -> TicketQuerySet:
        """Those that nobody has put off beyond ``at``."""
        return self.exclude(snoozed_until__gt=at)

    def of_organization(self, organization: int) -> TicketQuerySet:
        """Those of a firm, and those handed to an agency."""
        return self.filter(models.Q(organization=organization) | models.Q(agency=organization))


def _own(viewer: Person, mine: Collection[int]) -> list[models.Q]:
    """By which of its own columns a ticket is the viewer's to see, each with an index."""
    agencies = viewer.organization_ids(Role.DESK)
    found = [models.Q(organization__in=mine)] if mine else []
    found += [models.Q(agency__in=agencies)] if agencies else []
    return found if viewer.roles else [*found, models.Q(opener=viewer, organization__isnull=True)]


class Ticket(models.Model):
    """One trouble with one owner. Its state is written only by the functions of this app, each of which logs it.

    ``waiting_on`` says who holds the ball since ``waiting_since``. ``opener`` is empty where the portal opened it or
    a caller without an account, who is then named by ``caller``. ``version`` is the number of its last entry. Clocks
    are reckoned from the log; ``next_breach_at`` and ``next_step_at`` (the next step of escalation not taken) alone are
    kept of them, for the timetable and the board. Reports know it as of ``reckoned_version``. ``usd_at_risk`` is
    an estimate of ``risk_at``. ``stalled`` and ``stands`` are set where the portal opened it because that consignment
    had waited too long at that milestone.
    """

    class State(models.TextChoices):
        """How far it is."""

        NEW = "new", _("New")
        OPEN = "open", _("In work")
        PAUSED = "paused", _("Paused")
        RESOLVED = "resolved", _("Resolved")
        CLOSED = "closed", _("Closed")
        MERGED = "merged", _("Merged into another")

    class Priority(models.TextChoices):
        """How urgent the office holds it to be."""

        LOW = "low", _("Low")
        NORMAL = "normal", _("Normal")
        HIGH = "high", _("High")
        URGENT = "urgent", _("Urgent")

    class Holder(models.TextChoices):
        """Whose move it is."""

        OFFICE = "office", _("the liaison office")
        IMPORTER = "importer", _("the importer")
        AGENCY = "agency", _("the agency")
        OUTSIDE = "outside", _("somebody outside")

    class Channel(models.TextChoices):
        """How it came in."""

        WEB = "web", _("Web")
        API = "api", _("Programming interface")
        PHONE = "phone", _("Telephone")
        EMAIL = "email", _("E-mail")
        SMS = "sms", _("SMS")
        WHATSAPP = "whatsapp", "WhatsApp"
        PORTAL = "portal", _("The portal itself")

    class Cause(models.TextChoices):
        """What it was in the end."""

        PORT = "port", _("The port's work or equipment")
        CUSTOMS = "customs", _("Customs")
        SYSTEM = "system", _("A system was down")
        LINE = "line", _("The shipping line")
        TRANSPORT = "transport", _("The transporter or the road")
        BORDER = "border", _("The border")
        PAPERS = "papers", _("Papers of the importer or the agent")
        PAYMENT = "payment", _("Payment or charges")
        CRIME = "crime", _("Theft, fraud, bribe")
        ANSWERED = "answered", _("A question, answered")
        MOVED = "moved", _("The cargo moved on")
        OTHER = "other", _("Something else")

    OPEN_STATES = (State.NEW, State.OPEN, State.PAUSED)
    OVER = (State.CLOSED, State.MERGED)

    ref = models.CharField(max_length=20, unique=True)
    category = models.ForeignKey(Category, models.PROTECT, related_name="tickets", db_index=False)
    title = models.CharField(_("title"), max_length=140)
    body = models.TextField(_("what has happened"), max_length=8000, blank=True)
    answers = models.JSONField[dict[str, str], dict[str, str]](default=dict, blank=True)
    channel = models.CharField(max_length=10, choices=Channel.choices)
    opener = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    caller = models.CharField(_("caller"), max_length=120, blank=True)
    caller_phone = models.CharField(_("caller's telephone"), max_length=20, blank=True)
    organization = models.ForeignKey(Organization, models.PROTECT, null=True, blank=True, related_name="tickets")
    state = models.CharField(max_length=10, choices=State.choices, default=State.NEW)
    priority = models.CharField(max_length=8, choices=Priority.choices, default=Priority.NORMAL)
    waiting_on = models.CharField(max_length=10, choices=Holder.choices, blank=True, default=Holder.OFFICE)
    waiting_since = models.DateTimeField()
    agency = models.ForeignKey(Organization, models.PROTECT, null=True, blank=True, related_name="tickets_handed")
    accepted_at = models.DateTimeField(null=True, blank=True)
    assignee = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    team = models.ForeignKey(Team, models.SET_NULL, null=True, blank=True, related_name="tickets", db_index=False)
    version = models.PositiveIntegerField(default=0)
    opened_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True, blank=True)
    cause = models.CharField(max_length=10, choices=Cause.choices, blank=True)
    rating = models.PositiveSmallIntegerField(null=True, blank=True)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="merged")
    next_breach_at = models.DateTimeField(null=True, blank=True)
    next_step_at = models.DateTimeField(null=True, blank=True)
    reckoned_version = models.PositiveIntegerField(default=0, db_default=0)
    incident = models.ForeignKey("tickets.Incident", models.PROTECT, null=True, blank=True, related_name="tickets")
    usd_at_risk = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    risk_at = models.DateTimeField(null=True, blank=True)
    snoozed_until = models.DateTimeField(null=True, blank=True)
    tags = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    stalled = models.ForeignKey(
        Consignment, models.PROTECT, null=True, blank=True, related_name="stall_tickets", db_index=False
    )
    stands = models.CharField(max_length=20, blank=True)

    objects = TicketQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["-changed_at", "-id"], name="ticket_changed"),
            models.Index(fields=["organization", "-changed_at"], name="ticket_of_organization"),
            models.Index(fields=["agency", "-changed_at"], name="ticket_of_agency"),
            models.Index(
                fields=["next_breach_at"], condition=models.Q(state__in=["new", "open", "paused"]), name="ticket_breach"
            ),
            models.Index(
                fields=["next_step_at"], condition=models.Q(state__in=["new", "open", "paused"]), name="ticket_step"
            ),
            models.Index(
                fields=["waiting_on"],
                include=["id", "agency", "assignee", "next_breach_at", "usd_at_risk", "snoozed_until", "opened_at"],
                condition=models.Q(state__in=["new", "open", "paused"]),
                name="ticket_board",
            ),
            models.Index(
                fields=["resolved_at"],
                include=["cause"],
                condition=models.Q(state__in=["resolved", "closed"]),
                name="ticket_resolved",
            ),
            models.Index(fields=["category", "id"], name="ticket_of_category"),
            models.Index(fields=["team", "id"], condition=models.Q(team__isnull=False), name="ticket_of_team"),
            models.Index(fields=["caller"], condition=~models.Q(caller=""), name="ticket_caller"),
            models.Index(
                fields=["id"], condition=~models.Q(reckoned_version=models.F("version")), name="ticket_not_reckoned"
            ),
            GinIndex(WORDS, name="ticket_words"),
            GinIndex(ANSWERED, name="ticket_answers"),
            trigram_index("caller", name="ticket_caller_trigrams", condition=~models.Q(caller="")),
            trigram_index("caller_phone", name="ticket_phone_trigrams", condition=~models.Q(caller_phone="")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=["new", "open", "paused", "resolved", "closed", "merged"]),
                name="ticket_state_known",
            ),
            models.CheckConstraint(
                condition=models.Q(priority__in=["low", "normal", "high", "urgent"]), name="ticket_priority_known"
            ),
            models.CheckConstraint(
                condition=models.Q(channel__in=["web", "api", "phone", "email", "sms", "whatsapp", "portal"]),
                name="ticket_channel_known",
            ),
            models.CheckConstraint(
                condition=models.Q(waiting_on__in=["office", "importer", "agency", "outside"])
                | models.Q(waiting_on="", state__in=["resolved", "closed", "merged"]),
                name="ticket_somebody_holds_it",
            ),
            models.CheckConstraint(
                condition=~models.Q(waiting_on="agency") | models.Q(agency__isnull=False),
                name="ticket_waits_for_a_known_agency",
            ),
            models.CheckConstraint(
                condition=models.Q(accepted_at__isnull=True) | models.Q(agency__isnull=False),
                name="ticket_accepted_by_an_agency",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["resolved", "closed"])
                | models.Q(resolved_at__isnull=False) & ~models.Q(cause=""),
                name="ticket_resolved_says_when_and_why",
            ),
            models.CheckConstraint(
                condition=models.Q(state="merged", merged_into__isnull=False)
                | models.Q(merged_into__isnull=True) & ~models.Q(state="merged"),
                name="ticket_merged_says_into_what",
            ),
            models.CheckConstraint(
                condition=~models.Q(merged_into=models.F("id")), name="ticket_never_merged_into_itself"
            ),
            models.CheckConstraint(
                condition=models.Q(rating__isnull=True) | models.Q(rating__range=(1, 5)), name="ticket_rating_of_five"
            ),
            models.CheckConstraint(condition=~models.Q(title=""), name="ticket_has_title"),
            models.CheckConstraint(
                condition=models.Q(usd_at_risk__isnull=True) | models.Q(risk_at__isnull=False),
                name="ticket_estimate_is_dated",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["new", "open", "paused"]) | models.Q(next_breach_at__isnull=True),
                name="ticket_over_breaks_no_promise",
            ),
            models.CheckConstraint(
                condition=models.Q(stalled__isnull=True) | ~models.Q(stands=""), name="ticket_stalled_at_a_milestone"
            ),
            models.UniqueConstraint(
                fields=["stalled"],
                condition=models.Q(stalled__isnull=False, state__in=["new", "open", "paused"]),
                name="ticket_one_open_a_stall",
            ),
        ]

    def __str__(self) -> str:
        return self.ref

    def get_state_display(self) -> str:  # type: ignore[no-redef]
        """The state in words. Django's own translates every choice to find the one; lists ask for it by the row."""
        return str(self.State(self.state).label)

    @property
    def is_open(self) -> bool:
        """Whether it still wants work."""
        return self.state in self.OPEN_STATES

    def is_overdue(self, at: datetime) -> bool:
        """Whether a promise has been broken by ``at`` and is not kept yet."""
        return self.next_breach_at is not None and self.next_breach_at <= at

    def may_reopen(self, at: datetime) -> bool:
        """Whether it is over and the window for saying that it is not has not passed at ``at``."""
        is_done = self.state in (self.State.RESOLVED, self.State.CLOSED)
        return is_done and self.resolved_at is not None and at <= self.resolved_at + REOPEN_WINDOW


class TicketConsignmentQuerySet(models.QuerySet["TicketConsignment"]):
    """Selections of what tickets are about."""

    def acted_for(self, organizations: Collection[int]) -> TicketConsignmentQuerySet | None:
        """Cargo of others that the organisations may act for now, in tickets of its holder; None where there is none.

        Goods that were given over take no ticket of their former holder with them.
        """
        principals, single = given_to(organizations, may_act=True)
        if not principals and not single:
            return None
        theirs = models.Q(consignment__consignee__in=sorted(principals)) | models.Q(consignment__in=sorted(single))
        return self.filter(theirs, ticket__organization=models.F("consignment__consignee")).order_by()

    def visible_to(self, viewer: Viewer) -> TicketConsignmentQuerySet:
        """Cargo that the viewer may see; an agency knows all that a ticket handed to it is about."""
        if not isinstance(viewer, Person):
            return self.none()
        if viewer.roles & OFFICE:
            return self
        seen = models.Q(consignment__in=Consignment.objects.visible_to(viewer))
        if agencies := viewer.organization_ids(Role.DESK):
            seen |= models.Q(ticket__agency__in=agencies)
        return self.filter(seen)


class TicketConsignment(models.Model):
    """A consignment that a ticket is about; all of a ticket's belong to one consignee."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="concerned", db_index=False)
    consignment = models.ForeignKey(Consignment, models.PROTECT, related_name="ticketed")

    objects = TicketConsignmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ticket", "consignment"], name="ticket_consignment_once"),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} about {self.consignment_id}"


class Watch(models.Model):
    """Somebody who wants to be told of what happens in a ticket."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="watches", db_index=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    since = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "person"], name="watch_once")]

    def __str__(self) -> str:
        return f"{self.person_id} watches {self.ticket_id}"
