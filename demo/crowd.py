"""A crowd of invented organisations and people: as many as the directory has to bear, made at once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from random import Random

from django.db import connection

from liaison.models import FocalPoint, Identifier, Membership, Organization, Person
from liaison.roles import Role

TRADES = ("Traders", "Imports", "Clearing", "Logistics", "Hardware", "Foods", "Motors", "Textiles", "Steel", "Mills")
_FIRST = (
    "Aline", "Bosco", "Claudine", "Diane", "Eric", "Fabrice", "Grace", "Honorine", "Innocent", "Josiane", "Keza",
    "Lambert", "Mwanaidi", "Noella", "Olivier", "Patrick", "Rachel", "Solange", "Thierry", "Umutoni", "Vestine", "Yves",
)  # fmt: skip
_LAST = (
    "Bizimana", "Gasana", "Habimana", "Ingabire", "Juma", "Kamau", "Kayitesi", "Mugisha", "Mukamana", "Mutesi",
    "Ndayisaba", "Niyonsaba", "Otieno", "Rwigema", "Salim", "Sebera", "Tuyishime", "Uwase", "Uwimana", "Wanjiru",
)  # fmt: skip
_PLACES = (
    "Akagera", "Bugesera", "Gatuna", "Gisozi", "Huye", "Kacyiru", "Kagitumba", "Kanombe", "Karongi", "Kimironko",
    "Kivu", "Masaka", "Muhanga", "Musanze", "Nyabugogo", "Nyagatare", "Nyanza", "Rubavu", "Rusizi", "Rwamagana",
)  # fmt: skip
_KINDS = (Organization.Kind.IMPORTER, Organization.Kind.AGENT, Organization.Kind.TRANSPORTER)
_BATCH = 5000


def gather(organizations: int, people: int, *, at: datetime, seed: int = 2026) -> None:
    """Make them all, everybody in one of the organisations, and let PostgreSQL take stock as it does at night."""
    random = Random(seed)  # noqa: S311 - invents, and guards nothing
    firms = Organization.objects.bulk_create(_firms(random, organizations, at), batch_size=_BATCH)
    Identifier.objects.bulk_create(
        (
            Identifier(organization=firm, scheme="rw_tin", value=f"{100_000_000 + n}", is_verified=True)
            for n, firm in enumerate(firms)
        ),
        batch_size=_BATCH,
    )
    crowd = Person.objects.bulk_create(_people(random, people), batch_size=_BATCH)
    Membership.objects.bulk_create(
        (
            Membership(
                person=person,
                organization=firms[n % organizations],
                role=Role.OWNER if n < organizations else Role.MEMBER,
            )
            for n, person in enumerate(crowd)
        ),
        batch_size=_BATCH,
    )
    FocalPoint.objects.bulk_create(
        (
            FocalPoint(organization=firm, name=_name(random), phone=_phone(7_000_000 + n))
            for n, firm in enumerate(firms[::5])
        ),
        batch_size=_BATCH,
    )
    _take_stock()


def _firms(random: Random, count: int, at: datetime) -> Iterator[Organization]:
    for n in range(count):
        yield Organization(
            name=f"{random.choice(_PLACES)} {random.choice(_LAST)} {random.choice(TRADES)} {n}",
            kind=random.choice(_KINDS),
            phone=_phone(n),
            created_at=at,
            last_contact_at=at if n % 3 == 0 else None,
        )


def _people(random: Random, count: int) -> Iterator[Person]:
    for n in range(count):
        name = _name(random)
        email = f"{name.lower().replace(' ', '.')}.{n}@crowd.example"
        yield Person(email=email, name=name, phone=_phone(1_000_000 + n), password="!")  # noqa: S106 - none


def _name(random: Random) -> str:
    return f"{random.choice(_FIRST)} {random.choice(_LAST)}"


def _phone(number: int) -> str:
    return f"+25078{number:07d}"


def _take_stock() -> None:
    """Statistics, and the lists of what was written to the indexes last: a crowd never comes at once but here."""
    with connection.cursor() as cursor:
        for model in (Organization, Person, Membership, Identifier, FocalPoint):
            cursor.execute(f"ANALYZE {model._meta.db_table}")
        cursor.execute(
            "SELECT gin_clean_pending_list(indexrelid::regclass) FROM pg_index JOIN pg_class ON oid = indexrelid"
            " WHERE relam = (SELECT oid FROM pg_am WHERE amname = 'gin') AND relname LIKE '%_trigrams'"
        )
