"""An organisation's page: who sees it, what is changed how, and papers that never run in a browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from liaison.documents import MOST_BYTES, add_document
from liaison.models import Document, JournalEntry, Membership, Organization, Person
from liaison.people import add_person
from liaison.verification import Decision, decide
from tests.conftest import AT, Cast
from tests.liaison.conftest import SAID, applicant, owner_of
from tests.liaison.papers import GIF, HTML, JPEG, PDF, PNG, ZIP

As = Callable[[Person | None], Client]


def verified(cast: Cast) -> Organization:
    organization = applicant()
    decide(organization=organization, decision=Decision.VERIFY, by=cast.officer, at=timezone.now())
    organization.refresh_from_db()
    return organization


def send(client: Client, organization: Organization, content: bytes, name: str = "tax.pdf", kind: str = "tax") -> int:
    file = SimpleUploadedFile(name, content, content_type="text/html")
    return client.post(f"/organizations/{organization.pk}/documents/", {"kind": kind, "file": file}).status_code


def kept(cast: Cast, content: bytes = PDF) -> Document:
    document, _new = add_document(
        organization=cast.importer_firm, kind="tax", file_name="tax.pdf", content=content, by=cast.importer, at=AT
    )
    return document


def test_an_applicant_sees_what_is_missing_sends_it_and_waits(cast: Cast, as_person: As) -> None:
    organization = applicant()
    client = as_person(owner_of(organization))
    page = client.get("/")
    assert (page.status_code, page.templates[0].name) == (200, "liaison/waiting.html")
    for words in ("Akabuto Clearing", "Certificate of registration", "Tax certificate", "Licence"):
        assert words in page.content.decode()
    assert send(client, organization, PDF) == 302
    shown = client.get(f"/organizations/{organization.pk}/")
    assert shown.context["application"]["missing"] == ["Certificate of registration", "Licence"]
    assert [paper.file_name for paper in shown.context["papers"]] == ["tax.pdf"]
    assert [row["missing"] for row in client.get("/me/").context["applications"]] == [
        ["Certificate of registration", "Licence"]
    ]


def test_a_refused_applicant_reads_why_and_applies_again(cast: Cast, as_person: As) -> None:
    organization = applicant()
    decide(organization=organization, decision=Decision.REFUSE, reason="No <licence>", by=cast.officer, at=AT)
    client = as_person(owner_of(organization))
    for url in ("/", "/me/", f"/organizations/{organization.pk}/"):
        page = client.get(url).content.decode()
        assert "No &lt;licence&gt;" in page
        assert f'action="/organizations/{organization.pk}/apply/"' in page
    assert client.get(f"/organizations/{organization.pk}/apply/").status_code == 405
    assert client.post(f"/organizations/{organization.pk}/apply/").status_code == 302
    organization.refresh_from_db()
    assert (organization.standing, organization.decision) == ("pending", "")


def test_a_suspended_firm_reads_why_and_does_nothing(cast: Cast, as_person: As) -> None:
    decide(organization=cast.importer_firm, decision=Decision.SUSPEND, reason="Unpaid fees", by=cast.officer, at=AT)
    client = as_person(cast.importer)
    assert "Unpaid fees" in client.get("/").content.decode()
    assert client.get("/consignments/").status_code == 403
    assert client.post(f"/organizations/{cast.importer_firm.pk}/apply/").status_code == 302
    cast.importer_firm.refresh_from_db()
    assert cast.importer_firm.standing == "suspended"


@pytest.mark.parametrize("role", ["member", "readonly"])
def test_a_member_sees_the_firm_but_not_its_papers(cast: Cast, as_person: As, role: str) -> None:
    document = kept(cast)
    colleague = add_person(email="colleague@portal.example", role=role, organization="Umucyo Traders", by=None, at=AT)
    client = as_person(colleague)
    firm = f"/organizations/{cast.importer_firm.pk}/"
    page = client.get(firm)
    assert (page.status_code, page.context["papers"], "/documents/" in page.content.decode()) == (200, [], False)
    answers = [
        client.get(f"{firm}edit/").status_code,
        client.post(f"{firm}edit/", SAID).status_code,
        client.post(f"{firm}documents/").status_code,
        client.post(f"{firm}apply/").status_code,
        client.get(f"/documents/{document.pk}/").status_code,
        client.post(f"/documents/{document.pk}/delete/").status_code,
    ]
    assert answers == [403, 403, 403, 403, 404, 404]


def test_who_is_suspended_in_the_firm_sees_nothing_of_it(cast: Cast, as_person: As) -> None:
    document = kept(cast)
    Membership.objects.filter(person=cast.importer).update(suspended_at=AT)
    client = as_person(cast.importer)
    assert client.get(f"/organizations/{cast.importer_firm.pk}/").status_code == 404
    assert client.get(f"/documents/{document.pk}/").status_code == 404
    assert "Umucyo" not in client.get("/").content.decode()


def test_changing_who_a_firm_is_says_before_that_it_goes_back(cast: Cast, as_person: As) -> None:
    organization = verified(cast)
    client = as_person(owner_of(organization))
    url = f"/organizations/{organization.pk}/edit/"
    page = client.get(url)
    assert "has to verify the firm anew" in page.content.decode()
    assert page.context["form"].initial["rw_tin"] == "101234567"
    assert client.post(url, {**SAID, "phone": "+250788999999", "email": "office@akabuto.example"}).status_code == 302
    organization.refresh_from_db()
    assert (organization.standing, organization.phone, organization.email) == (
        "verified",
        "+250788999999",
        "office@akabuto.example",
    )
    answer = client.post(url, {**SAID, "name": "Akabuto Freight"}, follow=True)
    organization.refresh_from_db()
    assert (organization.standing, organization.name) == ("pending", "Akabuto Freight")
    assert "The office looks at it again" in answer.content.decode()
    assert "has to verify the firm anew" not in client.get(url).content.decode()


def test_a_change_that_cannot_be_is_explained(cast: Cast, as_person: As) -> None:
    organization = verified(cast)
    url = f"/organizations/{organization.pk}/edit/"
    client = as_person(owner_of(organization))
    other = applicant("b@akabuto.example", name="Other", numbers={"rw_tin": "109999999", "agent_licence": "X/1"})
    decide(organization=other, decision=Decision.VERIFY, by=cast.officer, at=AT)
    answer = client.post(url, {**SAID, "rw_tin": "109999999"})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["rw_tin"])
    decide(organization=organization, decision=Decision.SUSPEND, reason="x", by=cast.officer, at=AT)
    answer = client.post(url, {**SAID, "name": "Another"})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["__all__"])
    organization.refresh_from_db()
    assert organization.name == "Akabuto Clearing"


def test_supervisors_mend_an_agency_and_cannot_make_it_a_firm(cast: Cast, as_person: As) -> None:
    supervisor = add_person(email="supervisor@portal.example", role="supervisor", by=None, at=AT)
    client = as_person(supervisor)
    agency = Organization.objects.get(name="KPA")
    url = f"/organizations/{agency.pk}/edit/"
    said = {"name": "KPA", "kind": "agency", "country": "KE", "phone": "+254 41 2113999", "email": "info@kpa.example"}
    assert client.post(url, said).status_code == 302
    assert client.post(url, {**said, "kind": "importer"}).status_code == 422
    agency.refresh_from_db()
    assert (agency.kind, agency.standing, agency.phone) == ("agency", "verified", "+254412113999")


@pytest.mark.parametrize(
    ("content", "name", "status"),
    [
        (PDF, "tax.pdf", 302),
        (PNG, "scan.exe", 302),
        (JPEG, "../../photo.html", 302),
        (HTML, "tax.pdf", 422),
        (ZIP, "tax.pdf", 422),
        (GIF, "tax.png", 422),
        (PDF + ZIP, "tax.pdf", 422),
        (b"", "tax.pdf", 422),
        (PDF + b" " * MOST_BYTES, "tax.pdf", 422),
        (PDF, "n" * 300 + ".pdf", 302),
    ],
    ids=range(10),
)
def test_what_is_sent_is_taken_by_its_bytes(cast: Cast, as_person: As, content: bytes, name: str, status: int) -> None:
    assert send(as_person(cast.importer), cast.importer_firm, content, name) == status
    assert Document.objects.count() == (status == 302)


def test_an_upload_without_a_file_or_of_an_unknown_kind_says_so(cast: Cast, as_person: As) -> None:
    client = as_person(cast.importer)
    url = f"/organizations/{cast.importer_firm.pk}/documents/"
    answer = client.post(url, {"kind": "passport"})
    assert (answer.status_code, sorted(answer.context["form"].errors)) == (422, ["file", "kind"])
    assert send(client, cast.importer_firm, PDF, kind="passport") == 422
    assert client.get(url).status_code == 405
    assert Document.objects.count() == 0


def test_sending_the_same_twice_keeps_one(cast: Cast, as_person: As) -> None:
    client = as_person(cast.importer)
    assert [send(client, cast.importer_firm, PDF) for _time in range(2)] == [302, 302]
    assert "was there already" in client.get("/me/").content.decode()
    assert Document.objects.count() == 1


@pytest.mark.parametrize(("content", "content_type"), [(PDF, "application/pdf"), (PNG, "image/png")])
def test_a_paper_is_only_ever_a_file_to_be_saved(cast: Cast, as_person: As, content: bytes, content_type: str) -> None:
    document = kept(cast, content)
    for person in (cast.importer, cast.officer):
        answer = as_person(person).get(f"/documents/{document.pk}/")
        assert answer.content == content
        headers = {name: answer[name] for name in ("Content-Type", "Content-Disposition", "X-Content-Type-Options")}
        assert headers == {
            "Content-Type": content_type,
            "Content-Disposition": f'attachment; filename="{document.file_name}"',
            "X-Content-Type-Options": "nosniff",
        }
        assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert "no-store" in answer["Cache-Control"]
    taken = JournalEntry.objects.filter(kind="liaison.document_handed_out")
    assert [entry.by for entry in taken] == [cast.officer]


def test_a_missing_and_a_foreign_paper_look_the_same(cast: Cast, as_person: As) -> None:
    document = kept(cast)
    client = as_person(cast.stranger)
    assert [client.get(f"/documents/{pk}/").status_code for pk in (document.pk, 999_999, 10**25)] == [404] * 3


def test_an_applicant_takes_a_paper_out_until_it_is_decided(cast: Cast, as_person: As) -> None:
    organization = applicant()
    client = as_person(owner_of(organization))
    assert [send(client, organization, content) for content in (PDF, PNG)] == [302, 302]
    first, second = Document.objects.order_by("pk")
    assert client.get(f"/documents/{first.pk}/delete/").status_code == 405
    assert client.post(f"/documents/{first.pk}/delete/").status_code == 302
    assert as_person(cast.officer).post(f"/documents/{second.pk}/delete/").status_code == 403
    decide(organization=organization, decision=Decision.VERIFY, by=cast.officer, at=AT)
    assert client.post(f"/documents/{second.pk}/delete/").status_code == 403
    assert "/delete/" not in client.get(f"/organizations/{organization.pk}/").content.decode()
    assert list(Document.objects.all()) == [second]
