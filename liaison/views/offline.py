"""What a telephone needs to keep the portal: its manifest, and the page that it shows when there is no line."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe


@require_safe
def manifest(request: HttpRequest) -> JsonResponse:
    """The web app's manifest, in the reader's language."""
    told = {
        "id": "/",
        "name": _("KPA Liaison Office Kigali"),
        "short_name": _("KPA Kigali"),
        "description": _("Cargo of Rwanda through Mombasa: where it is, who holds it, what comes next."),
        "lang": get_language(),
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#f6f4ef",
        "theme_color": "#0b4f6c",
        "icons": [{"src": static("icon.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any maskable"}],
        "shortcuts": [
            {"name": _("Consignments"), "url": "/consignments/"},
            {"name": _("Report a problem"), "url": "/tickets/new/"},
            {"name": _("Corridor"), "url": "/corridor/"},
        ],
    }
    return JsonResponse(told, content_type="application/manifest+json", json_dumps_params={"ensure_ascii": False})


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """What the browser shows where it has no line and kept no page: the same for everybody."""
    return render(request, "liaison/offline.html")
