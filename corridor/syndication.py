"""The news of the corridor for other programs: Atom (RFC 4287) and a calendar (RFC 5545), in the active language."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

from django.conf import settings
from django.db.models import Count, Exists, F, OuterRef, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from corridor.facts import facts_of
from corridor.models import Advisory, Condition
from corridor.settling import CHANGED
from corridor.wording import Worded, condition_lines, condition_title, worded
from liaison.models import JournalEntry

MOST = 50
# How long what is over stays in the calendar, so that a correction still reaches those who look now and then.
KEPT = timedelta(days=60)
_ATOM = "http://www.w3.org/2005/Atom"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One piece of news. ``id`` never changes, ``sequence`` goes up with every change; times are aware."""

    id: str
    title: str
    text: str
    url: str
    published_at: datetime
    updated_at: datetime
    starts_at: datetime
    ends_at: datetime | None
    sequence: int
    is_cancelled: bool = False


def advisory_items() -> list[Item]:
    """The last published versions of the latest notices, those that were withdrawn, too; three queries."""
    latest = Advisory.objects.newest().prefetch_related("nodes").order_by("-published_at", "-pk")[:MOST]
    rows = list(latest)
    first = Advisory.objects.filter(reference__in=[row.reference for row in rows], version=1)
    begun = dict(first.values_list("reference", "published_at"))
    return [_advisory_item(row, begun[row.reference] or row.changed_at) for row in rows]


def _advisory_item(advisory: Advisory, published_at: datetime) -> Item:
    words = worded(facts_of(advisory))
    is_withdrawn = advisory.state == Advisory.State.WITHDRAWN
    return Item(
        id=f"advisory-{advisory.reference}",
        title=_("Withdrawn: %(title)s") % {"title": words.title} if is_withdrawn else words.title,
        text=_text(words, advisory.reason),
        url=settings.PORTAL_URL + reverse("corridor:advisory_detail", args=[advisory.reference]),
        published_at=published_at,
        updated_at=advisory.changed_at,
        starts_at=advisory.since,
        ends_at=advisory.until,
        sequence=advisory.version - 1 + is_withdrawn,
        is_cancelled=is_withdrawn,
    )


def _text(words: Worded, reason: str) -> str:
    return "\n".join(part for part in (reason, *words.lines, words.text) if part)


def change_items() -> list[Item]:
    """The latest changes of conditions, as the journal has them; one query."""
    entries = JournalEntry.objects.filter(kind=CHANGED).order_by("-id")[:MOST]
    return [_change_item(entry) for entry in entries]


def _change_item(entry: JournalEntry) -> Item:
    since = entry.data["since"]
    return Item(
        id=f"condition-{entry.pk}",
        title=condition_title(entry.data),
        text="\n".join(condition_lines(entry.data)),
        url=settings.PORTAL_URL + reverse("corridor:corridor_state"),
        published_at=entry.at,
        updated_at=entry.at,
        starts_at=datetime.fromisoformat(since) if since else entry.at,
        ends_at=None,
        sequence=0,
    )


def scheduled_items(*, at: datetime) -> list[Item]:
    """Conditions whose beginning was announced before it came, each as its source last said; one query."""
    same = Condition.objects.filter(source=OuterRef("source"), reference=OuterRef("reference")).order_by()
    said = Subquery(same.values("reference").annotate(n=Count("pk")).values("n"))
    announced = same.filter(since=OuterRef("since"), received_at__lt=F("since"))
    rows = Condition.objects.filter(Exists(announced), since__gt=at - KEPT, is_latest=True).annotate(said=said)
    latest = rows.select_related("node", "source").order_by("-since", "-pk")[: 4 * MOST]
    return [_scheduled_item(row) for row in latest]


def _scheduled_item(row: Condition) -> Item:
    data = {
        "kind": row.kind,
        "severity": row.severity,
        "was": "",
        "place": row.node.name if row.node else row.place,
        "system": row.system,
        "since": row.since.isoformat(),
        "until": row.until.isoformat() if row.until else None,
        "text": row.text,
        "source": row.source.name,
        "zone": row.node.time_zone if row.node else "",
    }
    return Item(
        id=f"scheduled-{row.source_id}-{row.reference}",
        title=condition_title(data),
        text="\n".join(condition_lines(data)),
        url=settings.PORTAL_URL + reverse("corridor:corridor_state"),
        published_at=row.received_at,
        updated_at=row.received_at,
        starts_at=row.since,
        ends_at=row.until,
        sequence=getattr(row, "said", 1) - 1,
        is_cancelled=row.function == "cancel",
    )


