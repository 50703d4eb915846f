"""Templates of WhatsApp messages as Meta judges them: approved, rejected, filed under another category."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from liaison.journal import record
from notify.models import Template

LONGEST = {"status": 40, "category": 40, "quality": 20, "reason": 300}


@transaction.atomic
def judge(*, name: str, language: str, at: datetime, **said: str) -> Template:
    """Keep what Meta says of a template: ``status``, ``category``, ``quality``, ``reason``; what is empty stays."""
    given: dict[str, Any] = {field: value[: LONGEST[field]] for field, value in said.items() if value}
    key: dict[str, Any] = {"name": name[:512], "language": language[:15]}
    template, _is_new = Template.objects.update_or_create(**key, defaults={**given, "changed_at": at})
    record(kind="notify.template_judged", subject="template", key=str(template.pk), by=None, at=at, **key, **given)
    return template


def usable(name: str, language: str) -> bool:
    """Whether nothing that Meta said of the template speaks against sending it; one never judged is tried."""
    template = Template.objects.filter(name=name, language=language).first()
    return template is None or template.may_be_sent
