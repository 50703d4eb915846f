"""The cast of every test, and the fixtures that all tests share."""

from __future__ import annotations

import gc
import socket
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings as portal_settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.contrib.sessions.backends.base import VALID_KEY_CHARS
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.cache import cache, caches
from django.core.management import call_command
from django.db import OperationalError, connection
from django.template.base import Template
from django.template.context import Context
from django.test import Client, TransactionTestCase
from django.test.signals import template_rendered
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.safestring import SafeString
from hypothesis import HealthCheck, settings
from pytest_django import DjangoDbBlocker

from api.models import Scope
from api.tokens import make_token
from cargo.models import Consignment
from cargo.nominations import Terms, accept, nominate
from cargo.registration import Particulars, register
from corridor.reference import load_reference
from feeds.models import Source
from feeds.sources import add_source
from liaison.models import Membership, Organization, Person
from liaison.people import add_person
from tests import databases
from tests.api.described import Program
from tests.rows import Rows, keep, made_by, put_kept
from tickets.categories import load_categories

# How long an example takes to draw or to run says how busy the machine is.
settings.register_profile("portal", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("portal")
AT = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)
ROWS: dict[str, Rows] = {}


@pytest.fixture(scope="session", autouse=True)
def _no_network() -> Iterator[None]:
    """Nothing leaves this machine: only its own servers can be reached."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("connect", "connect_ex"):
            patch.setattr(socket.socket, name, _kept_at_home(getattr(socket.socket, name)))
        yield


def _kept_at_home(connect: Callable[..., Any]) -> Callable[..., Any]:
    def guarded(self: socket.socket, address: Any) -> Any:
        host = address[0] if isinstance(address, tuple) else ""
        if host and not (host == "localhost" or ip_address(host).is_loopback):
            raise RuntimeError(f"a test tried to reach {address}")
        return connect(self, address)

    return guarded


@pytest.fixture(scope="session")
def template(pytestconfig: pytest.Config) -> str:
    """The name of the migrated, empty database of this run, which the first worker that needs one makes."""
    return databases.template_of(_run(pytestconfig))


def _run(config: pytest.Config) -> str:
    """The same for all workers of a run."""
    given: str = getattr(config, "workerinput", vars(config.option))["testrunuid"]
    return given


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None,
    template: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[None]:
    """Only one worker migrates; the database of every other is a copy."""
    patch, made = pytest.MonkeyPatch(), connection.creation.create_test_db

    def create(**options: Any) -> str:
        with databases.in_turn(tmp_path_factory.getbasetemp().parent):
            is_first = not databases.is_there(template)
            connection.settings_dict["TEST"]["TEMPLATE"] = None if is_first else template
            # Models of every state between the migrations: much garbage, and little time for it.
            gc.disable()
            name = made(**options)
            gc.enable()
            if is_first:
                connection.close()
                databases.copy(name, template)
            return name

    patch.setattr(connection.creation, "create_test_db", create)
    yield
    patch.undo()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The tests' own rows are known, and who commits has all that it wrote removed.

    A thread that has ended may have left its connection behind, which would keep the database from being dropped.
    """
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        # Where every table is emptied, which the journal does not allow.
        for table in ("liaison_journalentry", "liaison_journallink"):
            cursor.execute(f"DROP TRIGGER journal_never_emptied ON {table}; GRANT TRUNCATE ON {table} TO CURRENT_USER")
        ROWS.update(zip(BEGINNINGS, made_by(*BEGINNINGS.values()), strict=True))
        keep(ROWS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", databases.empty)
        yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.fixture(scope="session", autouse=True)
def _catalogs() -> None:
    """Kinyarwanda is only offered once its catalogue is compiled."""
    call_command("compile_translations", verbosity=0)


@pytest.fixture(scope="session", autouse=True)
def _told_of_pages(django_test_environment: None) -> Iterator[None]:
    """A client's answer has the context of the page; Django's copies it for each of the pieces a page includes too."""

    def render(self: Template, context: Context) -> SafeString:
        if context.template is self or not isinstance(context.template, Template):
            template_rendered.send(sender=self, template=self, context=context)
        return self.nodelist.render(context)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Template, "_render", render)
        yield


