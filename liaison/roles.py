"""The roles that a person can have in an organisation, and the groups of roles that pages ask for."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a membership lets its person do. The first three are a firm's own, the rest are given by the office."""

    OWNER = "owner", _("Owner")
    MEMBER = "member", _("Member")
    READONLY = "readonly", _("Read-only")
    OFFICER = "officer", _("Liaison officer")
    SUPERVISOR = "supervisor", _("Supervisor")
    ADMINISTRATOR = "administrator", _("Administrator")
    DESK = "desk", _("Agency desk")
    OFFICIAL = "official", _("Official")


TRADE = frozenset({Role.OWNER, Role.MEMBER, Role.READONLY})
TRADE_WRITE = frozenset({Role.OWNER, Role.MEMBER})
OFFICE = frozenset({Role.OFFICER, Role.SUPERVISOR, Role.ADMINISTRATOR})
# Who decides in the office; officers look and act.
HEADS = frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR})
AGENCY = frozenset({Role.DESK, Role.OFFICIAL})
EVERY = frozenset(Role)


def roles_in(kind: str) -> list[Role]:
    """The roles that can be held in an organisation of this kind (``Organization.Kind``), in their order."""
    fitting = {"office": OFFICE, "agency": AGENCY}.get(kind, TRADE)
    return [role for role in Role if role in fitting]


def head_role(kind: str) -> Role | None:
    """The role that an organisation of this kind is never left without; the office looks after the agencies' people."""
    return {"office": Role.ADMINISTRATOR, "agency": None}.get(kind, Role.OWNER)
