"""The commands that register, take in and pull: what they promise to print, to exit with and never to lose."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import redirect_stdout
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings as portal
from django.core.management import CommandError, call_command, execute_from_command_line
from django.db import connection
from pytest_django import Settings

from cargo.models import Consignment, Event
from feeds.intake import receive
from feeds.models import Delivery, Source
from feeds.sources import source_for_push
from liaison.models import JournalEntry
from notify.models import Notice
from tests.cargo.test_reading import csv, row
from tests.conftest import AT
from tests.feeds.conftest import Desk, Partner, pulled
from tests.feeds.test_reading import file_of, said
from tests.shape import ROOT

NOTHING = "facts=0 events=0 unmatched=0 quarantined=0"
ONE = "facts=1 events=1 unmatched=1 quarantined=0"
Write = Callable[[str, bytes], str]


def run(*arguments: str, complaints: list[str] | None = None) -> list[str]:
    """What the command prints; what it complains of goes to ``complaints``."""
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command(*arguments, stdout=out, stderr=err)
    finally:
        if complaints is not None:
            complaints += err.getvalue().splitlines()
    return out.getvalue().splitlines()


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a file and gives its name."""

    def write(name: str, raw: bytes) -> str:
        (tmp_path / name).write_bytes(raw)
        return str(tmp_path / name)

    return write


# source_add


def test_source_add_registers_a_source_and_prints_its_push_token(db: None) -> None:
    (line,) = run("source_add", "gate", "--format", "codeco")
    slug, words, token = line.split(" ")
    assert (slug, words) == ("gate", "token:")
    assert source_for_push("gate", token) == Source.objects.get()
    assert Source.objects.values_list("format", "fetch", "url", "settings").get() == ("codeco", "", "", {})


def test_source_add_takes_all_that_is_said_of_a_source(db: None) -> None:
    said = "--format dcsa --fetch http --url http://carrier.example/?a=b --every 300 --token t-1 --rank 20".split()
    named = ["--name", "The Carrier", "--setting", "false_z=1", "--setting", "note=a=b c"]
    assert run("source_add", "carrier", *said, *named) == ["carrier token: t-1"]
    kept = Source.objects.get()
    assert (kept.format, kept.fetch, kept.url, kept.every_s) == ("dcsa", "http", "http://carrier.example/?a=b", 300)
    assert (kept.name, kept.rank, kept.settings) == ("The Carrier", 20, {"false_z": "1", "note": "a=b c"})


def test_source_add_keeps_secrets_where_nobody_reads_them(db: None) -> None:
    said = "--format dcsa --fetch sftp --url sftp://kpa:s3cret@gate.example/out --setting hmac_secret=k-1 --token t".split()
    assert run("source_add", "gate", *said) == ["gate token: t"]
    assert Source.objects.values_list("url", "settings").get() == ("sftp://kpa@gate.example/out", {})
    with pytest.raises(CommandError) as refused:
        run("source_add", "gate", "--format", "dcsa", "--fetch", "http", "--url", "ftp://kpa:s3cret@gate.example/")
    assert "s3cret" not in str(refused.value)


def test_source_add_pulls_each_minute_where_nothing_else_is_said(db: None) -> None:
    run("source_add", "carrier", "--format", "dcsa", "--fetch", "http", "--url", "http://carrier.example/")
    assert Source.objects.get().every_s == 60


def test_source_add_again_changes_the_source(gate: Source) -> None:
    assert run("source_add", "gate", "--format", "coarri", "--token", "new") == ["gate token: new"]
    assert (Source.objects.get().pk, Source.objects.get().format) == (gate.pk, "coarri")
    assert [source_for_push("gate", token) for token in ("gate-token", "new")] == [None, gate]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["gate"], "required: --format"),
        (["gate", "--format", "telex"], "invalid choice: 'telex'"),
        (["gate", "--format", "dcsa", "--fetch", "pigeon"], "invalid choice: 'pigeon'"),
        (["gate", "--format", "dcsa", "--every", "often"], "invalid int value: 'often'"),
        (["gate", "--format", "dcsa", "--every", "0"], "The time between two pulls is at least one second."),
        (["gate", "--format", "dcsa", "--fetch", "http"], "--fetch http needs --url http://"),
        (["gate", "--format", "dcsa", "--fetch", "http", "--url", "/srv/in"], "--fetch http needs --url http://"),
        (["gate", "--format", "dcsa", "--fetch", "folder", "--url", "in"], "needs --url with the absolute path"),
        (["gate", "--format", "dcsa", "--fetch", "sftp", "--url", "https://h/"], "needs --url sftp://user@host/folder"),
        (["gate", "--format", "dcsa", "--fetch", "mailbox", "--url", "imaps:"], "needs --url imaps://user@host/INBOX"),
        (["gate", "--format", "dcsa", "--fetch", "http", "--url", "http://[::1"], "--fetch http needs --url http://"),
        (["gate", "--format", "dcsa", "--url", "http://h/"], "say also how, with --fetch"),
        (["the gate", "--format", "dcsa"], "valid “slug”"),
        (["gate", "--format", "dcsa", "--setting", "node"], "--setting node: write it as key=value"),
    ],
)
def test_source_add_refuses_what_does_not_fit_and_registers_nothing(db: None, arguments: list[str], words: str) -> None:
    with pytest.raises(CommandError) as refused:
        run("source_add", *arguments)
    assert words in str(refused.value)
    assert (Source.objects.count(), JournalEntry.objects.count()) == (0, 0)


