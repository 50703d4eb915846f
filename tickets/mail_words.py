"""Words for mails: why one was left where it is, why a file was not kept, and what is known of the sender."""

from __future__ import annotations

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tickets.models import Mail

REASONS: dict[str, Promise] = {
    "empty": _("There is nothing in it."),
    "too_large": _("It is too large."),
    "too_hard": _("It is made to be hard to read."),
    "unreadable": _("It cannot be read."),
    "foreign_token": _("It names the ticket of somebody else."),
    "foreign_reference": _("It answers a mail of somebody else's ticket."),
    "forged_sender": _("Our mail server says that the sender is forged."),
    "auto_reply": _("A machine has answered."),
    "receipt": _("It only says that something was opened."),
    "bounce": _("A mail of ours has come back."),
    "list": _("It was sent to a list."),
    "loop": _("It is our own mail, or goes round."),
    "flood": _("The sender has written too often in a short time."),
    "nobody": _("It names no sender, or several."),
    "refused": _("The ticket does not take it."),
}
FILES: dict[str, Promise] = {
    "empty": _("empty"),
    "too_large": _("too large"),
    "size": _("larger than 5 MB"),
    "too_large_together": _("too large together with the others"),
    "too_many": _("one too many"),
    "macros": _("may hold macros"),
    "program": _("a program"),
    "archive": _("packed or locked"),
    "page": _("a web page"),
    "unknown_type": _("of a kind that nobody knows"),
    "unreadable": _("damaged"),
    "type": _("neither PDF, PNG nor JPEG"),
    "cut": _("cut short"),
    "hidden": _("holds something else beside the paper"),
}
SENDERS: dict[str, Promise] = {
    "pass": _("sender confirmed by the mail server"),
    "fail": _("sender forged, says the mail server"),
    "": _("sender not checked"),
}


def declined_files(mail: Mail) -> list[dict[str, Any]]:
    """The files of a mail that were not kept, each with its name and the reason in words."""
    return [{"name": file["name"], "why": FILES.get(file["reason"], file["reason"])} for file in mail.declined]


def mail_row(mail: Mail) -> dict[str, Any]:
    """What a list says of a mail."""
    return {
        "mail": mail,
        "reason": REASONS.get(mail.reason, mail.reason),
        "files": declined_files(mail),
        "checked": SENDERS[mail.checked.get("verdict", "")] if mail.sender else "",
        "details": " ".join(
            f"{name.upper()} {mail.checked[name]}" for name in ("spf", "dkim", "dmarc") if mail.checked.get(name)
        ),
    }
