"""The feed and the calendar; public."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from corridor.syndication import advisory_items, atom, change_items, ics, scheduled_items


def _language(request: HttpRequest) -> str:
    """The one that ``?lang=`` asks for, else that of the request."""
    asked = request.GET.get("lang", "")
    return asked if asked in dict(settings.LANGUAGES) else translation.get_language() or "en"


def _answer(body: bytes, content_type: str, language: str) -> HttpResponse:
    answer = HttpResponse(body, content_type=content_type, headers={"Content-Language": language})
    patch_cache_control(answer, public=True, max_age=60)
    return answer


@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    """Atom: notices and changes of conditions."""
    language, at = _language(request), timezone.now()
    with translation.override(language):
        body = atom([*advisory_items(), *change_items()], language=language, at=at)
    return _answer(body, "application/atom+xml; charset=utf-8", language)


@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """iCalendar: notices and what was announced of conditions."""
    language, at = _language(request), timezone.now()
    with translation.override(language):
        body = ics([*advisory_items(), *scheduled_items(at=at)])
    return _answer(body, "text/calendar; charset=utf-8", language)
