"""What every template is given: the navigation by role, for whom one acts, and whether this is the demo."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from liaison.models import Person
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


def _applicants() -> int:
    """As ``OrganizationQuerySet.waiting``, in SQL, as each page of the office asks it and a queryset takes longer."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM liaison_organization WHERE standing = 'pending'")
        return int(cursor.fetchone()[0])


# What waits behind an entry: counted where the navigation is drawn, and not for a page without it.
_WAITING: dict[str, Callable[[], int]] = {"liaison:verification_list": _applicants}


def portal(request: HttpRequest) -> dict[str, Any]:
    """The context processor: plain data for base.html; costs no query where nobody is signed in."""
    user = getattr(request, "user", None)
    person = user if isinstance(user, Person) else None
    return {
        "navigation": partial(_navigation, person.roles, request.path) if person else "",
        "often": partial(_often, person.roles) if person else (),
        "acting": _acting(person) if person else None,
        "foot": partial(_foot, get_language()),
        "demo": settings.DEMO,
        "office_name": settings.OFFICE_NAME,
        "office_email": settings.OFFICE_EMAIL,
        "office_phone": settings.OFFICE_PHONE,
        # To the minute, as it is said.
        "seen_at": timezone.now().replace(second=0, microsecond=0),
    }


def _navigation(roles: frozenset[str], path: str) -> SafeString:
    """The navigation of those with ``roles`` on the page ``path``."""
    # A page below another entry's address is that entry's alone.
    here = max((address for address in _addresses(roles) if path.startswith(address)), key=len, default=None)
    waiting = tuple((name, count()) for name, count in _WAITING.items() if roles & OFFICE)
    return _drawn(get_language(), roles, here, waiting)


def _often(roles: frozenset[str]) -> list[dict[str, Any]]:
    """What those with ``roles`` have before them on each page."""
    shown = [(name, label) for name, label, _icon, of in _NAVIGATION if roles & of and name not in _SELDOM]
    return [{"url": reverse(name), "label": label} for name, label in shown if name != "notify:inbox"]


@lru_cache(maxsize=64)
def _addresses(roles: frozenset[str]) -> list[str]:
    return [reverse(name) for name, _label, _icon, of in _NAVIGATION if roles & of]


@lru_cache(maxsize=512)
def _drawn(
    _language: str | None, roles: frozenset[str], here: str | None, waiting: tuple[tuple[str, int], ...]
) -> SafeString:
    """It is the same for all who have the same roles, and drawn once for them."""
    counts, inbox = dict(waiting), reverse("notify:inbox")
    nav = []
    for name, label, icon, of in _NAVIGATION:
        if roles & of:
            url = reverse(name)
            entry = {"label": label, "url": url, "icon": icon, "is_seldom": name in _SELDOM, "is_inbox": url == inbox}
            nav.append({**entry, "is_current": url == here, "waiting": counts.get(name)})
    return render_to_string("liaison/navigation.html", {"nav": nav, "has_seldom": any(e["is_seldom"] for e in nav)})


@lru_cache
def _foot(_language: str | None) -> SafeString:
    """How to reach the office, and what is for everybody: the same on all pages, and drawn once."""
    return render_to_string("liaison/foot.html")


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
