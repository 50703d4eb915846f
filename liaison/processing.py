"""The record of processing, as data: for what, whose and which data, on what basis, and who receives it.

Rwanda Law 058/2021, article 17, and the Kenya Data Protection Act 2019 ask for it. How long each is kept stands in
``liaison.retention``.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrPromise


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """One purpose for which personal data is processed."""

    purpose: StrPromise
    data: StrPromise
    basis: StrPromise
    recipients: StrPromise


ACTIVITIES = [
    Activity(
        purpose=_("Tracking cargo and telling its parties"),
        data=_("People of firms: name, e-mail address, telephone, language, role; what they registered and were told"),
        basis=_("The service that the firm registered for"),
        recipients=_("The consignee, and the agents and transporters that it nominates"),
    ),
    Activity(
        purpose=_("Knowing who is who: registering and verifying organisations"),
        data=_("Owners and contacts of organisations, papers, notes of calls"),
        basis=_("Public task: false agents are kept out"),
        recipients=_("The liaison office"),
    ),
    Activity(
        purpose=_("Solving problems with cargo"),
        data=_(
            "Who reported, answered and decided what, with papers; name and telephone of callers without an account"
        ),
        basis=_("Public task, and the service that the firm registered for"),
        recipients=_("The liaison office, the firm's own people and its agents, and the agency that is asked to help"),
    ),
    Activity(
        purpose=_("Safe signing in"),
        data=_("Password (only as a digest), second factors, network address and device of each session"),
        basis=_("Legal duty to secure personal data"),
        recipients=_("Nobody"),
    ),
    Activity(
        purpose=_("Journal of who did what"),
        data=_("Number of the person, what was done to what, time, network address"),
        basis=_("Public task and legal duty to be able to show what was done"),
        recipients=_("Supervisors of the liaison office; courts and authorities where a law says so"),
    ),
    Activity(
        purpose=_("News by SMS or WhatsApp, and questions about the portal"),
        data=_("Telephone number or e-mail address, and the words"),
        basis=_("Consent, which can be withdrawn at any moment"),
        recipients=_("The message provider and the telephone company; WhatsApp outside Rwanda and Kenya"),
    ),
    Activity(
        purpose=_("Notices and changes of the corridor, by e-mail or SMS, to whoever subscribes"),
        data=_("E-mail address or telephone number, language, chosen places; no name and no account"),
        basis=_("Consent, confirmed from the address itself, which can be withdrawn with one click"),
        recipients=_("The message provider and the telephone company"),
    ),
    Activity(
        purpose=_("Notices and changes of the corridor, as notifications in browsers that subscribed"),
        data=_(
            "The browser's address at its maker's service, its keys, language, chosen places; no name and no account"
        ),
        basis=_("Consent, given to the browser and withdrawn with one click"),
        recipients=_(
            "The browser's maker, outside Rwanda and Kenya: when it is told, but not the words, which are encrypted"
        ),
    ),
]
