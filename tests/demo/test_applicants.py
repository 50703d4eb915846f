"""The demo's applicants: made once, with papers that are whole, and left as the office has decided."""

from __future__ import annotations

import re
from collections import Counter

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

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


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.text(max_size=40), max_size=6))
def test_any_words_make_a_pdf_whose_references_are_right(lines: list[str]) -> None:
    made = small_pdf(lines)
    assert check_content(made) == "application/pdf"
    start = int(made.rsplit(b"startxref\n", 1)[1].split()[0])
    assert made[start:].startswith(b"xref\n0 6\n")
    # The table has a line of twenty bytes for each object, behind the two of its head and the free one.
    table = made[start + len(b"xref\n0 6\n") :]
    offsets = [int(table[20 * number : 20 * number + 10]) for number in range(1, 6)]
    assert [made[at:].split(b" obj")[0] for at in offsets] == [b"%d 0" % number for number in range(1, 6)]
    stream = made.split(b"stream\n", 1)[1]
    length = int(made.split(b"/Length ", 1)[1].split(b">>")[0])
    assert stream[length:].startswith(b"\nendstream endobj\n")


def test_the_applicants_claim_numbers_of_the_form_of_their_country_and_one_twice() -> None:
    claimed = [(scheme, value) for each in APPLICANTS for scheme, value in each.firm.numbers.items()]
    assert [number for number, count in Counter(claimed).items() if count > 1] == [("rw_tin", "112340987")]
    forms = {"rw_tin": "[0-9]{9}", "ke_pin": "[AP][0-9]{9}[A-Z]", "agent_licence": "RRA/CA/[0-9]{4}/[0-9]{4}"}
    assert [number for number in claimed if not re.fullmatch(forms[number[0]], number[1])] == []


def test_each_applicant_is_somebody_else_and_waits_for_another_time() -> None:
    for values in (
        [each.email for each in APPLICANTS],
        [each.firm.name for each in APPLICANTS],
        [each.firm.phone for each in APPLICANTS],
        [each.hours for each in APPLICANTS],
    ):
        assert len(set(values)) == len(values) == 5
    assert [each.email for each in APPLICANTS if not each.email.endswith(".example")] == []
    assert {each.language for each in APPLICANTS} == {"en", "fr", "rw", "sw"}
