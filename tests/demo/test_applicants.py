"""The demo's applicants: made once, with papers that are whole, and left as the office has decided."""

from __future__ import annotations

from demo.applicants import APPLICANTS, prepare_applicants, small_pdf
from liaison.documents import check_content
from liaison.models import Document, Identifier, Organization, Person
from liaison.verification import Decision, decide
from tests.conftest import AT, Cast


def test_the_queue_is_filled_once(cast: Cast) -> None:
    for _start in range(2):
        prepare_applicants("umuhanda-1", at=AT)
    waiting = Organization.objects.waiting().order_by("created_at")
    assert [firm.name for firm in waiting] == [applicant.firm.name for applicant in APPLICANTS]
    assert Document.objects.count() == sum(len(applicant.papers) for applicant in APPLICANTS)
    assert Identifier.objects.filter(is_verified=True).count() == 0


def test_a_later_start_keeps_what_was_decided_and_gives_the_new_password(cast: Cast) -> None:
    prepare_applicants("umuhanda-1", at=AT)
    firm = Organization.objects.waiting().earliest("created_at")
    decide(organization=firm, decision=Decision.VERIFY, by=cast.officer, at=AT)
    prepare_applicants("umuhanda-2", at=AT)
    firm.refresh_from_db()
    assert firm.standing == "verified"
    assert Organization.objects.waiting().count() == len(APPLICANTS) - 1
    assert Person.objects.get(email=APPLICANTS[0].email).check_password("umuhanda-2")


def test_a_small_pdf_is_whole() -> None:
    made = small_pdf(["Tax (certificate) \\", "Crane Gate é"])
    assert check_content(made) == "application/pdf"
    start = int(made.rsplit(b"startxref\n", 1)[1].split()[0])
    assert made[start:].startswith(b"xref\n0 6\n")
    offsets = [int(line[:10]) for line in made[start:].splitlines()[3:8]]
    assert [made[offset:].split(b" obj")[0] for offset in offsets] == [b"%d 0" % number for number in range(1, 6)]
    assert rb"(Tax \(certificate\) \\) Tj" in made
