"""Shaping consignments for the rows of their list: a row is what it says, so that two that say the same are one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from cargo import presenting
from cargo.charge_lines import ClockLine, alarm_words, binding_line
from cargo.forecast_presenting import Days, days_ahead
from cargo.models import Consignment
from cargo.money import money_of, units_of
from cargo.silence_words import silence_line
from cargo.worklists import Worklist
from liaison.models import Person
from liaison.prepared import Prepared
from liaison.templatetags.times import age


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One consignment: its goods, its status (heard so long ``ago``), its window, and the clock that binds where the
    viewer may know it; of a worklist what that is about."""

    ref: str
    goods: str
    bill_of_lading: str
    unit_text: str
    consignee: str
    status: presenting.StatusLine
    ago: str
    window: Days | None
    binding: ClockLine | None
    silence: str = ""
    silence_ago: str = ""
    alarm: str = ""

    @property
    def choose(self) -> str:
        """What a box is for."""
        return _("Choose %(ref)s") % {"ref": self.ref}


def whole(rows: QuerySet[Consignment]) -> QuerySet[Consignment]:
    """With all that a row shows but its units, forecast and money."""
    related = rows.select_related("consignee", "status__event__node", "status__event__source")
    columns = () if rows.query.select_related else (*_SHOWN, *presenting.STATUS_COLUMNS)
    return related.only(*columns) if columns else related


# What a row says of its goods, and what their money follows from; the rest of some hundred columns is not read.
_SHOWN = ("ref", "consignee__name", "bill_of_lading", "cargo_kind", "goods", "direction")


def rows_at(keys: list[int]) -> list[Consignment]:
    """Those that were chosen of what the viewer may see, whole; in no order."""
    return _CHOSEN(keys)


_CHOSEN = Prepared(lambda keys: whole(Consignment.objects.filter(pk__any=keys)))


def rows_of(found: Sequence[Consignment], worklist: Worklist | None, *, viewer: Person, at: datetime) -> list[Row]:
    """The rows of a page, whose units, windows and money are fetched for all of them together."""
    units, windows = units_of(found), days_ahead(found)
    money = money_of(found, viewer=viewer, at=at, units=units)
    return [
        Row(
            ref=each.ref,
            goods=each.goods or each.get_cargo_kind_display(),
            bill_of_lading=each.bill_of_lading,
            unit_text=presenting.unit_text(units[each.pk]),
            consignee=each.consignee.name,
            status=presenting.status_line(each.status),
            ago=age(each.status.event.received_at) if each.status.event else "",
            window=windows.get(each.pk),
            binding=binding_line(money.get(each.pk)),
            **_of_worklist(each, worklist),
        )
        for each in found
    ]


def _of_worklist(consignment: Consignment, worklist: Worklist | None) -> dict[str, str]:
    """What its worklist is about."""
    slug = worklist.slug if worklist else ""
    if slug == "alarms":
        return {"alarm": alarm_words(consignment.alarm)}
    silence = silence_line(consignment) if slug == "silent" else None
    if silence is None:
        return {}
    return {"silence": silence.words, "silence_ago": age(silence.heard_at) if silence.heard_at else ""}
