"""What browsers are told beside the Content-Security-Policy: which of their powers a page uses, and whose it is."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

# Passkeys are asked for; nothing else of the device is.
_NONE = (
    *("accelerometer", "autoplay", "bluetooth", "browsing-topics", "camera", "display-capture", "geolocation"),
    *("gyroscope", "hid", "idle-detection", "magnetometer", "microphone", "midi", "payment", "screen-wake-lock"),
    *("serial", "usb", "xr-spatial-tracking"),
)
_OURS = ("publickey-credentials-create", "publickey-credentials-get")
PERMISSIONS = ", ".join([*(f"{name}=()" for name in _NONE), *(f"{name}=(self)" for name in _OURS)])
# Figures and pictures that others may show on pages of theirs.
_SHARED = ("observatory",)


def tell_browser(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: the headers on every answer; a view's own stand."""

    def respond(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        match = request.resolver_match
        is_shared = match is not None and match.app_name in _SHARED
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "cross-origin" if is_shared else "same-origin")
        return response

    return respond
