"""The URL map. Apps are named as strings, so that nothing is imported from above."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.views import LogoutView
from django.urls import URLPattern, URLResolver, include, path

from liaison.views import audit, home, my_data, privacy

_own = [
    path("me/", home.me, name="me"),
    path("me/data/", my_data.my_data, name="my_data"),
    path("me/data/download/", my_data.my_data_download, name="my_data_download"),
    path("me/consents/", my_data.consent_answer, name="consent_answer"),
    path("me/erasure/", my_data.erasure, name="erasure"),
    path("privacy/", privacy.privacy, name="privacy"),
    path("privacy/record/", privacy.privacy_record, name="privacy_record"),
    path("journal/", audit.journal_list, name="journal_list"),
    path("journal/export.csv", audit.journal_export, name="journal_export"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("", include((_own, "liaison"))),
    path("language/", home.set_language, name="set_language"),
    path("accounts/login/", home.Login.as_view(), name="login"),
    path("accounts/logout/", LogoutView.as_view(), name="logout"),
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