# source_receive


@pytest.mark.parametrize("format", ["csv_events", "codeco", "coarri", "dcsa"])
def test_source_receive_reads_every_format(network: None, write: Write, format: str) -> None:
    run("source_add", "partner", "--format", format)
    name = write("events", file_of(format, said(format, "CSQU3054383")))
    assert run("source_receive", "partner", name) == [f"{name} stored  {ONE}"]
    assert Event.objects.values_list("source__slug", "container").get() == ("partner", "CSQU3054383")


def test_source_receive_keeps_what_it_took(clerk: Source, write: Write) -> None:
    raw = csv(row("gate_out", 1)).replace(b"\n", b"\r\n")
    run("source_receive", "clerk", write("gate.csv", raw))
    kept = Delivery.objects.get()
    assert (bytes(kept.raw), kept.file_name, kept.source, kept.is_history) == (raw, "gate.csv", clerk, False)


def test_source_receive_goes_on_after_what_was_quarantined_and_what_had_come_before(
    clerk: Source, write: Write
) -> None:
    page, empty = write("page.csv", b"<html>"), write("empty.csv", b"")
    good, same = write("good.csv", csv(row("gate_out", 1))), write("same.csv", csv(row("gate_out", 1)))
    quarantined = "facts=0 events=0 unmatched=0 quarantined=1"
    assert run("source_receive", "clerk", page, empty, good, same) == [
        f"{page} stored  {quarantined}",
        f"{empty} stored  {quarantined}",
        f"{good} stored  {ONE}",
        f"{same} duplicate  {NOTHING}",
    ]


def test_source_receive_complains_of_each_file_that_cannot_be_read_and_takes_the_others(
    clerk: Source, write: Write, tmp_path: Path, settings: Settings
) -> None:
    settings.DELIVERY_MAX_BYTES = 1000
    missing, folder, large = str(tmp_path / "missing"), str(tmp_path), write("large.csv", b"x" * 1001)
    good = write("good.csv", csv(row("gate_out", 1)))
    complaints: list[str] = []
    with pytest.raises(SystemExit) as stopped:
        run("source_receive", "clerk", missing, folder, large, good, complaints=complaints)
    assert stopped.value.code == 2
    assert complaints == [
        f"{missing}: No such file or directory",
        f"{folder}: Is a directory",
        f"{large}: larger than 1000 bytes",
    ]
    assert Delivery.objects.values_list("file_name", "events").get() == ("good.csv", 1)


def test_source_receive_takes_a_back_fill_and_tells_nobody(
    clerk: Source, consignment: Consignment, write: Write
) -> None:
    run("source_receive", "clerk", write("old.csv", csv(row("gate_out", 1))), "--history")
    assert (Delivery.objects.get().is_history, Event.objects.count(), Notice.objects.count()) == (True, 1, 0)


