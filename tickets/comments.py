"""An agency's right of reply: its comment beside its own line of the public scoreboard."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from liaison.journal import record
from liaison.models import Person
from tickets.models import AgencyComment


@transaction.atomic
def comment_on(*, organization_id: int, text: str, by: Person, at: datetime) -> AgencyComment:
    """Say something beside the agency's line; the latest stands there. ValidationError without words."""
    words = " ".join(text.replace("\x00", "").split())[:1000]
    if not words:
        raise ValidationError({"text": _("Write something.")})
    comment = AgencyComment.objects.create(organization_id=organization_id, text=words, by=by, at=at)
    record(
        kind="tickets.scoreboard_commented",
        subject="organization",
        key=str(organization_id),
        by=by,
        at=at,
        comment=comment.pk,
    )
    return comment
