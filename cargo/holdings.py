"""What the cargo's rows say of one person. They are the business record and stay when she is erased."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from cargo.models import Consignment, Nomination
from liaison.holdings import Holding, Rows
from liaison.models import Person


def _consignments(person: Person) -> Rows:
    return Consignment.objects.filter(registered_by=person).order_by("pk").values("ref", "registered_at")


def _nominations(person: Person) -> Rows:
    mine = Nomination.objects.filter(nominated_by=person).order_by("pk")
    return mine.values("pk", "task", "nominated_at", "accepted_at", "ended_at")


HELD = [
    Holding("consignments", _("Consignments that you registered"), _consignments),
    Holding("nominations", _("Nominations that you made"), _nominations),
]
