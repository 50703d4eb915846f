"""Invented firms that wait for the office, each with a small paper, so that its queue is not empty."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from liaison.documents import add_document
from liaison.models import Document, Membership, Person
from liaison.organizations import Particulars, register_organization

_PAPER = Document.Kind


@dataclass(frozen=True, slots=True)
class Applicant:
    """A firm, who applied for it how many hours ago, and the papers that it sent."""

    firm: Particulars
    person: str
    email: str
    hours: int
    language: str = "en"
    papers: tuple[str, ...] = ()


def _firm(name: str, kind: str, country: str, phone: str, address: str, **numbers: str) -> Particulars:
    return Particulars(name=name, kind=kind, country=country, phone=phone, address=address, numbers=numbers)


# The fourth claims the number of the first, and the last is called nearly like a firm that is verified.
APPLICANTS = (
    Applicant(
        _firm("Lantern Street Hardware", "importer", "RW", "+250788300111", "KN 74 St, Kigali", rw_tin="112340987"),
        "Josiane Mukamana", "josiane@applicant.example", 52, "rw", (_PAPER.REGISTRATION, _PAPER.TAX),
    ),
    Applicant(
        _firm(
            "Crane Gate Clearing", "agent", "RW", "+250788300222", "KK 15 Ave, Kigali",
            rw_tin="109871234", agent_licence="RRA/CA/2026/0417",
        ),
        "Patrick Ndayisaba", "patrick@applicant.example", 31, "fr",
        (_PAPER.REGISTRATION, _PAPER.TAX, _PAPER.LICENCE),
    ),
    Applicant(
        _firm("Msafiri Long Haul", "transporter", "KE", "+254722300333", "Miritini, Mombasa", ke_pin="P051987654K"),
        "Hamisi Juma", "hamisi@applicant.example", 20, "sw", (_PAPER.REGISTRATION,),
    ),
    Applicant(
        _firm("Lantern Street Trading", "importer", "RW", "+250788300444", "Nyabugogo, Kigali", rw_tin="112340987"),
        "Eric Gasana", "eric@applicant.example", 7, "en", (_PAPER.TAX,),
    ),
    Applicant(
        _firm("Sorghum Hills Imports", "importer", "RW", "+250788300555", "KG 9 Ave, Kigali", rw_tin="104567890"),
        "Diane Uwimana", "diane@applicant.example", 2,
    ),
)  # fmt: skip


def prepare_applicants(password: str, *, at: datetime) -> None:
    """Make the firms that wait, where they have never been made; what the office has decided since stays."""
    for applicant in APPLICANTS:
        person = Person.objects.filter(email=applicant.email).first()
        person = person or Person(email=applicant.email, name=applicant.person, language=applicant.language)
        person.set_password(password)
        person.save()
        if not Membership.objects.filter(person=person).exists():
            _apply(applicant, person, at - timedelta(hours=applicant.hours))


def _apply(applicant: Applicant, person: Person, at: datetime) -> None:
    organization = register_organization(particulars=applicant.firm, owner=person, by=person, at=at)
    for kind in applicant.papers:
        label = str(_PAPER(kind).label)
        numbers = [f"{scheme}: {value}" for scheme, value in applicant.firm.numbers.items()]
        content = small_pdf([label, applicant.firm.name, *numbers, "Demonstration: not a real paper"])
        add_document(organization=organization, kind=kind, file_name=f"{label}.pdf", content=content, by=person, at=at)


def small_pdf(lines: Sequence[str]) -> bytes:
    """A PDF 1.4 of one A5 page with ``lines`` of Latin-1 (ISO 32000-1, 7.5: header, objects, references, trailer)."""
    escaped = [line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)") for line in lines]
    text = "\n".join(f"({line}) Tj 0 -24 Td" for line in escaped)
    page = f"BT /F1 14 Tf 48 520 Td\n{text}\nET".encode("latin-1", "replace")
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 420 595]/Contents 5 0 R/Resources<</Font<</F1 4 0 R>>>>>>",
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(page), page),
    ]
    made = b"%PDF-1.4\n"
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(made))
        made += b"%d 0 obj%s endobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(objects) + 1
    end = b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n"
    return made + end % (size, table, size, len(made))
