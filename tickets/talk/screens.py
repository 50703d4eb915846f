"""What the screens of the USSD menu say: at most 182 characters, all of them ASCII, as small telephones show them."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from notify.gsm import gsm, shortened

LONGEST = 182
# "CON " asks on, "END " closes the session.
MARK = 4
SCREENS: dict[str, Promise | str] = {
    # Whoever opens the menu has said no language yet.
    "language": "KPA Liaison Office Kigali\n1 Kinyarwanda\n2 English\n3 Francais\n4 Kiswahili",
    "menu": _(
        "KPA Liaison Office\n1 Where is my cargo\n2 Deadline and cost\n3 Report a problem\n4 Border waits\n0 Language"
    ),
    "track": _("Type a number: container, bill of lading, declaration, seal or plate\n0 Back"),
    "cost": _("Deadline and cost. Type the number of the container or bill of lading\n0 Back"),
    "report": _("Report a problem. Type the number of the goods, or 9 without one\n0 Back"),
    "problem": _(
        "What is it?\n1 Delay at the port\n2 Customs, Kenya\n3 Customs, Rwanda\n4 Border or road\n5 Storage charges\n"
        "6 Damage or loss\n7 Something else\n0 Back"
    ),
    "words": _("Say in a few words what has happened, and where\n0 Back"),
    "wrong": _("Not one of these."),
    "not_found": _("We know nothing of %(number)s. Type it again\n0 Back"),
    "several": _("Several consignments have this number. Type that of the container\n0 Back"),
    "enough": _("You asked for many numbers that we do not know. Try again in an hour."),
    "opened": _("%(ref)s is open. We call you or write to this number."),
    "trouble": _("This does not work just now. Please try again later, or call the office."),
    "not_told": _("Deadlines and costs are told to the telephone that the firm has verified in the portal."),
    "no_borders": _("Nothing is known of the borders just now."),
}


def plain(text: str) -> str:
    """``text`` in ASCII: what is beyond it in its likeness, or a question mark."""
    parts = unicodedata.normalize("NFKD", gsm(text))
    return "".join(
        character if character.isascii() else "" if unicodedata.combining(character) else "?" for character in parts
    )


def going_on(words: str) -> str:
    """A screen that asks for an input."""
    return f"CON {shortened(plain(words), LONGEST - MARK)}"


def ending(words: str) -> str:
    """The last screen of a session."""
    return f"END {shortened(plain(words), LONGEST - MARK)}"


def screen(code: str, given: Mapping[str, str] | None = None, *, is_wrong: bool = False) -> str:
    """A screen that asks, in the active language; the question is never cut by the remark before it."""
    words = str(SCREENS[code]) % given if given else str(SCREENS[code])
    remark = f"{SCREENS['wrong']}\n" if is_wrong else ""
    return going_on(remark + words if len(plain(remark + words)) + MARK <= LONGEST else words)
