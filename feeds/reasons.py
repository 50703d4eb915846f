"""Why something was quarantined or flagged, in words that a clerk understands, by code."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# What makes a part unreadable: it is quarantined and can be read again after a fix.
FAULTS: dict[str, str | Promise] = {
    "empty": _("The file is empty. Ask the sender to send it again."),
    "html": _("This is a web page, not data: the sender's site probably answered with an error or a sign-in page."),
    "too_large": _("The file is larger than this source may send. Ask for it in smaller parts."),
    "not_text": _("The text cannot be decoded. Ask the sender for UTF-8 or the character set the message names."),
    "not_json": _("This is not valid JSON; it may have been cut off. Ask the sender to send it again."),
    "not_edifact": _("No EDIFACT segments were found. Check that the source's format is the right one."),
    "wrong_message": _("The message is of another type than this source sends."),
    "wrong_shape": _("The data does not have the form that this format prescribes."),
    "not_table": _(
        "This is a PDF, a damaged or protected file or an old Excel file, not a table that can be read. Ask the sender"
        " for XLSX, CSV or HTML."
    ),
    "bad_period": _("The end lies before the beginning. Ask the sender which of the two is right."),
    "truncated": _("The message ends before its closing segment; what could be read was read."),
    "unknown_code": _("The sender uses a status code that is not in the mapping."),
    "no_time": _("The time of the event is missing or cannot be read."),
    "future": _("The message reports as done something that lies in the future. Check the sender's clock."),
    "no_reference": _(
        "There is neither a container, a bill of lading nor a reference, so no consignment can be found."
    ),
    "unknown_node": _("The place is not one of the corridor's nodes. Use a slug from the list of nodes."),
    "unknown_kind": _("The kind of event is not known. Use a code from the list of kinds."),
    "bad_row": _("The row does not have the columns that the header announces."),
    "bad_header": _("The header row is missing columns that this format needs."),
    "no_vessel": _("The row names no ship: neither an IMO number, an MMSI nor a name."),
    "ends_before_it_begins": _("The end lies before the beginning. Check both times."),
    "bad_position": _("The position lies nowhere on earth, or is the zero that a tracker without one sends."),
    "bad_checksum": _("The sentence's checksum is wrong or missing, so some of its letters are not what was sent."),
    "missing_part": _("A part of the message is missing: it was cut off, or not all of its sentences came."),
    "sender_error": _("The sender answers with an error of its own instead of data; its words are given here."),
    "reader_failed": _("The reader stopped on this file. The portal's administrator has been shown the reason."),
}

# What is odd but readable: the fact is kept and says so.
FLAGS: dict[str, str | Promise] = {
    "check_digit": _("The container number's check digit is wrong."),
    "imo_check_digit": _("The vessel's IMO number is not valid."),
    "unknown_location": _("The place is not one of the corridor's nodes."),
    "zone_assumed": _("The sender gave no time zone; the zone of the place was assumed."),
    "count_mismatch": _("The message's own count of segments or containers does not agree with what it holds."),
    "reference_mismatch": _("The closing segment's reference is not the opening one's."),
    "no_envelope": _("The message came without its envelope."),
    "classifier_assumed": _("The sender does not say whether it happened or is expected; it was taken as happened."),
    "goods_assumed": _("The event names no goods; those of the rest of the message were taken."),
    "by_position": _("Concluded from the positions of a tracker."),
    "rides_on": _("The tracker named the container earlier, and no other since."),
    "time_of_receipt": _("The message bears no time of its own; the time at which it came was taken."),
    "position_unknown": _("Some reports came without a position, because the sender did not know it."),
    "not_followed": _("Some of the sender's codes say nothing of a consignment's way and are not followed."),
}


def explain(code: str) -> str:
    """The clerk's sentence for a code; the code itself where it is not known."""
    return str(FAULTS.get(code) or FLAGS.get(code) or code)
