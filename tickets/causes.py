"""The tree of causes: each under the side on which the trouble lay, for whoever names one and for reports."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tickets.models import Ticket

Cause = Ticket.Cause
TREE: tuple[tuple[Promise, tuple[Cause, ...]], ...] = (
    (_("Public agencies and their systems"), (Cause.PORT, Cause.CUSTOMS, Cause.BORDER, Cause.SYSTEM)),
    (_("Who carries the cargo, and the way"), (Cause.LINE, Cause.TRANSPORT, Cause.CRIME)),
    (_("The importer or the agent"), (Cause.PAPERS, Cause.PAYMENT)),
    (_("Nobody's fault, or not known"), (Cause.ANSWERED, Cause.MOVED, Cause.OTHER)),
)


@dataclass(slots=True)
class Branch:
    """A side with its causes, each with its label and number, and their sum."""

    label: str
    causes: list[tuple[str, int]] = field(default_factory=list)
    n: int = 0


def cause_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """The causes for a field, each under its side, in the active language."""
    return [(str(label), [(cause.value, str(cause.label)) for cause in causes]) for label, causes in TREE]


def branches(counted: Iterable[tuple[str, str, int]]) -> list[Branch]:
    """Code, label and number of each cause as a tree, the side with the most first; sides without any are left out."""
    found = [(Branch(str(label)), causes) for label, causes in TREE]
    sides = {cause.value: branch for branch, causes in found for cause in causes}
    for code, label, n in counted:
        sides[code].causes.append((label, n))
        sides[code].n += n
    return sorted((branch for branch, _causes in found if branch.n), key=lambda branch: -branch.n)
