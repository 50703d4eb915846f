"""Tokens by e-mail and password, for programs; on her profile a person makes and revokes them by hand."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.models import Authenticator
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from rest_framework import serializers
from rest_framework.authentication import BaseAuthentication
from rest_framework.decorators import api_view, authentication_classes, parser_classes
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied, Throttled
from rest_framework.request import Request
from rest_framework.response import Response

from api.description.calls import described
from api.description.vocabulary import ref
from api.models import Scope
from api.negotiation import KeepableJson, SmallForm
from api.tokens import DAYS, MOST_DAYS, USUAL_SCOPES, make_token
from liaison.models import Person
from liaison.signin.factors import SECOND, lacks_second
from liaison.signin.forms import AuthenticateForm

REFUSED = gettext_lazy("This e-mail address and password do not belong together.")


class NotYet(BaseAuthentication):
    """Nobody is known yet; who fails is answered 401."""

    def authenticate(self, request: Request) -> None:
        """Nobody."""

    def authenticate_header(self, request: Request) -> str:
        """What the portal's other doors ask for."""
        return "Bearer"


class TokenRequest(serializers.Serializer[Any]):
    """Who asks, and for what token."""

    email = serializers.EmailField(max_length=254)
    password = serializers.CharField(max_length=500, trim_whitespace=False)
    otp = serializers.CharField(max_length=20, required=False, allow_blank=True, default="")
    name = serializers.CharField(max_length=60, required=False, default="API")
    # All but pushing where none is named.
    scopes = serializers.MultipleChoiceField(choices=Scope.choices, required=False)
    days = serializers.IntegerField(min_value=1, max_value=MOST_DAYS, required=False, default=DAYS)


@described(
    "make_token",
    gettext_lazy("A token for an e-mail address and password"),
    method="POST",
    takes={"application/json": ref("TokenRequest"), "application/x-www-form-urlencoded": ref("TokenRequest")},
    answers={200: ref("Token")},
    refusals=(401, 403, 413, 415, 429),
    is_open=True,
)
@never_cache
@csrf_exempt
@api_view(["POST"])
@authentication_classes([NotYet])
@parser_classes([KeepableJson, SmallForm])
def token(request: Request) -> Response:
    """A token for an e-mail address and password, and the code of her second factor where she has one."""
    asked = TokenRequest(data=request.data)
    asked.is_valid(raise_exception=True)
    given = asked.validated_data
    try:
        person = _signed_in(request, given)
    except ImmediateHttpResponse as refusal:
        raise Throttled(wait=int(refusal.response.headers.get("Retry-After", 60))) from refusal
    made, secret = make_token(
        person=person,
        name=given["name"],
        scopes=sorted(given.get("scopes") or USUAL_SCOPES),
        days=given["days"],
        by=person,
        at=timezone.now(),
    )
    return Response(
        {
            "token": secret,
            "token_type": "Bearer",
            "name": made.name,
            "scopes": made.scopes,
            "expires_at": made.expires_at.isoformat(),
        }
    )


def _signed_in(request: Request, given: dict[str, Any]) -> Person:
    """The person; raises AuthenticationFailed, PermissionDenied, or allauth's answer where a limit is reached."""
    found = get_adapter().authenticate(request._request, email=given["email"], password=given["password"])
    if not isinstance(found, Person):
        raise AuthenticationFailed(str(REFUSED))
    kinds = set(Authenticator.objects.filter(user=found).values_list("type", flat=True))
    if kinds & set(SECOND) and not AuthenticateForm(user=found, data={"code": given["otp"]}).is_valid():
        raise AuthenticationFailed(_("Send the code of your authenticator app, or a recovery code, as “otp”."))
    if lacks_second(found):
        raise PermissionDenied(_("Your role needs a second factor. Set it up in the portal first."))
    return found
