"""The person's pages on which access tokens are made and revoked."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from api.models import AccessToken, Scope
from api.tokens import DAYS, MOST_DAYS, is_of_password, make_token, revoke_token
from liaison.models import Person
from liaison.paging import paginate
from liaison.permissions import get_visible_or_404, person_of, signed_in
from liaison.roles import OFFICE
from liaison.signin.pages import reauthenticated


class TokenForm(forms.Form):
    """What a new token is for, what it opens, and how long."""

    name = forms.CharField(label=gettext_lazy("What it is for"), max_length=60)
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("It may"),
        choices=Scope.choices,
        initial=[Scope.READ],
        widget=forms.CheckboxSelectMultiple,
    )
    days = forms.IntegerField(label=gettext_lazy("For how many days"), min_value=1, max_value=MOST_DAYS, initial=DAYS)

    def __init__(self, *args: Any, viewer: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scopes = self.fields["scopes"]
        assert isinstance(scopes, forms.MultipleChoiceField)
        # Files of sources are the office's to send.
        scopes.choices = [each for each in Scope.choices if each[0] != Scope.PUSH or viewer.roles & OFFICE]


@never_cache
@signed_in
@reauthenticated
def token_list(request: HttpRequest) -> HttpResponse:
    """The person's tokens, newest first, and the form for a new one, whose secret is shown this once."""
    person, at, secret = person_of(request), timezone.now(), ""
    form = TokenForm(request.POST or None, viewer=person)
    if request.method == "POST" and form.is_valid():
        _made, secret = make_token(person=person, **form.cleaned_data, by=person, at=at)
        form = TokenForm(viewer=person)
    page = paginate(AccessToken.objects.visible_to(person), request)
    scopes = dict(Scope.choices)
    rows = [
        {
            "token": row,
            "scopes": [scopes[Scope(scope)] for scope in row.scopes],
            "is_open": row.revoked_at is None and row.expires_at > at and is_of_password(row, person),
        }
        for row in page.rows
    ]
    context = {"page": page, "rows": rows, "form": form, "secret": secret}
    return render(request, "api/token_list.html", context, status=422 if form.errors else 200)


@require_POST
@signed_in
@reauthenticated
def token_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a token at once."""
    person = person_of(request)
    token = get_visible_or_404(AccessToken.objects, person, pk=pk)
    revoke_token(token=token, by=person, at=timezone.now())
    messages.success(request, _("The token is revoked and opens nothing any more."))
    return redirect("tokens:token_list")
