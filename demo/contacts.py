"""The demo's focal points at agencies and the office's calls with them: all invented, with gaps left to be seen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from demo.cast import IMPORTER_FIRM
from liaison.calls import note_call
from liaison.concerns import Concern
from liaison.focal_points import Entry, add_focal_point
from liaison.models import CallNote, FocalPoint, Organization, Person

OFFICER = "officer@demo.example"


@dataclass(frozen=True, slots=True)
class Call:
    """A call of the office, so many hours ago."""

    organization: str
    spoken_to: str
    about: str
    text: str
    hours: int


def _point(name: str, duty: str, phone: str, *concerns: str, rank: int = 1) -> Entry:
    address = f"{name.lower().replace(' ', '.')}@agency.example"
    return Entry(name=name, duty=duty, phone=phone, email=address, rank=rank, concerns=concerns)


POINTS = {
    "KPA": (
        _point(
            "Mwanaidi Salim", "Transit desk, Kilindini", "+254722300601",
            Concern.PORT_DELAY, Concern.STORAGE_DISPUTE, Concern.DAMAGE_LOSS, Concern.SYSTEM_DOWN,
        ),
        _point("Peter Mwangi", "Yard planning", "+254722300602", Concern.PORT_DELAY, Concern.EMPTY_RETURN, rank=2),
    ),
    "KRA": (
        _point("Janet Achieng", "Transit, Mombasa", "+254722300611", Concern.CUSTOMS_KE, Concern.DOC_MANIFEST),
        _point("Ali Hassan", "Seals and tracking", "+254722300612", Concern.ESEAL),
        _point("Ruth Chebet", "Malaba", "+254722300613", Concern.BORDER_QUEUE, Concern.CUSTOMS_KE, rank=2),
    ),
    "RRA": (
        _point("Jeanne Mukeshimana", "Transit, Gikondo", "+250788300621", Concern.CUSTOMS_RW, Concern.WAREHOUSE_RW),
        _point("Alphonse Rukundo", "Gatuna", "+250788300622", Concern.BORDER_QUEUE, Concern.CUSTOMS_RW, rank=2),
    ),
    "KeNHA": (_point("Samuel Kiprono", "Axle load", "+254722300631", Concern.WEIGHBRIDGE, Concern.ROAD_CHARGE),),
    "KMA": (_point("Halima Noor", "Shipping lines", "+254722300641", Concern.DO_LINE, Concern.DEPOSIT),),
    "MINICOM": (_point("Chantal Nyirahabimana", "Trade barriers", "+250788300651", Concern.NTB),),
}  # fmt: skip
CALLS = (
    Call("KPA", "Mwanaidi Salim", "Released boxes not loaded", "Two boxes are on the plan for tonight's train.", 5),
    Call("KPA", "Peter Mwangi", "Depot full", "The yard takes empties again from Monday.", 76),
    Call("RRA", "Jeanne Mukeshimana", "Release orders", "The system was slow; orders of the morning are through.", 29),
    Call(
        IMPORTER_FIRM, "Claudine Uwase", "Free days", "Asked how free days are counted. Explained, sent the tariff.", 50
    ),
)


def prepare_contacts(*, at: datetime) -> None:
    """Name them and note the calls, where none of either is there yet; what has been changed since stays."""
    officer = Person.objects.get(email=OFFICER)
    named = {*POINTS, *(call.organization for call in CALLS)}
    known = {found.name: found for found in Organization.objects.established().filter(name__in=named)}
    if not FocalPoint.objects.exists():
        for name in POINTS.keys() & known.keys():
            for entry in POINTS[name]:
                add_focal_point(organization=known[name], entry=entry, by=officer, at=at)
    if not CallNote.objects.exists():
        for call in (call for call in CALLS if call.organization in known):
            note_call(
                organization=known[call.organization],
                spoken_to=call.spoken_to,
                about=call.about,
                text=call.text,
                called_at=at - timedelta(hours=call.hours),
                by=officer,
                at=at,
            )
