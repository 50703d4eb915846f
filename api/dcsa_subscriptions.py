"""``/api/dcsa/v2/event-subscriptions``: having events sent to an address, as DCSA Track & Trace 2.2.0 has it."""

from __future__ import annotations

import base64
import binascii
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError as Refused
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from api.bodies import Body, body_of
from api.dcsa import check_version, paged, taken_by
from api.dcsa_shapes import VERSION
from api.description.calls import described
from api.description.tracks import FILTERS, LISTS, NAMES
from api.description.vocabulary import json_of, listed, ref
from api.doors import caller, door
from api.hooks import webhooks as hooks
from api.hooks.subscriptions import narrowed
from api.idempotency import once
from api.models import Webhook
from api.paging import page_of
from cargo.models import Event
from liaison.permissions import get_visible_or_404

_LEAST_SECRET, _MOST_SECRET = 16, 500


@described(
    "list_dcsa_subscriptions",
    gettext_lazy("Your subscriptions of DCSA events"),
    answers={200: listed(ref("DcsaSubscription"))},
    filters={"sort": FILTERS["sort"]},
)
@described(
    "make_dcsa_subscription",
    gettext_lazy("Have your DCSA events sent to an address of yours"),
    method="POST",
    takes=json_of("NewDcsaSubscription"),
    answers={201: ref("DcsaSubscription")},
)
@door("GET", "POST")
@once
def dcsa_subscriptions(request: Request) -> Response:
    """The caller's subscriptions, the latest first; POST makes one."""
    check_version(request)
    if request.method == "POST":
        return _make(request)
    rows = Webhook.objects.visible_to(caller(request)).of_dcsa()
    page = page_of(
        request, rows, filters={}, beside=("sort",), order="-pk", shapes=lambda found: [_shape(one) for one in found]
    )
    return paged(request, page)


@described(
    "get_dcsa_subscription",
    gettext_lazy("One subscription"),
    answers={200: ref("DcsaSubscription")},
    refusals=(404,),
)
@described(
    "change_dcsa_subscription",
    gettext_lazy("Another address, other filters"),
    method="PUT",
    takes=json_of("DcsaSubscription"),
    answers={200: ref("DcsaSubscription")},
    refusals=(404,),
)
@described("end_dcsa_subscription", gettext_lazy("End it"), method="DELETE", answers={204: None}, refusals=(404,))
@door("GET", "PUT", "DELETE")
@once
def dcsa_subscription(request: Request, subscription: UUID) -> Response:
    """One subscription; PUT says all of it anew but its secret."""
    check_version(request)
    found, by, at = _one(request, subscription), caller(request), timezone.now()
    if request.method == "DELETE":
        hooks.delete_webhook(webhook=found, by=by, at=at)
        return _versioned(Response(status=204))
    if request.method == "PUT":
        body = body_of(request, ("subscriptionID", "callbackUrl", *LISTS, *NAMES))
        if str(body.pop("subscriptionID", found.subscription)).lower() != str(found.subscription):
            raise ValidationError({"subscriptionID": [_("It is not the one of the address.")]})
        url, filters = _url(body), _filters(request, body)
        try:
            hooks.change_subscription(webhook=found, url=url, filters=filters, by=by, at=at)
        except Refused as error:
            raise ValidationError({"callbackUrl": error.messages}) from error
    return _versioned(Response(_shape(_one(request, subscription))))


@described(
    "reset_dcsa_secret",
    gettext_lazy("Another secret, which signs from now on"),
    method="PUT",
    takes=json_of("DcsaSecret"),
    answers={204: None},
    refusals=(404,),
)
@door("PUT")
@once
def dcsa_secret(request: Request, subscription: UUID) -> Response:
    """Another secret for a subscription."""
    check_version(request)
    found, secret = _one(request, subscription), _secret(body_of(request, ("secret",)))
    hooks.change_subscription(webhook=found, secret=secret, by=caller(request), at=timezone.now())
    return _versioned(Response(status=204))


def _make(request: Request) -> Response:
    body = body_of(request, ("callbackUrl", "secret", *LISTS, *NAMES))
    secret = _secret(body)
    url, filters = _url(body), _filters(request, body)
    person = caller(request)
    try:
        made = hooks.make_subscription(
            person=person, url=url, secret=secret, filters=filters, by=person, at=timezone.now()
        )
    except Refused as error:
        raise ValidationError({"callbackUrl": error.messages}) from error
    answered = Response(_shape(made), status=201)
    answered["Location"] = f"{request.path}/{made.subscription}"
    return _versioned(answered)


def _one(request: Request, subscription: UUID) -> Webhook:
    found: Webhook = get_visible_or_404(Webhook.objects, caller(request), subscription=subscription)
    return found


def _url(body: Body) -> str:
    url = body.pop("callbackUrl", "")
    if not isinstance(url, str) or not 0 < len(url.strip()) <= 500:
        raise ValidationError({"callbackUrl": [_("An address of at most 500 characters.")]})
    return url.strip()


def _secret(body: Body) -> str:
    said = body.pop("secret", "")
    try:
        key = base64.b64decode(said, validate=True) if isinstance(said, str) else b""
    except (binascii.Error, ValueError):
        key = b""
    if not _LEAST_SECRET <= len(key) <= _MOST_SECRET:
        words = _("Base64 of %(least)s to %(most)s bytes.") % {"least": _LEAST_SECRET, "most": _MOST_SECRET}
        raise ValidationError({"secret": [words]})
    return str(said)


def _filters(request: Request, body: Body) -> dict[str, Any]:
    """The filters as they were said; 400 for one that the question for events would not take either."""
    known, nothing = taken_by(caller(request)), Event.objects.visible_to(caller(request)).none()
    filters = {name: said for name, said in body.items() if _is_said(name, said)}
    for name, said in filters.items():
        try:
            narrowed(nothing, {name: said}, known)
        except ValueError as error:
            raise ValidationError({name: [str(error)]}) from error
    return filters


def _is_said(name: str, said: object) -> bool:
    """Whether a filter says something; 400 for what is none."""
    is_list = name in LISTS
    words = said if is_list else [said]
    if not isinstance(words, list) or not all(map(_is_word, words)):
        raise ValidationError({name: [_("A list of codes.") if is_list else _("A text of at most 100 characters.")]})
    return bool(said)


def _is_word(said: object) -> bool:
    return isinstance(said, str) and len(said) <= 100 and not {"\x00", ","} & set(said)


def _shape(found: Webhook) -> dict[str, Any]:
    return {"subscriptionID": str(found.subscription), "callbackUrl": found.url, **found.filters}


def _versioned(answered: Response) -> Response:
    answered["API-Version"] = VERSION
    return answered