def host() -> str:
    """The portal's name, by which its items are told from those of others."""
    return urlsplit(settings.PORTAL_URL).hostname or "portal"


def atom(items: Iterable[Item], *, language: str, at: datetime) -> bytes:
    """The feed, the newest first."""
    ET.register_namespace("", _ATOM)
    newest = sorted(items, key=lambda item: (item.updated_at, item.id), reverse=True)[:MOST]
    root = ET.Element(f"{{{_ATOM}}}feed", {"xml:lang": language})
    _add(root, "id", f"tag:{host()},2026:corridor")
    _add(root, "title", _("The Northern Corridor: notices and changes"))
    _add(root, "updated", _rfc3339(newest[0].updated_at if newest else at))
    address = f"{settings.PORTAL_URL}{reverse('corridor:feed')}?lang={language}"
    _add(root, "link", rel="self", type="application/atom+xml", href=address)
    _add(root, "link", rel="alternate", type="text/html", href=settings.PORTAL_URL + reverse("corridor:corridor_state"))
    _add(_add(root, "author"), "name", str(settings.OFFICE_NAME))
    for item in newest:
        _add_entry(root, item)
    body: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return body


def _add_entry(root: ET.Element, item: Item) -> None:
    entry = _add(root, "entry")
    _add(entry, "id", f"tag:{host()},2026:{item.id}")
    _add(entry, "title", item.title)
    _add(entry, "published", _rfc3339(item.published_at))
    _add(entry, "updated", _rfc3339(item.updated_at))
    _add(entry, "link", rel="alternate", type="text/html", href=item.url)
    _add(entry, "content", item.text, type="text")


def _add(parent: ET.Element, name: str, text: str = "", **attributes: str) -> ET.Element:
    child = ET.SubElement(parent, f"{{{_ATOM}}}{name}", attributes)
    child.text = _printable(text) or None
    return child


def _printable(text: str) -> str:
    """Without the characters that neither XML nor a calendar may hold."""
    return "".join(each for each in text if (each >= " " or each in "\t\n") and each not in "\ufffe\uffff")


def _rfc3339(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def ics(items: Sequence[Item]) -> bytes:
    """The calendar: one event each, told again under the same UID with a higher SEQUENCE where it has changed."""
    name = _escaped(_("The Northern Corridor"))
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:-//{host()}//corridor//EN", "CALSCALE:GREGORIAN"]
    lines += ["METHOD:PUBLISH", f"NAME:{name}", f"X-WR-CALNAME:{name}", "REFRESH-INTERVAL;VALUE=DURATION:PT1H"]
    for item in sorted(items, key=lambda item: (item.starts_at, item.id)):
        lines += _event(item)
    lines.append("END:VCALENDAR")
    return "".join(f"{_folded(line)}\r\n" for line in lines).encode()


def _event(item: Item) -> list[str]:
    end = [f"DTEND:{_utc(item.ends_at)}"] if item.ends_at and item.ends_at > item.starts_at else []
    return [
        "BEGIN:VEVENT",
        f"UID:{_escaped(item.id)}@{host()}",
        f"DTSTAMP:{_utc(item.updated_at)}",
        f"CREATED:{_utc(item.published_at)}",
        f"LAST-MODIFIED:{_utc(item.updated_at)}",
        f"SEQUENCE:{item.sequence}",
        f"STATUS:{'CANCELLED' if item.is_cancelled else 'CONFIRMED'}",
        f"DTSTART:{_utc(item.starts_at)}",
        *end,
        f"SUMMARY:{_escaped(item.title)}",
        f"DESCRIPTION:{_escaped(item.text)}",
        f"URL:{item.url}",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _escaped(text: str) -> str:
    plain = _printable(text.replace("\r\n", "\n")).replace("\t", " ")
    return plain.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _folded(line: str) -> str:
    """A line cut into pieces of at most 75 octets, never within a character; the next begins with a blank."""
    pieces, piece, size = [], "", 0
    for character in line:
        octets = len(character.encode())
        if size + octets > 75:
            pieces.append(piece)
            piece, size = " ", 1
        piece += character
        size += octets
    return "\r\n".join([*pieces, piece])
