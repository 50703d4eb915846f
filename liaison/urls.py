"""The URL map. Apps are named as strings, so that nothing is imported from above."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.views import LogoutView
from django.urls import URLPattern, URLResolver, include, path

from liaison import views

_own = [path("me/", views.me, name="me")]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("", include((_own, "liaison"))),
    path("language/", views.set_language, name="set_language"),
    path("accounts/login/", views.Login.as_view(), name="login"),
    path("accounts/logout/", LogoutView.as_view(), name="logout"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("", include("cargo.urls")),
    path("", include("corridor.urls")),
    path("", include("feeds.urls")),
    path("", include("notify.urls")),
    path("api/v1/", include("api.urls")),
]
if settings.DEMO:
    urlpatterns += [path("demo/", include("demo.urls"))]

handler404 = "api.problems.not_found"
