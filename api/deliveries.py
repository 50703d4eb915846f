"""Where partners push their deliveries, and ask what became of them."""

from __future__ import annotations

from django.http import Http404
from django.utils import timezone
from django.utils.http import parse_header_parameters
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from rest_framework.decorators import api_view, parser_classes
from rest_framework.request import Request
from rest_framework.response import Response

from api.answers import finished, narrowed
from api.description.calls import described
from api.description.vocabulary import ref
from api.models import Scope
from api.senders import bearer, pushed, pusher, unauthorized
from feeds.intake import receive
from feeds.models import Delivery
from feeds.sources import delivery_for_push
from liaison.models import Person


@described(
    "push_delivery",
    gettext_lazy("Send what a source has to say, as it is"),
    method="POST",
    takes={"*/*": {"type": "string", "format": "binary"}},
    answers={202: ref("Receipt")},
    refusals=(404, 413, 415),
    opens_with="source",
)
@csrf_exempt
@api_view(["POST"])
@parser_classes([])
def push(request: Request, slug: str) -> Response:
    """Take in the raw body as a delivery of the source; 202 before it is read."""
    found = pushed(request, slug)
    if isinstance(found, Response):
        return found
    receipt = receive(
        source=found.source,
        raw=found.raw,
        at=timezone.now(),
        file_name=_file_name(request.headers.get("Content-Disposition", "")),
        content_type=request.META.get("CONTENT_TYPE", ""),
        by=found.by,
    )
    body = {"id": receipt.delivery.pk, "state": "duplicate" if receipt.is_duplicate else "stored"}
    return Response(body, status=202)


def _file_name(disposition: str) -> str:
    """The name in a Content-Disposition, also one that is encoded (RFC 6266); empty where there is none."""
    try:
        return parse_header_parameters(disposition)[1].get("filename", "")
    except (ValueError, LookupError):
        return ""


@described(
    "get_delivery",
    gettext_lazy("What became of a delivery"),
    answers={200: ref("Delivery")},
    refusals=(404,),
    opens_with="source",
)
@finished
@api_view(["GET", "HEAD"])
@narrowed
def delivery(request: Request, pk: int) -> Response:
    """What became of a delivery, told to the source that sent it, and to the office."""
    token = bearer(request)
    if not token:
        return unauthorized()
    person = pusher(request, Scope.READ)
    found = _seen(person, pk) if person else delivery_for_push(pk, token)
    if found is None:
        raise Http404
    return Response(
        {
            "id": found.pk,
            "source": found.source.slug,
            "received_at": found.received_at,
            "state": found.state,
            "facts": found.facts,
            "events": found.events,
            "unmatched": found.unmatched,
            "quarantined": found.quarantined,
            "reason": found.reason_text,
        }
    )


def _seen(person: Person, pk: int) -> Delivery | None:
    return Delivery.objects.visible_to(person).select_related("source").defer("raw").filter(pk=pk).first()