def test_source_receive_takes_a_file_whose_name_is_no_text(clerk: Source, tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/caf\xe9.csv"
    with open(path, "wb") as file:
        file.write(csv(row("gate_out", 1)))
    printed = io.BytesIO()
    out = io.TextIOWrapper(printed, encoding="utf-8", write_through=True)
    call_command("source_receive", "clerk", os.fsdecode(path), stdout=out)
    assert printed.getvalue().decode() == f"{tmp_path}/caf?.csv stored  {ONE}\n"
    assert Delivery.objects.get().file_name == "caf?.csv"


# source_pull


@pytest.fixture
def events(network: None, partner: Partner, carrier: Source) -> Source:
    """A source whose partner has one event to tell, and tells it once."""
    partner.offer(csv(row("gate_out", 1)), ETag='"1"')
    return carrier


def test_source_pull_fetches_and_reads_what_is_new(events: Source) -> None:
    assert run("source_pull", "carrier") == ["carrier stored  facts=1 events=1"]
    assert run("source_pull", "carrier") == ["carrier unchanged"]
    assert (Event.objects.count(), Delivery.objects.get().state) == (1, "read")


def test_source_pull_tells_a_duplicate(events: Source, partner: Partner) -> None:
    partner.give = lambda desk: desk.say(b"x")
    receive(source=events, raw=b"x", at=AT)
    assert run("source_pull", "carrier") == ["carrier duplicate"]


def test_source_pull_adds_up_what_several_items_held(network: None, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for name, raw in {
        "a": csv(row("gate_out", 1)),
        "b": csv(row("sealed", 2)),
        "c": csv(row("sealed", 2)),
        "d": b"",
    }.items():
        (folder / name).write_bytes(raw)
    (folder / "archive").write_text("in the way")
    said = ["--format", "csv_events", "--fetch", "folder", "--url", str(folder), "--setting", "settle_s=0"]
    run("source_add", "gate", *said, "--setting", "archive=done", "--setting", "pattern=?")
    assert run("source_pull", "gate") == ["gate stored=3 duplicate=1 facts=2 events=2"]
    (folder / "e").write_bytes(csv(row("sealed", 3)))
    run("source_add", "gate", *said, "--setting", "pattern=?")
    (line,) = run("source_pull", "gate")
    assert line.startswith("gate stored  facts=1 events=1  e: stored, but not put away:")


def test_source_pull_without_names_pulls_what_is_due_and_nothing_else(events: Source, partner: Partner) -> None:
    never = AT + timedelta(days=36500)
    off, later, broken = (Source.objects.filter(pk=pulled(slug, partner.url).pk) for slug in ("off", "later", "broken"))
    off.update(is_active=False)
    later.update(due_at=never)
    broken.update(opened_until=never)
    assert run("source_pull") == ["carrier stored  facts=1 events=1"]
    assert run("source_pull") == []
    assert len(partner.asked) == 1


def test_source_pull_pulls_whoever_is_named_whether_due_or_not(events: Source, partner: Partner) -> None:
    pulled("other", partner.url)
    Source.objects.update(due_at=AT + timedelta(days=36500), opened_until=AT + timedelta(days=36500), failures=5)
    assert run("source_pull", "carrier") == ["carrier stored  facts=1 events=1"]
    assert Source.objects.get(slug="carrier").opened_until is None
    assert Source.objects.get(slug="other").last_tried_at is None


def test_source_pull_goes_on_after_a_source_that_fails(events: Source, partner: Partner) -> None:
    pulled("a-dead-one", "http://127.0.0.1:1/")
    pulled("b-strange", f"{partner.url}/strange")
    usual = partner.give

    def give(desk: Desk) -> None:
        desk.say(b"<html>", 503) if desk.path.endswith("strange") else usual(desk)

    partner.give = give
    assert run("source_pull") == [
        "a-dead-one failed  ConnectError: [Errno 111] Connection refused",
        "b-strange failed  HTTP 503",
        "carrier stored  facts=1 events=1",
    ]
    assert [source.failures for source in Source.objects.order_by("slug")] == [1, 1, 0]


def test_source_pull_keeps_a_web_page_and_says_that_it_held_nothing(events: Source, partner: Partner) -> None:
    partner.offer(b"<html>Please sign in</html>")
    assert run("source_pull", "carrier") == ["carrier stored  facts=0 events=0"]
    assert Delivery.objects.values_list("state", "reason").get() == ("quarantined", "html")


def test_source_pull_pulls_nobody_where_a_name_is_wrong(events: Source, partner: Partner, clerk: Source) -> None:
    with pytest.raises(CommandError, match=r"^Not a source that is pulled: clerk, nobody$"):
        run("source_pull", "carrier", "nobody", "clerk")
    assert partner.asked == []


# As somebody at a terminal calls them.


def manage(*arguments: str) -> tuple[int, str]:
    """Exit code and output of ``manage.py`` in a process of its own, on the test's database and without a bell."""
    kept = connection.settings_dict
    port = f":{kept['PORT']}" if kept["PORT"] else ""
    database = f"postgres://{kept['USER']}@{quote(str(kept['HOST']), safe='')}{port}/{kept['NAME']}"
    given = {"DATABASE_URL": database, "REDIS_URL": "redis://127.0.0.1:1/0", "SECRET_KEY": portal.SECRET_KEY}
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments], cwd=ROOT, env=os.environ | given, capture_output=True, text=True
    )
    return done.returncode, done.stdout


def called(*arguments: str) -> tuple[int, str]:
    """The same as ``manage.py`` does it, without the seconds that a process of its own takes to start."""
    out, code = io.StringIO(), 0
    with redirect_stdout(out):
        try:
            execute_from_command_line(["manage.py", *arguments])
        except SystemExit as ended:
            code = int(ended.code or 0)
    return code, out.getvalue()


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_the_exit_codes_are_those_that_are_promised(network: None, write: Write, tmp_path: Path) -> None:
    good, page = write("good.csv", csv(row("gate_out", 1))), write("page.csv", b"<html>")
    missing = str(tmp_path / "missing")
    add = ("source_add", "partner", "--format", "csv_events", "--token", "t-1")
    assert called(*add) == (0, "partner token: t-1\n")
    quarantined = f"{page} stored  facts=0 events=0 unmatched=0 quarantined=1\n"
    assert called("source_receive", "partner", page) == (0, quarantined)
    assert manage("source_receive", "partner", missing, good) == (2, f"{good} stored  {ONE}\n")
    assert called("source_receive", "nobody", good) == (1, "")
    assert called("source_pull", "partner") == (1, "")
