"""What must never be false of papers, notes, links and looks is refused by the database itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction
from django.utils import timezone

from cargo.models import Consignment, Look, Nomination, Note, Paper, ShareLink, UsualDelay
from cargo.models.page import Side, side_of
from cargo.nominations import Terms, accept, nominate
from tests.conftest import AT, Cast, somebody

Make = Callable[..., Any]


def refused(make: Make, constraint: str, **values: object) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        make(**values)


@pytest.fixture
def paper(cast: Cast, consignment: Consignment) -> Make:
    def make(**more: Any) -> Paper:
        values: dict[str, Any] = {
            "consignment": consignment,
            "organization": cast.importer_firm,
            "kind": "invoice",
            "version": 1,
            "file_name": "i.pdf",
            "content_type": "application/pdf",
            "size": 3,
            "sha256": uuid4().hex,
            "content": b"abc",
            "uploaded_by": cast.importer,
            "uploaded_at": AT,
        }
        return Paper.objects.create(**{**values, **more})

    return make


@pytest.fixture
def link(cast: Cast, consignment: Consignment) -> Make:
    def make(**more: Any) -> ShareLink:
        values: dict[str, Any] = {
            "consignment": consignment,
            "seed": uuid4(),
            "token_digest": uuid4().hex,
            "made_by": cast.importer,
            "made_at": AT,
            "expires_at": AT + timedelta(days=1),
        }
        return ShareLink.objects.create(**{**values, **more})

    return make


def test_papers(paper: Make, cast: Cast) -> None:
    kept = paper(sha256="one")
    assert str(kept) == "i.pdf"
    refused(paper, "paper_version_once", sha256="two")
    refused(paper, "paper_once", sha256="one", version=2)
    refused(paper, "paper_version_counts_from_one", version=0)
    refused(paper, "paper_type_allowed", version=3, content_type="text/html")
    refused(paper, "paper_kind_known", version=4, kind="recipe")
    paper(sha256="one", organization=cast.agent_firm)
    paper(sha256="three", kind="bl")
    assert Paper.objects.count() == 3


@pytest.mark.parametrize("kind", Paper.Kind.values)
def test_every_kind_of_paper_can_be_kept(paper: Make, kind: str) -> None:
    assert paper(kind=kind).kind == kind


@pytest.mark.parametrize("content_type", ["application/pdf", "image/png", "image/jpeg"])
def test_every_type_that_is_taken_can_be_kept(paper: Make, content_type: str) -> None:
    assert paper(content_type=content_type).content_type == content_type


def test_links(link: Make) -> None:
    kept = link(token_digest="d")
    assert str(kept) == f"link {kept.pk} of {kept.consignment_id}"
    refused(link, "token_digest", token_digest="d")
    refused(link, "seed", seed=kept.seed)
    refused(link, "share_link_expires", expires_at=AT)
    refused(link, "share_link_opened_when", opened=3)
    refused(link, "share_link_opened_when", opened=0, opened_at=AT)
    link(opened=3, opened_at=AT)
    assert ShareLink.objects.count() == 2


def test_links_live_until_they_expire_or_are_revoked(link: Make) -> None:
    lives = link()
    link(revoked_at=AT)
    link(made_at=AT - timedelta(days=2), expires_at=AT)
    assert list(ShareLink.objects.live(AT)) == [lives]
    assert list(ShareLink.objects.live(AT + timedelta(days=1))) == []


def test_links_are_for_those_who_may_act(link: Make, cast: Cast) -> None:
    made = link()
    reader = somebody(cast.importer_firm, "readonly")
    people = {**cast.people(), "reader": reader}
    seen = {name: list(ShareLink.objects.visible_to(person)) for name, person in people.items()}
    assert seen == {
        "importer": [made],
        "agent": [made],
        "stranger": [],
        "officer": [made],
        "desk": [],
        "official": [],
        "reader": [],
    }
    Nomination.objects.update(may_act=False)
    assert list(ShareLink.objects.visible_to(cast.agent)) == []


def test_notes(cast: Cast, consignment: Consignment) -> None:
    def make(text: str) -> Note:
        return Note.objects.create(
            consignment=consignment,
            organization=cast.importer_firm,
            text=text,
            written_by=cast.importer,
            written_at=AT,
        )

    assert str(make("Call the driver " * 5)) == ("Call the driver " * 5)[:40]
    refused(make, "note_says_something", text="")


def test_looks(cast: Cast, consignment: Consignment) -> None:
    def make(**more: Any) -> Look:
        return Look.objects.create(person=cast.importer, consignment=consignment, **{"seen_at": AT, **more})

    refused(make, "look_in_order", before_at=AT + timedelta(seconds=1))
    assert str(make(before_at=AT)) == f"{cast.importer.pk} at {consignment.pk}"
    refused(make, "look_once")
    Look.objects.create(person=cast.agent, consignment=consignment, seen_at=AT)


def test_what_is_usual(db: None) -> None:
    def make(**more: Any) -> UsualDelay:
        values: dict[str, Any] = {
            "cargo_kind": "container",
            "basis": "part",
            "name": "road",
            "median_s": 5,
            "p90_s": 9,
            "n": 1,
            "since": AT,
            "measured_at": AT,
        }
        return UsualDelay.objects.create(**{**values, **more})

    assert str(make()) == "road of container"
    refused(make, "usual_delay_once")
    refused(make, "usual_delay_basis_known", basis="day")
    refused(make, "usual_delay_is_of_some", name="port", n=0)
    refused(make, "usual_delay_in_order", name="port", p90_s=4)
    make(basis="step")
    make(cargo_kind="roro")


def test_from_which_side_somebody_looks(cast: Cast, consignment: Consignment) -> None:
    importer, agent, stranger = cast.importer_firm.pk, cast.agent_firm.pk, cast.stranger_firm.pk
    office = frozenset(cast.officer.organization_ids())
    assert side_of(cast.importer) == Side(False, frozenset([importer]))
    assert side_of(cast.agent) == Side(False, frozenset([agent]), single=frozenset([consignment.pk]))
    assert side_of(cast.stranger) == Side(False, frozenset([stranger]))
    assert side_of(cast.officer) == Side(True, office)
    assert [side_of(cast.desk), side_of(cast.official), side_of(AnonymousUser())] == [None, None, None]
    for_all = nominate(
        principal=cast.importer_firm,
        nominee=cast.agent_firm,
        terms=Terms(),
        consignment=None,
        by=None,
        at=timezone.now(),
    )
    accept(nomination=for_all, by=None, at=timezone.now())
    side = side_of(cast.agent)
    assert side
    assert (side.principals, side.single) == (frozenset([importer]), frozenset([consignment.pk]))


def test_whoever_is_nominated_for_all_sees_what_is_for_agents(paper: Make, cast: Cast) -> None:
    shown = paper(sha256="a", for_agent=True)
    paper(sha256="b", version=2, for_agent=False)
    Nomination.objects.update(consignment=None)
    assert list(Paper.objects.visible_to(cast.agent)) == [shown]
    assert list(Paper.objects.visible_to(cast.desk)) == []
    assert list(Note.objects.visible_to(cast.desk)) == []
    Nomination.objects.update(ended_at=AT)
    assert list(Paper.objects.visible_to(cast.agent)) == []
