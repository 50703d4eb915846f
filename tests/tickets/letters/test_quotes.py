"""What is new in a mail, without quotes, signature and small print; never nothing."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.feeds.formats.test_samples import SAMPLES
from tickets.letters.quotes import fresh_of

# Of each captured mail its number of lines, and which of them are new, counted from one. The mails stay where they are.
CAPTURED: dict[str, tuple[int, list[tuple[int, int]]]] = {
    "mpr_begins_with_signature.txt": (220, [(1, 8)]),
    "mpr_caution2.txt": (12, [(1, 5)]),
    "mpr_email_1_1.txt": (13, [(1, 7)]),
    "mpr_email_1_4.txt": (8, [(1, 1)]),
    "mpr_email_1_6.txt": (15, [(1, 1)]),
    "mpr_email_1_8.txt": (37, [(13, 13), (19, 19)]),
    "mpr_email_2_2.txt": (10, [(1, 1)]),
    "mpr_email_3_1.txt": (56, [(1, 3)]),
    "mpr_email_danish_1.txt": (16, [(1, 6)]),
    "mpr_email_danish_3.txt": (9, [(1, 3)]),
    "mpr_email_danish_5.txt": (7, [(1, 6)]),
    "mpr_email_headers_no_delimiter.txt": (15, [(1, 1)]),
    "mpr_email_ja_1_2.txt": (18, [(1, 8)]),
    "mpr_email_nl_1_2.txt": (21, [(1, 1)]),
    "mpr_email_partial_quote_header.txt": (13, [(1, 6)]),
    "mpr_email_pl_1_2.txt": (19, [(1, 11)]),
    "mpr_email_sent_from_BlackBerry.txt": (3, [(1, 1)]),
    "mpr_email_sent_from_multi_word_mobile_device.txt": (3, [(1, 1)]),
    "mpr_email_sig_delimiter_in_middle_of_line.txt": (7, [(1, 7)]),
    "mpr_email_swedish_1.txt": (19, [(1, 8)]),
    "mpr_forward.txt": (6, [(1, 6)]),
    "mpr_multi_header.txt": (41, [(1, 1)]),
    "mpr_multiline_on_de.txt": (14, [(1, 1)]),
    "mpr_pathological.txt": (20, [(1, 2)]),
    "zapier_email_gmail.txt": (14, [(1, 1)]),
    "zapier_email_iPhone.txt": (3, [(1, 1)]),
    "zapier_greedy_on.txt": (16, [(1, 6)]),
}
FOLDER = SAMPLES / "email_replies"
at_hand = pytest.mark.skipif(not FOLDER.is_dir(), reason="the captured mails are not at hand")


@at_hand
@pytest.mark.parametrize("name", CAPTURED)
def test_captured_mails(name: str) -> None:
    if not (FOLDER / name).is_file():
        pytest.skip(f"{name} is not at hand")
    lines = (FOLDER / name).read_text(encoding="utf-8").splitlines()
    count, parts = CAPTURED[name]
    new = [line.rstrip() for first, last in parts for line in lines[first - 1 : last] if line.strip()]
    found = [line.rstrip() for line in fresh_of("\n".join(lines)).splitlines() if line.strip()]
    assert (len(lines), found) == (count, new)


@at_hand
def test_no_captured_mail_is_left_out() -> None:
    assert {file.name for file in FOLDER.iterdir()} - CAPTURED.keys() == set()


ATTRIBUTIONS = [
    "On Thu, 26 Nov 2026 at 09:14, KPA Liaison Office <help@liaison.example> wrote:",
    "On Thu, 26 Nov 2026 at 09:14, KPA Liaison Office\n<help@liaison.example> wrote:",
    "Le jeu. 26 nov. 2026 à 09:14, Bureau de liaison <help@liaison.example> a écrit :",
    "Mnamo tarehe 26 Nov 2026 saa 09:14, Ofisi <help@liaison.example> aliandika:",
    "Ku wa 26 Ugushyingo 2026, Ibiro <help@liaison.example> yanditse:",
    "Am 26.11.2026 um 09:14 schrieb Büro <help@liaison.example>:",
    "El jue, 26 nov 2026 a las 9:14, Oficina (<help@liaison.example>) escribió:",
    "26 novembre 2026 09:14, Bureau <help@liaison.example>:",
]
HEADS = [
    "From: Office <help@liaison.example>\nSent: Thursday, 26 November 2026 09:14\nTo: Alice\nSubject: Your box",
    "De : Bureau <help@liaison.example>\nEnvoyé : jeudi 26 novembre 2026 09:14\nÀ : Alice\nObjet : Votre conteneur",
    "*Kutoka:* Ofisi\n*Tarehe:* 26 Nov 2026\n*Kwa:* Alice\n*Mada:* Kontena lako",
    "-----Original Message-----",
    "---- Message d'origine ----",
]


@pytest.mark.parametrize("said", ATTRIBUTIONS)
def test_a_marked_quote_goes_whoever_wrote_it_and_in_any_language(said: str) -> None:
    quoted = "> Which gate?\n> And when?"
    assert fresh_of(f"The north gate.\n\n{said}\n\n{quoted}\n") == "The north gate."
    assert fresh_of(f"{said}\n{quoted}\n\nThe north gate.") == "The north gate."
    assert fresh_of(f"{said}\n> Which gate?\nThe north gate.\n> And when?\nAt noon.") == "The north gate.\nAt noon."


@pytest.mark.parametrize("said", [*ATTRIBUTIONS[:7], *HEADS])
def test_what_stands_under_who_wrote_it_goes_also_where_it_is_not_marked(said: str) -> None:
    assert fresh_of(f"The north gate.\n\n________________\n{said}\n\nWhich gate?\nAnd when?") == "The north gate."


@pytest.mark.parametrize(
    "text",
    [
        "On the truck you can read:\nMSCU6639870",
        "From: Mombasa\nthe box went on.",
        "On reflection, as my agent wrote: pay nothing.",
        "Le chauffeur a dit :\nrien.",
        "1. Gate\n2. Yard\n--- see below ---\n3. Border",
        "Sent from Mombasa on Monday, the box is still at Malaba.\nPlease look.",
        "This message is for KPA: the gate is shut.",
    ],
)
def test_words_that_only_look_like_a_quote_or_a_signature_stay(text: str) -> None:
    assert fresh_of(text) == text


@pytest.mark.parametrize(
    "end",
    [
        "-- \nAlice Uwase\nImporter Ltd",
        "--\nAlice",
        "Sent from my iPhone",
        "Envoyé de mon téléphone",
        "Get Outlook for Android",
        "Disclaimer\n\nThis mail is for you alone.",
        "CONFIDENTIALITY NOTICE:\nread nothing.",
        "________________________\nshippers mailing list\nshippers@list.example",
    ],
)
def test_signatures_and_small_print_go(end: str) -> None:
    assert fresh_of(f"The north gate.\n\n{end}\n") == "The north gate."


@pytest.mark.parametrize(
    "text", ["> Which gate?\n> And when?", "-- \nAlice", "Sent from my iPhone", f"{HEADS[0]}\n\nWhich gate?", ""]
)
def test_where_nothing_would_be_left_the_whole_is_new(text: str) -> None:
    assert fresh_of(text) == text.strip()


lines = st.sampled_from(
    [*ATTRIBUTIONS, *HEADS, "> a", ">> b", "--", "____" * 6, "a", "From:", "", "Sent from x", "b ="]
)


@given(st.lists(lines | st.text(max_size=30), max_size=25).map("\n".join))
def test_what_is_new_stands_in_the_text_in_its_order_and_is_not_nothing(text: str) -> None:
    found = fresh_of(text)
    assert bool(found) == bool(text.strip())
    told = [line.strip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    at = [-1]
    for line in found.split("\n"):
        at.append(told.index(line.strip(), at[-1] + 1))
    assert all(one < other for one, other in pairwise(at))


@pytest.mark.parametrize(
    "text",
    [
        "\n" * 4_999,
        "9" * 19_000 + "<a@b>:",
        "> a\n" * 2_500,
        "On 1 wrote\n" * 4_999,
        "a\n" + "Sent from x\n" * 4_990,
        "On " * 9_000,
    ],
    ids=["empty", "digits", "quoted", "openings", "devices", "one line"],
)
def test_no_text_takes_long(text: str) -> None:
    began = time.perf_counter()
    fresh_of(text)
    fresh_of(f"x\n{text}\n" * 1)
    assert time.perf_counter() - began < 5


def test_a_text_of_very_many_lines_is_left_as_it_is() -> None:
    text = "a\n" * 6_000 + "-- \nAlice"
    assert fresh_of(text) == text
