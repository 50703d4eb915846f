"""The pages by which goods come in: registering, with the rest of a bill of lading and with a proof, and changing."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from cargo.claims import Admission, admit
from cargo.knowledge import rest_of
from cargo.models import Consignment
from cargo.particulars import amend, may_act, told
from cargo.register_forms import MAIN, MORE, AmendForm, ProofForm, RegisterForm
from liaison.permissions import allow, get_visible_or_404, person_of
from liaison.roles import OFFICE, TRADE_WRITE
from liaison.views.members import posted

_PREFILLED = ("bill_of_lading", "containers", "kra_entry", "cargo_kind")


@allow(TRADE_WRITE | OFFICE)
def consignment_new(request: HttpRequest) -> HttpResponse:
    """Register a consignment; what was said of its numbers before is there at once, or after the office's yes."""
    asked = {name: request.GET[name][:40] for name in _PREFILLED if name in request.GET}
    form = RegisterForm(posted(request), initial=asked, person=person_of(request))
    is_claim = "claim" in (request.POST if request.method == "POST" else request.GET)
    proof = ProofForm(posted(request), request.FILES) if is_claim and form.is_bound else ProofForm()
    if not form.is_bound or not form.is_valid() or (is_claim and not proof.is_valid()):
        return _form(request, form, proof, is_claim=is_claim, status=422 if form.is_bound else 200)
    particulars = form.particulars()
    rest = [] if is_claim or form.cleaned_data["is_rest_asked"] else rest_of(particulars)
    if rest:
        form.offer(rest)
        return _form(request, form, proof, has_rest=True, status=200)
    admission = admit(
        particulars=particulars,
        proof=proof.proof() if is_claim else None,
        by=person_of(request),
        at=timezone.now(),
    )
    return _admitted(request, admission) or _form(request, form, ProofForm(), is_claim=True, wants_proof=True)


def _form(
    request: HttpRequest, form: RegisterForm, proof: ProofForm, *, status: int = 422, **context: bool
) -> HttpResponse:
    fields: dict[str, Any] = {
        "form": form,
        "proof": proof,
        "main": [form[name] for name in (*MAIN, "rest")],
        "more": [form[name] for name in MORE],
        "hidden": [form["is_rest_asked"], form["form_key"]],
        "is_more_open": any(form[name].errors or form[name].value() for name in MORE),
    }
    return render(request, "cargo/consignment_new.html", fields | context, status=status)


def _admitted(request: HttpRequest, admission: Admission) -> HttpResponse | None:
    """Where to go from what became of it; None where a proof is wanted first."""
    if admission.claim:
        if admission.waits:
            words = _(
                "A claim of yours to these goods waits already; the office decides on the paper that you sent first."
            )
            messages.info(request, words)
        else:
            messages.success(request, _("The office looks at your claim. You will be told what it decides."))
        return redirect("cargo:claim_detail", pk=admission.claim.pk)
    if admission.known:
        messages.info(request, _("This is registered already as %(ref)s.") % {"ref": admission.known.ref})
        return redirect("cargo:consignment_detail", ref=admission.known.ref)
    if admission.registered:
        messages.success(request, _("Registered as %(ref)s.") % {"ref": admission.registered.ref})
        return redirect("cargo:consignment_detail", ref=admission.registered.ref)
    return None


@allow(TRADE_WRITE | OFFICE)
def consignment_edit(request: HttpRequest, ref: str) -> HttpResponse:
    """Change what is said of the goods."""
    consignment = get_visible_or_404(Consignment.objects.whole(), request.user, ref=ref)
    if not may_act(person_of(request), consignment):
        raise PermissionDenied
    form = AmendForm(posted(request), instance=consignment)
    if form.is_bound and form.is_valid():
        try:
            containers = form.cleaned_data.pop("more_containers")
            changed = amend(
                consignment=consignment,
                changes=form.cleaned_data,
                containers=containers,
                by=person_of(request),
                at=timezone.now(),
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, told(changed))
            return redirect("cargo:consignment_detail", ref=ref)
    context = {"form": form, "consignment": consignment}
    return render(request, "cargo/consignment_edit.html", context, status=422 if form.errors else 200)