class QuickArgon2(Argon2PasswordHasher):
    """The portal's hash at a price that many tests can pay."""

    time_cost, memory_cost, parallelism = 1, 8, 1


def pytest_configure(config: pytest.Config) -> None:
    """Static files are looked for when they are asked for, not all of them by each of a thousand clients."""
    portal_settings.WHITENOISE_AUTOREFRESH = True
    portal_settings.PASSWORD_HASHERS = [f"{__name__}.QuickArgon2", *portal_settings.PASSWORD_HASHERS]
    # Until all tests are collected: of what is imported and parsed by then nothing is garbage.
    gc.disable()
    if config.option.testrunuid is None:
        config.option.testrunuid = uuid4().hex


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """When all workers have ended, nobody needs the template any more."""
    if not hasattr(config, "workerinput") and not config.option.collectonly:
        with suppress(OperationalError):
            databases.drop(databases.template_of(_run(config)))


# What runs for longest begins first, so that at the end nobody waits for it.
LONG = ("tests/runner/", "tests/demo/", "tests/journeys/", "tests/test_queries.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long ones first, in the order of LONG; nothing else moves."""
    items.sort(key=lambda item: next((n for n, begin in enumerate(LONG) if item.nodeid.startswith(begin)), len(LONG)))


def pytest_collection_finish() -> None:
    """The thousands of tests stay as long as the run: the collector of garbage need not look at them again and again."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    gc.enable()


@pytest.fixture(autouse=True)
def _own_cache() -> None:
    """No test counts the tries of another towards a rate limit: this thread's cache and those to come have a new prefix."""
    caches.settings["default"]["KEY_PREFIX"] = cache.key_prefix = uuid4().hex


def own_caches() -> dict[str, Any]:
    """The settings of a cache that is nobody else's."""
    return {"default": {**portal_settings.CACHES["default"], "KEY_PREFIX": uuid4().hex}}


@pytest.fixture
def network(db: None) -> None:
    """The corridor's nodes, legs and agencies."""
    put_kept("network")


@dataclass(frozen=True)
class Cast:
    """Everybody who has a role in the portal."""

    importer: Person
    agent: Person
    stranger: Person
    officer: Person
    desk: Person
    official: Person
    importer_firm: Organization
    agent_firm: Organization
    stranger_firm: Organization

    def people(self) -> dict[str, Person]:
        """The people by the name of their part."""
        return {part: getattr(self, part) for part in PARTS}


PARTS = ("importer", "agent", "stranger", "officer", "desk", "official")
FIRMS = ("Umucyo Traders", "Inzira Clearing", "Ikirere Imports")


def make_cast() -> None:
    """Put the people of ``Cast`` there."""

    def person(part: str, role: str, firm: str = "", kind: str = "") -> None:
        add_person(
            email=f"{part}@portal.example", role=role, organization=firm, name=part.title(), kind=kind, by=None, at=AT
        )

    person("importer", "owner", FIRMS[0])
    person("agent", "member", FIRMS[1], Organization.Kind.AGENT)
    person("stranger", "owner", FIRMS[2])
    person("officer", "officer")
    person("desk", "desk", "KPA")
    person("official", "official")


@pytest.fixture
def cast(network: None) -> Cast:
    """An importer, her agent, a stranger from another firm, an officer, an agency desk and an official."""
    put_kept("cast")
    return cast_known()


def cast_known() -> Cast:
    """The people who are there."""
    everybody = {person.email.partition("@")[0]: person for person in Person.objects.all()}
    people = {part: everybody[part] for part in PARTS}
    firms = {firm.name: firm for firm in Organization.objects.filter(name__in=FIRMS)}
    importer_firm, agent_firm, stranger_firm = (firms[name] for name in FIRMS)
    return Cast(**people, importer_firm=importer_firm, agent_firm=agent_firm, stranger_firm=stranger_firm)


def somebody(firm: Organization, role: str, email: str = "new@portal.example") -> Person:
    """A person with a role in a firm, also one that nobody may give there."""
    person = Person.objects.create(email=email, name=email.split("@")[0].title())
    Membership.objects.create(person=person, organization=firm, role=role)
    return person


@pytest.fixture
def as_person() -> Callable[[Person | None], Client]:
    """A browserless client signed in as a person, or as nobody."""

    def client(person: Person | None) -> Client:
        signed = Client()
        if person is not None:
            signed.cookies[portal_settings.SESSION_COOKIE_NAME] = session_of(person)
        return signed

    return client


def session_of(person: Person) -> str:
    """The key of a session in which the person has signed in: what it holds is one row, where signing in asks ten times."""
    key, store = get_random_string(32, VALID_KEY_CHARS), SessionStore()
    held = {SESSION_KEY: str(person.pk), BACKEND_SESSION_KEY: portal_settings.AUTHENTICATION_BACKENDS[0]}
    data = store.encode({**held, HASH_SESSION_KEY: person.get_session_auth_hash()})
    Session.objects.create(session_key=key, session_data=data, expire_date=store.get_expiry_date())
    return key


def program_of(person: Person, *scopes: str) -> Client:
    """A program that calls with an access token of the person, of every scope where none is named.

    What it is answered is held to the description of the API.
    """
    _token, secret = make_token(
        person=person, name="program", scopes=scopes or Scope.values, days=1, by=person, at=timezone.now()
    )
    return Program(headers={"authorization": f"Bearer {secret}"})


@pytest.fixture
def gate(network: None) -> Source:
    """A source of CODECO messages from the port's gate."""
    put_kept("gate")
    return Source.objects.get(slug="gate")


@pytest.fixture
def clerk(network: None) -> Source:
    """A source of the documented CSV."""
    put_kept("clerk")
    return Source.objects.get(slug="clerk")


def source_of(slug: str, format: str, **settings: str) -> Source:
    """A source that is pushed, with the token ``<slug>-token``."""
    source, _token = add_source(
        slug=slug, format=format, settings=settings, token=f"{slug}-token", name=slug.title(), by=None, at=AT
    )
    return source


@pytest.fixture
def consignment(cast: Cast) -> Consignment:
    """The importer's two containers, handled by her agent."""
    put_kept("consignment")
    return Consignment.objects.select_related("consignee").get()


def make_consignment() -> None:
    """Register the importer's two containers, with her agent nominated."""
    cast = cast_known()
    particulars = Particulars(
        consignee=cast.importer_firm,
        bill_of_lading="UMUC2611001",
        containers=["TGHU3054380", "CSQU3054383"],
        goods="Rice",
    )
    at = timezone.now()
    registered = register(particulars=particulars, by=cast.importer, at=at)
    nomination = nominate(
        principal=cast.importer_firm,
        nominee=cast.agent_firm,
        consignment=registered,
        terms=Terms(may_act=True),
        by=None,
        at=at,
    )
    accept(nomination=nomination, by=None, at=at)


def make_ticket() -> None:
    """Open the importer's ticket about them."""
    from tests.tickets.conftest import opened

    opened(cast_known(), Consignment.objects.get())


# Each begins where the one before it has ended, but for the sources.
BEGINNINGS: dict[str, Callable[[], object]] = {
    "network": lambda: load_reference(at=AT),
    "cast": make_cast,
    "consignment": make_consignment,
    "categories": load_categories,
    "ticket": make_ticket,
    "clerk": lambda: source_of("clerk", "csv_events"),
    "gate": lambda: source_of("gate", "codeco", node="ke-port-mombasa"),
}
