"""What every template is given: the navigation by role, for whom one acts, and whether this is the demo."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from liaison.models import Organization, Person
from liaison.roles import EVERY, OFFICE, TRADE, Role

_NAVIGATION = [
    ("cargo:consignment_list", _("Consignments"), "box", TRADE | OFFICE),
    ("tickets:ticket_board", _("Triage"), "alert", OFFICE),
    ("tickets:ticket_list", _("Tickets"), "question", TRADE | OFFICE | {Role.DESK}),
    ("cargo:nomination_list", _("Nominations"), "user", TRADE | OFFICE),
    ("cargo:tariff_list", _("Tariff"), "paper", TRADE | OFFICE),
    ("cargo:unmatched_list", _("Unmatched"), "question", OFFICE),
    ("feeds:source_list", _("Sources"), "inbox-in", OFFICE),
    ("notify:outbox", _("Outbox"), "arrow", OFFICE),
    ("liaison:directory_list", _("Directory"), "phone", OFFICE),
    ("liaison:journal_list", _("Journal"), "book", frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR})),
    ("liaison:verification_list", _("Verification"), "shield", OFFICE),
    ("corridor:corridor_state", _("Corridor"), "route", EVERY),
    ("observatory:dashboard", _("Observatory"), "chart", EVERY),
    ("notify:inbox", _("Inbox"), "bell", EVERY),
]
# Behind "More", so that the others stay on one line of a desk's screen and on two of a telephone's.
_SELDOM = frozenset(
    {
        *("cargo:nomination_list", "cargo:tariff_list", "cargo:unmatched_list", "feeds:source_list", "notify:outbox"),
        *("liaison:directory_list", "liaison:journal_list", "liaison:verification_list"),
    }
)
# What waits behind an entry: counted where the navigation is drawn, and not for a page without it.
_WAITING = {"liaison:verification_list": lambda: Organization.objects.waiting().count()}


def portal(request: HttpRequest) -> dict[str, Any]:
    """The context processor: plain data for base.html; costs no query where nobody is signed in."""
    person = getattr(request, "user", None)
    nav: list[dict[str, Any]] = []
    if isinstance(person, Person):
        for name, label, icon, roles in _NAVIGATION:
            if person.roles & roles:
                entry = {"label": label, "url": reverse(name), "icon": icon, "is_seldom": name in _SELDOM}
                nav.append({**entry, "waiting": _WAITING.get(name)})
        # A page below another entry's address is that entry's alone.
        here = max((item["url"] for item in nav if request.path.startswith(item["url"])), key=len, default=None)
        inbox = reverse("notify:inbox")
        nav = [{**item, "is_current": item["url"] == here, "is_inbox": item["url"] == inbox} for item in nav]
    acting = _acting(person) if isinstance(person, Person) else None
    return {
        "nav": nav,
        "has_seldom": any(item["is_seldom"] for item in nav),
        "acting": acting,
        "demo": settings.DEMO,
        "office_name": settings.OFFICE_NAME,
        "office_email": settings.OFFICE_EMAIL,
        "office_phone": settings.OFFICE_PHONE,
        "seen_at": timezone.now(),
    }


def _acting(person: Person) -> dict[str, Any] | None:
    """For which of her organisations the person acts, and which she may choose; None where she has one or none."""
    if len(person.standings) < 2:
        return None
    one = person.acted_for
    return {
        "organization_id": one.organization_id if one else None,
        "name": one.organization if one else _("all my organisations"),
        "choices": sorted(person.standings, key=lambda held: held.organization.lower()),
    }
