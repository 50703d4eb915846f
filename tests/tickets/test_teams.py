"""The office's teams: made by its heads, given tickets, told of them, and given up when they have none."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from liaison.models import JournalEntry, Person
from liaison.people import add_person
from notify.models import Notice
from tests.conftest import AT, Cast
from tests.tickets.conftest import opened
from tickets.audiences import office_side, team_people
from tickets.escalating import escalate_due
from tickets.finding import in_queue, team_queues
from tickets.handling import assign, snooze
from tickets.models import Escalation, Team, Ticket
from tickets.resolving import resolve
from tickets.teams import drop_team, keep_team
from tickets.words import did

As = Callable[[Person | None], Client]
NOW = timezone.now() + timedelta(minutes=25)
URL = "/tickets/teams/"


@pytest.fixture
def head(cast: Cast) -> Person:
    return add_person(email="head@portal.example", role="supervisor", by=None, at=AT)


@pytest.fixture
def port(cast: Cast, second: Person, head: Person) -> Team:
    return keep_team(team=None, name=" Port  and line ", people=[cast.officer, second], by=head, at=AT)


def told(ticket: Ticket, kind: str = "tickets.assigned") -> set[str]:
    rows = Notice.objects.filter(channel="inbox", entry__kind=kind, entry__key=ticket.ref)
    return set(rows.values_list("person__email", flat=True))


def test_it_is_made_and_changed_with_people_of_the_office_alone(cast: Cast, port: Team, head: Person) -> None:
    assert (port.name, set(port.people.all())) == ("Port and line", {cast.officer, Person.objects.get(name="Second")})
    wrong: list[tuple[str, list[Person], str]] = [
        ("  ", [], "Give it a name."),
        ("PORT AND LINE", [], "There is such a team already."),
        ("Road", [cast.desk], "Tickets are worked on by people of the office."),
    ]
    for name, people, words in wrong:
        with pytest.raises(ValidationError) as refused:
            keep_team(team=None, name=name, people=people, by=head, at=AT)
        assert refused.value.messages == [words]
    keep_team(team=port, name="Road", people=[head], by=head, at=AT)
    assert (Team.objects.get().name, list(port.people.all())) == ("Road", [head])
    assert [entry.data["name"] for entry in JournalEntry.objects.filter(kind="tickets.team_kept")] == [
        "Port and line",
        "Road",
    ]


def test_all_of_a_team_are_told_until_one_of_them_has_it(
    ticket: Ticket, cast: Cast, port: Team, second: Person
) -> None:
    found = assign(ticket=ticket, to=None, team=port, by=cast.officer, at=NOW)
    # Whoever does it need not be told.
    assert (found.team, found.assignee, found.state, told(found)) == (port, None, "new", {second.email})
    assert office_side(found) == {cast.officer.pk, second.pk}
    assert assign(ticket=ticket, to=None, team=port, by=cast.officer, at=NOW).version == found.version
    taken = assign(ticket=ticket, to=second, team=port, by=second, at=NOW)
    assert office_side(taken) == {second.pk}
    said = [did(entry, who="Keza") for entry in taken.entries.filter(kind="assigned").order_by("number")]
    assert said == ["Keza gave it to the team Port and line.", "Keza gave it to Second, of the team Port and line."]


def test_whoever_has_left_the_office_is_no_longer_in_its_team(cast: Cast, port: Team, second: Person) -> None:
    assert team_people({port.pk, None}) == {port.pk: {cast.officer.pk, second.pk}, None: set()}
    Person.objects.filter(pk=second.pk).update(is_active=False)
    assert team_people({port.pk}) == {port.pk: {cast.officer.pk}}


def test_it_has_a_queue_of_what_is_open_and_awake(ticket: Ticket, cast: Cast, port: Team, as_person: As) -> None:
    late, asleep, over, taken = (opened(cast, title=title) for title in ("Late", "Asleep", "Over", "Taken"))
    for each in (ticket, late, asleep, over, taken):
        assign(ticket=each, to=None, team=port, by=cast.officer, at=NOW)
    assign(ticket=taken, to=cast.officer, team=port, by=cast.officer, at=NOW)
    snooze(ticket=asleep, until=NOW + timedelta(days=3), by=cast.officer, at=NOW)
    resolve(ticket=over, cause="port", words="Done.", by=cast.officer, at=NOW)
    Ticket.objects.filter(pk__in=[late.pk, taken.pk]).update(next_breach_at=NOW - timedelta(hours=1))
    assert team_queues(cast.officer, at=NOW) == [{"pk": port.pk, "name": "Port and line", "n": 2, "late": 1}]
    assert team_queues(cast.desk, at=NOW) == []
    rows = Ticket.objects.visible_to(cast.officer).open()
    assert set(in_queue(rows, f"team-{port.pk}", cast.officer)) == {ticket, late, asleep}
    assert list(in_queue(rows, "nobody", cast.officer)) == []
    board = as_person(cast.officer).get(f"/tickets/board/?queue=team-{port.pk}").content.decode()
    assert board.count("Port and line") == 3
    assert as_person(cast.importer).get(f"/tickets/{ticket.ref}/").content.decode().count("Port and line") == 0


def test_the_first_step_of_escalation_is_told_to_the_team(
    ticket: Ticket, cast: Cast, port: Team, second: Person
) -> None:
    found = assign(ticket=ticket, to=None, team=port, by=cast.officer, at=timezone.now())
    assert found.next_step_at
    escalate_due(at=found.next_step_at)
    assert list(Escalation.objects.values_list("percent", "told")) == [(75, 2)]
    assert told(ticket, "tickets.escalated") == {cast.officer.email, second.email}


def test_it_is_given_up_once_nothing_is_open(ticket: Ticket, cast: Cast, port: Team, head: Person) -> None:
    assign(ticket=ticket, to=None, team=port, by=cast.officer, at=NOW)
    with pytest.raises(ValidationError, match="It still has open tickets"):
        drop_team(team=port, by=head, at=NOW)
    resolve(ticket=ticket, cause="port", words="Done.", by=cast.officer, at=NOW)
    drop_team(team=port, by=head, at=NOW)
    drop_team(team=port, by=head, at=NOW)
    assert (Team.objects.exists(), Ticket.objects.get().team) == (False, None)
    assert ticket.entries.filter(kind="assigned").latest("number").data["team"] == "Port and line"
    assert JournalEntry.objects.filter(kind="tickets.team_dropped").count() == 1


def test_who_gives_to_a_team_or_renames_one_that_was_given_up_meanwhile_is_told(
    ticket: Ticket, cast: Cast, port: Team, head: Person
) -> None:
    gone, version = Team.objects.get(pk=port.pk), ticket.version
    drop_team(team=port, by=head, at=NOW)
    with pytest.raises(ValidationError, match="There is no such team any more"):
        assign(ticket=ticket, to=None, team=gone, by=cast.officer, at=NOW)
    with pytest.raises(ValidationError, match="There is no such team any more"):
        keep_team(team=gone, name="Road", people=[], by=head, at=NOW)
    found = Ticket.objects.get()
    assert (found.team, found.version, Team.objects.exists()) == (None, version, False)


def test_officers_look_heads_change_and_nobody_else_sees(
    ticket: Ticket, cast: Cast, port: Team, head: Person, second: Person, as_person: As
) -> None:
    for part in ("importer", "agent", "stranger", "desk", "official"):
        assert as_person(cast.people()[part]).get(URL).status_code == 403
    officer, heads = as_person(cast.officer), as_person(head)
    seen = officer.get(URL).content.decode()
    assert ("Port and line" in seen, "Make the team" in seen) == (True, False)
    officer.post(URL, {"name": "Mine"})
    assert [officer.post(f"{URL}{port.pk}/").status_code, officer.post(f"{URL}{port.pk}/remove/").status_code] == [
        403,
        403,
    ]
    assert heads.post(URL, {"name": "Road", "people": [head.pk]}).status_code == 302
    again = heads.post(URL, {"name": "road"})
    assert (again.status_code, again.context["form"].errors["name"]) == (422, ["There is such a team already."])
    assert heads.post(f"{URL}{port.pk}/", {"name": "Port", "people": [cast.desk.pk]}).status_code == 422
    assert heads.post(f"{URL}{port.pk}/", {"name": "Port", "people": [second.pk]}).status_code == 302
    assert heads.get(f"{URL}999/").status_code == 404
    assert {team.name: set(team.people.all()) for team in Team.objects.all()} == {"Road": {head}, "Port": {second}}


def test_a_ticket_is_given_to_a_team_on_its_page_and_keeps_it_where_nothing_is_said_of_it(
    ticket: Ticket, cast: Cast, port: Team, as_person: As
) -> None:
    client, url = as_person(cast.officer), f"/tickets/{ticket.ref}/actions/"
    assert '<option value="Port and line">' in client.get(f"/tickets/{ticket.ref}/?act=assign").content.decode()
    client.post(url, {"action": "assign", "to": "", "team": port.name})
    assert Ticket.objects.get().team == port
    client.post(url, {"action": "assign", "to": cast.officer.email})
    found = Ticket.objects.get()
    assert (found.assignee, found.team) == (cast.officer, port)
    client.post(url, {"action": "assign", "to": cast.officer.email, "team": ""})
    assert Ticket.objects.get().team is None
