"""The office's pages of incidents: nothing is sent before it was looked at."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client

from cargo.models import Consignment
from liaison.models import Person
from tests.conftest import Cast
from tests.tickets.conftest import opened
from tickets.models import Incident, Message, Ticket

As = Callable[[Person | None], Client]
OPEN = {"title": "Crane down", "category": "PORT_DELAY", "node": "ke-port-mombasa"}


def test_an_incident_from_its_opening_to_its_end(
    cast: Cast, categories: None, consignment: Consignment, as_person: As
) -> None:
    one, two = (opened(cast, consignment, title=f"Trouble {number}") for number in range(2))
    client = as_person(cast.officer)
    form = client.get(f"/tickets/incidents/new/?tickets={one.ref}+{two.ref}&node=ke-port-mombasa").context["form"]
    assert (form["tickets"].value(), form["node"].value()) == (f"{one.ref} {two.ref}", "ke-port-mombasa")
    for wrong in ({"tickets": "T26-999999"}, {"system": "iCMS"}, {"node": "", "voyage": "1"}, {"title": " "}):
        assert client.post("/tickets/incidents/new/", OPEN | wrong).status_code == 422
    made = client.post("/tickets/incidents/new/", {**OPEN, "tickets": f"{one.ref} {two.ref.lower()}"})
    incident = Incident.objects.get()
    url = f"/tickets/incidents/{incident.ref}/"
    assert (made.headers["Location"], incident.tickets.count()) == (url, 2)
    assert [row["ticket"].pk for row in client.get(url).context["rows"]] == [two.pk, one.pk]

    words = {"text": "Back at noon.", "with_silent": "on"}
    looked = client.post(f"{url}tell/", words)
    assert (looked.status_code, looked.context["reach"].tickets, Message.objects.count()) == (200, 2, 0)
    sure = {**words, "version": str(incident.version), "sure": "yes"}
    assert client.post(f"{url}tell/", {**sure, "text": " "}).status_code == 422
    assert client.post(f"{url}tell/", sure).status_code == 302
    # A second tap was not looked at before.
    assert (client.post(f"{url}tell/", sure).status_code, Message.objects.count()) == (422, 2)

    client.post(f"{url}split/", {"ticket": two.ref})
    client.post(f"{url}link/", {"tickets": two.ref})
    said = client.post(f"{url}link/", {"tickets": "T26-999999"}, follow=True).content.decode()
    assert "There is no ticket T26-999999." in said
    client.post(f"{url}undo/")
    assert list(incident.tickets.all()) == [one]
    client.post(f"{url}undo/")
    said = client.get(url).content.decode()
    assert "There is nothing to take back." in said

    end = {"cause": "port", "text": "It is repaired."}
    looked = client.post(f"{url}close/", end)
    assert ([ticket.pk for ticket in looked.context["closing"]], Ticket.objects.filter(state="resolved").count()) == (
        [one.pk],
        0,
    )
    assert client.post(f"{url}close/", {**end, "sure": "yes"}).status_code == 302
    assert [row.ref for row in client.get("/tickets/incidents/?state=over&q=crane").context["page"].rows] == [
        incident.ref
    ]
    assert list(client.get("/tickets/incidents/?state=open").context["page"].rows) == []


def test_moving_to_an_incident_that_is_not_there_is_not_found(cast: Cast, ticket: Ticket, as_person: As) -> None:
    client = as_person(cast.officer)
    for title in ("One", "Two"):
        client.post(
            "/tickets/incidents/new/", {**OPEN, "title": title, "tickets": ticket.ref if title == "One" else ""}
        )
    one, two = Incident.objects.order_by("pk")
    url = f"/tickets/incidents/{one.ref}/split/"
    assert client.post(url, {"ticket": ticket.ref, "into": "I99-00001"}).status_code == 404
    assert client.post(url, {"ticket": ticket.ref, "into": two.ref}).status_code == 302
    assert Ticket.objects.get().incident == two
    importer = as_person(cast.importer)
    assert (importer.get(f"/tickets/{ticket.ref}/").status_code, importer.post(url).status_code) == (200, 403)
