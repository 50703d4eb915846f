"""A guide for each role, on one page to print: what to do for what she comes for, in the words that the pages use."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from django_stubs_ext import StrPromise


@dataclass(frozen=True, slots=True)
class Guide:
    """One role's page: for what she comes, and what she does then."""

    role: str
    title: StrPromise
    steps: tuple[tuple[StrPromise, StrPromise], ...]


_SIGN_IN = (_("Begin"), _("Sign in with your e-mail address. The language is at the foot of each page."))
_REPORT = (
    _("Report a problem"),
    _("Open the consignment and press “Report a problem”. Where it is and what it costs is attached for you."),
)
_FIND = (
    _("Find your cargo"),
    _("Type any number into the box above the list: container, bill of lading, entry, seal or plate."),
)
_CALL = (_("Nothing helps"), _("Write to the office or call it. Its address is at the foot of each page."))

GUIDES = {
    guide.role: guide
    for guide in (
        Guide(
            "importer",
            _("For importers"),
            (
                _SIGN_IN,
                _FIND,
                (
                    _("Read its page"),
                    _(
                        "On top stands where it is, who says so and when. "
                        "Below: when it reaches Kigali, and what it costs."
                    ),
                ),
                (
                    _("Mind the money"),
                    _("The list shows the first day that costs. The worklist “Money” has all that cost now or soon."),
                ),
                _REPORT,
                (
                    _("Without a line"),
                    _("The list and the consignments that you saw last can be read. A red bar says how old they are."),
                ),
                _CALL,
            ),
        ),
        Guide(
            "agent",
            _("For clearing agents"),
            (
                _SIGN_IN,
                (
                    _("Be nominated"),
                    _(
                        "The importer nominates you for her cargo under “Nominations”. "
                        "Accept, and you see it as she does."
                    ),
                ),
                (
                    _("Register many at once"),
                    _("Press “Send a spreadsheet”, look at what would become of each row, and say yes."),
                ),
                _FIND,
                (_("Papers"), _("Add them on the consignment's page and say who may see each of them.")),
                _REPORT,
                _CALL,
            ),
        ),
        Guide(
            "officer",
            _("For the liaison office"),
            (
                (
                    _("Begin with Triage"),
                    _("What breaks its promise next stands first; within that, what a day costs most."),
                ),
                (_("Take it"), _("Open the ticket and press “Give it to somebody”, yourself or another.")),
                (
                    _("Hand it over"),
                    _("Press “Hand it over to an agency”. The clock then runs for the agency, and it is told at once."),
                ),
                (
                    _("One cause, many tickets"),
                    _("Make an incident: what you write there reaches all of its tickets."),
                ),
                (
                    _("Somebody calls"),
                    _("Press “Open a ticket for a caller”. Note what was said while you speak."),
                ),
                (
                    _("A source falls silent"),
                    _("“Sources” shows it in red, with what to do. What could not be read waits in quarantine."),
                ),
            ),
        ),
        Guide(
            "desk",
            _("For an agency's desk"),
            (
                _SIGN_IN,
                (_("Your tickets"), _("The list shows what was handed to your agency, what is due first on top.")),
                (_("Accept it"), _("Press “Accept”. From then on the office knows that you have it.")),
                (
                    _("Answer"),
                    _("Write in the ticket. The office and the importer read it; a note for your own office is yours."),
                ),
                (_("Not yours"), _("Give it back with a reason, so that it reaches the right desk the same day.")),
                _CALL,
            ),
        ),
        Guide(
            "official",
            _("For officials"),
            (
                (
                    _("Twenty seconds"),
                    _("“Observatory” shows the way to the goal, the days from ship to Kigali, and what got worse."),
                ),
                (
                    _("Behind a figure"),
                    _("Press it: what is counted, of how many, how much of it is known, and since when."),
                ),
                (_("Take it away"), _("Under each chart are files for a table, for a program and for a picture.")),
                (_("Reports"), _("Each week and each month there is one to print, in your language.")),
                (_("Now"), _("“Corridor” shows what is slow or shut at this moment, and who says so.")),
                _CALL,
            ),
        ),
    )
}


def documents() -> dict[str, str]:
    """The guides as files below ``docs/``: one a role and language, and a list of them."""
    codes = [code for code, _name in settings.LANGUAGES]
    found = {f"guides/{role}.{code}.md": _markdown(role, code) for role in GUIDES for code in codes}
    head = f"| | {' | '.join(name for _code, name in settings.LANGUAGES)} |\n|{'---|' * (len(codes) + 1)}\n"
    rows = [
        f"| {role} | " + " | ".join(f"[{_title(role, code)}]({role}.{code}.md)" for code in codes) + " |\n"
        for role in GUIDES
    ]
    words = "# Guides by role\n\nOne page each, to print; the portal shows them at `/help/`.\n\n"
    return {**found, "guides/README.md": words + head + "".join(rows)}


def _title(role: str, language: str) -> str:
    with override(language):
        return str(GUIDES[role].title)


def _markdown(role: str, language: str) -> str:
    with override(language):
        guide = GUIDES[role]
        steps = "".join(f"{number}. **{title}**. {words}\n" for number, (title, words) in enumerate(guide.steps, 1))
        return f"# {guide.title}\n\n{steps}"
