"""A mailbox over IMAP: attachments are taken, mails put away, and what is odd told."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from feeds.intake import receive
from feeds.models import Delivery, Source
from feeds.previewing import preview_pull
from feeds.ways.contract import Item, Refused
from feeds.ways.letters import MOST_MEMBERS, is_listened_to, read_letter
from feeds.ways.mailbox import _quoted
from tests.conftest import AT
from tests.fakes.imap import ImapServer
from tests.fakes.serving import serving
from tests.fakes.sftp import PASSWORD, USER
from tests.feeds.ways.conftest import Add, kept, pull_now

MOST = 1000


@pytest.fixture
def imap() -> Iterator[ImapServer]:
    with serving(ImapServer()) as server:
        yield server


def box(add: Add, server: ImapServer, **settings: str) -> Source:
    return add("mailbox", f"imap://{USER}@127.0.0.1:{server.port}/INBOX", password=PASSWORD, **settings)


def mail(
    *attached: tuple[str, bytes], text: str = "Please find attached.", sender: str = "KPA <gate@kpa.example>"
) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["Subject"] = sender, "Gate moves"
    message.set_content(text)
    for name, body in attached:
        message.add_attachment(body, maintype="application", subtype="octet-stream", filename=name)
    return message


def zipped(**members: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in members.items():
            archive.writestr(name, body)
    return packed.getvalue()


def read(message: EmailMessage | bytes, **settings: str) -> list[tuple[str, bytes | str]]:
    raw = message if isinstance(message, bytes) else message.as_bytes()
    found = read_letter(raw, settings, MOST)
    return [(part.name, part.body if isinstance(part, Item) else part.words) for part in found]


def test_each_attachment_is_a_delivery_and_the_mail_is_put_away(add: Add, imap: ImapServer) -> None:
    letter = imap.put(mail(("gate.edi", b"one"), ("Entrée.csv", b"two")).as_bytes())
    source = box(add, imap)
    haul = pull_now(source)
    assert (kept(), haul.failure, haul.troubles) == ([("gate.edi", b"one"), ("Entrée.csv", b"two")], "", [])
    assert (imap.folders["INBOX"], imap.folders["Archive"], letter.flags) == ([], [letter], {"\\Seen"})
    assert (pull_now(source).receipts, imap.asked[-1]) == ([], "LOGOUT")


@pytest.mark.parametrize(("abilities", "remain"), [("", 1), ("UIDPLUS", 0)])
def test_an_old_server_copies_and_deletes(add: Add, abilities: str, remain: int) -> None:
    with serving(ImapServer(abilities)) as server:
        letter = server.put(mail(("a.edi", b"x")).as_bytes())
        assert pull_now(box(add, server)).troubles == []
    assert (len(server.folders["INBOX"]), server.folders["Archive"]) == (remain, [letter])
    assert letter.flags == {"\\Seen", "\\Deleted"}


def test_without_an_archive_a_mail_is_marked_and_stays(add: Add, imap: ImapServer) -> None:
    letter = imap.put(mail(("a.edi", b"x")).as_bytes())
    pull_now(box(add, imap, archive=""))
    assert (imap.folders, letter.flags) == ({"INBOX": [letter]}, {"\\Seen"})


def test_a_mail_with_nothing_to_take_is_marked_told_of_and_stops_no_other(add: Add, imap: ImapServer) -> None:
    empty = imap.put(mail().as_bytes())
    imap.put(mail(("a.edi", b"x")).as_bytes())
    haul = pull_now(box(add, imap))
    assert (kept(), haul.troubles) == ([("a.edi", b"x")], ["Gate moves: there is no attachment that fits"])
    assert (imap.folders["INBOX"], empty.flags) == ([empty], {"\\Seen"})


def test_a_crash_before_the_mail_was_put_away_leads_to_duplicates(add: Add, imap: ImapServer) -> None:
    imap.put(mail(("a.edi", b"x"), ("b.edi", b"y")).as_bytes())
    source = box(add, imap)
    receive(source=source, raw=b"x", at=AT)
    assert [receipt.is_duplicate for receipt in pull_now(source).receipts] == [True, False]
    assert (Delivery.objects.count(), imap.folders["INBOX"]) == (2, [])


def test_a_mail_that_is_too_large_is_not_fetched(add: Add, imap: ImapServer, settings: Settings) -> None:
    settings.DELIVERY_MAX_BYTES = 1000
    large = imap.put(mail(("a.edi", b"x" * 2000)).as_bytes())
    assert pull_now(box(add, imap)).troubles == ["mail 11: larger than 1500 bytes; it is marked as seen"]
    assert (large.flags, imap.asked.count("UID_FETCH")) == ({"\\Seen"}, 1)


def test_a_wrong_password_and_a_folder_that_is_not_there_are_failures(add: Add, imap: ImapServer) -> None:
    wrong = add("mailbox", f"imap://{USER}:wrong-word@127.0.0.1:{imap.port}/INBOX")
    assert pull_now(wrong).failure == "The mail server lets nobody in: not you"
    gone = add("mailbox", f"imap://{USER}@127.0.0.1:{imap.port}/KPA", password=PASSWORD)
    assert pull_now(gone).failure == "There is no folder KPA in the mailbox: no such mailbox"
    assert pull_now(add("mailbox", "imap://127.0.0.1:1/INBOX")).failure.startswith("ConnectionRefusedError")
    assert pull_now(add("mailbox", "pop3://127.0.0.1/INBOX")).failure == "The address is imaps://user@host/INBOX"


# What a mail brings.


@pytest.mark.parametrize(
    ("allowed", "is_taken"),
    [
        ("", True),
        ("gate@kpa.example", True),
        ("x@y.example, @KPA.example", True),
        ("@example", False),
        ("kpa.example", False),
    ],
)
def test_only_those_on_the_list_are_listened_to(allowed: str, is_taken: bool) -> None:
    refused = "gate@kpa.example is not one of the senders that are listened to"
    found = read(mail(("a.edi", b"x")), **{"from": allowed})
    assert found == [("a.edi", b"x") if is_taken else ("Gate moves", refused)]


@pytest.mark.parametrize("sender", ["", "gate@kpa.example, thief@far.example", "Nobody <>", "<<<@@"])
def test_who_names_no_sender_or_two_is_nobody(sender: str) -> None:
    raw = mail(("a.edi", b"x")).as_bytes().replace(b"KPA <gate@kpa.example>", sender.encode())
    assert [name for name, _words in read(raw, **{"from": "@kpa.example"})] == ["Gate moves"]
    assert not is_listened_to("", "@kpa.example")


def test_the_text_is_taken_where_that_is_said_and_nothing_is_attached() -> None:
    said = mail(text="KEMBA gate closed")
    assert read(said, body="1") == [("Gate moves", b"KEMBA gate closed\n")]
    assert read(mail(("a.edi", b"x")), body="1") == [("a.edi", b"x")]
    assert read(mail(("a.pdf", b"x"), text="words"), body="1", pattern="*.edi") == [("Gate moves", b"words\n")]


def test_a_mail_within_a_mail_brings_its_attachments_and_pictures_are_none() -> None:
    outer = mail()
    outer.add_attachment(mail(("inner.edi", b"x")))
    outer.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="logo.png")
    assert read(outer) == [("inner.edi", b"x")]


def test_a_name_is_decoded_and_has_no_path() -> None:
    raw = b'From: a@b.example\r\nContent-Type: text/csv\r\nContent-Disposition: attachment; filename="%s"\r\n\r\nx'
    named = {
        b"=?utf-8?B?RW50csOpZS5jc3Y=?=": "Entrée.csv",
        b"../../etc/x.csv": "x.csv",
        b"C:\\\\gate\\\\y.csv": "y.csv",
    }
    assert [read(raw % name)[0][0] for name in named] == list(named.values())


def test_an_archive_is_unpacked_within_bounds() -> None:
    assert read(mail(("a.zip", zipped(**{"in/a.edi": b"x", "b.edi": b"y"})))) == [("a.edi", b"x"), ("b.edi", b"y")]
    many = zipped(**{f"{number}.edi": b"" for number in range(MOST_MEMBERS + 1)})
    assert read(mail(("a.zip", many))) == [("a.zip", f"it holds more than {MOST_MEMBERS} files")]
    bomb = zipped(bomb=b"0" * 10_000_000, good=b"x")
    assert read(mail(("a.zip", bomb))) == [("bomb", "larger than a mail's files may be together"), ("good", b"x")]
    assert read(mail(("a.zip", b"PK no")))[0][1] == "the archive cannot be opened: File is not a zip file"
    half = zipped(a=b"x" * 500)
    assert [type(part) for part in read_letter(mail(("a.zip", half[:-40])).as_bytes(), {}, MOST)] == [Refused]


@given(
    st.binary(max_size=300),
    st.sampled_from([b"", b"From: a@b\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"]),
)
def test_no_mail_whatever_it_holds_ends_in_an_exception(raw: bytes, head: bytes) -> None:
    for found in read_letter(head + raw, {"body": "1", "from": "@b"}, MOST):
        assert isinstance(found, Item | Refused)


@given(st.binary(max_size=200), st.integers(0, 400))
def test_no_archive_whatever_is_wrong_with_it_ends_in_an_exception(junk: bytes, cut: int) -> None:
    packed = zipped(a=b"one" * 50, b=b"two")
    raw = mail(("a.zip", packed[:cut] + junk + packed[cut + len(junk) :])).as_bytes()
    assert all(isinstance(found, Item | Refused) for found in read_letter(raw, {}, MOST))
    assert message_from_bytes(raw)["Subject"] == "Gate moves"


def test_a_folder_is_named_as_imap_wants_it() -> None:
    said = {"INBOX": '"INBOX"', 'a"b': '"a\\"b"', "Réçu": '"R&AOkA5w-u"', "A&B": '"A&-B"'}
    assert {name: _quoted(name) for name in said} == said


def test_a_mail_that_the_server_does_not_give_holds_up_no_other(add: Add, imap: ImapServer) -> None:
    kept_back = imap.put(mail(("a.edi", b"x")).as_bytes())
    imap.put(mail(("b.edi", b"y")).as_bytes())
    kept_back.is_broken = True
    haul = pull_now(box(add, imap))
    assert (kept(), haul.failure) == ([("b.edi", b"y")], "")
    assert haul.troubles == ["mail 11: The mail cannot be fetched: [SERVERBUG] cannot be read"]
    assert (imap.folders["INBOX"], kept_back.flags) == ([kept_back], set())


def test_a_mail_that_cannot_be_read_is_marked_and_holds_up_no_other(add: Add, imap: ImapServer) -> None:
    hard = imap.put(b"From: " + b"(" * 900 + b"\r\n\r\nx")
    imap.put(mail(("b.edi", b"y")).as_bytes())
    haul = pull_now(box(add, imap))
    assert (kept(), haul.troubles) == ([("b.edi", b"y")], ["mail: it cannot be read: RecursionError"])
    assert hard.flags == {"\\Seen"}


def test_a_server_that_gives_more_than_it_said_is_left(add: Add, imap: ImapServer, settings: Settings) -> None:
    settings.DELIVERY_MAX_BYTES = 1000
    letter = imap.put(mail(("a.edi", b"x" * 2000)).as_bytes())
    letter.said = 10
    haul = pull_now(box(add, imap))
    assert (haul.failure, kept()) == (
        f"abort: command: UID => a literal of {len(letter.raw)} bytes, which nobody asked for",
        [],
    )


# A test pull.


def test_a_test_pull_of_a_mail_with_nothing_for_us_lets_it_lie(add: Add, imap: ImapServer) -> None:
    unheard = imap.put(mail(("a.edi", b"x"), sender="someone@else.example").as_bytes())
    wanted = imap.put(mail(("b.edi", b"y")).as_bytes())
    source = box(add, imap, **{"from": "@kpa.example"})
    foreign, ours = preview_pull(source, AT).previews
    assert (foreign.size, "is not one of the senders" in foreign.refusal) == (0, True)
    assert (ours.name, ours.size, ours.refusal) == ("b.edi", 1, "")
    assert (unheard.flags, wanted.flags, imap.folders) == (set(), set(), {"INBOX": [unheard, wanted]})
    assert Delivery.objects.count() == 0


def test_a_test_pull_of_a_mail_that_is_too_large_says_so_and_marks_nothing(
    add: Add, imap: ImapServer, settings: Settings
) -> None:
    settings.DELIVERY_MAX_BYTES = 1000
    large = imap.put(mail(("a.edi", b"x" * 2000)).as_bytes())
    (preview,) = preview_pull(box(add, imap), AT).previews
    assert (preview.name, preview.refusal) == ("mail 11", "larger than 1500 bytes; it is marked as seen")
    assert large.flags == set()
