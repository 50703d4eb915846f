"""Every string is translated into every language, and the translations fit what they translate."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from babel.messages.catalog import Catalog, Message
from django.conf import settings
from django.template import Context, Template
from django.test import Client
from django.utils import translation

from cargo.models import Consignment
from feeds.models import Source
from liaison.catalogs import LANGUAGES, collect, read
from liaison.context import _NAVIGATION
from liaison.models import Person
from tests.cargo.test_reading import csv, row, take_in
from tests.conftest import Cast

As = Callable[[Person | None], Client]
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
TAG = re.compile(r"</?\w+[^>]*>")
# Names, abbreviations and signs that are the same in every language.
SAME = {"AWB", "CSV", "UN/LOCODE", "HS", "km", "t"}
# How many characters fit where there is little room: a button's two lines on 320 px, a badge, the head of a column, an
# entry of the navigation. SMS and USSD screens have limits of their own (tests of notify and of tickets.talk).
MOST = {"button": 44, "badge": 32, "head": 32, "navigation": 22}
PLACES = {
    "button": r"<button\b[^>]*>(.*?)</button>|<(?P<tag>a|summary)\b[^>]*?class=\"button[^\"]*\"[^>]*>(.*?)</(?P=tag)>",
    "badge": r"<span class=\"badge[^\"]*\">(.*?)</span>",
    "head": r"<th\b[^>]*>(.*?)</th>",
}
ASKED = re.compile(r"{% translate \"((?:[^\"\\]|\\.)*)\"")
# Other tags may hold what looks like the end of an element.
OTHER_TAG = re.compile(r"{%(?! translate)(?:[^%]|%(?!}))*%}|{{.*?}}")


@pytest.fixture(scope="module")
def wanted() -> Catalog:
    return collect(settings.BASE_DIR)


@pytest.fixture(scope="module", params=LANGUAGES)
def catalog(request: pytest.FixtureRequest) -> Catalog:
    found = read(settings.BASE_DIR, request.param)
    assert found is not None, f"no catalogue for {request.param}"
    return found


def texts(of: str | list[str] | tuple[str, ...] | None) -> list[str]:
    """Singular and plural, or the one text."""
    return [of] if isinstance(of, str) else list(of or [])


def messages(catalog: Catalog) -> Iterator[Message]:
    return (message for message in catalog if message.id)


def key(message: Message) -> tuple[str, str]:
    return texts(message.id)[0], message.context or ""


def test_the_catalogues_hold_exactly_what_is_asked_for(wanted: Catalog, catalog: Catalog) -> None:
    asked, held = ({key(message) for message in messages(found)} for found in (wanted, catalog))
    assert (sorted(asked - held), sorted(held - asked)) == ([], []), "run manage.py make_messages and translate"


def test_everything_is_translated(catalog: Catalog) -> None:
    assert [key(message)[0] for message in messages(catalog) if not all(texts(message.string) or [""])] == []
    assert [key(message)[0] for message in messages(catalog) if message.fuzzy] == []


def test_translations_keep_placeholders_and_tags(catalog: Catalog) -> None:
    wrong = []
    for message in messages(catalog):
        asked = set(PLACEHOLDER.findall(" ".join(texts(message.id))))
        tags = sorted(TAG.findall(texts(message.id)[0]))
        for text in texts(message.string):
            if set(PLACEHOLDER.findall(text)) - asked or sorted(TAG.findall(text)) != tags:
                wrong.append(text)
        if asked - set(PLACEHOLDER.findall(" ".join(texts(message.string)))):
            wrong.append(texts(message.id)[0])
    assert wrong == []


def test_translations_begin_and_end_like_their_originals(catalog: Catalog) -> None:
    """A sentence stays a sentence, a label a label; blanks at the ends are kept, for they join parts."""
    wrong = []
    for message in messages(catalog):
        original = texts(message.id)[0]
        for text in texts(message.string):
            blanks = (original[0].isspace(), original[-1].isspace()) == (text[0].isspace(), text[-1].isspace())
            if not blanks or (original.endswith(".") != text.endswith(".")):
                wrong.append((original, text))
    assert wrong == []


def test_translations_are_not_the_english(catalog: Catalog) -> None:
    """A few words are the same in two languages, most are not."""
    same = [key(message)[0] for message in messages(catalog) if message.string == message.id]
    assert len(set(same) - SAME) <= 0.06 * len(catalog), same


# A ticket is called what the glossary calls it.
OTHER_WORDS = {"fr": r"\bticket", "rw": r"\b(?:ama)?tike", "sw": r"\btiketi"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_ticket_has_one_name(language: str) -> None:
    found = read(settings.BASE_DIR, language)
    assert found is not None
    said = [PLACEHOLDER.sub("", text) for message in messages(found) for text in texts(message.string)]
    assert [text for text in said if re.search(OTHER_WORDS[language], text, re.IGNORECASE)] == []


def placed() -> dict[str, set[str]]:
    """The strings that stand where there is little room, by the kind of place."""
    found: dict[str, set[str]] = {place: set() for place in MOST}
    for path in (settings.BASE_DIR / "templates").rglob("*.html"):
        text = OTHER_TAG.sub("", path.read_text(encoding="utf-8"))
        for place, pattern in PLACES.items():
            for match in re.finditer(pattern, text, re.DOTALL):
                found[place].update(ASKED.findall(match[0]))
    with translation.override("en"):
        found["navigation"] = {str(label) for _url, label, _icon, _roles in _NAVIGATION}
    return found


def test_nothing_is_too_long_for_its_place(catalog: Catalog) -> None:
    found, wrong = placed(), []
    assert min(map(len, found.values())) > 10
    for place, asked in found.items():
        for text in asked:
            message = catalog.get(text)
            said = [text, *texts(message.string if message else "")]
            wrong += [(place, one) for one in said if len(one) > MOST[place]]
    assert wrong == []


@pytest.mark.parametrize("language", ["en", *LANGUAGES])
def test_plurals_work(language: str) -> None:
    template = Template(
        "{% load i18n %}{% blocktranslate trimmed count more=n %}{{ more }} earlier report"
        "{% plural %}{{ more }} earlier reports{% endblocktranslate %}"
    )
    with translation.override(language):
        said = [template.render(Context({"n": n})) for n in (1, 2, 11)]
    assert [re.findall(r"\d+", text) for text in said] == [["1"], ["2"], ["11"]]
    assert (said[0].replace("1", "#") == said[1].replace("2", "#")) == (language in SINGULAR_IS_PLURAL)


SINGULAR_IS_PLURAL: set[str] = set()


@pytest.mark.parametrize(
    ("language", "header"),
    [("en", "en-GB,en"), ("fr", "fr-RW,fr;q=0.9"), ("rw", "rw"), ("sw", "sw-KE,sw;q=0.8,en;q=0.5"), ("en", "de,zh")],
)
def test_a_guest_is_met_in_the_browsers_language(db: None, language: str, header: str) -> None:
    answer = Client(headers={"accept-language": header}).get("/")
    assert f'<html lang="{language}"' in answer.content.decode()
    assert answer.headers["Content-Language"] == language


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_persons_own_language_wins_on_every_page(
    cast: Cast, consignment: Consignment, clerk: Source, as_person: As, language: str
) -> None:
    take_in(clerk, csv(row("gate_out", 2)))
    Person.objects.filter(pk=cast.importer.pk).update(language=language)
    client = as_person(cast.importer)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    with translation.override(language):
        out_of_the_gate = translation.gettext("Out of the gate")
    assert out_of_the_gate != "Out of the gate"
    for url in ("/consignments/", f"/consignments/{consignment.ref}/", "/inbox/"):
        page = client.get(url).content.decode()
        assert f'<html lang="{language}"' in page
        assert out_of_the_gate in page.replace("&#x27;", "'"), url
