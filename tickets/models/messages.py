"""What was said in a ticket, and the papers sent with it."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.utils.translation import gettext_lazy as _

from liaison.models import Organization, Person, Viewer
from liaison.roles import OFFICE, TRADE, Role
from liaison.search import trigram_index
from tickets.models.tickets import CONFIG, Ticket


class MessageQuerySet(models.QuerySet["Message"]):
    """Selections of messages."""

    def visible_to(self, viewer: Viewer) -> MessageQuerySet:
        """Those of tickets that the viewer may see, as far as they are meant for her."""
        return self.meant_for(viewer).filter(ticket__in=Ticket.objects.visible_to(viewer))

    def meant_for(self, viewer: Viewer) -> MessageQuerySet:
        """Those of the kinds that she may read, of whichever ticket: notes are the office's alone."""
        kinds, agencies = readable_by(viewer)
        return self.filter(models.Q(kind__in=kinds) | models.Q(kind=Message.Kind.AGENCY, agency__in=agencies))


def readable_by(viewer: Viewer) -> tuple[list[str], list[int]]:
    """The kinds of which the viewer may read every message, and the agencies whose words with the office she may read.

    Words to an agency are for its own desk: who sits at another's may see the same ticket as a trader, or have it now
    after the first has given it back.
    """
    if not isinstance(viewer, Person):
        return [], []
    if viewer.roles & OFFICE:
        return list(Message.Kind.values), []
    agencies = viewer.organization_ids(Role.DESK)
    if viewer.roles and not (agencies or viewer.roles & TRADE):
        return [], []
    return [Message.Kind.REPLY.value], agencies


class Message(models.Model):
    """A private note, a public reply, or words between the office and the agency.

    Who wrote it is a person, or an address outside; neither is the portal itself. ``agency`` is the one with which
    such words were exchanged; where it is empty, the office alone reads them.
    """

    class Kind(models.TextChoices):
        """Whom it is for."""

        NOTE = "note", _("Note for the office")
        REPLY = "reply", _("Reply")
        AGENCY = "agency", _("To the agency")

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="messages", db_index=False)
    kind = models.CharField(max_length=6, choices=Kind.choices)
    author = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    address = models.CharField(max_length=254, blank=True)
    agency = models.ForeignKey(Organization, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    channel = models.CharField(max_length=10, default="web")
    text = models.TextField(max_length=20_000)
    at = models.DateTimeField()

    objects = MessageQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["ticket", "id"], name="message_of_ticket"),
            models.Index(fields=["author", "id"], condition=models.Q(author__isnull=False), name="message_by"),
            models.Index(fields=["address", "ticket"], condition=~models.Q(address=""), name="message_of_address"),
            GinIndex(SearchVector("text", config=CONFIG), name="message_words"),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=["note", "reply", "agency"]), name="message_kind_known"),
            models.CheckConstraint(condition=~models.Q(text=""), name="message_has_text"),
            models.CheckConstraint(
                condition=models.Q(author__isnull=True) | models.Q(address=""), name="message_one_author"
            ),
            models.CheckConstraint(
                condition=models.Q(channel__in=["web", "api", "phone", "email", "sms", "whatsapp", "portal"]),
                name="message_channel_known",
            ),
            models.CheckConstraint(
                condition=models.Q(agency__isnull=True) | models.Q(kind="agency"), name="message_agency_of_its_own"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} in {self.ticket_id}"


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    """Selections of attachments."""

    def visible_to(self, viewer: Viewer) -> AttachmentQuerySet:
        """Those of messages that the viewer may read in tickets that she may see."""
        return self.filter(message__in=Message.objects.visible_to(viewer))


class Attachment(models.Model):
    """A paper that came with a message; kept in the database and only ever handed out as a download."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="attachments")
    file_name = models.CharField(max_length=120)
    content_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        indexes = [trigram_index("file_name", name="attachment_name_trigrams")]
        constraints = [
            models.UniqueConstraint(fields=["message", "sha256"], name="attachment_once"),
            models.CheckConstraint(
                condition=models.Q(content_type__in=["application/pdf", "image/png", "image/jpeg"]),
                name="attachment_type_allowed",
            ),
            models.CheckConstraint(condition=models.Q(size__gt=0), name="attachment_not_empty"),
        ]

    def __str__(self) -> str:
        return self.file_name
