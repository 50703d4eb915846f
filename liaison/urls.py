"""The URL map. Apps are named as strings, so that nothing is imported from above."""

from __future__ import annotations

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from liaison.views import home, security

_own = [
    path("me/", home.me, name="me"),
    path("me/security/", security.security, name="security"),
    path("me/sessions/", security.session_list, name="session_list"),
    path("me/sessions/end/", security.sessions_end, name="sessions_end"),
    path("me/sessions/<int:pk>/end/", security.session_end, name="session_end"),
]
handler429 = "liaison.views.refusals.too_many_requests"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("", include((_own, "liaison"))),
    path("language/", home.set_language, name="set_language"),
    path("accounts/", include("liaison.signin.urls")),
    path("healthz", home.healthz, name="healthz"),
    path("readyz", home.readyz, name="readyz"),
    path("", include("cargo.urls")),
    path("", include("corridor.urls")),
    path("", include("feeds.urls")),
    path("", include("notify.urls")),
    path("api/v1/", include("api.urls")),
]
if settings.DEMO:
    urlpatterns += [path("demo/", include("demo.urls"))]
