"""A person's own data: what is held, consent, a copy to take away, and erasure."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth import logout
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from liaison.consents import PURPOSES, give, withdraw
from liaison.erasure import erase
from liaison.forms import ConsentForm, ErasureForm
from liaison.holdings import counts_of, hand_out
from liaison.models import Person
from liaison.permissions import person_of, signed_in
from liaison.signin.pages import reauthenticated


@require_safe
@signed_in
def my_data(request: HttpRequest) -> HttpResponse:
    """What is held in short, what was agreed to, and the ways to a copy, a correction and an erasure."""
    person = person_of(request)
    context = {"held": counts_of(person), "purposes": _purposes(person)}
    return render(request, "liaison/my_data.html", context)


def _purposes(person: Person) -> list[dict[str, Any]]:
    standing = {consent.purpose: consent for consent in person.consents.filter(withdrawn_at__isnull=True)}
    return [
        {
            "name": name,
            "words": words,
            "consent": standing.get(name),
            "is_current": name in standing and standing[name].version == words.version,
        }
        for name, words in PURPOSES.items()
    ]


@require_safe
@signed_in
@reauthenticated
def my_data_download(request: HttpRequest) -> HttpResponse:
    """Everything that is held of the person, as a JSON file, once she has proved herself again."""
    person = person_of(request)
    copy = hand_out(person=person, by=person, at=timezone.now())
    answer = JsonResponse(copy, json_dumps_params={"ensure_ascii": False, "indent": 1})
    answer["Content-Disposition"] = 'attachment; filename="my-data.json"'
    answer["Cache-Control"] = "no-store"
    return answer


@require_POST
@signed_in
def consent_answer(request: HttpRequest) -> HttpResponse:
    """Keep a yes, or end it."""
    person, form = person_of(request), ConsentForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("This answer could not be read. Please try again."))
        return redirect("liaison:my_data")
    purpose, at = form.cleaned_data["purpose"], timezone.now()
    if form.cleaned_data["answer"] == "no":
        withdraw(person=person, purpose=purpose, by=person, at=at)
        messages.success(request, _("Your consent has ended."))
        return redirect("liaison:my_data")
    version, language = form.cleaned_data["version"], get_language() or "en"
    try:
        give(person=person, purpose=purpose, version=version, language=language, by=person, at=at)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, _("Your consent is kept. You can withdraw it at any moment."))
    return redirect("liaison:my_data")


@signed_in
@reauthenticated
def erasure(request: HttpRequest) -> HttpResponse:
    """What goes, what stays and why; she has proved herself again, and with her address typed is erased and out."""
    person = person_of(request)
    form = ErasureForm(request.POST or None, person=person)
    if request.method == "POST" and form.is_valid():
        try:
            erase(person=person, by=person, at=timezone.now())
        except ValidationError as error:
            form.add_error(None, error)
        else:
            logout(request)
            messages.success(request, _("Your personal data has been erased and your account is closed."))
            return redirect("home")
    status = 422 if request.method == "POST" else 200
    return render(request, "liaison/erasure.html", {"form": form}, status=status)
